"""Computed topics and Membership -> Topics: keywords, documents, hierarchy, timeline of what edits have changed.

Topics whose documents are the same keep all that was said of them: an edit rewords no topic but those that it is about.
That is exact, for words keep the weights that they have among the computed topics (the idf of c-TF-IDF depends on the
number of topics; counted anew, each merge would shift the weights of all). The tree of topics is made anew from all.
"""

from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass, field
from importlib.util import find_spec

import numpy as np
import pyarrow as pa

from sitegen.artifacts import (
    ABOVE_SCHEMA,
    ASPECT_SCHEMA,
    CLASS_SCHEMA,
    HIERARCHY_SCHEMA,
    PARENT_SCHEMA,
    TIMELINE_SCHEMA,
    TOPIC_SCHEMA,
    Continuity,
    Documents,
    Embeddings,
    Float32,
    Int32,
    Membership,
    TopicRow,
    Topics,
)
from sitegen.config import EmbeddingsConfig, TopicsConfig
from sitegen.errors import DataError
from sitegen.pipeline.edits.bag_cache import cached_bag
from sitegen.pipeline.embeddings.embedder import word_encoder
from sitegen.pipeline.stage import Context
from sitegen.pipeline.topics.ctfidf import ClassTfidf, add_up
from sitegen.pipeline.topics.hierarchy import find_hierarchy
from sitegen.pipeline.topics.light_keywords import light_topics
from sitegen.pipeline.topics.over_time_and_class import topics_over_time, topics_per_class
from sitegen.pipeline.topics.representations import DOCUMENTS, Representations, represent


def describe_edited(
    *,
    topics_config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    documents: Documents,
    embeddings: Embeddings,
    topics: Topics,
    continuity: Continuity,
    membership: Membership,
    context: Context,
) -> Topics:
    """Return the topics after the edits, in their order.

    Raises:
        DataError, ModelError: as `describe_topics`.
    """
    origins, assignment = membership.origins, membership.assignment
    same_topics = sorted(origins) == list(range(len(topics))) and not len(membership.deleted)
    outside = {"after": int((topics.assignment < 0).sum()), **topics.outside}  # as it was before the edits
    if not origins:
        return Topics(TOPIC_SCHEMA.empty_table(), assignment, outside=outside)
    place = {origin: rank for rank, origin in enumerate(origins) if origin >= 0}
    known = topics.rows()
    if same_topics:
        rows: list[TopicRow] = [{**known[origin], "topic": rank} for rank, origin in enumerate(origins)]
        renumbered = place if origins != list(range(len(topics))) else None
        return Topics(
            pa.Table.from_pylist(rows, TOPIC_SCHEMA),
            assignment,
            topics.hierarchy if renumbered is None else _renumbered_tree(topics.hierarchy, place),
            _parents(topics_config, membership, topics, rows, place, None),
            _moved(topics.timeline, place, TIMELINE_SCHEMA),
            _moved(topics.classes, place, CLASS_SCHEMA),
            outside,
            _above(topics, membership),
            aspects=_aspects(topics, place),
        )
    fresh = _find_changed(
        topics_config, embeddings_config, documents, embeddings, topics, continuity, membership, context
    )
    rows = [fresh.rows[rank] if origin < 0 else {**known[origin], "topic": rank} for rank, origin in enumerate(origins)]
    return Topics(
        pa.Table.from_pylist(rows, TOPIC_SCHEMA),
        assignment,
        fresh.hierarchy,
        _parents(topics_config, membership, topics, rows, place, fresh.ctfidf),
        _joined(topics.timeline, place, fresh.timeline, TIMELINE_SCHEMA, "start"),
        _joined(topics.classes, place, fresh.classes, CLASS_SCHEMA, "category"),
        outside,
        _above(topics, membership),
        aspects=_aspects(topics, place),
    )


@dataclass(frozen=True)
class _Changed:
    """What is found anew: rows of changed topics by rank, the tree of all, and parts of the changed ones.

    `ctfidf` is None where words were not counted.
    """

    rows: dict[int, TopicRow]
    hierarchy: pa.Table = field(default_factory=HIERARCHY_SCHEMA.empty_table)
    timeline: pa.Table = field(default_factory=TIMELINE_SCHEMA.empty_table)
    classes: pa.Table = field(default_factory=CLASS_SCHEMA.empty_table)
    ctfidf: ClassTfidf | None = None


def _find_changed(
    config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    documents: Documents,
    embeddings: Embeddings,
    topics: Topics,
    continuity: Continuity,
    membership: Membership,
    context: Context,
) -> _Changed:
    assignment, vectors = membership.assignment, embeddings.vectors
    changed = [rank for rank, origin in enumerate(membership.origins) if origin < 0]
    try:
        if find_spec("bertopic") is None:
            return _light(config, documents, assignment, changed)
        bag = cached_bag(config, documents.table.column("text"), continuity.fingerprints, context)
    except DataError as error:
        if error.field != "topics.min_df":
            raise
        return _light(config, documents, assignment, changed)  # as where such short texts have given topics
    # deleted documents count as those outside any topic
    ctfidf = ClassTfidf(config, bag, topics.assignment).regrouped(assignment)
    hierarchy = HIERARCHY_SCHEMA.empty_table()
    if topics.hierarchy.num_rows:  # a dataset that brings its own groups has no tree
        hierarchy, _ = find_hierarchy(config, ctfidf, assignment, vectors)
    only_changed = np.where(np.isin(assignment, changed), assignment, -1).astype(np.int32)
    dates, categories = (documents.table.column(name) for name in ("date", "category"))
    return _Changed(
        _describe(config, embeddings_config, ctfidf, assignment, vectors, changed, context),
        hierarchy,
        topics_over_time(config, ctfidf, only_changed, dates),
        topics_per_class(config, ctfidf, only_changed, categories),
        ctfidf,
    )


def _light(config: TopicsConfig, documents: Documents, assignment: Int32, changed: list[int]) -> _Changed:
    """Describe changed topics without counting the words of all documents."""
    rows = light_topics(config, documents, assignment).rows()
    return _Changed({rank: rows[rank] for rank in changed})


def _above(topics: Topics, membership: Membership) -> pa.Table | None:
    """Return the names of the groups around each group; one that people made stands alone."""
    if topics.above is None:
        return None
    known = {row["parent"]: row["above"] for row in topics.above.to_pylist()}
    rows = [
        {"parent": number, "above": known.get(group["parent"], [])} for number, group in enumerate(membership.parents)
    ]
    return pa.Table.from_pylist(rows, ABOVE_SCHEMA)


def _aspects(topics: Topics, place: dict[int, int]) -> pa.Table | None:
    """Return the words of further representations of topics that are as they were; nobody knows those of others."""
    return None if topics.aspects is None else _moved(topics.aspects, place, ASPECT_SCHEMA)


def _describe(
    config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    ctfidf: ClassTfidf,
    assignment: Int32,
    vectors: Float32,
    changed: list[int],
    context: Context,
) -> dict[int, TopicRow]:
    """Return the rows of `TOPIC_SCHEMA` of changed topics, by rank."""
    if not changed:
        return {}
    number = np.full(int(assignment.max()) + 2, -1, np.int32)
    number[changed] = np.arange(len(changed), dtype=np.int32)
    rows = np.flatnonzero(number[assignment] >= 0)
    view = copy.copy(ctfidf)
    view.bag = dataclasses.replace(ctfidf.bag, counts=ctfidf.bag.counts[rows])
    view.weights = ctfidf.weights[changed]
    own = number[assignment[rows]]
    near = view.representatives(own, max(config.representative_documents, DOCUMENTS))
    representatives = [rows[each].tolist() for each in near]
    keywords = view.keywords(view.weights, config.keywords)
    chosen = Representations([[] for _ in changed], [[] for _ in changed])
    if config.representations and vectors.shape[1]:
        encode = word_encoder(embeddings_config, vectors.shape[1], context)
        if encode is not None:
            chosen = represent(config, view, representatives, vectors, encode)
    return {
        rank: {
            "topic": rank,
            "size": int((own == at).sum()),
            "keywords": keywords[at],
            "keybert": chosen.keybert[at],
            "mmr": chosen.mmr[at],
            "representatives": representatives[at][: config.representative_documents],
        }
        for at, rank in enumerate(changed)
    }


def _parents(
    config: TopicsConfig,
    membership: Membership,
    topics: Topics,
    rows: list[TopicRow],
    place: dict[int, int],
    ctfidf: ClassTfidf | None,
) -> pa.Table:
    """Return the groups, with new keywords where their topics are not those of the computed group."""
    known = topics.parents.to_pylist()
    table = []
    for number, group in enumerate(membership.parents):
        ranks = group["topics"]
        before = known[group["parent"]] if group["parent"] >= 0 else None
        same = before is not None and sorted(place.get(rank, -1) for rank in before["topics"]) == ranks
        if same and before is not None:
            keywords = before["keywords"]
        elif ctfidf is not None:
            counts = add_up(ctfidf.counts[ranks], np.zeros(len(ranks), np.int64))
            (keywords,) = ctfidf.keywords(ctfidf.weigh(counts), config.keywords)
        else:
            in_turn = (
                words for several in zip(*(rows[rank]["keywords"] for rank in ranks), strict=False) for words in several
            )
            keywords = list(dict.fromkeys(in_turn))[: config.keywords]
        size = sum(rows[rank]["size"] for rank in ranks)
        table.append({"parent": number, "topics": ranks, "size": size, "keywords": keywords})
    return pa.Table.from_pylist(table, PARENT_SCHEMA)


def _renumbered_tree(hierarchy: pa.Table, place: dict[int, int]) -> pa.Table:
    """Return the tree after topics were only put into another order."""
    rows = [
        {**row, "left": place.get(row["left"], row["left"]), "right": place.get(row["right"], row["right"])}
        for row in hierarchy.to_pylist()
    ]
    return pa.Table.from_pylist(rows, HIERARCHY_SCHEMA)


def _moved(table: pa.Table, place: dict[int, int], schema: pa.Schema) -> pa.Table:
    """Return the rows of topics that are still there, under their new ranks."""
    rows = [{**row, "topic": place[row["topic"]]} for row in table.to_pylist() if row["topic"] in place]
    return pa.Table.from_pylist(rows, schema)


def _joined(table: pa.Table, place: dict[int, int], fresh: pa.Table, schema: pa.Schema, part: str) -> pa.Table:
    """Return the rows of unchanged and of changed topics, in the order in which a build writes them."""
    rows = _moved(table, place, schema).to_pylist() + fresh.to_pylist()
    return pa.Table.from_pylist(sorted(rows, key=lambda row: (row[part], row["topic"])), schema)
