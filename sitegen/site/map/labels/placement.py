"""Label placement: where each name stands at each zoom, so that no two ever overlap or flicker.

A scale is pixels per map unit. Scales are cut into tiers; within a tier every name has one place in the map square,
so its boxes only move apart as one zooms in, and what is free of overlaps at the tier's first scale is so at all.
Places are chosen greedily, largest topics first, among candidates around each cluster (16 directions, several
distances): beside its dots, near its edge, on nobody else's. A name that finds no place may move one that stands in
its way to another place. A page only compares its scale with one number per name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sitegen.site.map.labels.label_type import COMPACT_BELOW, PARENT_PX, LabelType, font_sizes, wrap
from sitegen.site.map.labels.layout import Float, Spot, TierLayout
from sitegen.site.map.labels.obstacles import Cluster, DocumentCounts
from sitegen.site.map.labels.placed_label import HOME_TIERS, TIERS, Place, PlacedLabel, tier_of
from sitegen.site.map.map_square import Frame
from sitegen.site.map.parents import MapParent

REPAIRED = 120
"""Topics of a picture for which others are moved."""
MOST_NAMED = 5_000
"""Topics, the largest ones, that are named on the map: the time to place a name grows with the number of names."""
LARGEST = 12
"""Topics that are placed, and for which others are moved, before any other is."""
AFFORDABLE_PX = 70.0
"""Where the whole map may be in view, other names that would cost more pixels of distance wait for a larger scale."""
DESKTOP_FROM = 730.0
"""The scale from which a map has room for all names of up to `PARENTS_AFTER` topics."""
FEWEST = 20
"""Names that are shown, whatever they cost, if there is a place for them."""
PARENTS_AFTER = 60
"""Topics that are placed before any parent."""
PARENTS_FROM, PARENTS_UNTIL = COMPACT_BELOW, 1500.0
"""Scales between which parents are named: a phone's map has no room for them."""
TALL_FROM, TALL, WIDE = 300.0, 1.2, 2.0
"""Panes of phones held upright, with scales from this one to `COMPACT_BELOW`, are so much taller than wide, and those
of phones held sideways, with lesser scales, so much wider than tall."""
CORNER_PX = (72.0, 190.0, 146.0)
"""Width of the page's buttons at the right, height of those at the top and at the bottom, with their margins."""
TALL_CORNER_PX = (180.0, 72.0, 72.0)
"""The same of a phone held upright, where they stand in rows."""


@dataclass(frozen=True)
class TopicName:
    """A topic to be named: its number of documents, and places of some of them, float (m, 2)."""

    name: str
    size: int
    members: npt.NDArray[np.floating]


def place_labels(
    topics: Sequence[TopicName],
    xy: npt.NDArray[np.floating],
    assignment: npt.NDArray[np.integer],
    frame: Frame,
    parents: Sequence[MapParent] = (),
) -> list[PlacedLabel]:
    """Place the names of topics, largest first, and then those of parents; the result has the same order.

    Names of topics beyond `MOST_NAMED` have no place.

    Args:
        xy: float (n, 2), places of all documents in the map square.
        assignment: int (n,), their topics by rank, -1 for none.
    """
    unnamed = [
        PlacedLabel(number, LabelType(wrap(topic.name), 0.0), ())
        for number, topic in enumerate(topics[MOST_NAMED:], MOST_NAMED)
    ]
    topics = topics[:MOST_NAMED]
    sizes = font_sizes([topic.size for topic in topics])
    types = [LabelType(wrap(topic.name), size) for topic, size in zip(topics, sizes, strict=True)]
    parent_types = [LabelType(wrap(parent.name), PARENT_PX, parent=True) for parent in parents]
    shapes = [Cluster.of(topic.members) for topic in topics]
    ground = DocumentCounts.of(xy, assignment, [parent.topics for parent in parents], len(topics) + len(unnamed))
    placed: list[list[Place]] = [[] for _ in (*types, *parent_types)]
    for tier, scale in enumerate(TIERS):
        # Where the frame or the letters change, names look for a place anew.
        anew = scale in (TALL_FROM, next(first for first in TIERS if first >= COMPACT_BELOW))
        before = [places[-1].spot if places and not anew else None for places in placed]
        affordable = np.full(len(topics), AFFORDABLE_PX if tier < len(HOME_TIERS) else np.inf)
        affordable[: LARGEST if scale < DESKTOP_FROM else PARENTS_AFTER] = np.inf
        layout = TierLayout(scale, _bounds(scale, frame, tier), types, shapes, ground, before, affordable)
        for first in (LARGEST, PARENTS_AFTER):
            for topic in range(min(first, len(topics))):
                if layout.spots[topic] is None:
                    layout.place(topic)
            layout.repair(min(first, len(topics)))
        spots: list[Spot | None] = [None] * len(parents)
        if PARENTS_FROM <= scale < PARENTS_UNTIL:
            spots = [
                layout.place_parent(number, kind, parent, before[len(topics) + number])
                for number, (kind, parent) in enumerate(zip(parent_types, parents, strict=True))
            ]
        for topic in range(PARENTS_AFTER, len(topics)):
            layout.place(topic)
        named = sum(spot is not None for spot in layout.spots)
        for topic, spot in enumerate(layout.spots):
            if spot is None and named < FEWEST:
                affordable[topic] = np.inf
                named += layout.place(topic)
        for places, spot in zip(placed, [*layout.spots, *spots], strict=True):
            _extend(places, tier, spot)
    labels = [
        PlacedLabel(number, kind, tuple(places))
        for number, kind, places in zip(
            [*range(len(types)), *range(len(parents))], [*types, *parent_types], placed, strict=True
        )
    ]
    return [*labels[: len(types)], *unnamed, *labels[len(types) :]]


def place_in_picture(
    topics: Sequence[TopicName],
    xy: npt.NDArray[np.floating],
    assignment: npt.NDArray[np.integer],
    area: Frame,
    scale: float,
) -> list[PlacedLabel]:
    """Place as many names of topics as fit into one picture, largest first; each has one place.

    Args:
        area: the part of the map square's plane that the picture shows, around the middle of the square.
        scale: units of the picture, in which letters are measured, per map unit.
    """
    topics = topics[:MOST_NAMED]
    sizes = font_sizes([topic.size for topic in topics])
    types = [LabelType(wrap(topic.name), size) for topic, size in zip(topics, sizes, strict=True)]
    half = np.array([area.width, area.height]) / 2
    bounds: tuple[Float, list[tuple[Float, Float]]] = (np.array([0.5 - half, 0.5 + half]), [])
    ground = DocumentCounts.of(xy, assignment, [], len(topics))
    clusters = [Cluster.of(topic.members) for topic in topics]
    layout = TierLayout(scale, bounds, types, clusters, ground, [None] * len(topics), np.full(len(topics), np.inf))
    for topic in range(len(topics)):
        layout.place(topic)
    layout.repair(min(REPAIRED, len(topics)))
    labels = []
    for topic, (kind, spot) in enumerate(zip(types, layout.spots, strict=True)):
        places: list[Place] = []
        _extend(places, tier_of(scale), spot)
        labels += [PlacedLabel(topic, kind, tuple(places))] if places else []
    return labels


def _extend(places: list[Place], tier: int, spot: Spot | None) -> None:
    rounded = None if spot is None else (round(float(spot.center[0]), 6), round(float(spot.center[1]), 6))
    leader = None
    if spot is not None and spot.leader is not None:
        leader = (round(float(spot.leader[0]), 6), round(float(spot.leader[1]), 6))
    if (places[-1].spot, places[-1].leader) != (rounded, leader) if places else rounded is not None:
        places.append(Place(tier, rounded, leader))


def _bounds(scale: float, frame: Frame, tier: int) -> tuple[Float, list[tuple[Float, Float]]]:
    """Low and high corner that names must stay within, and boxes that they must not touch.

    Where the whole map may be in view these are its frame, and the page's buttons in the right corners.
    """
    if tier >= len(HOME_TIERS):
        return np.array([[0.0, 0.0], [1.0, 1.0]]), []
    width, height, corner = frame.width, frame.height, CORNER_PX
    if scale < TALL_FROM:
        width = max(width, WIDE * height)
    elif scale < COMPACT_BELOW:
        height, corner = max(height, TALL * width), TALL_CORNER_PX
    half = np.array([width, height]) / 2
    low, high = 0.5 - half, 0.5 + half
    across, top, bottom = (pixels / scale for pixels in corner)
    left = high[0] - across
    return np.array([low, high]), [
        (np.array([left, high[1] - top]), high + 1),
        (np.array([left, low[1] - 1]), np.array([high[0] + 1, low[1] + bottom])),
    ]
