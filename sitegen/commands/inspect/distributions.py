"""How the columns that ride along with the documents are distributed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import COLUMN_TYPES
from sitegen.commands.inspect.histogram import Histogram, histogram
from sitegen.config import DocumentsConfig

SHOWN = 12
"""Categories that are named; the others are counted together."""
MICROSECONDS_PER_DAY = 86_400_000_000


@dataclass(frozen=True)
class Categories:
    """The values of a category. Attributes: top: the most frequent ones with their documents, the first first."""

    column: str
    missing: int
    distinct: int
    top: tuple[tuple[str, int], ...]
    others: int


@dataclass(frozen=True)
class Numbers:
    """The values of a number or date; dates in days since 1970. `bars` is None where no document has a value."""

    column: str
    missing: int
    dates: bool
    bars: Histogram | None


Distribution = Categories | Numbers


def distributions(table: pa.Table, config: DocumentsConfig) -> tuple[Distribution, ...]:
    """Describe each category, number and date of the documents."""
    return tuple(_distribution(table.column(field), column, kind) for field, column, kind in _columns(config))


def _columns(config: DocumentsConfig) -> Iterator[tuple[str, str, str]]:
    """Name in the table of documents, name in the rows, and type."""
    if config.category is not None:
        yield "category", config.category, "category"
    if config.date is not None:
        yield "date", config.date, "date"
    yield from ((name, name, kind) for name, kind in config.columns.items() if kind != "text")


def _distribution(values: pa.ChunkedArray, column: str, kind: str) -> Distribution:
    there = values.drop_null()
    if kind == "category":
        counts = [(each["values"], each["counts"]) for each in pc.value_counts(there).to_pylist()]
        counts.sort(key=lambda each: (-each[1], each[0]))
        top = tuple(counts[:SHOWN])
        others = len(there) - sum(count for _, count in top)
        return Categories(column, values.null_count, len(counts), top, others)
    dates = there.type == COLUMN_TYPES["date"]
    numbers = (pc.cast(there, pa.int64()) if dates else there).to_numpy().astype(np.float64)
    bars = histogram(numbers / MICROSECONDS_PER_DAY if dates else numbers) if len(numbers) else None
    return Numbers(column, values.null_count, dates, bars)
