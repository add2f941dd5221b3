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
from sitegen.pipeline.embeddings.backend import choose_backend
from sitegen.pipeline.embeddings.embedder import word_encoder
from sitegen.pipeline.stage import Context
from sitegen.pipeline.topics.bertopic_model import reassign_outliers
from sitegen.pipeline.topics.ctfidf import ClassTfidf
from sitegen.pipeline.topics.hierarchy import find_hierarchy
from sitegen.pipeline.topics.over_time_and_class import topics_over_time, topics_per_class
from sitegen.pipeline.topics.representations import DOCUMENTS, Representations, represent
from sitegen.pipeline.topics.vectorizer import bag_of_words, stop_words_of


def check_topics(*, topics_config: TopicsConfig, embeddings_config: EmbeddingsConfig) -> None:
    """Raise a DataError if there is no list of stop words for the language."""
    if topics_config.stop_words not in (None, "english", "auto"):
        stop_words_of(topics_config.stop_words, ())


def words_revision(*, topics_config: TopicsConfig, embeddings_config: EmbeddingsConfig, root: Path) -> str:
    """Names what embeds the keywords."""
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
    """Keywords, representative documents, hierarchy, timeline and categories of every topic, largest first.

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
        assignment = merge_topics(assignment, vectors, config.reduce_to)
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
    hierarchy, parents = find_hierarchy(config, ctfidf, assignment, vectors)
    return Topics(
        pa.Table.from_pylist(rows, TOPIC_SCHEMA),
        assignment,
        hierarchy,
        parents,
        topics_over_time(config, ctfidf, assignment, documents.table.column("date")),
        topics_per_class(config, ctfidf, assignment, documents.table.column("category")),
        {"before": outside, "after": int((assignment < 0).sum())},
    )


def largest_first(assignment: Int32) -> Int32:
    """Renumber topics by size from 0; of equal ones that with the lower number first."""
    topics, sizes = np.unique(assignment[assignment >= 0], return_counts=True)
    number = np.full(int(assignment.max()) + 2, -1, dtype=np.int32)  # the last entry is that of -1
    number[topics[np.argsort(-sizes, kind="stable")]] = np.arange(len(topics), dtype=np.int32)
    return number[assignment]


def merge_topics(assignment: Int32, vectors: Float32, limit: int) -> Int32:
    """Merge topics with similar mean embeddings until `most` are left, as BERTopic's `nr_topics` (average linkage)."""
    topics: npt.NDArray[np.int32] = np.unique(assignment[assignment >= 0])
    if len(topics) <= limit:
        return assignment
    from sklearn.cluster import AgglomerativeClustering

    means = np.array([vectors[assignment == topic].mean(axis=0) for topic in topics])
    merged = AgglomerativeClustering(limit, metric="cosine", linkage="average").fit(means).labels_
    number = np.full(int(topics[-1]) + 2, -1, dtype=np.int32)
    number[topics] = merged
    return number[assignment]
