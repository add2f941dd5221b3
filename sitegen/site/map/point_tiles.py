"""Which documents the map draws first, and how tiles of points are packed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sitegen.site.map.quadtree import Quadtree

FLOOR = 10
"""Documents of each topic, if it has them, that come before any other: rare topics stay visible."""
ALL_SHOWN = 10_000
"""A map of at most so many documents shows them all: its page fetches all tiles after the first frame."""
TILES_SHOWN = 64
"""If they are in no more tiles than these, the root included; a low `map.points` makes small tiles."""
OUTSIDE = 0xFFFF
"""Topic of a document outside any topic, in packed points."""


def sampling_order(assignment: npt.NDArray[np.int32], points: int, seed: int) -> npt.NDArray[np.int64]:
    """Return all rows, int64 (n,), so that any beginning of it is a fair sample with a floor per topic."""
    shuffled = np.random.default_rng(seed).permutation(len(assignment))
    topics, sizes = np.unique(assignment, return_counts=True)
    floor = min(FLOOR, points // (2 * max(1, len(topics))))
    rank = np.empty(len(assignment), np.int64)
    rank[np.argsort(assignment[shuffled], kind="stable")] = np.concatenate(
        [np.arange(size) for size in sizes] or [np.zeros(0, np.int64)]
    )
    return np.concatenate([shuffled[rank < floor], shuffled[rank >= floor]])


def shown_unasked(tree: Quadtree, points: int) -> int:
    """Return how many documents the page shows before anyone zooms."""
    documents = len(tree.order)
    everything = documents <= ALL_SHOWN and len(tree.levels) <= TILES_SHOWN
    return documents if everything else int(tree.counts[tree.levels == 0].sum())


def pack_tile(
    codes: npt.NDArray[np.uint32], topics: npt.NDArray[np.int32], text_starts: npt.NDArray[np.int64]
) -> bytes:
    """Return a tile of points, little endian.

    uint32 n, uint32 k, uint32 text_starts[k], then in byte planes uint32 step[n] and uint16 topic[n]. A step is the
    distance of a point's z-order code inside the tile from that of the point before it.

    Args:
        codes: uint32 (n,), ascending.
        topics: int32 (n,), -1 outside.
        text_starts: int64 (k,): the number of the first text shard that holds a text of this tile, then the first
            storage rows of that shard and of all that follow it in the tile; empty if no text is published.
    """
    ids = np.where(topics < 0, OUTSIDE, topics)
    head = np.array([len(codes), len(text_starts), *text_starts], "<u4")
    return b"".join([head.tobytes(), _planes(_steps(codes), 4), _planes(ids, 2)])


def pack_root(tree: Quadtree, root: bytes) -> bytes:
    """Return the list of all tiles and the packed root tile, little endian.

    uint32 t, then in byte planes uint8 level[t], uint32 step[t] and uint16 count[t]. A step is the distance of a
    tile's z-order code among the cells of its level from that of the tile before it, if that is of the same level.
    Then the root.
    """
    first = np.append(True, tree.levels[1:] != tree.levels[:-1])[: len(tree.levels)]
    steps = np.where(first, tree.cells, _steps(tree.cells))
    head = np.array([len(tree.levels)], "<u4").tobytes()
    return b"".join([head, _planes(tree.levels, 1), _planes(steps, 4), _planes(tree.counts, 2), root])


def _steps(ascending: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    steps = ascending.astype(np.int64)
    steps[1:] -= steps[:-1].copy()
    return steps


def _planes(values: npt.NDArray[np.integer], width: int) -> bytes:
    """All lowest bytes, then all second ones, and so on: equal bytes side by side compress best."""
    return values.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :width].T.tobytes()
