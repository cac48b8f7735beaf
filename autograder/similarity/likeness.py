"""How alike all pairs of texts are, by copydetect's fingerprints.

copydetect makes names, strings, comments and spaces of code alike and compares what runs of ``K``
characters are left (winnowing: Schleimer, Wilkerson and Aiken, SIGMOD 2003,
https://theory.stanford.edu/~aiken/publications/papers/sigmod03.pdf). Its window is 1 here, so all
runs count: answers are short, and which runs a wider window chooses depends on Python's hashes of
text, which differ from one run of a program to the next.

The share of a text that lies in runs of another is what ``copydetect.compare_files`` returns. It
is computed here for one text against all others at once.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from copydetect import CodeFingerprint
from copydetect.utils import get_token_coverage
from numpy.typing import NDArray

K = 25
"""Characters of a run, copydetect's own default."""

LEAST = 3 * K
"""Characters that a text must have of its own to be compared."""


def fingerprint(text: str, given: frozenset[int] = frozenset()) -> CodeFingerprint:
    """Return a text's fingerprint without the runs of what was handed out.

    copydetect's own parameter for that takes each run to be in a text once, which it need not be.
    """
    made = CodeFingerprint("text.py", K, 1, language="python", fp=io.StringIO(text))
    if given:
        made.hash_idx = {run: at for run, at in made.hash_idx.items() if run not in given}
        made.hashes = set(made.hash_idx)
        made.token_coverage = get_token_coverage(made.hash_idx, K, len(made.filtered_code))
    return made


def runs_of(texts: Iterable[str]) -> frozenset[int]:
    """Return the runs of code that was handed out."""
    return frozenset(run for text in texts for run in fingerprint(text).hashes)


@dataclass(frozen=True)
class Likeness:
    """All pairs of one question.

    Attributes
    ----------
    places : array of int, shape (n,)
        Which submissions have a text that was compared.
    shares : array of float32, shape (n, n)
        In row i and column j, the share of text j that is in text i.
    too_short : tuple of int
        Submissions whose text has too little of its own.
    """

    places: NDArray[np.int64]
    shares: NDArray[np.float32]
    too_short: tuple[int, ...]

    @property
    def alike(self) -> NDArray[np.float32]:
        """For each pair the larger of its two shares; shape (n, n), symmetric."""
        return np.maximum(self.shares, self.shares.T)


def compare_all(texts: Mapping[int, str], given: Iterable[str]) -> Likeness:
    """Compare all pairs of a question's texts.

    Parameters
    ----------
    texts : mapping of int to str
        By the place of the submission.
    given : iterable of str
        What was handed out.
    """
    handed_out = runs_of(given)
    places, runs, starts, covered, too_short = [], [], [], [], []
    for place, text in sorted(texts.items()):
        made = fingerprint(text, handed_out)
        if made.token_coverage < LEAST:
            too_short.append(place)
            continue
        at = np.concatenate([np.asarray(where) for where in made.hash_idx.values()])
        run = np.repeat(list(made.hash_idx), [len(where) for where in made.hash_idx.values()])
        order = np.argsort(at)
        places.append(place)
        runs.append(run[order])
        starts.append(at[order])
        covered.append(made.token_coverage)
    n = len(places)
    if not n:
        return Likeness(np.zeros(0, np.int64), np.zeros((0, 0), np.float32), tuple(too_short))
    owner = np.repeat(np.arange(n), [len(run) for run in runs])
    run_numbers = np.unique(np.concatenate(runs), return_inverse=True)[1]
    start = np.concatenate(starts)
    shares = np.empty((n, n), np.float32)
    is_there = np.zeros(run_numbers.max() + 1, bool)
    for i in range(n):
        own = run_numbers[owner == i]
        is_there[own] = True
        found = np.flatnonzero(is_there[run_numbers])
        is_there[own] = False
        shares[i] = _covered(start[found], owner[found], n) / covered
    return Likeness(np.array(places), shares, tuple(too_short))


def _covered(start: NDArray[np.int64], owner: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """Return how many characters of each text lie in the runs that start at these places."""
    length = np.full(len(start), float(K))
    same = owner[1:] == owner[:-1]
    length[:-1][same] = np.minimum(np.diff(start)[same], K)
    return np.bincount(owner, weights=length, minlength=n).astype(float)
