"""Label placement: where each name stands at each zoom, so that no two ever overlap or flicker.

A scale is pixels per map unit. Scales are cut into tiers; within a tier every name has one place in the map square,
so its boxes only move apart as one zooms in, and what is free of overlaps at the tier's first scale is so at all.
Places are chosen greedily, largest topics first, among candidates around each cluster (16 directions, several
distances): beside its dots, near its edge, on nobody else's. A name that finds no place may move one that stands in
its way to another place. A page only compares its scale with one number per name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import numpy.typing as npt

from sitegen.site.map.label_type import COMPACT_BELOW, PARENT_PX, LabelType, font_sizes, wrap
from sitegen.site.map.map_square import Frame

Float = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

HOME_TIERS = (250.0, 300.0, 350.0, 410.0, 470.0, 540.0, 630.0, 730.0, 840.0, 970.0, 1120.0, 1300.0, 1500.0, 1850.0)
"""First scales of the tiers in which a pane may show the whole map."""
TIERS = (*HOME_TIERS, *(2500.0 * 1.6**step for step in range(13)))
"""First scales of all tiers; the last one holds for all scales beyond."""
DIRECTIONS = 16
GAPS_PX = (2.0, 9.0, 18.0, 30.0, 44.0, 62.0, 82.0)
"""Distances between the edge of a cluster and a name beside it."""
DEPTHS = (1.0, 0.55)
"""Where a candidate stands off from: the edge of the cluster, or inside it at this share of the way."""
LEADER_FROM_PX = 25.0
"""A name farther than this from its cluster has a line to it."""
LEADER_STEP_PX = 6.0
FARTHEST_PX = 90.0
CORE = 0.9
"""Share of a topic's documents, nearest to its centre, that its name stands beside."""
MEMBERS = 64
"""Documents of a topic that are looked at."""
GRID = 1024
"""Cells along each side of the square in which documents are counted."""
OWN_PX, OTHERS_PX = 34.0, 50.0
"""Pixels of distance that are worth covering all documents of the topic itself, and as many of others."""
CENTRAL_PX = 0.06
"""Pixels of distance from the edge that are worth one from the centre."""
INWARDS = 0.35
"""How far into its cluster a leader reaches, as a share of the way to its centre."""
NEAR_PX, LITTLE = 12.0, 0.25
"""A name stays where it stood if it is still this close to its cluster and covers no larger share of it."""
STAYING_PX = 10.0
"""Pixels of distance that are worth staying where the name stood in the tier before."""
REPAIRS = 24
"""Candidates that are tried by moving another name."""
REPAIRED = 120
"""Topics of a picture for which others are moved."""
LARGEST = 12
"""Topics that are placed, and for which others are moved, before any other is."""
PARENTS_AFTER = 60
"""Topics that are placed before any parent."""
PARENTS_UNTIL = 1500.0
"""The scale from which parents are not named."""
PARENT_SHARE = 0.6
"""The share of the documents where a parent's name stands that must be its own."""
PARENT_REACH_PX = 30.0
PARENT_RINGS_PX = (20.0, 45.0, 80.0)
"""Distances from its place at which a parent's name may stand."""
TALL_FROM, TALL, WIDE = 300.0, 1.2, 2.0
"""Panes of phones held upright, with scales from this one to `COMPACT_BELOW`, are so much taller than wide, and those
of phones held sideways, with lesser scales, so much wider than tall."""
CORNER_PX = (72.0, 190.0, 146.0)
"""Width of the page's buttons at the right, height of those at the top and at the bottom, with their margins."""


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


@dataclass(frozen=True)
class TopicName:
    """A topic to be named: its number of documents, and places of some of them, float (m, 2)."""

    name: str
    size: int
    members: Float


@dataclass(frozen=True)
class ParentName:
    """A parent to be named: its place in the map square, and its topics by rank."""

    name: str
    x: float
    y: float
    topics: tuple[int, ...]


def tier_of(scale: float) -> int:
    """Return the tier that holds a scale, -1 before the first."""
    return int(np.searchsorted(TIERS, scale, "right")) - 1


def place_labels(
    topics: Sequence[TopicName],
    xy: npt.NDArray[np.floating],
    assignment: npt.NDArray[np.integer],
    frame: Frame,
    parents: Sequence[ParentName] = (),
) -> list[PlacedLabel]:
    """Place the names of topics, largest first, and then those of parents; the result has the same order.

    Args:
        xy: float (n, 2), places of all documents in the map square.
        assignment: int (n,), their topics by rank, -1 for none.
    """
    sizes = font_sizes([topic.size for topic in topics])
    types = [LabelType(wrap(topic.name), size) for topic, size in zip(topics, sizes, strict=True)]
    parent_types = [LabelType(wrap(parent.name), PARENT_PX, parent=True) for parent in parents]
    shapes = [_Cluster.of(topic.members) for topic in topics]
    ground = _Ground.of(xy, assignment, [parent.topics for parent in parents], len(topics))
    placed: list[list[Place]] = [[] for _ in (*types, *parent_types)]
    for tier, scale in enumerate(TIERS):
        # Where the frame or the letters change, names look for a place anew.
        anew = scale in (TALL_FROM, next(first for first in TIERS if first >= COMPACT_BELOW))
        before = [places[-1].spot if places and not anew else None for places in placed]
        layout = _Layout(scale, _bounds(scale, frame, tier), types, shapes, ground, before)
        for first in (LARGEST, PARENTS_AFTER):
            for topic in range(min(first, len(topics))):
                if layout.spots[topic] is None:
                    layout.place(topic)
            layout.repair(min(first, len(topics)))
        spots: list[_Spot | None] = [None] * len(parents)
        if scale < PARENTS_UNTIL:
            spots = [
                layout.place_parent(number, kind, parent, before[len(topics) + number])
                for number, (kind, parent) in enumerate(zip(parent_types, parents, strict=True))
            ]
        for topic in range(PARENTS_AFTER, len(topics)):
            layout.place(topic)
        for places, spot in zip(placed, [*layout.spots, *spots], strict=True):
            _extend(places, tier, spot)
    return [
        PlacedLabel(number, kind, tuple(places))
        for number, kind, places in zip(
            [*range(len(types)), *range(len(parents))], [*types, *parent_types], placed, strict=True
        )
    ]


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
    sizes = font_sizes([topic.size for topic in topics])
    types = [LabelType(wrap(topic.name), size) for topic, size in zip(topics, sizes, strict=True)]
    half = np.array([area.width, area.height]) / 2
    bounds: tuple[Float, list[tuple[Float, Float]]] = (np.array([0.5 - half, 0.5 + half]), [])
    ground = _Ground.of(xy, assignment, [], len(topics))
    clusters = [_Cluster.of(topic.members) for topic in topics]
    layout = _Layout(scale, bounds, types, clusters, ground, [None] * len(topics))
    for topic in range(len(topics)):
        layout.place(topic)
    layout.repair(min(REPAIRED, len(topics)))
    labels = []
    for topic, (kind, spot) in enumerate(zip(types, layout.spots, strict=True)):
        places: list[Place] = []
        _extend(places, tier_of(scale), spot)
        labels += [PlacedLabel(topic, kind, tuple(places))] if places else []
    return labels


def leader_start(label: PlacedLabel, place: Place, scale: float) -> tuple[float, float]:
    """Where the line of a name begins: at the border of its box, in the map square."""
    if place.spot is None or place.leader is None:
        raise ValueError("the name has no line here")
    half = np.array(label.type.box_px(scale)) / 2 / scale
    way = np.subtract(place.leader, place.spot)
    with np.errstate(divide="ignore"):
        share = float(np.min(half / np.abs(way)))
    x, y = np.add(place.spot, way * min(1.0, share))
    return float(x), float(y)


@dataclass(frozen=True)
class _Spot:
    """A place in one tier: the centre of the box, the end of the leader, the box's half width and height."""

    center: Float
    leader: Float | None
    half: Float


def _extend(places: list[Place], tier: int, spot: _Spot | None) -> None:
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
    width, height = frame.width, frame.height
    if scale < TALL_FROM:
        width = max(width, WIDE * height)
    elif scale < COMPACT_BELOW:
        height = max(height, TALL * width)
    half = np.array([width, height]) / 2
    low, high = 0.5 - half, 0.5 + half
    across, top, bottom = (pixels / scale for pixels in CORNER_PX)
    left = high[0] - across
    return np.array([low, high]), [
        (np.array([left, high[1] - top]), high + 1),
        (np.array([left, low[1] - 1]), np.array([high[0] + 1, low[1] + bottom])),
    ]


@dataclass(frozen=True)
class _Cluster:
    """The core of a topic: its centre, some documents, and how far they reach in each direction, in map units."""

    center: Float
    members: Float
    reach: Float

    @classmethod
    def of(cls, members: Float) -> _Cluster:
        center = np.median(members, axis=0)
        away = np.hypot(*(members - center).T)
        nearest = np.argsort(away, kind="stable")[: max(1, int(np.ceil(len(members) * CORE)))]
        core = members[np.sort(nearest)][:: max(1, len(nearest) // MEMBERS)]
        return cls(center, core, np.maximum((core - center) @ _DIRECTIONS.T, 0).max(axis=0))


_ANGLES = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
_DIRECTIONS = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)


@dataclass(frozen=True)
class _Ground:
    """Sums of documents up to each cell of a grid, of all, and of each parent's, float (GRID + 1, GRID + 1)."""

    all: Float
    parents: list[Float] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        xy: npt.NDArray[np.floating],
        assignment: npt.NDArray[np.integer],
        parents: Sequence[tuple[int, ...]],
        topics: int,
    ) -> _Ground:
        cells = np.clip((np.asarray(xy, np.float64) * GRID).astype(np.int64), 0, GRID - 1)
        flat = cells[:, 1] * GRID + cells[:, 0]

        def summed(which: npt.NDArray[np.int64]) -> Float:
            counts = np.bincount(which, minlength=GRID * GRID).reshape(GRID, GRID)
            sums = np.zeros((GRID + 1, GRID + 1), np.float64)
            sums[1:, 1:] = counts.cumsum(0).cumsum(1)
            return sums

        of_parents = []
        for members in parents:
            inside = np.zeros(topics + 1, bool)
            inside[list(members)] = True
            of_parents.append(summed(flat[inside[assignment]]))
        return cls(summed(flat), of_parents)

    @staticmethod
    def within(sums: Float, low: Float, high: Float) -> Float:
        """Documents in boxes, given by their corners, float (c, 2) each."""
        (x0, y0), (x1, y1) = ((np.clip(np.rint(corner * GRID), 0, GRID).astype(np.int64)).T for corner in (low, high))
        found: Float = sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0]
        return found


class _Layout:
    """The names of one tier, placed one by one."""

    def __init__(
        self,
        scale: float,
        bounds: tuple[Float, list[tuple[Float, Float]]],
        types: Sequence[LabelType],
        clusters: Sequence[_Cluster],
        ground: _Ground,
        before: Sequence[tuple[float, float] | None],
    ) -> None:
        self.scale = scale
        self.spots: list[_Spot | None] = [None] * len(types)
        self._bounds, self._corners = bounds
        self._halves = [np.array(kind.box_px(scale)) / 2 / scale for kind in types]
        self._clusters, self._ground, self._before = clusters, ground, before
        # Obstacles: low and high corners, and the topic whose name or leader they are.
        self._low = np.empty((0, 2))
        self._high = np.empty((0, 2))
        self._owner = np.empty(0, np.int64)

    def place(self, topic: int) -> bool:
        """Put a name where it stood, or at its best free candidate, if there is one."""
        if self._stays(topic):
            return True
        centers = self._centers(topic)
        centers = centers[self._inside(centers, self._halves[topic])]
        centers = centers[np.array([not each.size for each in self._touched(centers, self._halves[topic])], bool)]
        for spot in self._best_first(topic, centers):
            if spot.leader is None or not self._blockers(spot).size:
                self._put(topic, spot)
                return True
        return False

    def repair(self, count: int) -> None:
        """Give names among the first `count` topics that found no place one of a single other name that can move."""
        for topic in range(count):
            if self.spots[topic] is None:
                self._make_room(topic)

    def place_parent(
        self, number: int, kind: LabelType, parent: ParentName, before: tuple[float, float] | None
    ) -> _Spot | None:
        """Name a parent near its place, where nothing stands and most documents are its own."""
        half = np.array(kind.box_px(self.scale)) / 2 / self.scale
        middle = np.array([parent.x, parent.y])
        steps = np.concatenate(
            [np.zeros((1, 2)), *(_DIRECTIONS * pixels / self.scale for pixels in (20.0, 45.0, 80.0))]
        )
        centers = middle + steps
        if before is not None:
            centers = np.concatenate([[before], centers])
        reach = half + PARENT_REACH_PX / self.scale
        own = self._ground.within(self._ground.parents[number], centers - reach, centers + reach)
        every = self._ground.within(self._ground.all, centers - reach, centers + reach)
        for center, share in zip(centers, own / np.maximum(every, 1), strict=True):
            spot = _Spot(center, None, half)
            if share >= PARENT_SHARE and self._inside(center[None], half)[0] and not self._blockers(spot).size:
                self._put(-1 - number, spot)
                return spot
        return None

    def _make_room(self, topic: int) -> None:
        centers = self._centers(topic)
        centers = centers[self._inside(centers, self._halves[topic])]
        touched = self._touched(centers, self._halves[topic])
        centers = centers[np.array([len(set(owners.tolist())) == 1 for owners in touched], bool)]
        for spot in islice(self._best_first(topic, centers), REPAIRS):
            blockers = np.unique(self._blockers(spot))
            if len(blockers) != 1:
                continue
            other = int(blockers[0])
            stood = self._take(other)
            self._put(topic, spot)
            if self.place(other):
                return
            self._take(topic)
            self._put(other, stood)

    def _touched(self, centers: Float, half: Float) -> list[npt.NDArray[np.int64]]:
        """Of boxes around `centers`, the owners of the obstacles that each touches."""
        if not len(centers):
            return []
        low, high = centers - half, centers + half
        near = (self._low < high.max(axis=0)).all(axis=1) & (self._high > low.min(axis=0)).all(axis=1)
        near_low, near_high, owners = self._low[near], self._high[near], self._owner[near]
        touched = (
            (near_low[:, 0] < high[:, :1])
            & (near_high[:, 0] > low[:, :1])
            & (near_low[:, 1] < high[:, 1:])
            & (near_high[:, 1] > low[:, 1:])
        )
        return [owners[row] for row in touched]

    def _put(self, topic: int, spot: _Spot) -> None:
        low, high = self._boxes(spot)
        self._low, self._high = np.concatenate([self._low, low]), np.concatenate([self._high, high])
        self._owner = np.concatenate([self._owner, np.full(len(low), topic)])
        if topic >= 0:
            self.spots[topic] = spot

    def _take(self, topic: int) -> _Spot:
        spot = self.spots[topic]
        if spot is None:
            raise ValueError("a name that has no place cannot be moved")
        kept = self._owner != topic
        self._low, self._high, self._owner = self._low[kept], self._high[kept], self._owner[kept]
        self.spots[topic] = None
        return spot

    def _boxes(self, spot: _Spot) -> tuple[Float, Float]:
        """Return the name's box, and small ones along its leader."""
        low, high = [spot.center - spot.half], [spot.center + spot.half]
        if spot.leader is not None:
            way = spot.leader - spot.center
            steps = max(2, int(np.ceil(np.hypot(*way) * self.scale / LEADER_STEP_PX)))
            dots = spot.center + way * (np.arange(1, steps + 1) / steps)[:, None]
            outside = (np.abs(dots - spot.center) > spot.half).any(axis=1)
            thick = 2.0 / self.scale
            low += list(dots[outside] - thick)
            high += list(dots[outside] + thick)
        return np.array(low), np.array(high)

    def _blockers(self, spot: _Spot) -> npt.NDArray[np.int64]:
        """Owners of the obstacles that a place touches."""
        low, high = self._boxes(spot)
        middle, half = (low + high) / 2, (high - low) / 2
        found = [owners for box, reach in zip(middle, half, strict=True) for owners in self._touched(box[None], reach)]
        return np.concatenate(found)

    def _centers(self, topic: int) -> Float:
        """Where the middle of a name may stand, float (c, 2): where it stood, on its cluster, or beside it."""
        cluster, half = self._clusters[topic], self._halves[topic]
        # A box beside a point: its centre stands off by what the box reaches in that direction.
        edges = cluster.center + _DIRECTIONS[:, None] * (cluster.reach[:, None] * np.array(DEPTHS))[..., None]
        gaps = np.array(GAPS_PX) / self.scale
        beside = edges[:, :, None] + (_DIRECTIONS * half)[:, None, None] + _DIRECTIONS[:, None, None] * gaps[:, None]
        before = self._before[topic]
        stood = np.empty((0, 2)) if before is None else np.array([before])
        return np.concatenate([stood, cluster.center[None], beside.reshape(-1, 2)])

    def _best_first(self, topic: int, centers: Float) -> Iterator[_Spot]:
        """Places for a name that are not too far away, by their cost."""
        if not len(centers):
            return
        cluster, half, before = self._clusters[topic], self._halves[topic], self._before[topic]
        distance, own, ends = self._beside(topic, centers)
        covered = self._ground.within(self._ground.all, centers - half, centers + half)
        size = max(1.0, float(self._ground.all[-1, -1]) / max(1, len(self._clusters)))
        others = np.maximum(covered / size - own, 0)
        central = np.hypot(*(centers - cluster.center).T) * self.scale
        costs = distance + OWN_PX * own + OTHERS_PX * np.minimum(others, 2.0) + CENTRAL_PX * central
        if before is not None:
            costs[(centers == before).all(axis=1)] -= STAYING_PX
        for index in np.argsort(costs, kind="stable"):
            if distance[index] > FARTHEST_PX:
                continue
            leader = None
            if distance[index] > LEADER_FROM_PX:
                leader = ends[index] + INWARDS * (cluster.center - ends[index])
            yield _Spot(centers[index], leader, half)

    def _beside(self, topic: int, centers: Float) -> tuple[Float, Float, Float]:
        """Of boxes around `centers`: pixels to the cluster, share of it that they cover, and its document nearest."""
        members, half = self._clusters[topic].members, self._halves[topic]
        across = np.maximum(np.abs(members[:, 0] - centers[:, :1]) - half[0], 0)
        along = np.maximum(np.abs(members[:, 1] - centers[:, 1:]) - half[1], 0)
        apart = across**2 + along**2
        nearest = apart.argmin(axis=1)
        distance = np.sqrt(apart[np.arange(len(centers)), nearest]) * self.scale
        # Seen from close by a cluster is mostly gaps; what stands among its documents is at none of them far away.
        way = centers - self._clusters[topic].center
        turn = np.rint(np.arctan2(way[:, 1], way[:, 0]) / (2 * np.pi) * DIRECTIONS).astype(np.int64) % DIRECTIONS
        distance[np.hypot(way[:, 0], way[:, 1]) <= self._clusters[topic].reach[turn]] = 0
        return distance, (apart <= 0).mean(axis=1), members[nearest]

    def _stays(self, topic: int) -> bool:
        """Leave a name where it stood in the tier before, if that is still right beside its cluster."""
        before, half = self._before[topic], self._halves[topic]
        if before is None:
            return False
        center = np.array([before])
        distance, own, _ = self._beside(topic, center)
        if distance[0] > NEAR_PX or own[0] > LITTLE or not self._inside(center, half)[0]:
            return False
        spot = _Spot(center[0], None, half)
        if self._blockers(spot).size:
            return False
        self._put(topic, spot)
        return True

    def _inside(self, centers: Float, half: Float) -> Bool:
        low, high = centers - half, centers + half
        inside: Bool = (low >= self._bounds[0]).all(axis=1) & (high <= self._bounds[1]).all(axis=1)
        for corner_low, corner_high in self._corners:
            inside &= ~((low < corner_high).all(axis=1) & (high > corner_low).all(axis=1))
        return inside


def shown_at(labels: Sequence[PlacedLabel], scale: float) -> list[tuple[PlacedLabel, Place]]:
    """Return the names that show at a scale, with their places."""
    return [(label, place) for label in labels if (place := label.at(scale))]
