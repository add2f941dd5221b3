"""The tree of topics as pages tell it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sitegen.artifacts import Topics
from sitegen.site.privacy.published_documents import published_keywords
from sitegen.site.privacy.redact import Redact

SMALLEST_GROUP = 3
"""Topics from which a merge inside a parent is a group of its own."""
CLOSER = 0.8
"""Such a group is closer than this share of the distance at which the one around it was merged."""


@dataclass(frozen=True)
class Merge:
    """Two nodes that are alike. Nodes below k are topics by rank, node k + i is merge i; `nodes` are such numbers."""

    nodes: tuple[int, int]
    distance: float
    size: int
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Topics and groups below a merge that is told by itself; `node` is its number."""

    node: int
    members: tuple[int | Group, ...]


def find_merges(topics: Topics, redact: Redact) -> tuple[Merge, ...]:
    """Return the tree of topics, closest merge first; none where there are few topics."""
    return tuple(
        Merge(
            nodes=(row["left"], row["right"]),
            distance=row["distance"],
            size=row["size"],
            keywords=tuple(published_keywords(row["keywords"], redact)),
        )
        for row in topics.hierarchy.to_pylist()
    )


class Tree:
    """The tree over `count` topics.

    Attributes:
        below: the ranks of the topics below each node, in the order of the tree.
    """

    def __init__(self, merges: Sequence[Merge], count: int) -> None:
        self._merges, self._count = merges, count
        self.below: list[tuple[int, ...]] = [(rank,) for rank in range(count)]
        self._above: dict[int, int] = {}
        for number, merge in enumerate(merges, count):
            self.below.append(tuple(rank for node in merge.nodes for rank in self.below[node]))
            self._above |= dict.fromkeys(merge.nodes, number)

    def node_of(self, ranks: Sequence[int]) -> int:
        """Return the lowest node above these topics."""
        node, wanted = ranks[0], set(ranks)
        while not wanted <= set(self.below[node]):
            node = self._above[node]
        return node

    def nearest(self, rank: int, most: int) -> tuple[int, ...]:
        """Return the topics that a topic is merged with, first merge first; within a merge largest topic first."""
        near: list[int] = []
        node = rank
        while len(near) < most and node in self._above:
            node = self._above[node]
            near += sorted(set(self.below[node]) - {rank, *near})
        return tuple(near[:most])

    def group(self, node: int) -> Group:
        """Return the group below a node, without merges that are small or hardly closer than the one around them."""
        return Group(node, tuple(each if each < self._count else self.group(each) for each in self._flattened(node)))

    def _flattened(self, node: int) -> Iterator[int]:
        if node < self._count:
            yield node
            return
        around = self._merges[node - self._count]
        waiting = list(reversed(around.nodes))
        while waiting:
            each = waiting.pop()
            merge = self._merges[each - self._count] if each >= self._count else None
            own = merge and len(self.below[each]) >= SMALLEST_GROUP and merge.distance <= CLOSER * around.distance
            if merge is None or own:
                yield each
            else:
                waiting += reversed(merge.nodes)
