"""Asks with arguments that grow when they are written again, or that no function takes."""

import os

HEADERS = [
    '{"kind":"ask","fields":{"function":"aic","args":{"tuple":["' + "\u00e9" * 30_000 + '"]},'
    '"kwargs":{"dict":{}}},"arrays":[]}',
    '{"kind":"ask","fields":{"function":"aic","args":{"tuple":[]},'
    '"kwargs":{"dict":{"self":1,"__class__":2,"\u00e9":{"array":0}}}},"arrays":[["<f8",[0],"C"]]}',
    '{"kind":"ask","fields":{"function":"loglik","args":{"tuple":[]},"kwargs":{"dict":{}}},'
    '"arrays":[]}',
    '{"kind":"ask","fields":{"function":"eval","args":{"tuple":["1"]},"kwargs":{"dict":{}}},'
    '"arrays":[]}',
    '{"kind":"ask","fields":{"function":"aic","args":{"tuple":[[[[[[[[[1]]]]]]]]]},'
    '"kwargs":{"dict":{}}},"arrays":[]}',
    '{"kind":"ask","fields":{"function":["aic"],"args":1,"kwargs":[]},"arrays":[]}',
]


def loglik(X, weights, means, covariances):
    HEADERS.append(HEADERS.pop(0))
    header = HEADERS[-1].encode()
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"AGF1" + len(header).to_bytes(4, "little") + header)
        except OSError:
            pass
