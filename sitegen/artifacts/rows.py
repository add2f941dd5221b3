"""Rows of tables and arrays: a few of a large one, those of each topic, an order that only content decides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Scalar = TypeVar("Scalar", bound=np.generic)
HASHED_AT_ONCE = 10_000
"""Rows, so that of 1,000 numbers each a few take 240 MB at once."""


def take_rows(table: pa.Table, rows: Sequence[int] | npt.NDArray[np.integer]) -> pa.Table:
    """Return these rows of `table`, in this order.

    `pa.Table.take` joins all chunks of a column first: at each call it copies all texts there are.
    """
    batches = table.to_batches()
    starts = np.cumsum([0, *map(len, batches)])
    wanted = np.asarray(rows, np.int64)
    batch_of = np.searchsorted(starts, wanted, "right") - 1
    taken = [batches[each].take(pa.array(wanted[batch_of == each] - starts[each])) for each in np.unique(batch_of)]
    by_batch = np.argsort(batch_of, kind="stable")
    return pa.Table.from_batches(taken, table.schema).take(pa.array(np.argsort(by_batch)))


def content_order(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Return the order of the rows of float32 (n, d) by what is in them, int64 (n,); equal rows stay in their order.

    Algorithms that break ties by position are given rows in this order, so that the order of a file decides nothing.
    It is that of a 64-bit hash: sorting by columns would take as long as the algorithms.
    """
    return np.argsort(content_hashes(rows), kind="stable")


def content_hashes(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.uint64]:
    """Return a 64-bit hash of each row of float32 (n, d), uint64 (n,)."""
    factors = np.random.default_rng(0).integers(0, 2**64, rows.shape[1], np.uint64) | np.uint64(1)
    hashes = np.empty(len(rows), np.uint64)
    for start in range(0, len(rows), HASHED_AT_ONCE):
        bits = np.ascontiguousarray(rows[start : start + HASHED_AT_ONCE]).view(np.uint32).astype(np.uint64)
        mixed = bits * factors
        hashes[start : start + HASHED_AT_ONCE] = (mixed ^ (mixed >> np.uint64(32))).sum(axis=1, dtype=np.uint64)
    return hashes


def split_by_topic(
    values: npt.NDArray[Scalar], assignment: npt.NDArray[np.int32], topics: int
) -> list[npt.NDArray[Scalar]]:
    """Return the rows of `values` (n, ...) that belong to each of so many topics, in their order.

    Args:
        assignment: int32 (n,), topic of each row, -1 outside.
    """
    by_topic = np.argsort(assignment, kind="stable")
    ends = np.searchsorted(assignment[by_topic], np.arange(topics + 1))
    return [values[by_topic[start:end]] for start, end in pairwise(ends)]


def topic_centers(places: Sequence[npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
    """Return the middle of each topic, (k, 2): the median of the places of its documents, (m, 2) each."""
    return np.array([np.median(each, axis=0) for each in places], np.float32).reshape(-1, 2)
