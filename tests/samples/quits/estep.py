import numpy as np


def estep(X, weights, means, covariances):
    X = np.asarray(X)
    weights = np.asarray(weights)
    print("estep: X", X.shape, "weights", weights)
    d = X.shape[1]

    # all points minus all means, (K, N, D)
    diff = X[np.newaxis, :, :] - np.asarray(means)[:, np.newaxis, :]
    # C^-1 diff, for all components at once
    solved = np.linalg.solve(covariances, diff.transpose(0, 2, 1)).transpose(0, 2, 1)
    exponent = -0.5 * (diff * solved).sum(axis=2)
    logdet = np.log(np.linalg.det(covariances))
    a = exponent - 0.5 * (logdet + d * np.log(2 * np.pi))[:, np.newaxis]

    # now Bayes. weights only multiply, so they can wait until after the exp
    # (but a component of weight 0 must not be the largest one)
    a[weights == 0] = -np.inf
    p = weights[:, np.newaxis] * np.exp(a - a.max(axis=0))
    return (p / p.sum(axis=0)).T


if __name__ == "__main__":
    x = np.array([[-2.0], [-1], [0], [3], [5]])
    print(estep(x, [0.3, 0.7], [[-1], [4]], [[[0.25]], [[4]]]))
