"""Clusters -> Topics, by BERTopic: c-TF-IDF, KeyBERT-inspired and MMR representations.

BERTopic: Grootendorst, https://arxiv.org/abs/2203.05794.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from sitegen.artifacts import TOPIC_SCHEMA, Clusters, Documents, Embeddings, Topics
from sitegen.config import EmbeddingsConfig, TopicsConfig
from sitegen.errors import DataError
from sitegen.pipeline.backends.embedder import load_embedder
from sitegen.pipeline.stage import Context


def describe_topics(
    *,
    topics_config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    embeddings: Embeddings,
    documents: Documents,
    clusters: Clusters,
    context: Context,
) -> Topics:
    """Keywords and representative documents of every cluster, largest first.

    Raises:
        DataError: no word is frequent enough to be a keyword.
        ModelError: the embedder cannot be loaded.
    """
    if (clusters.assignment < 0).all():
        return Topics(TOPIC_SCHEMA.empty_table(), clusters.assignment)
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.representation import KeyBERTInspired, MaximalMarginalRelevance
    from bertopic.vectorizers import ClassTfidfTransformer

    texts = documents.column("text")
    model = BERTopic(
        embedding_model=load_embedder(embeddings_config, context.root, context.runtime.device),
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=_vectorizer(topics_config, texts),
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        representation_model={
            "keybert": KeyBERTInspired(top_n_words=topics_config.keywords),
            "mmr": MaximalMarginalRelevance(diversity=topics_config.diversity, top_n_words=topics_config.keywords),
        },
        top_n_words=topics_config.keywords,
    )
    model.fit_transform(texts, embeddings=embeddings.vectors, y=clusters.assignment)
    assignment = np.asarray(model.topics_, dtype=np.int32)
    return Topics(pa.Table.from_pylist(_rows(model, assignment, texts, topics_config), TOPIC_SCHEMA), assignment)


def _vectorizer(config: TopicsConfig, texts: list[str]) -> Any:
    """A vectorizer whose vocabulary is counted over documents.

    BERTopic fits its vectorizer on one joined text per topic, where `min_df` would drop the very words that
    belong to one topic only.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    stop_words = [*(ENGLISH_STOP_WORDS if config.stop_words == "english" else ()), *config.extra_stop_words]
    options: dict[str, Any] = {"ngram_range": (1, config.ngram_max), "stop_words": sorted(stop_words) or None}
    try:
        vocabulary = CountVectorizer(min_df=config.min_df, **options).fit(texts).vocabulary_
    except ValueError as error:
        raise DataError(
            f"no word occurs in at least {config.min_df} documents, so topics would have no keywords; "
            "lower topics.min_df",
            field="topics.min_df",
        ) from error
    return CountVectorizer(vocabulary=vocabulary, **options)


def _rows(model: Any, assignment: Any, texts: list[str], config: TopicsConfig) -> list[dict[str, Any]]:
    first_with_text = {text: index for index, text in reversed(list(enumerate(texts)))}
    rows = []
    for topic in range(int(assignment.max()) + 1):
        representatives = model.representative_docs_.get(topic, [])[: config.representative_documents]
        rows.append(
            {
                "topic": topic,
                "size": int((assignment == topic).sum()),
                "keywords": _words(model.get_topic(topic)),
                "keybert": _words(model.topic_aspects_["keybert"][topic]),
                "mmr": _words(model.topic_aspects_["mmr"][topic]),
                "representatives": [first_with_text[text] for text in representatives],
            }
        )
    return rows


def _words(pairs: list[tuple[str, float]]) -> list[str]:
    return [word for word, _ in pairs if word]
