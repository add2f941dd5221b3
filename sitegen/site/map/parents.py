"""Parent topics: groups of topics, with a name and, on the map, a place.

There are two classes because the result of the map, which is stored, holds only those that have a name to place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sitegen.artifacts import TopicLabels, Topics
from sitegen.site.privacy.published_documents import published_keywords
from sitegen.site.privacy.redact import Redact

SAME_PLACE = 0.15
"""In map units: topics this close to each other are one place."""
UNNAMED = "none"
"""`named_by` of a parent that no name covers: it is a heading of its keywords, and nothing on the map."""
HEADING_KEYWORDS = 3


@dataclass(frozen=True)
class Parent:
    """A parent topic; `topics` are ranks, ascending; `named_by` as in `PARENT_LABEL_SCHEMA`.

    `above` are the names of the groups around it, finest first, where several coarser layers are given.
    """

    name: str
    named_by: str
    topics: tuple[int, ...]
    size: int
    keywords: tuple[str, ...]
    above: tuple[str, ...] = ()


@dataclass(frozen=True)
class MapParent:
    """A parent on the map; its place in the map square, y up; `topics` by rank, largest first."""

    name: str
    size: int
    x: float
    y: float
    topics: tuple[int, ...]


def find_parents(topics: Topics, labels: TopicLabels, redact: Redact) -> tuple[Parent, ...]:
    """Return the parent topics in the order of their numbers. One without a name of its own has its keywords."""
    names = {row["parent"]: row for row in labels.parents.to_pylist()}
    above = {row["parent"]: row["above"] for row in topics.above.to_pylist()} if topics.above is not None else {}
    found = []
    for row in topics.parents.to_pylist():
        keywords = tuple(published_keywords(row["keywords"], redact))
        label = names.get(row["parent"], {"name": "", "named_by": UNNAMED})
        found.append(
            Parent(
                name=redact(label["name"] or ", ".join(keywords[:HEADING_KEYWORDS])),
                named_by=label["named_by"],
                topics=tuple(sorted(row["topics"])),
                size=row["size"],
                keywords=keywords,
                above=tuple(redact(name) for name in above.get(row["parent"], ())),
            )
        )
    return tuple(found)


def place_parents(
    parents: Sequence[Parent], sizes: Sequence[int], centers: Sequence[tuple[float, float]]
) -> tuple[MapParent, ...]:
    """Return the parents that have a name of their own, largest first.

    Args:
        sizes, centers: those of the topics in the pictures, by rank. They decide the order, so that a map that grows
            places its names anew only with its pictures.
    """
    weights = np.array(sizes, np.float64)
    found = []
    for parent in parents:
        if parent.named_by != UNNAMED:
            members = list(parent.topics)
            x, y = _main_place(np.array([centers[topic] for topic in members]), weights[members])
            found.append(MapParent(parent.name, parent.size, x, y, parent.topics))
    return tuple(sorted(found, key=lambda parent: (-weights[list(parent.topics)].sum(), parent.topics)))


def _main_place(centers: np.ndarray, sizes: np.ndarray) -> tuple[float, float]:
    """Where most of the documents lie: parents share words, so their topics may be spread over the map."""
    near = np.hypot(*(centers[:, None] - centers[None]).transpose(2, 0, 1)) <= SAME_PLACE
    weights = sizes * near[(near @ sizes).argmax()]
    x, y = (centers * weights[:, None]).sum(axis=0) / weights.sum()
    return round(float(x), 5), round(float(y), 5)
