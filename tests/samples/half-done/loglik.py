"""Log-likelihood."""

import numpy as np
import scipy.stats as st
from scipy.special import logsumexp


def loglik(X, weights, means, covariances):
    """See handout. Returns one number."""
    parts = [st.multivariate_normal(m, C).logpdf(X) for m, C in zip(means, covariances)]
    return logsumexp(np.array(parts).T, axis=1, b=np.asarray(weights)).sum()
