"""Exact nearest neighbours of a few documents among all, by comparing each with every other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Float32

PRODUCTS_AT_ONCE = 1 << 24
"""Similarities that are held at once: 64 MB."""
Ints = npt.NDArray[np.integer]


def neighbors_among(vectors: Float32, rows: Ints, candidates: Ints, count: int) -> tuple[Ints, Float32]:
    """Return the nearest candidates of some documents, none of which is its own neighbour.

    Args:
        vectors: float32 (n, d), unit length.
        rows: int (m,), the documents.
        candidates: int (c,), rows of those to find, ascending, more than `count`.

    Returns:
        Rows, int64 (m, count), and cosine distances, float32 (m, count), nearest first.
    """
    found = np.empty((len(rows), count), np.int64)
    distances = np.empty((len(rows), count), np.float32)
    others = vectors[candidates]
    size = max(1, PRODUCTS_AT_ONCE // len(candidates))
    for start in range(0, len(rows), size):
        block = rows[start : start + size]
        likeness = vectors[block] @ others.T
        at = np.minimum(np.searchsorted(candidates, block), len(candidates) - 1)
        itself = np.flatnonzero(candidates[at] == block)
        likeness[itself, at[itself]] = -np.inf
        near = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        values = np.take_along_axis(likeness, near, axis=1)
        order = np.lexsort((near, -values), axis=1)
        found[start : start + size] = candidates[np.take_along_axis(near, order, axis=1)]
        distances[start : start + size] = 1 - np.take_along_axis(values, order, axis=1)
    return found, np.maximum(distances, 0)


def mean_distances(vectors: Float32, rows: Ints, candidates: Ints, count: int) -> Float32:
    """Return the mean cosine distance of documents to their nearest candidates, float32 (m,)."""
    if not len(rows):
        return np.empty(0, np.float32)
    _, distances = neighbors_among(vectors, rows, candidates, count)
    mean: Float32 = distances.mean(axis=1)
    return mean
