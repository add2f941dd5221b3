"""The topics as a BERTopic model, for what BERTopic does with one: reassigning outliers, and saving."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sitegen.artifacts import Float32, Int32
from sitegen.config import OutliersConfig
from sitegen.pipeline.topicmodel.ctfidf import ClassTfidf

if TYPE_CHECKING:
    from bertopic import BERTopic


def as_bertopic(ctfidf: ClassTfidf, assignment: Int32, vectors: Float32, keywords: int) -> BERTopic:
    """A fitted BERTopic model with these topics.

    Args:
        ctfidf: of the topics.
        assignment: int32 (n,), topic of each document.
        vectors: float32 (n, d), their embeddings; their mean stands for a topic.
        keywords: how many words stand for a topic.
    """
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from scipy.sparse import vstack
    from sklearn.feature_extraction.text import CountVectorizer

    vocabulary = {str(word): index for index, word in enumerate(ctfidf.bag.words)}
    model = BERTopic(
        language="multilingual",
        top_n_words=keywords,
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=CountVectorizer(analyzer=ctfidf.bag.analyse, vocabulary=vocabulary),
        ctfidf_model=ctfidf.transformer,
    )
    model.vectorizer_model.vocabulary_ = vocabulary
    outside = (assignment < 0).any()
    weights: Any = ctfidf.weights
    if outside:  # BERTopic keeps those outside as its first row
        weights = vstack([ctfidf.weigh(ctfidf.bag.counts[assignment < 0].sum(axis=0)), weights], format="csr")
    model.c_tf_idf_ = weights
    labels = np.unique(assignment).tolist()
    model.topics_ = assignment.tolist()
    model.topic_sizes_ = Counter(model.topics_)
    model.topic_embeddings_ = np.array([vectors[assignment == topic].mean(axis=0) for topic in labels])
    ranked = ctfidf.keywords(weights, keywords)
    model.topic_representations_ = {
        topic: [(word, float(weights[row, vocabulary[word]])) for word in words]
        for row, (topic, words) in enumerate(zip(labels, ranked, strict=True))
    }
    return model


def reassign_outliers(
    config: OutliersConfig, ctfidf: ClassTfidf, assignment: Int32, texts: Sequence[str], vectors: Float32
) -> Int32:
    """The topic of each document after those outside have joined topics that they are close to."""
    if not (assignment < 0).any():
        return assignment
    model = as_bertopic(ctfidf, assignment, vectors, keywords=1)
    topics = model.reduce_outliers(
        list(texts), assignment.tolist(), strategy=config.strategy, threshold=config.threshold, embeddings=vectors
    )
    return np.array(topics, dtype=np.int32)
