"""Never comes to the end of its own file."""

while True:
    pass


def estep(X, weights, means, covariances):
    return None
