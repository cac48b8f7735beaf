"""When are two answers the same? Each function brings an answer into its canonical form.

Components may come in any order, and classes may have any labels. An answer that has not the form
asked for ends in a ValueError, TypeError or IndexError.
"""

import numpy as np


def em1d(answer):
    """Return responsibilities, means and variances with the components sorted by mean.

    Means that are the same for all practical purposes leave the order to the variances, and these
    leave it to the shares, so that it never hangs on rounding.
    """
    resp, means, variances = (np.asarray(part, dtype=float) for part in answer)
    if means.ndim != 1 or variances.shape != means.shape or resp.shape[1:] != means.shape:
        raise ValueError("the shapes do not belong together")
    with np.errstate(divide="ignore", invalid="ignore"):
        sizes = np.abs(variances)
        by_mean = _places(means, 1e-3 * np.sqrt(sizes))
        by_variance = _places(np.log(sizes), np.full(len(sizes), 1e-3))
    order = np.lexsort((resp.sum(axis=0), by_variance, by_mean))
    return resp[:, order], means[order], variances[order]


def _places(values, widths):
    """Return each value's place in ascending order; close neighbours have the same one."""
    order = np.argsort(values)
    steps = np.diff(values[order]) > np.minimum(widths[order][:-1], widths[order][1:])
    places = np.empty(len(values), dtype=int)
    places[order] = np.cumsum(np.append(0, steps))
    return places


def appearance(labels):
    """Return labels 0, 1, … in the order in which classes first appear, row by row."""
    labels = np.asarray(labels)
    _, first, inverse = np.unique(labels.ravel(), return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return rank[inverse].reshape(labels.shape)


def segment(answer):
    """Return labels by appearance, from 1 if they are counted from 1.

    All recorded calls ask for two classes. Which class is split by an answer with more depends on
    where EM started, so of that only shape and number of classes count. Numbers with decimals are
    rounded: responsibilities of two runs differ in the last ones.
    """
    labels = np.rint(answer)
    classes = np.unique(labels)
    if len(classes) > 2:
        return np.array([*labels.shape, len(classes)])
    from_one = np.array_equal(classes, np.arange(1, len(classes) + 1))
    return appearance(labels) + int(from_one)


def vbem(answer):
    """Return weights, means and covariances sorted by the means' first feature, and the bounds.

    Means that are the same for all practical purposes leave the order to the weights. Of the
    bounds only differences count, so the first is taken off.
    """
    weights, means, covariances, bounds = (np.asarray(part, dtype=float) for part in answer)
    if (weights.ndim, means.ndim, covariances.ndim, bounds.ndim) != (1, 2, 3, 1):
        raise ValueError("these are not the dimensions asked for")
    if not len(weights) == len(means) == len(covariances):
        raise ValueError("the shapes do not belong together")
    places = _places(means[:, 0], 1e-3 * np.sqrt(np.abs(covariances[:, 0, 0])))
    order = np.lexsort((weights, places))
    return weights[order], means[order], covariances[order], bounds - bounds[:1].sum()
