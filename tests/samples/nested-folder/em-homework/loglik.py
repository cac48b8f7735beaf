from gaussians import log_sum_exp, log_terms


def loglik(X, weights, means, covariances):
    return log_sum_exp(log_terms(X, weights, means, covariances)).sum()
