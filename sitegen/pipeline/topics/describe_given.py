"""Given topics -> Topics: what is given of them stays, what is missing is computed where it can be."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import chain, zip_longest
from typing import Any

import numpy as np
import pyarrow as pa

from sitegen.artifacts import (
    HIERARCHY_SCHEMA,
    PARENT_SCHEMA,
    TOPIC_SCHEMA,
    Clusters,
    Documents,
    Embeddings,
    Given,
    Topics,
)
from sitegen.config import EmbeddingsConfig, TopicsConfig
from sitegen.errors import DataError
from sitegen.pipeline.stage import Context
from sitegen.pipeline.topics.describe_topics import describe_topics
from sitegen.pipeline.topics.light_keywords import light_topics


def describe_given(
    *,
    topics_config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    documents: Documents,
    embeddings: Embeddings,
    clusters: Clusters,
    given: Given,
    context: Context,
) -> Topics:
    """Keywords, representative documents and all else that `describe_topics` finds; without BERTopic the first two.

    Without vectors no keywords are chosen by meaning (KeyBERT, MMR). Given keywords and layers replace those found.

    Raises:
        DataError, ModelError: as `describe_topics`.
    """
    if not len(given.topics):
        outside = {"before": len(clusters.assignment), "after": len(clusters.assignment)}
        return Topics(TOPIC_SCHEMA.empty_table(), clusters.assignment, outside=outside)
    config = topics_config
    try:
        if find_spec("bertopic") is None:
            found = light_topics(config, documents, clusters.assignment)
        else:
            found = describe_topics(
                topics_config=config,
                embeddings_config=embeddings_config,
                embeddings=embeddings,
                documents=documents,
                clusters=clusters,
                context=context,
            )
    except DataError as error:
        if error.field != "topics.min_df":
            raise
        found = light_topics(config, documents, clusters.assignment)  # texts so short still have given topics
    rows = [
        {**row, **{kind: fact[kind] for kind in ("keywords", "keybert", "mmr") if fact[kind]}}
        for row, fact in zip(found.rows(), given.topics.to_pylist(), strict=True)
    ]
    table = pa.Table.from_pylist(rows, TOPIC_SCHEMA)
    hierarchy, parents = found.hierarchy, found.parents
    if len(given.parents):
        hierarchy, parents = HIERARCHY_SCHEMA.empty_table(), _parents(rows, given, config.keywords)
    return Topics(table, found.assignment, hierarchy, parents, found.timeline, found.classes, found.outside)


def _parents(rows: list[dict[str, Any]], given: Given, most: int) -> pa.Table:
    """Return the given groups, with the keywords of their topics in turn: first the best of each."""
    table = []
    for number, group in enumerate(given.parents.to_pylist()):
        inside = [rows[topic] for topic in group["topics"]]
        words = chain.from_iterable(zip_longest(*(row["keywords"] for row in inside)))
        keywords = list(dict.fromkeys(word for word in words if word))[:most]
        size = int(np.sum([row["size"] for row in inside]))
        table.append({"parent": number, "topics": group["topics"], "size": size, "keywords": keywords})
    return pa.Table.from_pylist(table, PARENT_SCHEMA)
