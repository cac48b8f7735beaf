"""Sends many questions at the last moment, which the grader would go on answering."""

import os
import time

HEADER = (
    b'{"kind":"ask","fields":{"function":"aic","args":{"tuple":[]},"kwargs":{"dict":{}}},'
    b'"arrays":[]}'
)


def loglik(X, weights, means, covariances):
    time.sleep(@check_seconds@ - 0.05)
    frames = 170 * (b"AGF1" + len(HEADER).to_bytes(4, "little") + HEADER)
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, frames)
        except OSError:
            pass
    time.sleep(60)
