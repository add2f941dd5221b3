"""The documents closest to each in meaning, in shards by storage row, and how many of them the map keeps near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts import Int32, Neighbors
from sitegen.site.map.column_codes import MapColumn
from sitegen.site.map.map_square import Float32
from sitegen.site.map.storage import Segment, by_segment
from sitegen.site.output.hashed_files import HashedFiles, numbered
from sitegen.site.output.parts import Folders, add_parts
from sitegen.site.output.shards import json_payload, shard

ROWS_PER_SHARD = 1000
"""About 25 kB on the wire."""
ROUNDING = 1e-9
"""Distances on the map that differ by less, relative to their size, are the same."""
COLUMN, LABEL = "neighbors_kept", "neighbours kept"
NOTE = (
    "How many of the {count} documents closest to a document in meaning are among the {count} nearest to it on the "
    "map. Where they are few, read nearness with care."
)


@dataclass(frozen=True)
class Neighborhoods:
    """What is close to each of n documents in meaning, and what of that the map keeps.

    Attributes:
        near: int32 (n, k), rows of documents, nearest first; -1 where there is none, which come last.
        kept: int32 (n,), how many of them are among as many nearest on the map.
        shown: how many of them readers see.
    """

    near: Int32
    kept: Int32
    shown: int

    @property
    def known(self) -> Int32:
        """Return how many neighbours each document has, int32 (n,)."""
        known: Int32 = (self.near >= 0).sum(axis=1).astype(np.int32)
        return known

    def mean_share(self, rows: slice | npt.NDArray[np.int64] = slice(None)) -> float | None:
        """Return which share of their neighbours the map keeps, on average over these documents; None of none."""
        kept, known = self.kept[rows], (self.near[rows] >= 0).sum(axis=1)
        return round(float((kept[known > 0] / known[known > 0]).mean()), 4) if known.any() else None


def find_neighborhoods(neighbors: Neighbors | None, xy: Float32, shown: int) -> Neighborhoods | None:
    """Compare neighbours by vectors with those on the map; None without vectors, or if none are to be shown.

    Args:
        xy: float32 (n, 2), places on the map.
    """
    if neighbors is None or not neighbors.rows.shape[1] or not shown:
        return None
    return Neighborhoods(neighbors.rows, kept_near(neighbors.rows, xy), shown)


def kept_near(near: Int32, xy: Float32) -> Int32:
    """Return how many of the nearest documents by vectors are among as many nearest on the map, int32 (n,).

    Documents as far away on the map as the last of these are among them.

    Args:
        near: as in `Neighborhoods`.
        xy: float32 (n, 2), places on the map.
    """
    from scipy.spatial import cKDTree

    there, exact = near >= 0, xy.astype(np.float64)
    on_map, _ = cKDTree(exact).query(exact, near.shape[1] + 1, workers=-1)  # each document is its own nearest
    reach = np.take_along_axis(on_map, there.sum(axis=1, keepdims=True), axis=1)
    kept = np.zeros(len(near), np.int32)
    for column, others in enumerate(near.T):
        apart = np.linalg.norm(exact[others] - exact, axis=1)
        kept += there[:, column] & (apart <= reach[:, 0] * (1 + ROUNDING))
    return kept


def without_deleted(neighbors: Neighbors, left: npt.NDArray[np.int64]) -> Neighbors:
    """Return the neighbours of the documents that are left, int64 (m,), ascending, among these."""
    now = np.full(len(neighbors.rows), -1, np.int32)
    now[left] = np.arange(len(left))
    rows = now[neighbors.rows[left]]
    return Neighbors(np.take_along_axis(rows, np.argsort(rows < 0, axis=1, kind="stable"), axis=1))


def with_kept(
    columns: Sequence[MapColumn], public: pa.Table, neighborhoods: Neighborhoods | None
) -> tuple[list[MapColumn], pa.Table]:
    """Add how many neighbours the map keeps to the columns by which it can be coloured, and to the table of them."""
    if neighborhoods is None:
        return [*columns], public
    name = COLUMN
    while name in public.column_names:
        name += "_"
    column = MapColumn(name, "number", LABEL, NOTE.format(count=neighborhoods.near.shape[1]))
    values = pa.array(neighborhoods.kept.astype(np.float64), mask=neighborhoods.known == 0)
    return [*columns, column], public.append_column(name, values)


@dataclass(frozen=True)
class NeighborFolders:
    """Where the lists of documents closest in meaning are, and how many `shown` documents one has at most.

    Of a map that grows, `now` is what changes in them.
    """

    lists: Folders
    shown: int
    now: Folders | None = None


def write_neighbors(
    files: HashedFiles,
    neighborhoods: Neighborhoods | None,
    order: npt.NDArray[np.int64],
    segments: Sequence[Segment] | None = None,
) -> NeighborFolders | None:
    """Write the lists of all documents, `ROWS_PER_SHARD` storage rows each; returns the folders of the sets.

    Of a map that grows a list names documents of its own and earlier segments, so those of the fit stay as they are.
    How many the map keeps, and which later documents belong in between, is in a set that is written at each build.

    Args:
        order: int64 (n,), storage row -> document.
        segments: those of a map that grows, as in `Storage`; None of others.
    """
    if neighborhoods is None:
        return None
    row_of = np.full(len(order) + 1, -1, np.int64)  # the last is that of none
    row_of[order] = np.arange(len(order))
    counts = [
        [kept, known]
        for kept, known in zip(neighborhoods.kept[order].tolist(), neighborhoods.known[order].tolist(), strict=True)
    ]
    near = [[row for row in each if row >= 0] for each in row_of[neighborhoods.near[order]].tolist()]
    if segments is None:
        whole = [[*count, *rows[: neighborhoods.shown]] for count, rows in zip(counts, near, strict=True)]
        lists = _write_lists(files, "neighbors", whole, [Segment(0, len(order), 0, 0)])
        return NeighborFolders(lists, neighborhoods.shown)
    stable: list[list[int]] = []
    now: list[list[int]] = []
    for segment in segments:
        for row in range(segment.start, segment.end):
            later = (
                (place, other) for place, other in enumerate(near[row][: neighborhoods.shown]) if other >= segment.end
            )
            stable.append([other for other in near[row] if other < segment.end][: neighborhoods.shown])
            now.append([*counts[row], *chain.from_iterable(later)])
    lists = _write_lists(files, "neighbors", stable, segments)
    return NeighborFolders(lists, neighborhoods.shown, _write_lists(files, "neighbors-now", now, segments))


def _write_lists(files: HashedFiles, name: str, lists: Sequence[list[int]], segments: Sequence[Segment]) -> Folders:
    parts = []
    for segment, first, starts in by_segment(segments, ROWS_PER_SHARD):
        of_shards = [lists[start : min(start + ROWS_PER_SHARD, segment.end)] for start in starts]
        scripts = (
            (numbered(number), shard(f"{name}-{number}", json_payload(each)))
            for number, each in enumerate(of_shards, first)
        )
        parts.append((segment.start, first, scripts))
    return add_parts(files, name, parts)
