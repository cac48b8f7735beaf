"""Sends itself the signal that nothing can catch."""

import os
import signal


def estep(X, weights, means, covariances):
    os.kill(os.getpid(), signal.SIGKILL)
