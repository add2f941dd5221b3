"""What names on the map keep clear of: the core of each topic, and where how many documents lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float64]

DIRECTIONS = 16
CORE = 0.9
"""Share of a topic's documents, nearest to its centre, that its name stands beside."""
MEMBERS = 64
"""Documents of a topic that are looked at."""
GRID = 1024
"""Cells along each side of the square in which documents are counted."""

_ANGLES = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
COMPASS = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
"""Unit vectors, float (DIRECTIONS, 2), the first along x."""


@dataclass(frozen=True)
class Cluster:
    """The core of a topic: its centre, some documents, and how far they reach in each direction, in map units.

    `documents` is how many the core has.
    """

    center: Float
    members: npt.NDArray[np.floating]
    reach: Float
    documents: int

    @classmethod
    def of(cls, members: npt.NDArray[np.floating]) -> Cluster:
        """Describe the topic whose documents are at `members`, float (m, 2)."""
        center = np.median(members, axis=0)
        away = np.hypot(*(members - center).T)
        nearest = np.argsort(away, kind="stable")[: max(1, int(np.ceil(len(members) * CORE)))]
        core = members[np.sort(nearest)][:: max(1, len(nearest) // MEMBERS)]
        return cls(center, core, np.maximum((core - center) @ COMPASS.T, 0).max(axis=0), len(nearest))


@dataclass(frozen=True)
class Sums:
    """Sums of documents up to each cell of the part of the grid that they are in, so that hundreds of groups fit.

    Attributes:
        first: int64 (2,), row and column of the first cell.
        totals: float (rows + 1, columns + 1).
    """

    first: npt.NDArray[np.int64]
    totals: Float


@dataclass(frozen=True)
class DocumentCounts:
    """Sums of documents up to each cell of a grid: of all, of those in a topic, and of each parent's."""

    all: Sums
    in_topics: Sums
    parents: list[Sums] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        xy: npt.NDArray[np.floating],
        assignment: npt.NDArray[np.integer],
        parents: Sequence[tuple[int, ...]],
        topics: int,
    ) -> DocumentCounts:
        """Count documents at `xy`, float (n, 2); `parents` are their topics by rank, of `topics` in all."""
        cells = np.clip((np.asarray(xy, np.float64) * GRID).astype(np.int64), 0, GRID - 1)
        flat = cells[:, 1] * GRID + cells[:, 0]

        def summed(which: npt.NDArray[np.int64]) -> Sums:
            places = np.stack(np.divmod(which, GRID), axis=1)
            first = places.min(axis=0, initial=GRID)
            height, width = places.max(axis=0, initial=-1) + 1 - first if len(which) else (0, 0)
            counts = np.bincount((places - first) @ [max(width, 1), 1], minlength=height * width)
            sums = np.zeros((height + 1, width + 1), np.float64)
            sums[1:, 1:] = counts.reshape(height, width).cumsum(0).cumsum(1)
            return Sums(first, sums)

        of_parents = []
        for members in parents:
            inside = np.zeros(topics + 1, bool)
            inside[list(members)] = True
            of_parents.append(summed(flat[inside[assignment]]))
        return cls(summed(flat), summed(flat[assignment >= 0]), of_parents)

    @staticmethod
    def within(sums: Sums, low: Float, high: Float) -> Float:
        """Documents in boxes, given by their corners, float (c, 2) each."""
        # One flat look-up for all four corners: this is called for every candidate of every name.
        height, width = sums.totals.shape
        y0, y1 = (_cells(corner[:, 1], sums.first[0], height - 1) * width for corner in (low, high))
        x0, x1 = (_cells(corner[:, 0], sums.first[1], width - 1) for corner in (low, high))
        at = sums.totals.ravel().take
        found: Float = at(y1 + x1) - at(y0 + x1) - at(y1 + x0) + at(y0 + x0)
        return found


def _cells(places: Float, first: np.int64, last: int) -> npt.NDArray[np.int64]:
    cells: npt.NDArray[np.int64] = np.minimum(np.maximum(np.rint(places * GRID).astype(np.int64) - first, 0), last)
    return cells
