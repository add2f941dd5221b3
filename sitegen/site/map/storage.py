"""Storage rows of the documents, and the segments of a map that grows.

All data per document lie in storage order. One more document would move those after it, and with them every file. So in
a map that grows the documents of the fit are a segment, which has its own tiles and files and stays as it is; those
that came since follow in at most two more. Segments follow from the builds in which documents came, by `segments_of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Continuity, Int32
from sitegen.site.map.point_tiles import FLOOR, sampling_order
from sitegen.site.map.quadtree import Int64, Quadtree, build_quadtree

LEAST_CAPACITY = 64
"""Documents that a tile of a later segment keeps at least."""
MIX = 0x9E3779B97F4A7C15
"""An odd number, 2**64 over the golden ratio, by which bits of hashes are mixed (Knuth, TAOCP 3, 6.4)."""


@dataclass(frozen=True)
class Segment:
    """Storage rows and tiles that are stored together: from the first to before the end."""

    start: int
    end: int
    first_tile: int
    end_tile: int


@dataclass(frozen=True)
class Storage:
    """Documents in storage order.

    Attributes:
        tree: order and tiles of all segments, one after the other; each segment is a quadtree of its own.
        segments: at least one; only one, unless the map is `growing`.
    """

    tree: Quadtree
    segments: tuple[Segment, ...]
    growing: bool = False

    @classmethod
    def whole(cls, tree: Quadtree) -> Storage:
        """Return the storage of a map that does not grow."""
        return cls(tree, (Segment(0, len(tree.order), 0, len(tree.levels)),))


def store_documents(
    xy: npt.NDArray[np.float32], assignment: Int32, continuity: Continuity, points: int, tile_points: int, seed: int
) -> Storage:
    """Give all documents their storage rows.

    Args:
        xy: float32 (n, 2), places in the map square.
        assignment: int32 (n,), topic of each document as computed, -1 outside.
        points, tile_points: documents that the root tile and any other tile keep.
    """
    if continuity.since is None:
        return Storage.whole(build_quadtree(xy, sampling_order(assignment, points, seed), points, tile_points))
    shuffled = _shuffled(continuity.fingerprints, xy, seed)
    segment_of = segments_of(continuity.since)[shuffled]
    trees: list[Quadtree] = []
    known: set[int] = set()
    for number in np.unique(segment_of).tolist():
        rows = shuffled[segment_of == number]
        share = len(rows) / len(trees[0].order) if trees else 1.0
        capacities = [max(LEAST_CAPACITY, round(share * each)) if trees else each for each in (points, tile_points)]
        tree = build_quadtree(xy, _rare_first(rows, assignment, known, points), *capacities)
        trees.append(tree)
        known |= set(np.unique(assignment[rows]).tolist())
    return _joined(trees)


def segments_of(since: Int32) -> Int32:
    """Return the segment of each document, int32 (n,): 0 of the fit, 1 of older and 2 of the latest newcomers.

    With b builds after the fit, the builds up to the last multiple of a power of two near the root of b are older. So
    few newcomers are written again at each build, and all of them seldom.

    Args:
        since: as in `Continuity`.
    """
    builds = int(since.max(initial=0))
    step = 1 << (max(builds - 1, 0).bit_length() + 1) // 2
    older = builds - builds % step
    return ((since > 0).astype(np.int32) + (since > older)).astype(np.int32)


def by_segment(segments: Sequence[Segment], rows: int) -> list[tuple[Segment, int, range]]:
    """Return each segment, the number of its first shard and the storage rows at which its shards of `rows` begin."""
    found, shards = [], 0
    for segment in segments:
        starts = range(segment.start, segment.end, rows)
        found.append((segment, shards, starts))
        shards += len(starts)
    return found


def _shuffled(fingerprints: Int64, xy: npt.NDArray[np.float32], seed: int) -> Int64:
    """Return all rows, int64 (n,), in an order that depends on texts and places alone."""
    mixed = (fingerprints.view(np.uint64) ^ np.uint64(seed)) * np.uint64(MIX)
    return np.lexsort((xy[:, 1], xy[:, 0], mixed ^ (mixed >> np.uint64(32)))).astype(np.int64)


def _rare_first(rows: Int64, assignment: Int32, known: set[int], points: int) -> Int64:
    """Return the rows so that some documents of each topic that earlier segments do not have come first."""
    topics, ranks = assignment[rows], np.empty(len(rows), np.int64)
    by_topic = np.argsort(topics, kind="stable")
    counts = np.unique(topics, return_counts=True)[1]
    ranks[by_topic] = np.concatenate([np.arange(count) for count in counts] or [np.zeros(0, np.int64)])
    floor = min(FLOOR, points // (2 * max(1, len(counts))))
    first = (ranks < floor) & ~np.isin(topics, list(known))
    return np.concatenate([rows[first], rows[~first]])


def _joined(trees: Sequence[Quadtree]) -> Storage:
    parts = [[getattr(tree, name) for tree in trees] for name in ("order", "codes", "levels", "cells", "counts")]
    rows = np.cumsum([0, *(len(tree.order) for tree in trees)]).tolist()
    tiles = np.cumsum([0, *(len(tree.levels) for tree in trees)]).tolist()
    segments = map(Segment, rows, rows[1:], tiles, tiles[1:])
    return Storage(Quadtree(*map(np.concatenate, parts)), tuple(segments), growing=True)
