"""Known mistakes in vbem. Each docstring is what a student who made it is told."""

import numpy as np
from scipy.cluster.vq import kmeans, vq
from scipy.special import digamma, gammaln, multigammaln

_RIDGE = 1e-6


class _Model:
    """All of it, right; a mistake is a class that does one thing otherwise.

    q is a dictionary with a, b, v of shape (K,), m (K, D) and V (K, D, D).
    """

    stable = True

    def __init__(self, X, K, a0, init_resp):
        self.X = np.asarray(X, dtype=float)
        self.N, self.D = self.X.shape
        self.resp = self.start(K) if init_resp is None else np.array(init_resp, dtype=float)
        self.K = self.resp.shape[1]
        self.a0 = self.default_concentration() if a0 is None else a0
        self.m0 = self.prior_mean()
        self.C0 = self.prior_scatter() + _RIDGE * np.eye(self.D)

    def start(self, K):
        spread = self.X.std(axis=0)
        z = self.X / np.where(spread > 0, spread, 1.0)
        centres, _ = kmeans(z, min(K, len(z)), iter=20, rng=np.random.default_rng(0))
        return np.eye(K)[vq(z, centres)[0]]

    def default_concentration(self):
        return 1 / self.K

    def prior_mean(self):
        return self.X.mean(axis=0)

    def prior_scatter(self):
        return np.atleast_2d(np.cov(self.X, rowvar=False))

    # Posterior

    def statistics(self, resp):
        nk = resp.sum(axis=0)
        divisor = np.where(nk > 0, nk, 1.0)
        centres = resp.T @ self.X / divisor[:, None]
        centred = self.X[:, None] - centres
        S = np.einsum("nk,nkd,nke->kde", resp, centred, centred) / divisor[:, None, None]
        return nk, centres, S

    def posterior(self, resp):
        nk, centres, S = self.statistics(resp)
        q = {"nk": nk, "a": self.a0 + nk, "b": 1 + nk, "v": self.D + nk, "S": S, "c": centres}
        q["m"] = self.mean(nk, centres)
        q["V"] = self.scatter(nk, centres, S, q)
        return q | self.changed(q)

    def changed(self, q):
        return {}

    def mean(self, nk, centres):
        return (self.m0 + nk[:, None] * centres) / (1 + nk[:, None])

    def scatter(self, nk, centres, S, q):
        return self.C0 + nk[:, None, None] * S + self.between(nk, centres)

    def between(self, nk, centres):
        away = centres - self.m0
        return (nk / (1 + nk))[:, None, None] * away[:, :, None] * away[:, None, :]

    # Responsibilities

    def log_weights(self, q):
        return digamma(q["a"]) - digamma(q["a"].sum())

    def log_det(self, q):
        shapes = (q["v"][:, None] - np.arange(self.D)) / 2
        return digamma(shapes).sum(axis=1) - np.linalg.slogdet(q["V"] / 2)[1]

    def distances(self, q):
        centred = self.X[:, None] - q["m"]
        return np.einsum("nkd,kde,nke->nk", centred, np.linalg.inv(q["V"]), centred)

    def log_rho(self, q):
        far = self.D / q["b"] + q["v"] * self.distances(q)
        return self.log_weights(q) + self.log_det(q) / 2 - far / 2

    def responsibilities(self, q):
        log_rho = self.log_rho(q)
        if self.stable:
            log_rho = log_rho - log_rho.max(axis=1, keepdims=True)
        rho = np.exp(log_rho)
        return rho / rho.sum(axis=1, keepdims=True)

    # Bound

    def log_norm(self, q):
        shapes = multigammaln(np.maximum(q["v"] / 2, self.D / 2), self.D)
        shapes = shapes - q["v"] / 2 * np.linalg.slogdet(q["V"] / 2)[1]
        log_norms = gammaln(q["a"]) - self.D / 2 * np.log(q["b"]) + shapes
        return log_norms.sum() - gammaln(q["a"].sum())

    def entropy(self, resp):
        return -np.sum(resp * np.log(np.where(resp > 0, resp, 1.0)))

    def bound(self, q, resp):
        return self.log_norm(q) + self.entropy(resp)

    # All of it

    def weights(self, q):
        return q["a"] / q["a"].sum()

    def covariances(self, q):
        return q["V"] / q["v"][:, None, None]

    def log_likelihood(self, q):
        C = self.covariances(q)
        centred = self.X[:, None] - q["m"]
        far = np.einsum("nkd,kde,nke->nk", centred, np.linalg.inv(C), centred)
        heights = np.log(self.weights(q)) - 0.5 * np.linalg.slogdet(2 * np.pi * C)[1]
        return np.logaddexp.reduce(heights - far / 2, axis=1).sum()

    def fit(self, max_iter):
        q, bounds = self.posterior(self.resp), []
        for _ in range(max_iter):
            resp = self.responsibilities(q)
            q = self.posterior(resp)
            bounds.append(self.bound(q, resp))
        return q, bounds


def _fit(model, X, K, max_iter, weight_concentration, init_resp):
    with np.errstate(all="ignore"):
        fitted = model(X, K, weight_concentration, init_resp)
        q, bounds = fitted.fit(max_iter)
        return fitted.weights(q), q["m"], fitted.covariances(q), np.array(bounds, dtype=float)


# Posterior ----------------------------------------------------------------------------------------


class _MaximumLikelihood(_Model):
    def posterior(self, resp):
        nk, centres, S = self.statistics(resp)
        return {"w": nk / self.N, "m": centres, "C": S + _RIDGE * np.eye(self.D)}

    def weights(self, q):
        return q["w"]

    def covariances(self, q):
        return q["C"]

    def log_rho(self, q):
        centred = self.X[:, None] - q["m"]
        far = np.einsum("nkd,kde,nke->nk", centred, np.linalg.inv(q["C"]), centred)
        return np.log(q["w"]) - 0.5 * np.linalg.slogdet(q["C"])[1] - far / 2

    def bound(self, q, resp):
        return self.log_likelihood(q)


def vbem_maximum_likelihood(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """This is plain EM: weights, means and covariances are those of maximum likelihood.

    Where do the prior's a0, m0 and C0 enter the posterior?
    """
    return _fit(_MaximumLikelihood, X, K, max_iter, weight_concentration, init_resp)


class _ConcentrationNotAdded(_Model):
    def changed(self, q):
        return {"a": np.maximum(q["nk"], 1e-10)}


def vbem_concentration_not_added(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The concentration a0 plays no part: a_k is N_k alone.

    The prior counts as a0 points that each component has before any data come.
    """
    return _fit(_ConcentrationNotAdded, X, K, max_iter, weight_concentration, init_resp)


class _ConcentrationOne(_Model):
    def default_concentration(self):
        return 1.0


def vbem_concentration_not_divided(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """When no concentration is given, a0 is 1 here; due is 1 / K.

    Which of the two lets superfluous components go?
    """
    return _fit(_ConcentrationOne, X, K, max_iter, weight_concentration, init_resp)


class _FreedomNotUpdated(_Model):
    def changed(self, q):
        return {"v": np.full(self.K, float(self.D))}


def vbem_freedom_not_updated(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The degrees of freedom stayed at D, whatever the data: the covariances are far too large.

    V_k is a sum over points. What does v_k count?
    """
    return _fit(_FreedomNotUpdated, X, K, max_iter, weight_concentration, init_resp)


class _FreedomOneMore(_Model):
    def changed(self, q):
        return {"v": q["v"] + 1}


def vbem_freedom_one_more(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The degrees of freedom are D + N_k + 1, as in the book's first printings.

    Its list of errata takes the 1 away: each point adds one to what the prior has, no more.
    """
    return _fit(_FreedomOneMore, X, K, max_iter, weight_concentration, init_resp)


class _PriorMeanIgnored(_Model):
    def mean(self, nk, centres):
        return centres


def vbem_prior_mean_ignored(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The means are those of the points alone; they are not drawn towards the prior mean.

    The prior counts as one more point, and that point lies at m0.
    """
    return _fit(_PriorMeanIgnored, X, K, max_iter, weight_concentration, init_resp)


class _PriorMeanZero(_Model):
    def prior_mean(self):
        return np.zeros(self.D)


def vbem_prior_mean_zero(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The prior mean is 0 here, so that the result depends on where the data lie.

    What is m0?
    """
    return _fit(_PriorMeanZero, X, K, max_iter, weight_concentration, init_resp)


class _MeanDividedByPoints(_Model):
    def mean(self, nk, centres):
        return (self.m0 + nk[:, None] * centres) / np.where(nk > 0, nk, 1.0)[:, None]


def vbem_mean_divided_by_points(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """In the means, the prior's point was added above the line but not counted below it.

    N_k c_k and one m0 were summed up: by how much is that to be divided?
    """
    return _fit(_MeanDividedByPoints, X, K, max_iter, weight_concentration, init_resp)


class _BetweenMissing(_Model):
    def between(self, nk, centres):
        return 0.0


def vbem_between_means_missing(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """In V_k the last term is missing, the square of how far c_k lies from m0.

    A component whose points lie far from where the prior expects them is wider for it.
    """
    return _fit(_BetweenMissing, X, K, max_iter, weight_concentration, init_resp)


class _BetweenNotShrunk(_Model):
    def between(self, nk, centres):
        away = centres - self.m0
        return nk[:, None, None] * away[:, :, None] * away[:, None, :]


def vbem_between_means_not_divided(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The last term of V_k has the factor N_k here; due is N_k / b_k.

    Otherwise the distance from m0 counts again with every point, although m0 is only one point.
    """
    return _fit(_BetweenNotShrunk, X, K, max_iter, weight_concentration, init_resp)


class _AboutPosteriorMean(_Model):
    def scatter(self, nk, centres, S, q):
        off = centres - q["m"]
        moved = S + off[:, :, None] * off[:, None, :]
        return self.C0 + nk[:, None, None] * moved + self.between(nk, centres)


def vbem_scatter_about_posterior_mean(
    X, K=6, max_iter=200, weight_concentration=None, init_resp=None
):
    """S_k was taken about the posterior mean m_k, where the points' own mean c_k belongs.

    How far m_k lies from c_k is in the last term of V_k already.
    """
    return _fit(_AboutPosteriorMean, X, K, max_iter, weight_concentration, init_resp)


class _PriorScatterLeftOut(_Model):
    def prior_scatter(self):
        return np.zeros((self.D, self.D))


def vbem_prior_scatter_left_out(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The prior's C0 is not in V_k: a component with few points can shrink to nothing.

    What is V_k for a component without any points?
    """
    return _fit(_PriorScatterLeftOut, X, K, max_iter, weight_concentration, init_resp)


class _PriorScatterBiased(_Model):
    def prior_scatter(self):
        return np.atleast_2d(np.cov(self.X, rowvar=False, bias=True))


def vbem_prior_scatter_biased(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """C0 was made with the divisor N; due is N - 1, which is np.cov's default.

    Elsewhere in this assignment the divisor is N; the docstring says which one it is here.
    """
    return _fit(_PriorScatterBiased, X, K, max_iter, weight_concentration, init_resp)


class _PriorScatterIdentity(_Model):
    def prior_scatter(self):
        return np.eye(self.D)


def vbem_prior_scatter_identity(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """C0 is the identity matrix here; due is the covariance of X.

    A prior in the units of X fits data in any units.
    """
    return _fit(_PriorScatterIdentity, X, K, max_iter, weight_concentration, init_resp)


class _MeanScatter(_Model):
    def scatter(self, nk, centres, S, q):
        return self.C0 + S + self.between(nk, centres)


def vbem_scatter_not_summed(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """In V_k the covariance S_k is not multiplied by N_k, so that it counts as one point.

    V_k is divided by v_k in the end: what it is made of has to be sums.
    """
    return _fit(_MeanScatter, X, K, max_iter, weight_concentration, init_resp)


# Responsibilities ---------------------------------------------------------------------------------


class _LogOfMeanWeight(_Model):
    def log_weights(self, q):
        return np.log(q["a"] / q["a"].sum())


def vbem_log_of_mean_weight(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """In the responsibilities stands the logarithm of the expected weight.

    Due is the expected logarithm, which is less: psi(a_k) - psi(sum of all a).
    """
    return _fit(_LogOfMeanWeight, X, K, max_iter, weight_concentration, init_resp)


class _LogOfMeanPrecision(_Model):
    def log_det(self, q):
        return self.D * np.log(q["v"]) - np.linalg.slogdet(q["V"])[1]


def vbem_log_of_mean_precision(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """In the responsibilities stands log det of the expected precision.

    Due is the expected log det, which is less: where do the D digammas of the formula come in?
    """
    return _fit(_LogOfMeanPrecision, X, K, max_iter, weight_concentration, init_resp)


class _PluggedIn(_LogOfMeanWeight, _LogOfMeanPrecision):
    def log_rho(self, q):
        far = q["v"] * self.distances(q)
        return self.log_weights(q) + self.log_det(q) / 2 - far / 2


def vbem_plugged_in(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The responsibilities are those of EM at the expected parameters, as if these were certain.

    Due are expected logarithms: two digamma terms, and D / b_k for the uncertain mean.
    """
    return _fit(_PluggedIn, X, K, max_iter, weight_concentration, init_resp)


class _WithoutUncertainMean(_Model):
    def log_rho(self, q):
        return self.log_weights(q) + self.log_det(q) / 2 - q["v"] * self.distances(q) / 2


def vbem_without_d_over_b(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """In the responsibilities the term D / b_k is missing.

    The mean is uncertain too, and the more so, the fewer points a component has.
    """
    return _fit(_WithoutUncertainMean, X, K, max_iter, weight_concentration, init_resp)


class _SameDigamma(_Model):
    def log_det(self, q):
        return self.D * digamma(q["v"] / 2) - np.linalg.slogdet(q["V"] / 2)[1]


def vbem_same_digamma(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """All D digammas of the expected log det have the same argument, v_k / 2.

    In the sum, i runs from 1 to D: where does it enter?
    """
    return _fit(_SameDigamma, X, K, max_iter, weight_concentration, init_resp)


class _LogDetNotHalved(_Model):
    def log_rho(self, q):
        far = self.D / q["b"] + q["v"] * self.distances(q)
        return self.log_weights(q) + self.log_det(q) - far / 2


def vbem_log_det_not_halved(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """In the responsibilities the expected log det of the precision counts in full; due is half.

    A density has the root of the determinant.
    """
    return _fit(_LogDetNotHalved, X, K, max_iter, weight_concentration, init_resp)


class _DistanceWithoutFreedom(_Model):
    def log_rho(self, q):
        far = self.D / q["b"] + self.distances(q)
        return self.log_weights(q) + self.log_det(q) / 2 - far / 2


def vbem_distance_without_freedom(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """In the responsibilities the distances are too short: the factor v_k is missing.

    The expected precision matrix is v_k times the inverse of V_k.
    """
    return _fit(_DistanceWithoutFreedom, X, K, max_iter, weight_concentration, init_resp)


class _WeightsForgotten(_Model):
    def log_weights(self, q):
        return 0.0


def vbem_weights_forgotten(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The weights play no part in the responsibilities.

    A component with many points is likelier from the outset.
    """
    return _fit(_WeightsForgotten, X, K, max_iter, weight_concentration, init_resp)


class _AllOrNothing(_Model):
    def responsibilities(self, q):
        return np.eye(self.K)[self.log_rho(q).argmax(axis=1)]


def vbem_all_or_nothing(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """In each iteration every point was given to its likeliest component alone, as k-means does.

    Responsibilities are shares.
    """
    return _fit(_AllOrNothing, X, K, max_iter, weight_concentration, init_resp)


class _Unstable(_Model):
    stable = False


def vbem_not_in_log_space(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """Far from all components the responsibilities are 0 / 0: exp underflows.

    Subtract the largest of a point's log terms before you exponentiate.
    """
    return _fit(_Unstable, X, K, max_iter, weight_concentration, init_resp)


# Bound --------------------------------------------------------------------------------------------


class _WithoutEntropy(_Model):
    def entropy(self, resp):
        return 0.0


def vbem_bound_without_entropy(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """In the bound the term - sum r log r is missing.

    It is the entropy of the responsibilities, and it changes with each iteration.
    """
    return _fit(_WithoutEntropy, X, K, max_iter, weight_concentration, init_resp)


class _EntropySubtracted(_Model):
    def entropy(self, resp):
        return -super().entropy(resp)


def vbem_bound_entropy_subtracted(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """In the bound the term with r log r has the wrong sign.

    An entropy is positive, and it raises the bound.
    """
    return _fit(_EntropySubtracted, X, K, max_iter, weight_concentration, init_resp)


class _BoundOfLikelihood(_Model):
    def bound(self, q, resp):
        return self.log_likelihood(q)


def vbem_bound_is_log_likelihood(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The bounds are log-likelihoods of the expected parameters, which may fall.

    What never falls here has the priors in it: the bound L of the docstring.
    """
    return _fit(_BoundOfLikelihood, X, K, max_iter, weight_concentration, init_resp)


class _NegativeBound(_Model):
    def bound(self, q, resp):
        return -super().bound(q, resp)


def vbem_bound_negative(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The bounds have the opposite sign, so that they fall where they should rise.

    Some books minimise the free energy, which is minus the bound.
    """
    return _fit(_NegativeBound, X, K, max_iter, weight_concentration, init_resp)


class _BoundPerPoint(_Model):
    def bound(self, q, resp):
        return super().bound(q, resp) / self.N


def vbem_bound_for_each_point(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The bounds were divided by N, the number of points.

    The bound L is a sum over all points.
    """
    return _fit(_BoundPerPoint, X, K, max_iter, weight_concentration, init_resp)


class _BoundOfTheStart(_Model):
    def fit(self, max_iter):
        first = self.posterior(self.resp)
        q, bounds = super().fit(max_iter)
        return q, [self.bound(first, self.resp), *bounds]


def vbem_bound_of_the_start_too(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The bounds begin with that of the start: there is one more of them than iterations.

    The first is due after the first iteration.
    """
    return _fit(_BoundOfTheStart, X, K, max_iter, weight_concentration, init_resp)


# What comes back ----------------------------------------------------------------------------------


class _Shares(_Model):
    def weights(self, q):
        return q["nk"] / self.N


def vbem_returns_shares(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The weights returned are the shares N_k / N; due are the expected weights.

    Of what is the posterior a Dirichlet distribution, and what is its mean?
    """
    return _fit(_Shares, X, K, max_iter, weight_concentration, init_resp)


class _Concentrations(_Model):
    def weights(self, q):
        return q["a"]


def vbem_returns_concentrations(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The weights returned are the concentrations a_k, whose sum is not 1.

    The expected weight is a share of their sum.
    """
    return _fit(_Concentrations, X, K, max_iter, weight_concentration, init_resp)


class _Scatters(_Model):
    def covariances(self, q):
        return q["V"]


def vbem_returns_scatters(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The matrices V_k were returned, which grow with every point.

    By what are they to be divided?
    """
    return _fit(_Scatters, X, K, max_iter, weight_concentration, init_resp)


class _Precisions(_Model):
    def covariances(self, q):
        return np.linalg.inv(q["V"]) * q["v"][:, None, None]


def vbem_returns_precisions(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """The expected precision matrices were returned; due are their inverses.

    In which units is a covariance?
    """
    return _fit(_Precisions, X, K, max_iter, weight_concentration, init_resp)


class _ExpectedCovariance(_Model):
    def covariances(self, q):
        return q["V"] / np.maximum(q["v"] - self.D - 1, 1e-9)[:, None, None]


def vbem_returns_expected_covariances(
    X, K=6, max_iter=200, weight_concentration=None, init_resp=None
):
    """V_k was divided by v_k - D - 1, which gives the expected covariance.

    Due is the inverse of the expected precision: with few points, the former does not even exist.
    """
    return _fit(_ExpectedCovariance, X, K, max_iter, weight_concentration, init_resp)


def vbem_moves_x(X, K=6, max_iter=200, weight_concentration=None, init_resp=None):
    """X itself was moved to its mean: after the call the caller's array has other values.

    Write X = X - mean in place of X -= mean.
    """
    answer = _fit(_Model, X, K, max_iter, weight_concentration, init_resp)
    if isinstance(X, np.ndarray) and X.dtype == float:
        X -= X.mean(axis=0)
    return answer
