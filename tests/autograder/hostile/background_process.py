"""Starts processes that would outlive the call, by every way that Python and the C library have."""

import ctypes
import multiprocessing
import os
import pty
import subprocess
import sys

import numpy as np

CLONE, CLONE3, FORK, VFORK, EXECVE, EXECVEAT = 56, 435, 57, 58, 59, 322


def linger():
    while True:
        pass


def estep(X, weights, means, covariances):
    libc = ctypes.CDLL(None)
    for start in (
        os.fork,
        os.forkpty,
        lambda: pty.spawn(["/bin/sh"]),
        lambda: -1 if os.system("sleep 1000 &") else 1,
        lambda: subprocess.Popen(["sleep", "1000"], start_new_session=True),
        lambda: os.posix_spawn(sys.executable, ["python", "-c", "while 1: pass"], {}),
        lambda: multiprocessing.get_context("fork").Process(target=linger).start(),
        lambda: libc.fork(),
        lambda: libc.vfork(),
        lambda: libc.syscall(CLONE, 17, 0, 0, 0, 0),
        lambda: libc.syscall(CLONE3, bytes(88), 88),
        lambda: libc.syscall(EXECVE, b"/bin/sh", None, None),
        lambda: libc.syscall(EXECVEAT, -100, b"/bin/sh", None, None, 0),
    ):
        try:
            started = start()
        except Exception as error:
            print(type(error).__name__)
            continue
        if started == 0:
            linger()
        if started is None or started > 0:
            print("a process was started")
    return np.zeros((len(X), len(weights)))
