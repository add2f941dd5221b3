"""Pictures of groups on a map: where each lies, and where one is more frequent than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from sitegen.site.map.palette import document_colors
from sitegen.site.map.pictures.density_tiles import webp_within
from sitegen.site.map.pictures.shading import shade
from sitegen.site.output.hashed_files import HashedFiles

ERROR = 0.05
FEWEST, SHARE, MOST = 30, 100, 200
"""Neighbours that are counted: one of `SHARE` documents, within these bounds."""
WHERE_PX, WHERE_BYTES = 640, 60_000
SMALL_PX, SMALL_BYTES = 320, 22_000
GROUP_COLORS = ("#4477aa", "#e0667a", "#2f9e58", "#c9a227", "#a8509a", "#3fb0cf")


@dataclass(frozen=True)
class GroupPictures:
    """Files of the pictures: `where` groups are more frequent, and each group by itself.

    `colored` is the share of the documents around which a group is more frequent than chance.
    """

    where: str
    groups: tuple[str, ...]
    colored: float


def draw_groups(
    xy: npt.NDArray[np.float32],
    group: npt.NDArray[np.int64],
    count: int,
    colors: npt.NDArray[np.uint8],
    files: HashedFiles,
) -> GroupPictures:
    """Draw the pictures of `count` groups.

    Args:
        xy: float32 (n, 2), places of documents in the map square.
        group: int64 (n,), -1 for none.
        colors: uint8 (n, 3), colour of each document's topic.
    """
    inside = group >= 0
    xy, group, colors = xy[inside], group[inside], colors[inside]
    more = more_frequent(xy, group, count)
    palette = document_colors(GROUP_COLORS[:count])
    order = np.argsort(more >= 0, kind="stable")
    where = _picture(xy[order], palette[more[order]], WHERE_PX, WHERE_BYTES)
    return GroupPictures(
        files.add("compare.webp", where),
        tuple(
            files.add(
                f"compare-{number}.webp", _picture(xy[group == number], colors[group == number], SMALL_PX, SMALL_BYTES)
            )
            for number in range(count)
        ),
        float((more >= 0).mean()),
    )


def _picture(xy: npt.NDArray[np.float32], colors: npt.NDArray[np.uint8], side: int, limit: int) -> bytes:
    return webp_within(partial(shade, xy, colors, side, side), limit)


def more_frequent(xy: npt.NDArray[np.float32], group: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """Return the group that is more frequent around each document than chance, int64 (n,), -1 where none is.

    Counted among its nearest documents on the map, by the exact binomial test, corrected for all documents and groups
    (Bonferroni).
    """
    from scipy.spatial import cKDTree
    from scipy.stats import binom

    n = len(xy)
    near_count = min(n, int(np.clip(n // SHARE, FEWEST, MOST)))
    near = cKDTree(xy).query(xy, near_count)[1].reshape(n, near_count)
    members = group[near]
    found, least = np.full(n, -1, np.int64), np.full(n, ERROR / (n * count))
    for number in range(count):
        tail = binom.sf((members == number).sum(axis=1) - 1, near_count, float((group == number).mean()))
        better = tail < least
        found[better], least[better] = number, tail[better]
    return found


def colors_of(count: int) -> Sequence[str]:
    """Return the colours of so many groups."""
    return GROUP_COLORS[:count]
