import numpy as np
from scipy.special import logsumexp
from scipy.stats import multivariate_normal


def estep(X, weights, means, covariances):
    # one column per component: log N(x_n | m_k, C_k)
    log_p = np.column_stack(
        [multivariate_normal.logpdf(X, mean=m, cov=C) for m, C in zip(means, covariances)]
    )
    # normalise every row (log-sum-exp, see handout)
    return np.exp(log_p - logsumexp(log_p, axis=1, keepdims=True))
