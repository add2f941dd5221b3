"""Numbers -> bars."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BARS = 40
TAIL_PERCENT = 1
"""Percent of the numbers that may lie beyond the bars on either side, where the bars would be too wide otherwise."""
LIMIT = 1e300
"""Numbers are cut off here for the bars, so that their differences are numbers."""
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Histogram:
    """How numbers are distributed.

    Attributes:
        low, median, high: smallest, middle and largest of all numbers.
        start: where the first bar begins.
        width: of a bar.
        counts: numbers in each bar, at most BARS + 1 bars.
        under, over: numbers before the first and beyond the last bar.
    """

    low: float
    median: float
    high: float
    start: float
    width: float
    counts: tuple[int, ...]
    under: int
    over: int

    @property
    def end(self) -> float:
        """Return where the last bar ends."""
        return self.start + self.width * len(self.counts)


def histogram(values: npt.NDArray[np.floating] | npt.NDArray[np.integer]) -> Histogram:
    """Return the distribution of one number or more; all are finite.

    A few that lie far out do not squeeze the others into one bar: they are counted apart.
    """
    least, most = float(values.min()), float(values.max())
    values = np.clip(values, -LIMIT, LIMIT)
    low, first, median, last, high = np.percentile(values, [0, TAIL_PERCENT, 50, 100 - TAIL_PERCENT, 100]).tolist()
    near = last - first
    left = first if near > 0 and first - low > near else low
    right = last if near > 0 and high - last > near else high
    whole = bool((values == np.floor(values)).all())
    width = _step((right - left) / BARS, whole)
    start = math.floor(left / width) * width
    bars = max(1, math.floor((right - start) / width) + 1)
    places = np.floor((values - start) / width)
    inside = places[(places >= 0) & (places < bars)].astype(np.int64)
    counts = np.bincount(inside, minlength=bars)
    under, over = int((places < 0).sum()), int((places >= bars).sum())
    return Histogram(least, median, most, start, width, tuple(counts.tolist()), under, over)


def _step(least: float, whole: bool) -> float:
    """Return a round width that is at least this, and at least 1 for whole numbers."""
    if whole:
        least = max(1.0, least)
    if least <= 0:
        return 1.0
    scale = 10.0 ** math.floor(math.log10(least))
    step = next(scale * step for step in STEPS if scale * step >= least * (1 - 1e-9))
    return math.ceil(step) if whole else step
