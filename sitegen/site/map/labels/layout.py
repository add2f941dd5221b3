"""Lays out the names of one tier: candidates around each cluster, the cheapest that is free, and repairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from sitegen.site.map.labels.label_type import LabelType
from sitegen.site.map.labels.obstacles import COMPASS, DIRECTIONS, Cluster, DocumentCounts
from sitegen.site.map.parents import MapParent

Float = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

GAPS_PX = (2.0, 9.0, 18.0, 30.0, 44.0, 62.0, 82.0)
"""Distances between the edge of a cluster and a name beside it."""
DEPTHS = (1.0, 0.55)
"""Where a candidate stands off from: the edge of the cluster, or inside it at this share of the way."""
LEADER_FROM_PX = 25.0
"""A name farther than this from its cluster has a line to it."""
LEADER_STEP_PX = 6.0
FARTHEST_PX = 90.0
OWN_PX, OTHERS_PX = 34.0, 50.0
"""Pixels of distance that are worth covering all documents of the topic itself, and as many of others."""
FOREIGN_PX, FEW = 45.0, 3.0
"""What standing only on documents of other topics costs, in pixels of distance; `FEW` of them cost little."""
ASTRAY_PX, LEADER_PX = 12.0, 6.0
"""A name is astray if most documents within `ASTRAY_PX` are of other topics. It has a line, which costs `LEADER_PX`."""
CROSSED_PX, CROSSING_PX, CROSSED_AT = 30.0, 4.0, (0.2, 0.4, 0.6, 0.8)
"""What a line costs that lies over documents all along. They count within `CROSSING_PX` of the points `CROSSED_AT`."""
OUTLIERS = 0.25
"""What covering a document outside any topic costs, as a share of what one of another topic costs."""
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
PARENT_SHARE = 0.6
"""The share of the documents where a parent's name stands that must be its own."""
PARENT_LEAST = 0.1
"""The share of its own documents that must lie there."""
PARENT_REACH_PX = 30.0
PARENT_RINGS_PX = (20.0, 45.0, 80.0)
"""Distances from its place at which a parent's name may stand."""


@dataclass(frozen=True)
class Spot:
    """A place in one tier: the centre of the box, the end of the leader, the box's half width and height."""

    center: Float
    leader: Float | None
    half: Float


class TierLayout:
    """The names of one tier, placed one by one."""

    def __init__(
        self,
        scale: float,
        bounds: tuple[Float, list[tuple[Float, Float]]],
        types: Sequence[LabelType],
        clusters: Sequence[Cluster],
        ground: DocumentCounts,
        before: Sequence[tuple[float, float] | None],
        affordable: Float,
    ) -> None:
        self.scale, self._affordable = scale, affordable
        self.spots: list[Spot | None] = [None] * len(types)
        self._bounds, self._corners = bounds
        self._halves = [np.array(kind.box_px(scale)) / 2 / scale for kind in types]
        self._clusters, self._ground, self._before = clusters, ground, before
        # Obstacles: low x, low y, high x and high y of each, and the topic whose name or leader it is.
        self._edges = np.empty((4, 0))
        self._owner = np.empty(0, np.int64)

    def place(self, topic: int) -> bool:
        """Put a name where it stood, or at its best free candidate, if there is one."""
        if self._stays(topic):
            return True
        centers = self._centers(topic)
        centers = centers[self._inside(centers, self._halves[topic])]
        if len(centers):
            touched, _ = self._touched(centers - self._halves[topic], centers + self._halves[topic])
            centers = centers[~touched.any(axis=1)]
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
        self, number: int, kind: LabelType, parent: MapParent, before: tuple[float, float] | None
    ) -> Spot | None:
        """Name a parent near its place, where nothing stands and most documents are its own."""
        half = np.array(kind.box_px(self.scale)) / 2 / self.scale
        middle = np.array([parent.x, parent.y])
        steps = np.concatenate([np.zeros((1, 2)), *(COMPASS * pixels / self.scale for pixels in PARENT_RINGS_PX)])
        centers = middle + steps
        if before is not None:
            centers = np.concatenate([[before], centers])
        reach = half + PARENT_REACH_PX / self.scale
        own = self._ground.within(self._ground.parents[number], centers - reach, centers + reach)
        every = self._ground.within(self._ground.all, centers - reach, centers + reach)
        least = PARENT_LEAST * self._ground.parents[number].totals[-1, -1]
        for center, share in zip(centers, np.where(own >= least, own / np.maximum(every, 1), 0), strict=True):
            spot = Spot(center, None, half)
            if share >= PARENT_SHARE and self._inside(center[None], half)[0] and not self._blockers(spot).size:
                self._put(-1 - number, spot)
                return spot
        return None

    def _make_room(self, topic: int) -> None:
        centers = self._centers(topic)
        centers = centers[self._inside(centers, self._halves[topic])]
        if len(centers):
            touched, owners = self._touched(centers - self._halves[topic], centers + self._halves[topic])
            centers = centers[np.array([len(np.unique(owners[row])) == 1 for row in touched])]
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

    def _touched(self, low: Float, high: Float) -> tuple[Bool, npt.NDArray[np.int64]]:
        """Return which obstacles each of some boxes touches, bool (b, o), and the owners of those obstacles, (o,).

        Args:
            low, high: corners of the boxes, float (b, 2) each.
        """
        near = np.flatnonzero(_touches(self._edges, *low.min(axis=0), *high.max(axis=0)))
        corners = low[:, :1], low[:, 1:], high[:, :1], high[:, 1:]
        return _touches(self._edges[:, near], *corners), self._owner[near]

    def _put(self, topic: int, spot: Spot) -> None:
        low, high = self._boxes(spot)
        self._edges = np.concatenate([self._edges, np.concatenate([low.T, high.T])], axis=1)
        self._owner = np.concatenate([self._owner, np.full(len(low), topic)])
        if topic >= 0:
            self.spots[topic] = spot

    def _take(self, topic: int) -> Spot:
        spot = self.spots[topic]
        if spot is None:
            raise ValueError("a name that has no place cannot be moved")
        kept = self._owner != topic
        self._edges, self._owner = self._edges[:, kept], self._owner[kept]
        self.spots[topic] = None
        return spot

    def _boxes(self, spot: Spot) -> tuple[Float, Float]:
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

    def _blockers(self, spot: Spot) -> npt.NDArray[np.int64]:
        """Owners of the obstacles that a place touches."""
        touched, owners = self._touched(*self._boxes(spot))
        return owners[touched.any(axis=0)]

    def _centers(self, topic: int) -> Float:
        """Where the middle of a name may stand, float (c, 2): where it stood, on its cluster, or beside it."""
        cluster, half = self._clusters[topic], self._halves[topic]
        # A box beside a point: its centre stands off by what the box reaches in that direction.
        edges = cluster.center + COMPASS[:, None] * (cluster.reach[:, None] * np.array(DEPTHS))[..., None]
        gaps = np.array(GAPS_PX) / self.scale
        beside = edges[:, :, None] + (COMPASS * half)[:, None, None] + COMPASS[:, None, None] * gaps[:, None]
        before = self._before[topic]
        stood = np.empty((0, 2)) if before is None else np.array([before])
        return np.concatenate([stood, cluster.center[None], beside.reshape(-1, 2)])

    def _best_first(self, topic: int, centers: Float) -> Iterator[Spot]:
        """Places for a name that are not too far away, by their cost."""
        if not len(centers):
            return
        cluster, half, before = self._clusters[topic], self._halves[topic], self._before[topic]
        distance, own, near, ends = self._beside(topic, centers)
        low, high = centers - half, centers + half
        within, ground = self._ground.within, self._ground
        covered = within(ground.in_topics, low, high)
        outliers = within(ground.all, low, high) - covered
        others = np.maximum(covered - own * cluster.documents, 0)
        foreign = others / (others + own * cluster.documents + FEW)
        size = max(1.0, float(ground.all.totals[-1, -1]) / max(1, len(self._clusters)))
        central = np.hypot(*(centers - cluster.center).T) * self.scale
        lines = (distance > LEADER_FROM_PX) | self._astray(topic, centers, near)
        costs = distance + OWN_PX * own + OTHERS_PX * np.minimum((others + OUTLIERS * outliers) / size, 2.0)
        costs += FOREIGN_PX * foreign + CENTRAL_PX * central
        hidden = (np.abs(cluster.center - centers) <= half).all(axis=1)
        costs += (LEADER_PX + CROSSED_PX * (self._crossed(centers, ends) + hidden)) * lines
        if before is not None:
            costs[(centers == before).all(axis=1)] -= STAYING_PX
        for index in np.argsort(costs, kind="stable"):
            if costs[index] > self._affordable[topic]:
                return
            if distance[index] > FARTHEST_PX:
                continue
            leader = None
            if lines[index]:
                # from a name on some of its documents a line leads on to the others
                inwards = 1.0 if own[index] else INWARDS
                leader = ends[index] + inwards * (cluster.center - ends[index])
            yield Spot(centers[index], leader, half)

    def _beside(self, topic: int, centers: Float) -> tuple[Float, Float, Float, Float]:
        """Tell how boxes around `centers` lie beside the topic's cluster.

        Returns:
            pixels to the cluster, shares of it that they cover and that is near them, and its document nearest.
        """
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
        near = (np.maximum(across, along) <= ASTRAY_PX / self.scale).mean(axis=1)
        return distance, (apart <= 0).mean(axis=1), near, members[nearest]

    def _crossed(self, centers: Float, ends: Float) -> Float:
        """Return how much of a line from each name to its cluster lies over documents of topics, float (c,)."""
        near = CROSSING_PX / self.scale
        dots = (centers[:, None] + (ends - centers)[:, None] * np.array(CROSSED_AT)[:, None]).reshape(-1, 2)
        found = self._ground.within(self._ground.in_topics, dots - near, dots + near).reshape(len(centers), -1)
        crossed: Float = (found > 0).mean(axis=1)
        return crossed

    def _astray(self, topic: int, centers: Float, near: Float) -> Bool:
        """Tell which boxes around `centers` readers would take for names of others; `near` are shares of the topic."""
        reach, own = self._halves[topic] + ASTRAY_PX / self.scale, near * self._clusters[topic].documents
        found = self._ground.within(self._ground.in_topics, centers - reach, centers + reach)
        astray: Bool = found - own > own + FEW
        return astray

    def _stays(self, topic: int) -> bool:
        """Leave a name where it stood in the tier before, if that is still right beside its cluster."""
        before, half = self._before[topic], self._halves[topic]
        if before is None:
            return False
        center = np.array([before])
        distance, own, near, _ = self._beside(topic, center)
        if distance[0] > NEAR_PX or own[0] > LITTLE or not self._inside(center, half)[0]:
            return False
        if self._astray(topic, center, near)[0]:
            return False
        spot = Spot(center[0], None, half)
        if self._blockers(spot).size:
            return False
        self._put(topic, spot)
        return True

    def _inside(self, centers: Float, half: Float) -> Bool:
        (x0, y0), (x1, y1) = (centers - half).T, (centers + half).T
        (least_x, least_y), (most_x, most_y) = self._bounds
        inside: Bool = (x0 >= least_x) & (y0 >= least_y) & (x1 <= most_x) & (y1 <= most_y)
        for (corner_x0, corner_y0), (corner_x1, corner_y1) in self._corners:
            inside &= ~((x0 < corner_x1) & (y0 < corner_y1) & (x1 > corner_x0) & (y1 > corner_y0))
        return inside


def _touches(edges: Float, x0: Float, y0: Float, x1: Float, y1: Float) -> Bool:
    """Tell which boxes, by their `edges`, float (4, o), touch others, one or column vectors of them."""
    touches: Bool = (edges[0] < x1) & (edges[1] < y1) & (edges[2] > x0) & (edges[3] > y0)
    return touches
