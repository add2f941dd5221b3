"""Rows of tables and arrays: a few of a large one, those of each topic."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Scalar = TypeVar("Scalar", bound="np.generic[Any]")


def take_rows(table: pa.Table, rows: Sequence[int] | npt.NDArray[np.integer]) -> pa.Table:
    """These rows of `table`, in this order.

    `pa.Table.take` joins all chunks of a column first: at each call it copies all texts there are.
    """
    batches = table.to_batches()
    starts = np.cumsum([0, *map(len, batches)])
    wanted = np.asarray(rows, np.int64)
    batch_of = np.searchsorted(starts, wanted, "right") - 1
    taken = [batches[each].take(pa.array(wanted[batch_of == each] - starts[each])) for each in np.unique(batch_of)]
    by_batch = np.argsort(batch_of, kind="stable")
    return pa.Table.from_batches(taken, table.schema).take(pa.array(np.argsort(by_batch)))


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
