"""A name with its places: one in each tier of scale, so that a page only compares its scale with a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sitegen.site.map.labels.label_type import LabelType

HOME_TIERS = (250.0, 300.0, 350.0, 410.0, 470.0, 540.0, 630.0, 730.0, 840.0, 970.0, 1120.0, 1300.0, 1500.0, 1850.0)
"""First scales of the tiers in which a pane may show the whole map."""
TIERS = (*HOME_TIERS, *(2500.0 * 1.6**step for step in range(13)))
"""First scales of all tiers; the last one holds for all scales beyond."""


@dataclass(frozen=True)
class Place:
    """Where a name stands from a tier on; `spot` is its centre in the map square, y up, None where it does not show.

    `leader` is the end of its line at the cluster, if it has one.
    """

    tier: int
    spot: tuple[float, float] | None
    leader: tuple[float, float] | None = None


@dataclass(frozen=True)
class PlacedLabel:
    """A name and its places.

    Attributes:
        topic: the topic it names, by its rank; or the parent.
        type: how it is set.
        places: ascending by tier; before the first the name does not show.
    """

    topic: int
    type: LabelType
    places: tuple[Place, ...]

    def at(self, scale: float) -> Place | None:
        """Return the place at a scale, None if the name does not show."""
        tier = tier_of(scale)
        last = next((place for place in reversed(self.places) if place.tier <= tier), None)
        return last if last and last.spot else None


def tier_of(scale: float) -> int:
    """Return the tier that holds a scale, -1 before the first."""
    return int(np.searchsorted(TIERS, scale, "right")) - 1


def shown_at(labels: Sequence[PlacedLabel], scale: float) -> list[tuple[PlacedLabel, Place]]:
    """Return the names that show at a scale, with their places."""
    return [(label, place) for label in labels if (place := label.at(scale))]


def leader_start(label: PlacedLabel, place: Place, scale: float) -> tuple[float, float]:
    """Return where the line of a name begins: at the border of its box, in the map square."""
    if place.spot is None or place.leader is None:
        raise ValueError("the name has no line here")
    half = np.array(label.type.box_px(scale)) / 2 / scale
    way = np.subtract(place.leader, place.spot)
    with np.errstate(divide="ignore"):
        share = float(np.min(half / np.abs(way)))
    x, y = np.add(place.spot, way * min(1.0, share))
    return float(x), float(y)
