"""Exact nearest neighbours of a few documents among all, by comparing each with every other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Float32
from sitegen.parallel import in_threads
from sitegen.pipeline.executor.blocks import blocks

PRODUCTS_AT_ONCE = 1 << 24
"""Similarities that a thread holds at once: 64 MB."""
Ints = npt.NDArray[np.integer]
Out = TypeVar("Out")


def neighbors_among(vectors: Float32, rows: Ints, candidates: Ints, count: int) -> tuple[Ints, Float32]:
    """Return the nearest candidates of some documents, none of which is its own neighbour.

    Args:
        vectors: float32 (n, d), unit length.
        rows: int (m,), the documents.
        candidates: int (c,), rows of those to find, ascending, more than `count`.

    Returns:
        Rows, int64 (m, count), and cosine distances, float32 (m, count), nearest first.
    """
    (found,) = neighbors_of_choices(vectors, rows, (candidates, count))
    return found


def neighbors_of_choices(vectors: Float32, rows: Ints, *choices: tuple[Ints, int]) -> list[tuple[Ints, Float32]]:
    """Return what `neighbors_among` does for each choice of candidates, while similarities are computed once.

    Args:
        choices: candidates and their count; those of a choice are among those of the choice before.
    """
    candidates, _ = choices[0]
    left_out = [np.flatnonzero(~np.isin(candidates, chosen, assume_unique=True)) for chosen, _ in choices]
    found: list[tuple[Ints, Float32]] = [
        (np.empty((len(rows), count), np.int64), np.empty((len(rows), count), np.float32)) for _, count in choices
    ]

    def choose(block: slice, likeness: Float32) -> None:
        for (near, distances), columns, (_, count) in zip(found, left_out, choices, strict=True):
            likeness[:, columns] = -np.inf
            column, values = largest(likeness, count)
            near[block], distances[block] = candidates[column], np.maximum(1 - values, 0)

    compare(vectors, rows, candidates, choose)
    return found


def compare(vectors: Float32, rows: Ints, candidates: Ints, use: Callable[[slice, Float32], Out]) -> list[Out]:
    """Return what `use` makes of each block of `rows` and their similarities, float32 (b, c); to itself it is -inf.

    Blocks are compared on all cores, each on one thread: so the number of cores changes no bit.
    """
    others = vectors[candidates]

    def compared(block: slice) -> Out:
        likeness = vectors[rows[block]] @ others.T
        at = np.minimum(np.searchsorted(candidates, rows[block]), len(candidates) - 1)
        itself = np.flatnonzero(candidates[at] == rows[block])
        likeness[itself, at[itself]] = -np.inf
        return use(block, likeness)

    return [*in_threads(compared, blocks(len(rows), max(1, PRODUCTS_AT_ONCE // len(candidates))))]


def largest(values: Float32, count: int) -> tuple[Ints, Float32]:
    """Return column and value of the `count` largest of each row, (m, count), largest first, the first of equals."""
    least = np.partition(values, -count, axis=1)[:, -count, None]  # of values alone: positions take ten times as long
    row, column = np.divmod(np.flatnonzero(values >= least), values.shape[1])
    found = values[row, column]
    order = np.lexsort((column, -found, row))
    starts = np.searchsorted(row, np.arange(len(values)))  # there are more than `count` where some are equal
    chosen = order[starts[:, None] + np.arange(count)]
    return column[chosen], found[chosen]


def mean_distances(vectors: Float32, rows: Ints, candidates: Ints, count: int) -> Float32:
    """Return the mean cosine distance of documents to their nearest candidates, float32 (m,)."""
    if not len(rows):
        return np.empty(0, np.float32)
    _, distances = neighbors_among(vectors, rows, candidates, count)
    mean: Float32 = distances.mean(axis=1)
    return mean
