"""The kernel's file filter: this process may read some folders, write to one, and no more.

What the mounts already keep out of sight is refused here a second time.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Sequence

from . import kernel

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on all architectures
ASK_VERSION = 1
PATH_BENEATH = 1

EXECUTE = 1 << 0
WRITE_FILE = 1 << 1
READ_FILE = 1 << 2
READ_DIR = 1 << 3
REMOVE_DIR = 1 << 4
REMOVE_FILE = 1 << 5
MAKE_DIR = 1 << 7
MAKE_REG = 1 << 8
MAKE_SYM = 1 << 12
REFER = 1 << 13
TRUNCATE = 1 << 14

READ = READ_FILE | READ_DIR
WRITE = WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | REFER | TRUNCATE
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE

FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights on files each version of the interface knows; 16 from version 5 on."""


def restrict(
    readable: Sequence[str], listable: Sequence[str], writable: Sequence[str], devices: str
) -> str:
    """Filter what this process and its threads may open, as far as this kernel can.

    Files that are open already stay usable. From Linux 6.7 on the filter also refuses TCP, from
    6.12 on signals and abstract sockets to processes outside.

    Parameters
    ----------
    readable, listable, writable : sequence of str
        Paths to read below, to list folders below, and to read and write below.
    devices : str
        A folder in which devices can be read and written.

    Returns
    -------
    str
        What is in force, for people.
    """
    version = supported()
    if not version:
        return "not available (Landlock)"
    handled = (1 << FILE_RIGHTS.get(version, 16)) - 1
    attributes = struct.pack("=Q", handled)
    if version >= 4:
        attributes += struct.pack("=Q", 0b11)  # binding and connecting TCP sockets
    if version >= 6:
        attributes += struct.pack("=Q", 0b11)  # abstract sockets and signals to others
    ruleset = kernel.syscall("landlock", CREATE_RULESET, attributes, len(attributes), 0)
    rules = [(path, READ) for path in readable]
    rules += [(path, READ_DIR) for path in listable]
    rules += [(path, READ | WRITE) for path in writable]
    rules += [(devices, READ | WRITE_FILE)]
    for path, rights in rules:
        _allow(ruleset, path, rights & handled)
    kernel.no_new_privileges()  # the kernel asks for this first
    kernel.syscall("landlock", RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return f"in force (Landlock, version {version})"


def supported() -> int:
    """Return the version of Landlock that the kernel has, 0 when it has none."""
    try:
        return kernel.syscall("landlock", CREATE_RULESET, None, 0, ASK_VERSION)
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM):  # old, off, or forbidden
            return 0
        raise


def _allow(ruleset: int, path: str, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not os.path.isdir(path):
        rights &= ON_FILES
    rule = struct.pack("=Qi", rights, descriptor)
    kernel.syscall("landlock", ADD_RULE, ruleset, PATH_BENEATH, rule, 0)
    os.close(descriptor)
