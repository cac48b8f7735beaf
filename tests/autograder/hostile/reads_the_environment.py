"""Looks for secrets in the environment, in the arguments and beyond the end of both."""

import ctypes
import os
import re
import sys

import numpy as np

os.environ["SECRET"] = "@control@"


def estep(X, weights, means, covariances):
    texts = [str(dict(os.environ)), str(sys.argv), str(getattr(sys, "orig_argv", ""))]
    pointers = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    for i in range(1000):
        if not pointers[i]:
            break
        texts.append(pointers[i].decode("latin-1"))
    for who in ("self", "1", "@pid@", os.getppid()):
        for name in ("environ", "cmdline"):
            for proc in ("/proc", "/zygote-proc"):
                try:
                    texts.append(open(f"{proc}/{who}/{name}", "rb").read().decode("latin-1"))
                except OSError:
                    pass
    print(len(texts), "texts")
    for token in re.findall(r"canary-[0-9a-f]{16}", "".join(texts)):
        print("found:", token)
    return np.zeros((len(X), len(weights)))
