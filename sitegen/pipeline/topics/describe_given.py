"""Given topics -> Topics: what is given of them stays, what is missing is computed where it can be."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import chain, zip_longest

import numpy as np
import pyarrow as pa

from sitegen.artifacts import (
    ABOVE_SCHEMA,
    HIERARCHY_SCHEMA,
    PARENT_SCHEMA,
    TOPIC_SCHEMA,
    Clusters,
    Documents,
    Embeddings,
    Given,
    TopicRow,
    Topics,
)
from sitegen.config import EmbeddingsConfig, TopicsConfig
from sitegen.errors import DataError
from sitegen.pipeline.stage import Context
from sitegen.pipeline.topics.describe_topics import describe_topics
from sitegen.pipeline.topics.hierarchy import cut
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
    """Find keywords, representative documents and the rest that `describe_topics` finds; without BERTopic these two.

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
    rows: list[TopicRow] = [
        {
            **row,
            "keywords": fact["keywords"] or row["keywords"],
            "keybert": fact["keybert"] or row["keybert"],
            "mmr": fact["mmr"] or row["mmr"],
        }
        for row, fact in zip(found.rows(), given.topics.to_pylist(), strict=True)
    ]
    table = pa.Table.from_pylist(rows, TOPIC_SCHEMA)
    hierarchy, parents, above = found.hierarchy, found.parents, None
    if len(given.parents):
        groups = given.parents.to_pylist()
        hierarchy = HIERARCHY_SCHEMA.empty_table()
        parents = _parents(rows, [group["topics"] for group in groups], config.keywords)
        if any(group["above"] for group in groups):
            above = pa.table([range(len(groups)), [group["above"] for group in groups]], schema=ABOVE_SCHEMA)
    elif len(given.hierarchy):
        hierarchy = given.hierarchy
        merges = np.column_stack([hierarchy[name].to_numpy() for name in ("left", "right", "distance", "size")])
        groups_of_topics = [group for group in cut(merges, config.parents) if len(group) > 1]
        parents = _parents(rows, groups_of_topics, config.keywords)
    return Topics(
        table,
        found.assignment,
        hierarchy,
        parents,
        found.timeline,
        found.classes,
        found.outside,
        above,
        aspects=given.aspects,
    )


def _parents(rows: list[TopicRow], groups: list[list[int]], most: int) -> pa.Table:
    """Return groups of topics, with the keywords of their topics in turn: first the best of each."""
    table = []
    for number, topics in enumerate(groups):
        inside = [rows[topic] for topic in topics]
        words = chain.from_iterable(zip_longest(*(row["keywords"] for row in inside)))
        keywords = list(dict.fromkeys(word for word in words if word))[:most]
        size = int(np.sum([row["size"] for row in inside]))
        table.append({"parent": number, "topics": topics, "size": size, "keywords": keywords})
    return pa.Table.from_pylist(table, PARENT_SCHEMA)
