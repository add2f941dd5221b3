"""Which documents the pictures of a map that grows show, and which the pages of its topics count.

A picture changes whole if one dot is added, and pictures are most of the bytes of a site. So they are drawn anew only
when the map has grown enough, or a topic has; between, new documents show as points. The page of a topic is written
anew when the topic has grown. Both follow from the documents alone: the builds are gone through from the fit on.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Int32, Int64

Bools = npt.NDArray[np.bool_]

ANEW_FROM = 1.1
"""How many times as many documents as in the pictures or on the page there are when these are made anew."""
TOPIC_DRAWN_FROM = 2.0
"""The same of one topic for pictures, so that a new topic is in them at once."""


def drawn_documents(assignment: Int32, since: Int32 | None) -> Bools:
    """Return the documents that pictures show, bool (n,): those that were there when they were last drawn.

    Args:
        assignment: int32 (n,), topic of each document, -1 outside.
        since: as in `Continuity`.
    """
    if since is None or not len(since):
        return np.ones(len(assignment), bool)
    sizes = _sizes_by_build(assignment, since)
    everyone, drawn = sizes.sum(axis=0), 0
    for build in range(1, len(everyone)):
        topic_grew = (sizes[:-1, build] > TOPIC_DRAWN_FROM * sizes[:-1, drawn]).any()
        if topic_grew or everyone[build] > ANEW_FROM * everyone[drawn]:
            drawn = build
    shown: Bools = since <= drawn
    return shown


def counted_documents(assignment: Int32, since: Int32 | None) -> Bools:
    """Return the documents that the pages of their topics count, bool (n,).

    Those outside any topic are in it.

    Args:
        assignment, since: as in `drawn_documents`.
    """
    if since is None or not len(since):
        return np.ones(len(assignment), bool)
    sizes = _sizes_by_build(assignment, since)
    counted, rows = np.zeros(len(sizes), np.int64), np.arange(len(sizes))
    for build in range(1, sizes.shape[1]):
        counted[sizes[:, build] > ANEW_FROM * sizes[rows, counted]] = build
    inside: Bools = (assignment < 0) | (since <= counted[assignment])
    return inside


def _sizes_by_build(assignment: Int32, since: Int32) -> Int64:
    """Return how many documents each topic had after each build, int64 (k + 1, builds); the last row is outside."""
    counts = np.zeros((int(assignment.max(initial=-1)) + 2, int(since.max()) + 1), np.int64)
    np.add.at(counts, (assignment, since), 1)
    sizes: Int64 = counts.cumsum(axis=1)
    return sizes
