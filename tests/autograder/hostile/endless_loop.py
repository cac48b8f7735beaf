"""Never returns, and catches whatever would make it."""


def estep(X, weights, means, covariances):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
