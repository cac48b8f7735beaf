"""Returns objects whose pickles would run a command: alone, in an array, and as bytes."""

import os
import pickle

import numpy as np


class Command:
    def __reduce__(self):
        return os.system, ("touch @course@/@left@ /tmp/@left@",)


VALUES = [Command(), np.array([Command()]), pickle.dumps(Command()), {"resp": Command()}]


def estep(X, weights, means, covariances):
    VALUES.append(VALUES.pop(0))
    return VALUES[-1]
