"""Sends headers that are no JSON, no header, or JSON that breaks careless readers."""

import os

HEADERS = [
    b"[" * 60_000,
    b'{"a":' * 10_000,
    b"9" * 60_000,
    b'{"kind":"returned","fields":{"value":1e999,"changed":[]},"arrays":[]}',
    b'{"kind":"returned","fields":{"value":NaN,"changed":[]},"arrays":[]}',
    b'{"kind":"returned","fields":{"value":{"array":true},"changed":[]},"arrays":[]}',
    b'{"kind":"returned","fields":{"value":{"object":0},"changed":[]},"arrays":[]}',
    b'{"kind":["returned"],"fields":{},"arrays":[]}',
    b'{"kind":"returned","fields":{"value":"\\ud800","changed":[]},"arrays":[]}',
    b'{"kind":"returned","fields":{"value":1,"changed":[9e99,{}]},"arrays":[]}',
    b'{"kind":"returned","fields":{"__class__":1},"arrays":[["O",[1],"C"]]}',
    b"\xff\xfe{\x00}\x00",
    b"\x00" * 1000,
    b"null",
    b"",
]


def estep(X, weights, means, covariances):
    HEADERS.append(HEADERS.pop(0))
    for descriptor in range(3, 64):
        try:
            frame = b"AGF1" + len(HEADERS[-1]).to_bytes(4, "little") + HEADERS[-1]
            os.write(descriptor, frame)
        except OSError:
            pass
