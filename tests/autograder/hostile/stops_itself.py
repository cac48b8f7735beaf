"""Stops itself like a job in a shell, so that it neither answers nor ends."""

import os
import signal


def estep(X, weights, means, covariances):
    os.kill(os.getpid(), signal.SIGSTOP)
