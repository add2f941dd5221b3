"""Colours of topics, told apart on light and dark. Which topic has which is settled with its id, for good."""

from __future__ import annotations

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
