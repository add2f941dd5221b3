"""The neighbours of documents of a map that grows: those of the last build, and what newcomers change."""

from __future__ import annotations

import numpy as np

from sitegen.artifacts import Embeddings, Float32, Int32, Int64, Neighbors, content_hashes
from sitegen.pipeline.documents.fingerprints import rows_of
from sitegen.pipeline.executor.blocks import blocks
from sitegen.pipeline.neighbors.find_neighbors import nearest_by_vectors
from sitegen.pipeline.reduction.exact_neighbors import Ints, neighbors_among
from sitegen.pipeline.stage import Context

MOST_ANEW = 0.2
"""Share of the documents whose neighbours are found anew, beyond which those of all are."""


def find_or_update_neighbors(
    *, embeddings: Embeddings, seed: int, previous: Neighbors | None, context: Context
) -> Neighbors:
    """Return the nearest documents of each, as `find_neighbors` does.

    Where few documents came or went, only newcomers and documents that lost a neighbour are compared with all others;
    the rest are compared with newcomers.
    """
    vectors = embeddings.vectors
    prints = content_hashes(vectors).view(np.int64)
    updated = None if previous is None or previous.prints is None else update_neighbors(vectors, prints, previous)
    if updated is not None:
        return Neighbors(updated, prints)
    rows = nearest_by_vectors(vectors, seed, context)
    # later builds compare copies, and documents near them, with all others: done here too, their lists stay
    copies = ~_unique(prints)
    compared = np.flatnonzero(copies | copies[rows].any(axis=1))
    if rows.shape[1] and len(compared):
        rows[compared], _ = neighbors_among(vectors, compared, np.arange(len(vectors)), rows.shape[1])
    return Neighbors(rows, prints)


def update_neighbors(vectors: Float32, prints: Int64, previous: Neighbors) -> Int32 | None:
    """Return the neighbours now, int32 (n, k); None if it is better to find them anew.

    Args:
        vectors: float32 (n, d), unit length.
        prints: int64 (n,), hashes of the vectors.
    """
    count = previous.rows.shape[1]
    if previous.prints is None or not count:
        return None
    # documents with the same vector cannot be told apart, so their neighbours are found anew
    before = np.where(_unique(prints), rows_of(prints, previous.prints), -1)
    now = np.full(len(previous.prints), -1, np.int64)
    now[before[before >= 0]] = np.flatnonzero(before >= 0)
    rows = now[previous.rows[before]]
    anew = (before < 0) | (rows < 0).any(axis=1)
    if anew.mean() > MOST_ANEW or len(vectors) <= count:
        return None
    everyone, kept = np.arange(len(vectors)), np.flatnonzero(~anew)
    if anew.any():
        rows[anew], _ = neighbors_among(vectors, np.flatnonzero(anew), everyone, count)
    new = np.flatnonzero(before < 0)
    if len(new):
        for block in blocks(len(kept)):
            rows[kept[block]] = _nearest_of(vectors, kept[block], rows[kept[block]], new)
    return rows.astype(np.int32)


def _nearest_of(vectors: Float32, block: Ints, known: Ints, new: Ints) -> Ints:
    """Return the nearest of known neighbours and newcomers, int (b, count); the known ones stay in their order.

    Args:
        block: int (b,), documents that are not new.
        known: int (b, count).
        new: int (m,), rows of newcomers.
    """
    count = known.shape[1]
    newest, distances = neighbors_among(vectors, block, new, min(count, len(new)))
    likeness = np.minimum.accumulate(np.einsum("bd,bkd->bk", vectors[block], vectors[known]), axis=1)
    rows = np.hstack([known, newest])
    order = np.argsort(-np.hstack([likeness, 1 - distances]), axis=1, kind="stable")[:, :count]
    return np.take_along_axis(rows, order, axis=1)


def _unique(values: Int64) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether each value occurs once, bool (n,)."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    once: np.ndarray[tuple[int], np.dtype[np.bool_]] = counts[inverse] == 1
    return once
