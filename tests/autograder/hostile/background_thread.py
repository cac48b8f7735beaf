"""Leaves threads that go on after the call, and rewrite the answers of later ones."""

import sys
import threading

import numpy as np

answers = []


def meddle():
    while True:
        for answer in answers:
            answer += 0.1
        for frame in sys._current_frames().values():
            for value in frame.f_locals.values():
                if isinstance(value, np.ndarray) and value.flags.writeable:
                    value[...] = 0.5


def estep(X, weights, means, covariances):
    if not answers:
        for _ in range(3):
            threading.Thread(target=meddle).start()
    answers.append(np.zeros((len(X), len(weights))))
    return answers[-1]
