"""Long documents that hold nearly the same words, as rows of one boilerplate do."""

from __future__ import annotations

from typing import Any

import numpy as np

from sitegen.artifacts import Int32

LONG = 4
"""Documents with so many times the words of the median one are looked at; shorter ones lead no topic."""
BANDS, IN_BAND = 8, 4
"""Of MinHash (Broder 1997): documents that agree in a band are compared."""
ALIKE = 0.7
"""Share of their hashes, and so about of their different words, in which they agree."""
PRIME = (1 << 31) - 1


def near_equal(counts: Any) -> Int32:
    """Return the group of each document, int32 (n,): the same number for long ones that are alike, -1 for others.

    Args:
        counts: sparse int32 (n, v) in CSR form, words of the documents.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    groups = np.full(counts.shape[0], -1, np.int32)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    long = np.flatnonzero(lengths > LONG * np.median(lengths)) if len(lengths) else lengths
    if len(long) < 2:
        return groups
    rows = counts[long]
    factors, shifts = np.random.default_rng(0).integers(1, PRIME, (2, BANDS * IN_BAND), np.int64)
    hashes = np.stack(
        [
            np.minimum.reduceat((rows.indices * factor + shift) % PRIME, rows.indptr[:-1])
            for factor, shift in zip(factors, shifts, strict=True)
        ],
        axis=1,
    )
    links = []
    for start in range(0, BANDS * IN_BAND, IN_BAND):
        _, first, place = np.unique(hashes[:, start : start + IN_BAND], axis=0, return_index=True, return_inverse=True)
        other = first[place.ravel()]
        alike = np.flatnonzero((hashes == hashes[other]).mean(axis=1) >= ALIKE)
        links.append(np.stack([alike, other[alike]]))
    one, other = np.concatenate(links, axis=1)
    _, labels = connected_components(csr_matrix((np.ones(len(one)), (one, other)), shape=(len(long), len(long))), False)
    several = np.bincount(labels)[labels] > 1
    groups[long[several]] = labels[several]
    return groups
