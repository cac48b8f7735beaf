"""Raises what ordinary handlers let through, one after the other."""

import asyncio

KINDS = [KeyboardInterrupt, GeneratorExit, asyncio.CancelledError, BaseException, StopIteration]


class Own(BaseException):
    pass


KINDS.append(Own)


def estep(X, weights, means, covariances):
    KINDS.append(KINDS.pop(0))
    raise KINDS[-1]("enough")
