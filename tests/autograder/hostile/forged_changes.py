"""Answers rightly, and says that it has changed arguments by the thousand that are not there."""

import os

import numpy as np
from right import estep as right

write = os.write
os.write = lambda descriptor, data: len(data)  # what the worker would have sent


def estep(X, weights, means, covariances):
    resp = np.ascontiguousarray(right(X, weights, means, covariances))
    changed = ",".join(["-1", "4", "1000000", "-9223372036854775808"] * 1000)
    header = (
        '{"kind":"returned","fields":{"value":{"array":0},"changed":['
        + changed
        + f']}},"arrays":[["<f8",[{len(X)},{len(weights)}],"C"]]}}'
    ).encode()
    for descriptor in range(3, 64):
        try:
            write(descriptor, b"AGF1" + len(header).to_bytes(4, "little") + header + resp.tobytes())
        except OSError:
            pass
