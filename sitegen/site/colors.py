"""Colours of topics: told apart on light and dark, and far from those of their neighbours on the map."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Paul Tol's "muted" and "bright" schemes for colour-blind readers (https://personal.sron.nl/~pault/),
# each moved to a middle lightness so that it holds on paper and on slate.
PALETTE = (
    "#4477aa",
    "#e0667a",
    "#2f9e58",
    "#c9a227",
    "#3fb0cf",
    "#a8509a",
    "#e08a3c",
    "#7a6fd0",
    "#8a9a2b",
    "#c0583e",
    "#2fa39a",
    "#9c6b4f",
)
OUTLIER = "#8b929c"


def rgb(color: str) -> tuple[int, int, int]:
    """`#rrggbb` as three numbers from 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def topic_colors(centers: npt.NDArray[np.floating]) -> list[str]:
    """One colour per topic, by centre, float (k, 2), in order of importance.

    Each topic takes the colour whose nearest use is farthest away; ties go to the least used, then the first.
    """
    nearest = np.full((len(centers), len(PALETTE)), np.inf)
    uses = np.zeros(len(PALETTE), np.int64)
    colors = []
    for topic, center in enumerate(centers):
        best = max(range(len(PALETTE)), key=lambda index: (nearest[topic, index], -uses[index], -index))
        away = np.hypot(*(centers - center).T)
        nearest[:, best] = np.minimum(nearest[:, best], away)
        uses[best] += 1
        colors.append(PALETTE[best])
    return colors
