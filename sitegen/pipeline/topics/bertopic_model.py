"""The topics as a BERTopic model, for what BERTopic does with one: reassigning outliers, and saving."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from sitegen.artifacts import Documents, Embeddings, Float32, Int32, Topics, take_rows
from sitegen.config import EmbeddingsConfig, OutliersConfig, TopicsConfig
from sitegen.errors import PublishError
from sitegen.pipeline.executor.blocks import blocks
from sitegen.pipeline.models.find_model import find_model
from sitegen.pipeline.models.private_functions import private
from sitegen.pipeline.topics.ctfidf import ClassTfidf
from sitegen.pipeline.topics.vectorizer import bag_of_words

if TYPE_CHECKING:
    from bertopic import BERTopic


CARD = """\
---
library_name: bertopic
tags: [bertopic]
---

{topics:,} topics of {documents:,} documents, of which {share:.0%} are outside any topic. Made by sitegen; read it with
`BERTopic.load("folder", embedding_model=...)`.

**Documents outside any topic.** A saved model compares texts with the vectors of topics only, so
`transform` puts nearly every text into a topic. The topic of each document of the map, -1 outside, is in `topics_` of
the loaded model and in the column `topic` of the map's `documents.parquet`. For new texts, take a topic for outside
where the probability that `transform` returns, which is a cosine similarity, is low.
"""


def as_bertopic(config: TopicsConfig, ctfidf: ClassTfidf, assignment: Int32, vectors: Float32) -> BERTopic:
    """Return a fitted BERTopic model with these topics.

    Args:
        ctfidf: of the topics.
        assignment: int32 (n,), topic of each document.
        vectors: float32 (n, d), their embeddings; their mean stands for a topic.
    """
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from scipy.sparse import vstack
    from sklearn.feature_extraction.text import CountVectorizer

    vocabulary = {str(word): index for index, word in enumerate(ctfidf.bag.words)}
    model = BERTopic(
        language="multilingual",
        top_n_words=config.keywords,
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=CountVectorizer(
            analyzer=ctfidf.bag.analyse, ngram_range=(1, config.ngram_max), vocabulary=vocabulary
        ),
        ctfidf_model=ctfidf.transformer,
    )
    model.vectorizer_model.vocabulary_ = vocabulary
    weights = ctfidf.weights
    if ctfidf.outside.shape[0]:  # BERTopic keeps those outside as its first row
        weights = vstack([ctfidf.weigh(ctfidf.outside), weights], format="csr")
    model.c_tf_idf_ = weights
    labels = np.unique(assignment).tolist()
    model.topics_ = assignment.tolist()
    model.topic_mapper_ = private("bertopic._bertopic.TopicMapper")(model.topics_)
    model.topic_sizes_ = Counter(model.topics_)
    model.topic_embeddings_ = np.array([vectors[assignment == topic].mean(axis=0) for topic in labels])
    ranked = ctfidf.keywords(weights, config.keywords)
    model.topic_representations_ = {
        topic: [(word, float(weights[row, vocabulary[word]])) for word in words]
        for row, (topic, words) in enumerate(zip(labels, ranked, strict=True))
    }
    return model


def reassign_outliers(
    config: TopicsConfig,
    outliers: OutliersConfig,
    ctfidf: ClassTfidf,
    assignment: Int32,
    texts: pa.ChunkedArray,
    vectors: Float32,
) -> Int32:
    """Return the topic of each document after those outside have joined topics that they are close to."""
    outside = np.flatnonzero(assignment < 0)
    if not len(outside):
        return assignment
    model = as_bertopic(config, ctfidf, assignment, vectors)
    reassigned, table = assignment.copy(), pa.table({"text": texts})
    for block in blocks(len(outside)):
        rows = outside[block]
        reassigned[rows] = model.reduce_outliers(
            take_rows(table, rows).column("text").to_pylist(),
            assignment[rows].tolist(),
            strategy=outliers.strategy,
            threshold=outliers.threshold,
            embeddings=vectors[rows],
        )
    return reassigned


def save_model(
    folder: Path,
    topics_config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    documents: Documents,
    embeddings: Embeddings,
    topics: Topics,
    root: Path,
) -> None:
    """Write the topics as a folder of safetensors and JSON that `BERTopic.load` reads.

    It names the embedder if that is one of the hub; else `BERTopic.load` is given it.

    Raises:
        PublishError: there are no topics, or the folder holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PublishError(f"{folder} is not an empty folder; name a new one")
    if not len(topics):
        raise PublishError("there are no topics to export; a smaller clusters.min_cluster_size finds some")
    with tempfile.TemporaryDirectory() as scratch:
        bag = bag_of_words(topics_config, documents.table.column("text"), Path(scratch))
    ctfidf = ClassTfidf(topics_config, bag, topics.assignment)
    embedder = embeddings_config.model
    if embedder is not None and find_model(embedder, root, "embeddings.model").path is not None:
        embedder = None
    as_bertopic(topics_config, ctfidf, topics.assignment, embeddings.vectors).save(
        folder, serialization="safetensors", save_ctfidf=True, save_embedding_model=embedder or False
    )
    outside = int((topics.assignment < 0).sum())
    card = CARD.format(topics=len(topics), documents=len(topics.assignment), share=outside / len(topics.assignment))
    (folder / "README.md").write_text(card, "utf-8")
