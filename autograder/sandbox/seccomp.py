"""The kernel's system call filter: what a numerical program never needs is refused.

The filter is a short program for the kernel's packet filter machine, which looks at the number
of each system call, and for a few at the first argument.
"""

from __future__ import annotations

import ctypes
import errno
import itertools
import os
import struct
from collections.abc import Sequence

from . import kernel

MODE_FILTER = 2
ALLOW = 0x7FFF0000
KILL = 0x80000000
REFUSE = 0x00050000 | errno.EPERM
UNKNOWN = 0x00050000 | errno.ENOSYS

LOAD, RETURN = 0x20, 0x06
EQUAL, AT_LEAST, ANY_BIT = 0x15, 0x35, 0x45
INSTRUCTION = struct.Struct("=HBBI")
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data

CLONE_THREAD = 0x00010000
CLONE_NEW = 0x7E020000  # every flag that asks for a namespace

ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""The kernel's name for each architecture, and its column in :data:`REFUSED`."""

NEWEST = 454
"""Calls from this number on came after Linux 6.6 and are the same on all architectures."""

CLONE3 = 435
CLONE = (56, 220)
ON_ITSELF = {"kill": (62, 129), "tgkill": (234, 131), "prlimit64": (302, 261)}
"""Calls that name a process, and are allowed for this one."""

REFUSED = """
fork 57 -                    vfork 58 -                   execve 59 221
execveat 322 281             unshare 272 97               setns 308 268
ptrace 101 117               process_vm_readv 310 270     process_vm_writev 311 271
kcmp 312 272                 process_madvise 440 440      process_mrelease 448 448
pidfd_open 434 434           pidfd_getfd 438 438          pidfd_send_signal 424 424
tkill 200 130                rt_sigqueueinfo 129 138      rt_tgsigqueueinfo 297 240
socket 41 198                socketpair 53 199            connect 42 203
bind 49 200                  listen 50 201                io_uring_setup 425 425
io_uring_enter 426 426       io_uring_register 427 427    bpf 321 280
userfaultfd 323 282          perf_event_open 298 241      keyctl 250 219
add_key 248 217              request_key 249 218          personality 135 92
shmget 29 194                shmat 30 196                 semget 64 190
msgget 68 186                mq_open 240 180              memfd_create 319 279
memfd_secret 447 447         splice 275 76                tee 276 77
vmsplice 278 75              mount 165 40                 umount2 166 39
pivot_root 155 41            chroot 161 51                open_tree 428 428
move_mount 429 429           fsopen 430 430               fsconfig 431 431
fsmount 432 432              fspick 433 433               mount_setattr 442 442
mknod 133 -                  mknodat 259 33               name_to_handle_at 303 264
open_by_handle_at 304 265    fanotify_init 300 262        lookup_dcookie 212 18
quotactl 179 60              quotactl_fd 443 443          swapon 167 224
swapoff 168 225              acct 163 89                  syslog 103 116
init_module 175 105          finit_module 313 273         delete_module 176 106
kexec_load 246 104           kexec_file_load 320 294      reboot 169 142
settimeofday 164 170         clock_settime 227 112        adjtimex 159 171
clock_adjtime 305 266        sethostname 170 161          setdomainname 171 162
migrate_pages 256 238        move_pages 279 239           vhangup 153 58
iopl 172 -                   ioperm 173 -                 modify_ldt 154 -
setpriority 141 140          sched_setparam 142 118       sched_setscheduler 144 119
sched_setattr 314 274        sched_setaffinity 203 122    ioprio_set 251 30
"""
"""Name and number on x86_64 and on aarch64 of the calls that are refused whatever they ask."""


def install() -> str:
    """Filter this process's system calls from now on, and say what is in force."""
    machine = os.uname().machine
    if machine not in ARCHITECTURES:
        return f"not available (no list of calls for {machine})"
    _install(_program(*ARCHITECTURES[machine], os.getpid()))
    return f"in force (seccomp, {machine})"


def _install(instructions: Sequence[bytes]) -> None:
    program = b"".join(instructions)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // INSTRUCTION.size, ctypes.addressof(code))
    pointer = ctypes.create_string_buffer(header, len(header))
    kernel.no_new_privileges()  # the kernel asks for this first
    kernel.prctl(kernel.PR_SET_SECCOMP, MODE_FILTER, ctypes.addressof(pointer))


def _program(architecture: int, column: int, own_pid: int) -> list[bytes]:
    """Return the filter's instructions: threads may be started, processes not."""
    columns = [REFUSED.split()[i::3] for i in (1, 2)]
    program = [
        _do(LOAD, ARCHITECTURE),
        _do(EQUAL, architecture, yes=1),
        _do(RETURN, KILL),
        _do(LOAD, NUMBER),
        *_if(AT_LEAST, NEWEST, [_do(RETURN, UNKNOWN)]),
        # The flags of clone3 cannot be seen from here; without it the C library uses clone.
        *_if(EQUAL, CLONE3, [_do(RETURN, UNKNOWN)]),
    ]
    only_threads = [
        _do(LOAD, FIRST_ARGUMENT),
        *_if(ANY_BIT, CLONE_NEW, [_do(RETURN, REFUSE)]),
        *_if(ANY_BIT, CLONE_THREAD, [_do(RETURN, ALLOW)]),
        _do(RETURN, REFUSE),
    ]
    program += _if(EQUAL, CLONE[column], only_threads)
    for name, numbers in ON_ITSELF.items():
        itself = (own_pid,) if name != "prlimit64" else (own_pid, 0)  # kill takes 0 for its group
        allowed = [_if(EQUAL, pid, [_do(RETURN, ALLOW)]) for pid in itself]
        only_itself = [_do(LOAD, FIRST_ARGUMENT), *itertools.chain(*allowed), _do(RETURN, REFUSE)]
        program += _if(EQUAL, numbers[column], only_itself)
    for number in columns[column]:
        if number != "-":
            program += _if(EQUAL, int(number), [_do(RETURN, REFUSE)])
    return [*program, _do(RETURN, ALLOW)]


def _do(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    """Encode an instruction; a test skips ``yes`` or ``no`` of those that follow."""
    return INSTRUCTION.pack(code, yes, no, value)


def _if(test: int, value: int, then: list[bytes]) -> list[bytes]:
    """Encode a test and the instructions to run when it holds."""
    return [_do(test, value, no=len(then)), *then]
