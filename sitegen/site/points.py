"""Which documents the map draws as points, and how their places are packed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FLOOR = 10
"""Documents of each topic, if it has them, that come before any other: rare topics stay visible."""
OUTSIDE = 0xFFFF
"""Topic of a document outside any topic, in packed points."""


def sampling_order(assignment: npt.NDArray[np.int32], points: int, seed: int) -> npt.NDArray[np.int64]:
    """All rows, int64 (n,), so that any beginning of it is a fair sample with a floor per topic."""
    shuffled = np.random.default_rng(seed).permutation(len(assignment))
    groups = max(1, len(np.unique(assignment)))
    floor = min(FLOOR, points // (2 * groups))
    rank = np.empty(len(assignment), np.int64)
    for topic in np.unique(assignment):
        members = np.flatnonzero(assignment[shuffled] == topic)
        rank[members] = np.arange(len(members))
    return np.concatenate([shuffled[rank < floor], shuffled[rank >= floor]])


def pack_points(xy: npt.NDArray[np.float32], topics: npt.NDArray[np.int32]) -> bytes:
    """Little endian: uint32 n, uint16 x[n], uint16 y[n] over the map square, uint16 topic[n]."""
    places = np.rint(np.clip(xy, 0, 1) * 65535).astype("<u2")
    ids = np.where(topics < 0, OUTSIDE, topics).astype("<u2")
    return b"".join([np.uint32(len(ids)).tobytes(), places[:, 0].tobytes(), places[:, 1].tobytes(), ids.tobytes()])
