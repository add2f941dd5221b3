"""Parent topics on the map: groups of topics, with a name and a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sitegen.artifacts import TopicLabels, Topics
from sitegen.site.privacy.redact import Redact

NEAR = 0.15
"""In map units: topics this close to each other are one place."""


@dataclass(frozen=True)
class MapParent:
    """A group of topics; its place in the map square, y up; `topics` by rank, largest first."""

    name: str
    size: int
    x: float
    y: float
    topics: tuple[int, ...]


def find_parents(
    topics: Topics, labels: TopicLabels, centers: Sequence[tuple[float, float]], redact: Redact
) -> tuple[MapParent, ...]:
    """The parents of a dataset, largest first. `centers` are those of the topics, by rank."""
    sizes = np.array(topics.table.column("size"), np.float64)
    names = {row["parent"]: row["name"] for row in labels.parents.to_pylist()}
    found = []
    for row in topics.parents.to_pylist():
        members = sorted(row["topics"])
        x, y = _main_place(np.array([centers[topic] for topic in members]), sizes[members])
        found.append(MapParent(redact(names[row["parent"]]), int(sizes[members].sum()), x, y, tuple(members)))
    return tuple(sorted(found, key=lambda parent: (-parent.size, parent.topics)))


def _main_place(centers: np.ndarray, sizes: np.ndarray) -> tuple[float, float]:
    """Where most of the documents lie: parents share words, so their topics may be spread over the map."""
    near = np.hypot(*(centers[:, None] - centers[None]).transpose(2, 0, 1)) <= NEAR
    weights = sizes * near[(near @ sizes).argmax()]
    x, y = (centers * weights[:, None]).sum(axis=0) / weights.sum()
    return round(float(x), 5), round(float(y), 5)
