"""Linux system calls that Python has no function for."""

from __future__ import annotations

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4


def _checked(name: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def syscall(name: str, number: int, *args: int | bytes | None) -> int:
    """Make a system call by its number and return its result.

    Parameters
    ----------
    name : str
        For the error message.
    number : int
        The call's number on this architecture.
    *args
        Integers, or structures as bytes, which are passed by address.

    Raises
    ------
    OSError
        When the kernel refuses.
    """
    words = [ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args]
    return _checked(name, _libc.syscall(ctypes.c_long(number), *words))


def prctl(option: int, argument: int, address: int = 0) -> int:
    """Call ``prctl`` with up to two arguments; raises OSError when the kernel refuses."""
    words = (ctypes.c_ulong(number) for number in (argument, address, 0, 0))
    return _checked(f"prctl {option}", _libc.prctl(option, *words))


def no_new_privileges() -> None:
    """Keep any program that is started later from having more rights than this process."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def unshare(flags: int) -> None:
    """Give this process namespaces of its own; raises OSError when the kernel refuses."""
    _checked("unshare", _libc.unshare(flags))


def mount(kind: str, target: str, flags: int, options: str = "") -> None:
    """Mount a file system without a device; raises OSError when the kernel refuses."""
    words = (kind.encode(), target.encode(), kind.encode())
    result = _libc.mount(*words, ctypes.c_ulong(flags), options.encode())
    _checked(f"mount {target}", result)


def drop_bounding_set() -> None:
    """Make every capability unobtainable; needs CAP_SETPCAP."""
    capability = 0
    while True:
        try:
            prctl(PR_CAPBSET_READ, capability)
        except OSError:  # one past the last capability that this kernel knows
            return
        prctl(PR_CAPBSET_DROP, capability)
        capability += 1


def drop_capabilities() -> None:
    """Give up every capability that this process holds or could hand on."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3 of the interface, this process
    none = (ctypes.c_uint32 * 6)()
    _checked("capset", _libc.capset(header, none))
