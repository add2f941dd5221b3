"""Describes topics of a map that grows again only when their documents have changed enough.

Until then keywords, representative documents, tree, timeline and categories are those of the last description; only
sizes and members are counted. So a build with a few more documents counts no words, and pages stay as they are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from sitegen.artifacts import (
    PARENT_SCHEMA,
    TOPIC_SCHEMA,
    Clusters,
    Documents,
    Embeddings,
    Int32,
    Int64,
    Reduction,
    TopicGrowth,
    Topics,
    digest,
)
from sitegen.config import EmbeddingsConfig, TopicsConfig
from sitegen.pipeline.documents.fingerprints import rows_of, rows_of_each
from sitegen.pipeline.stage import Context
from sitegen.pipeline.topics.describe_topics import describe_topics

OTHER_TOPIC = 0.2
"""Share of a topic's documents, added or removed since, beyond which all topics are described anew."""
OTHER_MAP = 0.1
"""The same of all documents."""


def describe_or_keep(
    *,
    topics_config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    documents: Documents,
    embeddings: Embeddings,
    clusters: Clusters,
    reduction: Reduction,
    previous: Topics | None,
    context: Context,
) -> Topics:
    """Return the topics as they were last described, with the members and sizes of now, or describe all anew.

    They are described anew when a topic is new, gone or another one, when the map is, when one of their representative
    documents is gone, or when settings changed. Their order is that of their sizes when they were described.

    Raises:
        DataError, ModelError: as `describe_topics`.
    """
    if clusters.growth is None or clusters.prints is None or reduction.growth is None or reduction.since is None:
        raise AssertionError("a map that grows has these")
    settings = [topics_config.model_dump(mode="json"), embeddings_config.model_dump(mode="json")]
    told_of = digest([clusters.growth["numbers_of"], *settings])
    reason = _why_anew(previous, told_of, clusters, reduction.since)
    if previous is not None and previous.growth is not None and not reason:
        return _kept(previous, previous.growth, clusters.assignment, clusters.prints)
    if reason:
        context.report.info(f"  topics are described anew: {reason}")
    described = describe_topics(
        topics_config=topics_config,
        embeddings_config=embeddings_config,
        documents=documents,
        embeddings=embeddings,
        clusters=clusters,
        context=context,
    )
    growth: TopicGrowth = {
        "told_of": told_of,
        "clusters": topic_clusters(described.assignment, clusters),
        "sizes": described.table.column("size").to_pylist(),
        "documents": len(described.assignment),
        "representatives": [clusters.prints[row["representatives"]].tolist() for row in described.rows()],
        "builds": reduction.growth["builds"],
    }
    return replace(described, growth=growth)


def topic_clusters(assignment: Int32, clusters: Clusters) -> list[int]:
    """Return the number of the cluster that each topic is: topics are numbered by size, clusters for good.

    Args:
        assignment: int32 (n,), topic of each document, -1 outside.
    """
    inside = np.flatnonzero(assignment >= 0)
    _, first = np.unique(assignment[inside], return_index=True)
    return list(clusters.assignment[inside[first]].tolist())


def _why_anew(previous: Topics | None, told_of: str, clusters: Clusters, since: Int32) -> str:
    """Say why the topics are described anew; empty if they are kept, or were never described."""
    if previous is None or previous.growth is None:
        return ""
    told = previous.growth
    if told["told_of"] != told_of:
        return "settings changed, or the map was fitted anew"
    before = since <= told["builds"]
    if changed := _changed(int(before.sum()), len(since), told["documents"], OTHER_MAP):
        return f"{changed:,} documents came or went since"
    inside = clusters.assignment >= 0
    highest = max([*told["clusters"], int(clusters.assignment.max(initial=-1))]) + 1
    sizes = np.bincount(clusters.assignment[inside], minlength=highest)
    stayed = np.bincount(clusters.assignment[inside & before], minlength=highest)
    if new := len(set(np.flatnonzero(sizes).tolist()) - set(told["clusters"])):
        return f"{new} new topic(s)"
    others = [
        number
        for number, size in zip(told["clusters"], told["sizes"], strict=True)
        if not sizes[number] or _changed(int(stayed[number]), int(sizes[number]), size, OTHER_TOPIC)
    ]
    if others:
        return f"{len(others)} topic(s) gone, grown or shrunk by more than a fifth"
    prints = np.array([each for topic in told["representatives"] for each in topic], np.int64)
    gone = int((rows_of(prints, _prints(clusters)) < 0).sum())
    return f"{gone} representative document(s) are gone" if gone else ""


def _changed(stayed: int, now: int, before: int, limit: float) -> int:
    """Return how many came or went, if they are more than a share of those before; else 0."""
    changed = (now - stayed) + max(before - stayed, 0)
    return changed if changed > limit * before else 0


def _kept(previous: Topics, growth: TopicGrowth, clusters: Int32, prints: Int64) -> Topics:
    number = np.full(max([*growth["clusters"], int(clusters.max(initial=-1))]) + 2, -1, np.int32)
    number[growth["clusters"]] = np.arange(len(growth["clusters"]), dtype=np.int32)
    assignment = number[clusters]  # the last entry is that of -1
    sizes = np.bincount(assignment[assignment >= 0], minlength=len(previous)).tolist()
    rows = [
        {**row, "size": size, "representatives": representatives}
        for row, size, representatives in zip(
            previous.rows(), sizes, rows_of_each(growth["representatives"], prints), strict=True
        )
    ]
    parents = [{**row, "size": sum(sizes[topic] for topic in row["topics"])} for row in previous.parents.to_pylist()]
    outside = int((assignment < 0).sum())
    return replace(
        previous,
        table=pa.Table.from_pylist(rows, TOPIC_SCHEMA),
        assignment=assignment,
        parents=pa.Table.from_pylist(parents, PARENT_SCHEMA),
        outside={"before": outside, "after": outside},
    )


def _prints(clusters: Clusters) -> Int64:
    if clusters.prints is None:
        raise AssertionError("the clusters of a map that grows have these")
    return clusters.prints
