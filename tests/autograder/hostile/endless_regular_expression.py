"""Matches a regular expression that backtracks for ever."""

import re


def estep(X, weights, means, covariances):
    return re.match(r"(a|a)*$", "a" * 60 + "b")
