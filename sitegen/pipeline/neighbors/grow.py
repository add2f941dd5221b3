"""The neighbours of documents of a map that grows: those of the last build, and what newcomers change."""

from __future__ import annotations

import numpy as np

from sitegen.artifacts import Embeddings, Float32, Int32, Int64, Neighbors, content_hashes
from sitegen.pipeline.documents.fingerprints import rows_of
from sitegen.pipeline.executor.blocks import blocks
from sitegen.pipeline.neighbors.find_neighbors import nearest_by_vectors
from sitegen.pipeline.reduction.exact_neighbors import Ints, compare, largest, neighbors_among
from sitegen.pipeline.stage import Context

MOST_ANEW = 0.2
"""Share of the documents whose neighbours are found anew, beyond which those of all are."""
ROUNDING = 1e-6
"""By which a similarity may differ from that of the same two documents, computed among others."""


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
    compared, everyone = np.flatnonzero(anew), np.arange(len(vectors))
    limit = np.full(len(vectors), np.inf, np.float32)  # newcomers that are not as close change no list
    for block in blocks(len(vectors)):
        last = np.einsum("bd,bd->b", vectors[block], vectors[rows[block, -1]])
        limit[block] = np.where(anew[block], np.inf, last - ROUNDING)

    def find(block: slice, likeness: Float32) -> tuple[Ints, Ints, Float32]:
        rows[compared[block]], _ = largest(likeness, count)
        row, near = np.divmod(np.flatnonzero(likeness >= limit), len(vectors))
        return compared[block][row], near, likeness[row, near]

    if len(compared):
        newcomers, beside, likeness = map(np.concatenate, zip(*compare(vectors, compared, everyone, find), strict=True))
        came = before[newcomers] < 0
        _insert(vectors, rows, newcomers[came], beside[came], likeness[came])
    return rows.astype(np.int32)


def _insert(vectors: Float32, rows: Ints, newcomers: Ints, beside: Ints, likeness: Float32) -> None:
    """Insert newcomers into the lists `rows`, int (n, k), of documents; those that are listed stay in their order.

    Args:
        newcomers, beside: int (m,), pairs of a newcomer and a document that it is close to.
        likeness: float32 (m,), of each pair.
    """
    documents, owner = np.unique(beside, return_inverse=True)
    count = rows.shape[1]
    known = np.empty((len(documents), count), np.float32)
    for block in blocks(len(documents)):
        each = documents[block]
        known[block] = np.einsum("bd,bkd->bk", vectors[each], vectors[rows[each]])
    known = np.minimum.accumulate(known, axis=1)
    owners = np.concatenate([np.arange(len(documents)).repeat(count), owner])
    every = np.concatenate([rows[documents].ravel(), newcomers])
    order = np.lexsort((-np.concatenate([known.ravel(), likeness]), owners))
    starts = np.searchsorted(owners[order], np.arange(len(documents)))
    rows[documents] = every[order[starts[:, None] + np.arange(count)]]


def _unique(values: Int64) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether each value occurs once, bool (n,)."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    once: np.ndarray[tuple[int], np.dtype[np.bool_]] = counts[inverse] == 1
    return once
