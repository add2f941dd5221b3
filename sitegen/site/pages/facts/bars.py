"""Documents -> bars: by length, by category, by period."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Documents
from sitegen.site.privacy.redact import Redact

CATEGORIES = 12
LENGTH_BARS = 20
PERIODS = (("D", 1), ("W", 1), ("M", 1), ("M", 3), ("Y", 1), ("Y", 2), ("Y", 5), ("Y", 10), ("Y", 50), ("Y", 200))
"""Lengths of a period, shortest first: numpy's unit and how many of it."""
MAX_PERIODS = 40
UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year"}

Int = npt.NDArray[np.int64]
Counts = tuple[tuple[str, int], ...]
"""Names with how many documents have them, most first."""


def split_into_periods(documents: Documents, most: int = MAX_PERIODS) -> tuple[str, tuple[str, ...], Int]:
    """Return how long a period is, the name of each, and the period of each document, -1 without a date."""
    dates = documents.table.column("date").to_numpy(zero_copy_only=False).astype("M8[us]")
    known = ~np.isnat(dates)
    for unit, step in PERIODS if known.any() else ():
        numbers = dates.astype(f"M8[{unit}]").astype(np.int64) // step
        first, last = int(numbers[known].min()), int(numbers[known].max())
        if last - first < most:
            if first == last:
                break
            starts = (np.arange(first, last + 1) * step).astype(f"M8[{unit}]")
            length = UNITS[unit] if step == 1 else f"{step} {UNITS[unit]}s"
            return length, tuple(str(start) for start in starts), np.where(known, numbers - first, -1)
    return "", (), np.full(len(documents), -1, np.int64)


def documents_by_period(period_of: Int, count: int) -> tuple[int, ...]:
    """Return the number of documents in each of `count` periods."""
    return tuple(np.bincount(period_of[period_of >= 0], minlength=count).tolist()) if count else ()


def number_categories(documents: Documents, redact: Redact) -> tuple[Int, tuple[str, ...]]:
    """Return the category of each document as a number, -1 for none, and the public name of each number."""
    coded = documents.table.column("category").combine_chunks().dictionary_encode()
    numbers = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers, tuple(redact(name) for name in coded.dictionary.to_pylist())


def commonest(numbers: Int, names: tuple[str, ...]) -> Counts:
    """Return the commonest names, and the number of documents with another one under an empty name."""
    counts: Counter[str] = Counter()
    for number, count in zip(*np.unique(numbers[numbers >= 0], return_counts=True), strict=True):
        counts[names[number]] += int(count)
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    others = sum(count for _, count in ranked[CATEGORIES:])
    return tuple(ranked[:CATEGORIES] + ([("", others)] if others else []))


def documents_by_length(documents: Documents) -> Counts:
    """Count documents by characters, in equal steps up to the 98th percentile; the last one holds all longer ones."""
    import pyarrow.compute as pc

    lengths = pc.utf8_length(documents.table.column("text")).to_numpy()
    step = _round_up(float(np.percentile(lengths, 98)) / LENGTH_BARS)
    bars = np.bincount(np.minimum(lengths // step, LENGTH_BARS).astype(np.int64))
    names = [f"{number * step:,}–{(number + 1) * step - 1:,}" for number in range(LENGTH_BARS)]
    return tuple(zip([*names, f"{LENGTH_BARS * step:,} and more"], bars.tolist(), strict=False))


def _round_up(value: float) -> int:
    """Return the next of 1, 2, 5, 10, 20, 50 and so on."""
    steps = (base * int(10**power) for power in range(12) for base in (1, 2, 5))
    return next(step for step in steps if step >= value)
