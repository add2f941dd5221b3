"""A few rows of a large table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa


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
