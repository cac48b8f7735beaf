import numpy as np


def mstep(X, resp, reg_covar=1e-6):
    X = np.asarray(X)
    resp = np.asarray(resp)
    weights = resp.mean(axis=0)
    means, covariances = [], []
    for r in resp.T:
        if r.sum() > 0:
            mean = np.average(X, axis=0, weights=r)
            diff = X - mean
            cov = np.average(diff[:, :, None] * diff[:, None, :], axis=0, weights=r)
        else:
            mean = np.zeros(X.shape[1])
            cov = np.eye(X.shape[1])
        means.append(mean)
        covariances.append(cov + reg_covar * np.eye(X.shape[1]))
    return weights, means, covariances
