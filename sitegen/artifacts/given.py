"""What people know before a build: results that a dataset brings, and topics that are named beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from sitegen.artifacts.arrays import Float32, Int32, check_array, check_schema
from sitegen.artifacts.schemas import ASPECT_SCHEMA, GIVEN_PARENT_SCHEMA, GIVEN_TOPIC_SCHEMA, HIERARCHY_SCHEMA

MOST_TOPICS = 0xFFFF
"""Numbers of topics are below this: the map's files have 16 bits for one."""


@dataclass(frozen=True)
class Given:
    """What a dataset brings, matched to its documents.

    Attributes:
        layout: float32 (n, 2), places on the map; (0, 2) where none are given.
        assignment: int32 (n,), topic of each document, largest first, -1 outside; (0,) where none are given.
        topics: k rows of `GIVEN_TOPIC_SCHEMA`; row i is topic i.
        parents: rows of `GIVEN_PARENT_SCHEMA`, in which every topic is at most once; none where no layer is given.
        hierarchy: rows of `HIERARCHY_SCHEMA` without keywords, the given tree of topics; none where none is given.
        aspects: rows of `ASPECT_SCHEMA`, words of topics by further representations; None where none are given.
        space: float32 (n, d), points to find topics among; None where none are given.
        told: what a reader should know of it, in one line: what made it, and what did not fit.
    """

    layout: Float32
    assignment: Int32
    topics: pa.Table = field(default_factory=GIVEN_TOPIC_SCHEMA.empty_table)
    parents: pa.Table = field(default_factory=GIVEN_PARENT_SCHEMA.empty_table)
    hierarchy: pa.Table = field(default_factory=HIERARCHY_SCHEMA.empty_table)
    told: str = ""
    aspects: pa.Table | None = None
    space: Float32 | None = None

    def __post_init__(self) -> None:
        check_array("given.layout", self.layout, np.float32, (None, 2))
        check_array("given.assignment", self.assignment, np.int32, (None,))
        check_schema("given.topics", self.topics, GIVEN_TOPIC_SCHEMA)
        check_schema("given.parents", self.parents, GIVEN_PARENT_SCHEMA)
        check_schema("given.hierarchy", self.hierarchy, HIERARCHY_SCHEMA)
        if self.space is not None:
            check_array("given.space", self.space, np.float32, (len(self.layout), None))
        if self.aspects is not None:
            check_schema("given.aspects", self.aspects, ASPECT_SCHEMA)

    @property
    def ids(self) -> list[int] | None:
        """The numbers that the data itself gives its topics; None where they are texts or too large for the map."""
        labels = self.topics.column("label").to_pylist()
        numbers = [int(label) if label.isascii() and label.isdigit() else -1 for label in labels]
        kept = all(
            0 <= number < MOST_TOPICS and str(number) == label for number, label in zip(numbers, labels, strict=True)
        )
        return numbers if kept else None


@dataclass(frozen=True)
class Predefined:
    """Topics that were named beforehand, and the documents that are similar enough to a name.

    Attributes:
        assignment: int32 (n,), number of the closest name, -1 where it is not close enough.
        similarity: float32 (n,), cosine of each document and the name closest to it.
        names: as the config has them.
        least: the similarity that is enough.
        told: how many documents and names that are, in one line.
    """

    assignment: Int32
    similarity: Float32
    names: list[str]
    least: float
    told: str = ""

    def __post_init__(self) -> None:
        check_array("predefined.assignment", self.assignment, np.int32, (None,))
        check_array("predefined.similarity", self.similarity, np.float32, (len(self.assignment),))
