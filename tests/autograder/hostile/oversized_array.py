"""Announces arrays of more bytes, dimensions and items than there can be."""

import os

SHAPES = [
    "[1099511627776]",
    "[33554432,33554432]",
    "[-1]",
    "[1,1,1,1,1,1,1,1,1,1]",
    "[0,9007199254740993]",
    "[1e3]",
    "[true]",
    '["7"]',
    "[" + "1" * 4000 + "]",
]


def estep(X, weights, means, covariances):
    SHAPES.append(SHAPES.pop(0))
    header = (
        '{"kind":"returned","fields":{"value":{"array":0},"changed":[]},'
        f'"arrays":[["<f8",{SHAPES[-1]},"C"]]}}'
    ).encode()
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"AGF1" + len(header).to_bytes(4, "little") + header)
        except OSError:
            pass
