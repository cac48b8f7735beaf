import numpy as np


def mstep(X, resp, reg_covar=1e-6):
    X = np.asarray(X)
    resp = np.asarray(resp)
    n = len(X)
    weights = resp.sum(axis=0) / n
    means, covariances = [], []
    for k in range(resp.shape[1]):
        r = resp[:, [k]]
        if r.sum() > 0:
            mean = (r * X).sum(axis=0) / r.sum()
            cov = (r * (X - mean)).T @ (X - mean) / r.sum()
        else:
            print("component", k, "is empty")
            mean = X[0]
            cov = np.cov(X.T, bias=True).reshape(X.shape[1], X.shape[1])
        means.append(mean)
        covariances.append(cov + reg_covar * np.eye(X.shape[1]))
    return weights, np.array(means), np.array(covariances)
