"""Sends questions as fast as it can and never reads an answer."""

import os

HEADER = (
    b'{"kind":"ask","fields":{"function":"aic","args":{"tuple":[1,1]},"kwargs":{"dict":{}}},'
    b'"arrays":[]}'
)


def loglik(X, weights, means, covariances):
    frame = b"AGF1" + len(HEADER).to_bytes(4, "little") + HEADER
    while True:
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, frame)
            except OSError:
                pass
