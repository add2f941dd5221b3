"""Moves documents by the forces of UMAP, on all cores, to the same places on any number of them.

UMAP samples the edges of its graph one after the other: it draws both ends together, then pushes the first one off five
documents taken at random. The next edge may begin where this one ended, so one core does it all. Here every edge has
one of `TURNS` turns of an epoch. In a turn all documents move at once, seen from where they were before it. Both ends
of an edge move in the same turn by the same distance, as in UMAP; else groups of documents would drift at random. The
pulls of many edges in one turn would throw a document far, so it feels each of them where the last one has moved it.

UMAP: McInnes, Healy, Melville, https://arxiv.org/abs/1802.03426. Steps that all take from the same state, a part of the
terms at a time, are those of mini-batch gradient descent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from sitegen.artifacts import Float32, Int32, Int64

if TYPE_CHECKING:
    from scipy import sparse


TURNS = 16
MANY_EDGES = 64
"""Edges of a document in one turn from which on it feels them one after the other."""
REPULSIONS = 5
EXTENT = 10.0
"""Width of the space at the beginning, as UMAP's."""
LONGEST_STEP = np.float32(4)
LOWEST, HIGHEST, PARTS = -24, 16, 6
"""Forces are tabulated by squared distance, from 2^LOWEST to 2^HIGHEST, at 2^PARTS points between powers of two."""
UNTABULATED = 23 - PARTS
"""Bits of a float32 between two points."""
NEAREST, FARTHEST = np.float32(2.0**LOWEST), np.float32(2.0**HIGHEST * 0.99)
Axes = tuple[int, ...]
"""0, 1, …: the compiler knows the length of a tuple, and unrolls loops over it."""


class Edges(NamedTuple):
    """The edges of a graph by turn and document: those of document i in turn t begin at `starts[t * n + i]`.

    Attributes:
        starts: int64 (TURNS * n + 1,).
        others: int32 (m,), the other end.
        rates: float32 (m,), the share of epochs in which an edge is sampled.
        pushes: bool (m,), whether this end is then pushed off others.
    """

    starts: Int64
    others: Int32
    rates: Float32
    pushes: npt.NDArray[np.bool_]


def descend(graph: sparse.csr_matrix, start: Float32, a: float, b: float, epochs: int, seed: int) -> Float32:
    """Return the places, float32 (n, c), to which so many epochs move documents from `start`, float32 (n, c).

    Args:
        graph: UMAP's weighted graph, sparse (n, n), symmetric.
        start: where documents begin; scaled to `EXTENT` in each dimension.
        a: of UMAP's curve of similarity over distance.
        b: its exponent.
        epochs: how often an edge of the greatest weight is sampled.
        seed: of the turns of edges, and of the documents that push.
    """
    edges = edges_by_turn(graph, epochs, seed)
    pull, push = forces(a, b)
    lowest = start.min(axis=0)
    before: Float32 = (EXTENT * (start - lowest) / (start.max(axis=0) - lowest)).astype(np.float32)
    after = np.empty_like(before)
    axes = tuple(range(before.shape[1]))
    for epoch in range(epochs):
        rate = np.float32(1 - epoch / epochs)
        for turn in range(TURNS):
            _take_turn(before, after, *edges, epoch, turn, rate, pull, push, np.uint64(seed), axes)
            before, after = after, before
    return before


def edges_by_turn(graph: sparse.csr_matrix, epochs: int, seed: int) -> Edges:
    """Return the edges that are sampled at all, each listed at both of its ends, in a turn drawn with the seed."""
    edges = graph.tocoo()
    strong = edges.data >= edges.data.max() / epochs
    head, tail = edges.row[strong], edges.col[strong]
    rates = (edges.data[strong] / edges.data.max()).astype(np.float32)
    turns = np.random.default_rng(seed).integers(TURNS, size=len(rates), dtype=np.int8)
    place = np.tile(turns, 2).astype(np.int64) * graph.shape[0] + np.concatenate([head, tail])
    order = np.argsort(place, kind="stable")
    starts = np.zeros(TURNS * graph.shape[0] + 1, np.int64)
    np.cumsum(np.bincount(place, minlength=len(starts) - 1), out=starts[1:])
    return Edges(
        starts,
        np.concatenate([tail, head]).astype(np.int32)[order],
        np.tile(rates, 2)[order],
        order < len(rates),
    )


def forces(a: float, b: float) -> tuple[Float32, Float32]:
    """Tabulate how strongly an edge pulls and another document pushes, per unit of distance, by squared distance."""
    points = np.arange(((HIGHEST - LOWEST) << PARTS) + 1, dtype=np.int32) + ((LOWEST + 127) << PARTS)
    squared = (points << UNTABULATED).view(np.float32).astype(np.float64)
    pull = 2 * a * b * squared ** (b - 1) / (1 + a * squared**b)
    push = 2 * b / ((0.001 + squared) * (1 + a * squared**b))
    return pull.astype(np.float32), push.astype(np.float32)


@njit(fastmath=True, inline="always")
def _force(table: Float32, squared: np.float32) -> Any:
    """Return the force at a squared distance, between two points of its table."""
    tabulated = np.float32(min(max(squared, NEAREST), FARTHEST))
    bits = tabulated.view(np.int32)
    point = (bits >> UNTABULATED) - ((LOWEST + 127) << PARTS)
    beyond = np.float32(bits & ((1 << UNTABULATED) - 1)) * np.float32(1 / (1 << UNTABULATED))
    return table[point] + beyond * (table[point + 1] - table[point])


@njit(fastmath=True, inline="always")
def _move(place: Float32, rate: np.float32, force: np.float32, start: Float32, other: Float32, axes: Axes) -> None:
    """Move a place away from another by the force that acts at `start`."""
    for axis in range(len(axes)):
        step = force * (start[axis] - other[axis])
        place[axis] += rate * min(max(step, -LONGEST_STEP), LONGEST_STEP)


@njit(fastmath=True, inline="always")
def _squared_distance(one: Float32, other: Float32, axes: Axes) -> Any:
    total = np.float32(0)
    for axis in range(len(axes)):
        total += (one[axis] - other[axis]) ** 2
    return total


@njit(fastmath=True, parallel=True, nogil=True, cache=True)
def _take_turn(
    before: Float32,
    after: Float32,
    starts: Int64,
    others: Int32,
    rates: Float32,
    pushes: npt.NDArray[np.bool_],
    epoch: int,
    turn: int,
    rate: np.float32,
    pull: Float32,
    push: Float32,
    seed: np.uint64,
    axes: Axes,
) -> None:
    """Move every document from `before` to `after` by its edges of a turn."""
    documents = len(before)
    for document in prange(documents):
        first = turn * documents + document
        # Its own random numbers: a multiplicative generator of 64 bits, begun anew in each turn.
        random = (np.uint64(first) + np.uint64(seed)) * np.uint64(0x9E3779B97F4A7C15)
        random += np.uint64(epoch) * np.uint64(0xD1B54A32D192ED03)
        random = (random ^ (random >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
        random ^= random >> np.uint64(29)
        here = after[document]
        for axis in range(len(axes)):
            here[axis] = before[document, axis]
        felt_at = here if starts[first + 1] - starts[first] > MANY_EDGES else before[document]
        for edge in range(starts[first], starts[first + 1]):
            if np.int32(rates[edge] * np.float32(epoch + 1)) == np.int32(rates[edge] * np.float32(epoch)):
                continue
            other = before[others[edge]]
            squared = _squared_distance(felt_at, other, axes)
            if squared > 0:
                _move(here, rate, -_force(pull, squared), felt_at, other, axes)
            if not pushes[edge]:
                continue
            for _ in range(REPULSIONS):
                random = random * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
                other = before[np.int64(((random >> np.uint64(32)) * np.uint64(documents)) >> np.uint64(32))]
                squared = _squared_distance(here, other, axes)
                if squared > 0:
                    _move(here, rate, _force(push, squared), here, other, axes)
