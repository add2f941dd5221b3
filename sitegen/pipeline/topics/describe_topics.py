"""Clusters -> Topics: what they are about, how they belong together, and how they spread over time and categories.

BERTopic: Grootendorst, https://arxiv.org/abs/2203.05794.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts import TOPIC_SCHEMA, Clusters, Documents, Embeddings, Float32, Int32, Topics
from sitegen.config import EmbeddingsConfig, TopicsConfig
from sitegen.errors import DataError
from sitegen.pipeline.embeddings.backend import choose_backend
from sitegen.pipeline.embeddings.embedder import word_encoder
from sitegen.pipeline.stage import Context
from sitegen.pipeline.topics.bertopic_model import reassign_outliers
from sitegen.pipeline.topics.ctfidf import ClassTfidf
from sitegen.pipeline.topics.hierarchy import MOST_TOPICS_IN_TREE, find_hierarchy
from sitegen.pipeline.topics.over_time_and_class import topics_over_time, topics_per_class
from sitegen.pipeline.topics.representations import DOCUMENTS, Representations, represent
from sitegen.pipeline.topics.vectorizer import bag_of_words, stop_words_of


def check_topics(*, topics_config: TopicsConfig, embeddings_config: EmbeddingsConfig) -> None:
    """Raise a DataError if there is no list of stop words for the language."""
    if topics_config.stop_words not in (None, "english", "auto"):
        stop_words_of(topics_config.stop_words, ())


def words_revision(*, topics_config: TopicsConfig, embeddings_config: EmbeddingsConfig, root: Path) -> str:
    """Name what embeds the keywords."""
    if embeddings_config.model is None or not topics_config.representations:
        return "none"
    return choose_backend(embeddings_config, root).summary


def describe_topics(
    *,
    topics_config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    embeddings: Embeddings,
    documents: Documents,
    clusters: Clusters,
    context: Context,
) -> Topics:
    """Find keywords, representative documents, hierarchy, timeline and categories of every topic, largest first.

    Raises:
        DataError: no word is frequent enough to be a keyword, or the embedder did not make the embeddings.
        ModelError: the embedder cannot be loaded.
    """
    config, vectors, assignment = topics_config, embeddings.vectors, clusters.assignment
    outside = int((assignment < 0).sum())
    if outside == len(assignment):
        return Topics(TOPIC_SCHEMA.empty_table(), assignment, outside={"before": outside, "after": outside})
    texts = documents.table.column("text")
    with context.report.task("counting words", len(texts)) as advance:
        bag = bag_of_words(config, texts, context.scratch, context.executor, advance)
    if config.reduce_to is not None:
        assignment = merge_topics(assignment, vectors, config.reduce_to, len(clusters.names or ()))
    assignment = largest_first(assignment)
    ctfidf = ClassTfidf(config, bag, assignment)
    if config.outliers is not None:
        assignment = largest_first(reassign_outliers(config, config.outliers, ctfidf, assignment, texts, vectors))
        ctfidf = ClassTfidf(config, bag, assignment)
    sizes = np.bincount(assignment[assignment >= 0])
    representatives = ctfidf.representatives(assignment, max(config.representative_documents, DOCUMENTS))
    keywords = ctfidf.keywords(ctfidf.weights, config.keywords)
    chosen = Representations([[] for _ in sizes], [[] for _ in sizes])
    if config.representations:
        encode = word_encoder(embeddings_config, vectors.shape[1], context)
        if encode is not None:
            chosen = represent(config, ctfidf, representatives, vectors, encode)
    rows = [
        {
            "topic": topic,
            "size": int(size),
            "keywords": keywords[topic],
            "keybert": chosen.keybert[topic],
            "mmr": chosen.mmr[topic],
            "representatives": representatives[topic][: config.representative_documents],
        }
        for topic, size in enumerate(sizes)
    ]
    if len(sizes) > MOST_TOPICS_IN_TREE:
        context.report.info(f"  {len(sizes):,} topics are too many for a tree, so they have no parents")
    hierarchy, parents = find_hierarchy(config, ctfidf, assignment, vectors)
    return Topics(
        pa.Table.from_pylist(rows, TOPIC_SCHEMA),
        assignment,
        hierarchy,
        parents,
        topics_over_time(config, ctfidf, assignment, documents.table.column("date")),
        topics_per_class(config, ctfidf, assignment, documents.table.column("category")),
        {"before": outside, "after": int((assignment < 0).sum())},
        names=clusters.names and _names_of_topics(clusters.names, clusters.assignment, assignment),
    )


def _names_of_topics(names: list[str], clusters: Int32, topics: Int32) -> list[str]:
    """Return the name that each topic was given beforehand, empty for others, from those of the first clusters.

    Args:
        clusters, topics: int32 (n,), of each document; topics have other numbers, and may have more documents.
    """
    found = [""] * (int(topics.max()) + 1)
    rows = np.flatnonzero((clusters >= 0) & (clusters < len(names)))
    numbers, first = np.unique(clusters[rows], return_index=True)
    for number, row in zip(numbers.tolist(), rows[first].tolist(), strict=True):
        found[topics[row]] = names[number]
    return found


def largest_first(assignment: Int32) -> Int32:
    """Renumber topics by size from 0; of equal ones that with the lower number first."""
    topics, sizes = np.unique(assignment[assignment >= 0], return_counts=True)
    number = np.full(int(assignment.max()) + 2, -1, dtype=np.int32)  # the last entry is that of -1
    number[topics[np.argsort(-sizes, kind="stable")]] = np.arange(len(topics), dtype=np.int32)
    return number[assignment]


def merge_topics(assignment: Int32, vectors: Float32, limit: int, kept: int = 0) -> Int32:
    """Merge topics with similar mean embeddings until `limit` are left, as BERTopic's `nr_topics` (average linkage).

    Topics with numbers below `kept` stay as they are.

    Raises:
        DataError: none may be left beside those that stay.
    """
    every: npt.NDArray[np.int32] = np.unique(assignment[assignment >= 0])
    if len(every) <= limit:
        return assignment
    topics = every[every >= kept]
    limit -= len(every) - len(topics)
    if limit < 1:
        raise DataError(
            f"{len(every) - len(topics)} topics are named beforehand and stay, so that at least one more must be left",
            "topics.reduce_to",
        )
    from sklearn.cluster import AgglomerativeClustering

    means = np.array([vectors[assignment == topic].mean(axis=0) for topic in topics])
    merged = AgglomerativeClustering(limit, metric="cosine", linkage="average").fit(means).labels_
    number = np.arange(int(every[-1]) + 2, dtype=np.int32)
    number[topics], number[-1] = merged + kept, -1
    return number[assignment]
