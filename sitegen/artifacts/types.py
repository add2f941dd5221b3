"""What the stages make: the contract between pipeline and site. Shapes and dtypes are checked on construction.

`n` is the number of documents, `k` the number of topics; topic -1 means outside any topic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts.arrays import Float32, Int32, Int64, check_array, check_schema
from sitegen.artifacts.edited import Membership, ResolvedEdits
from sitegen.artifacts.given import Given, Predefined
from sitegen.artifacts.growth import ClusterGrowth, LabelGrowth, ReductionGrowth, TopicGrowth
from sitegen.artifacts.records import LabelRow, TopicRow
from sitegen.artifacts.schemas import (
    ABOVE_SCHEMA,
    ASPECT_SCHEMA,
    CHANGE_SCHEMA,
    CHUNK_FIELDS,
    CLASS_SCHEMA,
    COLUMN_TYPES,
    DOCUMENT_SCHEMA,
    HIERARCHY_SCHEMA,
    KNOWN_TOPIC_SCHEMA,
    LABEL_SCHEMA,
    PARENT_LABEL_SCHEMA,
    PARENT_SCHEMA,
    TIMELINE_SCHEMA,
    TOPIC_SCHEMA,
    TURNS_FIELD,
)
from sitegen.errors import ArtifactError


@dataclass(frozen=True)
class Documents:
    """The documents of a dataset, in reading order.

    Attributes:
        table: n rows of `DOCUMENT_SCHEMA`; after its columns come those that the config asks for, by `COLUMN_TYPES`,
            `CHUNK_FIELDS` and `TURNS_FIELD`.
        dropped: how many each rule dropped, in the order in which the rules run.
        noted: what happened without a drop: values left empty, texts cut, documents added by chunking.
        rows: rows that the source gave.
        source_rows: int64 (n,), the row that each document comes from; none (0,) where that is not known.
        vectors: float32 (n, d), embeddings that came with the rows; (0, 0) without.
        card: what the source says of itself, Markdown.
        given: n rows of what `given:` names: places `x` and `y` as float64, labels and names as text; None without.
        rows_of_parts: int64 (m,), of documents of several datasets, the rows that the sources of each gave: then
            `source_rows` are rows of the dataset, and `vectors` are NaN where it brings none. None of one dataset.
    """

    table: pa.Table
    dropped: dict[str, int]
    noted: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    source_rows: Int64 = field(default_factory=lambda: np.empty(0, np.int64))
    vectors: Float32 = field(default_factory=lambda: np.empty((0, 0), np.float32))
    card: str = ""
    given: pa.Table | None = None
    rows_of_parts: Int64 | None = None

    def __post_init__(self) -> None:
        check_array("documents.source_rows", self.source_rows, np.int64, (None,))
        check_array("documents.vectors", self.vectors, np.float32, (None, None), finite=False)
        names = DOCUMENT_SCHEMA.names
        check_schema("documents", self.table.select(range(min(len(names), self.table.num_columns))), DOCUMENT_SCHEMA)
        # compared, not looked up: once stored, a type of lists has another hash, for its items have another name
        allowed = [*COLUMN_TYPES.values(), *(extra.type for extra in (*CHUNK_FIELDS, TURNS_FIELD))]
        for extra in list(self.table.schema)[len(names) :]:
            if extra.type not in allowed or self.table.schema.names.count(extra.name) > 1:
                raise ArtifactError(f"documents.{extra.name}: a column of {extra.type} cannot ride along, or not twice")

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def column(self, name: str) -> list[Any]:
        """Return one column as Python values."""
        return list(self.table.column(name).to_pylist())


@dataclass(frozen=True)
class Embeddings:
    """Attributes: vectors: float32 (n, d), unit length."""

    vectors: Float32

    def __post_init__(self) -> None:
        check_array("embeddings.vectors", self.vectors, np.float32, (None, None))


@dataclass(frozen=True)
class Reduction:
    """Where the documents lie.

    Attributes:
        cluster_space: float32 (n, c), for clustering.
        layout: float32 (n, 2), for the map.
        landmarks: int32 (m,), ascending, the rows that were fitted, if the others were placed beside them; none (0,)
            where all were fitted.
        growth: of a map that grows, how it was fitted and how well newcomers fit; None of others. So are the next two.
        since: int32 (n,), the build after the fit in which a document came; 0 if it was fitted.
        prints: int64 (n, 2), hashes of its text and of its vector.
        guide: how many documents have labels that guided it, in one line; None without labels.
    """

    cluster_space: Float32
    layout: Float32
    landmarks: Int32 = field(default_factory=lambda: np.empty(0, np.int32))
    growth: ReductionGrowth | None = None
    since: Int32 | None = None
    prints: Int64 | None = None
    guide: str | None = None

    def __post_init__(self) -> None:
        check_array("reduction.cluster_space", self.cluster_space, np.float32, (None, None))
        check_array("reduction.layout", self.layout, np.float32, (len(self.cluster_space), 2))
        check_array("reduction.landmarks", self.landmarks, np.int32, (None,))

    @property
    def fitted(self) -> slice | Int32:
        """The rows that were fitted, for use as an index."""
        return self.landmarks if len(self.landmarks) else slice(None)


@dataclass(frozen=True)
class Neighbors:
    """The documents nearest to each by their vectors.

    Attributes:
        rows: int32 (n, k), rows of other documents, nearest first; k is 0 without vectors.
        prints: int64 (n,), hashes of the vectors of a map that grows; None of others.
    """

    rows: Int32
    prints: Int64 | None = None

    def __post_init__(self) -> None:
        check_array("neighbors.rows", self.rows, np.int32, (None, None))


@dataclass(frozen=True)
class Clusters:
    """The groups of documents that are dense.

    Attributes:
        assignment: int32 (n,), -1 outside.
        strength: float32 (n,), 0 to 1.
        chosen: the settings that `auto` found and why, in one line; empty where the config sets them.
        growth: of a map that grows, what the numbers of clusters belong to, and what came of newcomers; None of others.
        prints: int64 (n,), hashes of the texts of a map that grows; None of others.
        names: of the clusters with the numbers below its length, which were named beforehand; one may have no
            document. None without.
    """

    assignment: Int32
    strength: Float32
    chosen: str = ""
    growth: ClusterGrowth | None = None
    prints: Int64 | None = None
    names: list[str] | None = None

    def __post_init__(self) -> None:
        check_array("clusters.assignment", self.assignment, np.int32, (None,))
        check_array("clusters.strength", self.strength, np.float32, (len(self.assignment),))


@dataclass(frozen=True)
class Topics:
    """Topics, largest first.

    Attributes:
        table: k rows of `TOPIC_SCHEMA`; row i is topic i. `keybert` and `mmr` may be empty lists.
        assignment: int32 (n,), topic of each document, -1 outside.
        hierarchy: k - 1 rows of `HIERARCHY_SCHEMA`, the tree of topics; none where there are few topics.
        parents: rows of `PARENT_SCHEMA`, largest topic first; none where there are few topics.
        timeline: rows of `TIMELINE_SCHEMA`; none without dates.
        classes: rows of `CLASS_SCHEMA`; none without categories.
        outside: how many documents were outside any topic `before` outliers were reassigned, and `after`.
        above: rows of `ABOVE_SCHEMA`, a row per parent; None unless more than one coarser layer is given.
        growth: of a map that grows, when and of what the topics were described; None of others.
        names: of each topic the name that it was given beforehand, empty where it was found; None where all were found.
        aspects: rows of `ASPECT_SCHEMA`; None unless further representations are given.
    """

    table: pa.Table
    assignment: Int32
    hierarchy: pa.Table = field(default_factory=HIERARCHY_SCHEMA.empty_table)
    parents: pa.Table = field(default_factory=PARENT_SCHEMA.empty_table)
    timeline: pa.Table = field(default_factory=TIMELINE_SCHEMA.empty_table)
    classes: pa.Table = field(default_factory=CLASS_SCHEMA.empty_table)
    outside: dict[str, int] = field(default_factory=dict)
    above: pa.Table | None = None
    growth: TopicGrowth | None = None
    names: list[str] | None = None
    aspects: pa.Table | None = None

    def __post_init__(self) -> None:
        check_schema("topics", self.table, TOPIC_SCHEMA)
        if self.above is not None:
            check_schema("topics.above", self.above, ABOVE_SCHEMA)
        if self.aspects is not None:
            check_schema("topics.aspects", self.aspects, ASPECT_SCHEMA)
        check_schema("topics.hierarchy", self.hierarchy, HIERARCHY_SCHEMA)
        check_schema("topics.parents", self.parents, PARENT_SCHEMA)
        check_schema("topics.timeline", self.timeline, TIMELINE_SCHEMA)
        check_schema("topics.classes", self.classes, CLASS_SCHEMA)
        check_array("topics.assignment", self.assignment, np.int32, (None,))

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def rows(self) -> list[TopicRow]:
        """Return the topics as dictionaries."""
        return list(self.table.to_pylist())


@dataclass(frozen=True)
class TopicLabels:
    """The name of each topic and where it comes from.

    Attributes:
        table: k rows of `LABEL_SCHEMA`. `named_by` is `llm`, `phrase` (of the documents), `keywords`, `given` or
            `predefined`; `answers` is all that the model said in `tries` rounds, when it was shown `keywords` and
            `documents` (row numbers); `reason` says why no answer was taken as it was. `fit`, `margin`, `rank` and
            `nearest` (a topic) say how well the name points to the topic; null where that was not measured.
        provenance: model, revision, quantization, hash of the prompt, host of the endpoint, engine, device; empty where
            none.
        parents: one row of `PARENT_LABEL_SCHEMA` for each parent topic; `named_by` is `none` and the name empty where
            no name covers its topics. `nearest` is a parent.
        growth: of a map that grows, what the names belong to; None of others.
    """

    table: pa.Table
    provenance: dict[str, str]
    parents: pa.Table = field(default_factory=PARENT_LABEL_SCHEMA.empty_table)
    growth: LabelGrowth | None = None

    def __post_init__(self) -> None:
        check_schema("labels", self.table, LABEL_SCHEMA)
        check_schema("labels.parents", self.parents, PARENT_LABEL_SCHEMA)

    def rows(self) -> list[LabelRow]:
        """Return the labels as dictionaries."""
        return list(self.table.to_pylist())


@dataclass(frozen=True)
class Continuity:
    """What a build hands on to the next one, so that topics and map keep their identity.

    Attributes:
        layout: float32 (n, 2), the map, laid onto that of the build before.
        fingerprints: int64 (n,), a hash of each text.
        assignment: int32 (n,), permanent topic of each document, -1 outside.
        topics: k rows of `KNOWN_TOPIC_SCHEMA` in the order of `Topics`; `topic` is the permanent id, `slot` the colour.
        changes: rows of `CHANGE_SCHEMA`: what became of the topics of the build before; empty at the first build.
        first_new: no topic of any build had this id or a higher one.
        square: of a map that grows, the middle and side of its square when it was fitted; None of others.
        since: of a map that grows, int32 (n,), as in `Reduction`; None of others.
    """

    layout: Float32
    fingerprints: npt.NDArray[np.int64]
    assignment: Int32
    topics: pa.Table
    changes: pa.Table
    first_new: int
    square: list[float] | None = None
    since: Int32 | None = None

    def __post_init__(self) -> None:
        n = len(self.layout)
        check_array("continuity.layout", self.layout, np.float32, (n, 2))
        check_array("continuity.fingerprints", self.fingerprints, np.int64, (n,))
        check_array("continuity.assignment", self.assignment, np.int32, (n,))
        check_array("continuity.since", self.since if self.since is not None else np.zeros(n, np.int32), np.int32, (n,))
        check_schema("continuity.topics", self.topics, KNOWN_TOPIC_SCHEMA)
        check_schema("continuity.changes", self.changes, CHANGE_SCHEMA)

    @property
    def ids(self) -> list[int]:
        """Permanent id of each topic, in the order of `Topics`."""
        return list(self.topics.column("topic").to_pylist())

    @property
    def slots(self) -> list[int]:
        """Colour slot of each topic, in the order of `Topics`."""
        return list(self.topics.column("slot").to_pylist())


Artifact = (
    Documents
    | Given
    | Embeddings
    | Reduction
    | Neighbors
    | Predefined
    | Clusters
    | Topics
    | TopicLabels
    | Continuity
    | ResolvedEdits
    | Membership
)
