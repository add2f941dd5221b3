"""The order in which a map stores its documents: a quadtree of tiles in which every document stands once.

Rows come in an order of importance; each tile keeps the first that fall into it, up to its capacity, and the rest sink
to its four children. So any tile is a fair sample of what lies in it, and whoever reads a tile and its ancestors
reads nothing twice.

**Contract.** `Quadtree.order` maps a *storage row* to a document. Tiles stand in order of level, then of their
z-order code; the rows of a tile are contiguous and stand in z-order too, so neighbours in storage are neighbours on
the map. Everything that a map publishes per document (points, titles, texts, columns, the search index) refers to
it by storage row; the first row of a tile is the sum of the counts before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

UInt64 = npt.NDArray[np.uint64]
Int64 = npt.NDArray[np.int64]

DEPTH = 12
"""The deepest level. What is left there is kept, in several tiles of one place if need be: documents at one and the
same point would sink for ever."""
TILE_BITS = 16
"""Places inside a tile are told apart by so many bits along each axis."""
BITS = DEPTH + TILE_BITS


@dataclass(frozen=True)
class Quadtree:
    """Documents in storage order, and the tiles that hold them.

    Attributes:
        order: int64 (n,), storage row -> document.
        codes: uint64 (n,), z-order code of each storage row, `BITS` bits along each axis.
        levels: int64 (t,), level of each tile, 0 for the root.
        cells: int64 (t,), z-order code of each tile among those of its level.
        counts: int64 (t,), documents in each tile.
    """

    order: Int64
    codes: UInt64
    levels: Int64
    cells: Int64
    counts: Int64

    @cached_property
    def starts(self) -> Int64:
        """The first storage row of each tile, int64 (t,)."""
        starts: Int64 = np.cumsum(self.counts) - self.counts
        return starts

    @property
    def depth(self) -> int:
        """The deepest level there is."""
        return int(self.levels.max(initial=0))


def build_quadtree(
    xy: npt.NDArray[np.float32], importance: Int64, root_capacity: int, tile_capacity: int, depth: int = DEPTH
) -> Quadtree:
    """Put documents into tiles.

    Args:
        xy: float32 (n, 2), places in the map square.
        importance: int64 (n,), all documents, those that are shown first first.
        root_capacity: documents that the root keeps.
        tile_capacity: documents that any other tile keeps.
        depth: the deepest level, at most `DEPTH`.
    """
    left, codes = importance, z_order(xy)[importance]
    parts: list[tuple[Int64, UInt64, Int64, Int64, Int64]] = []
    for level in range(depth + 1):
        if not len(left):
            break
        cells = codes >> np.uint64(2 * (BITS - level))
        # Stable, so that within a cell the order stays that of importance.
        by_cell = np.argsort(cells, kind="stable")
        left, codes, cells = left[by_cell], codes[by_cell], cells[by_cell]
        limit = root_capacity if level == 0 else tile_capacity
        turn = _rank_in_run(cells)
        kept = turn < limit if level < depth else np.ones(len(left), bool)
        parts.append(_tiles(level, left[kept], codes[kept], cells[kept], limit))
        left, codes = left[~kept], codes[~kept]
    if not parts:
        nothing = np.zeros(0, np.int64)
        return Quadtree(nothing, nothing.astype(np.uint64), nothing, nothing, nothing)
    return Quadtree(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def z_order(xy: npt.NDArray[np.float32]) -> UInt64:
    """Return Z-order codes, uint64 (n,): the bits of x and y take turns, y before x, the highest first."""
    steps = np.clip(np.floor(xy.astype(np.float64) * (1 << BITS)), 0, (1 << BITS) - 1).astype(np.uint64)
    spread = [_spread(steps[:, axis]) for axis in (0, 1)]
    return spread[0] | spread[1] << np.uint64(1)


def tile_codes(tree: Quadtree, tile: int) -> npt.NDArray[np.uint32]:
    """Return Z-order codes of rows inside their tile, uint32 (count,), ascending, `TILE_BITS` bits along each axis."""
    start = int(tree.starts[tile])
    rows = tree.codes[start : start + int(tree.counts[tile])]
    inside: npt.NDArray[np.uint32] = (rows >> np.uint64(2 * (DEPTH - int(tree.levels[tile])))).astype(np.uint32)
    return inside


def _tiles(
    level: int, rows: Int64, codes: UInt64, cells: UInt64, limit: int
) -> tuple[Int64, UInt64, Int64, Int64, Int64]:
    by_code = np.argsort(codes, kind="stable")
    # At the deepest level a cell may hold more than one tile can.
    first = np.flatnonzero(_rank_in_run(cells) % limit == 0)
    counts = np.diff(np.append(first, len(rows)))
    return rows[by_code], codes[by_code], np.full(len(first), level), cells[first].astype(np.int64), counts


def _rank_in_run(values: npt.NDArray[np.uint64]) -> Int64:
    """How many equal values stand before each one, of values in which equal ones are neighbours."""
    first = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
    rank: Int64 = np.arange(len(values)) - np.repeat(first, np.diff(np.append(first, len(values))))
    return rank


def _spread(values: UInt64) -> UInt64:
    """Move bit i to bit 2i, for values below 2**32 (Warren, Hacker's Delight, 7-2)."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        values = (values | values << np.uint64(shift)) & np.uint64(mask)
    return values
