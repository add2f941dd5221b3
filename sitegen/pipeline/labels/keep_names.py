"""Names of a map that grows: topics that were there keep their name, only new ones are given one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa

from sitegen.artifacts import (
    LABEL_SCHEMA,
    PARENT_LABEL_SCHEMA,
    TOPIC_SCHEMA,
    UNMEASURED,
    Clusters,
    Documents,
    Embeddings,
    Int64,
    LabelGrowth,
    LabelRow,
    TopicLabels,
    Topics,
    digest,
)
from sitegen.config import EmbeddingsConfig, LabelsConfig, TopicsConfig
from sitegen.pipeline.documents.fingerprints import rows_of_each
from sitegen.pipeline.labels.label_topics import label_topics
from sitegen.pipeline.labels.wording.name_rules import keyword_name, name_key, subject_of
from sitegen.pipeline.stage import Context
from sitegen.pipeline.topics.grow import topic_clusters

SAME_PARENT = 0.5
"""Jaccard index of topics from which a parent keeps its name."""


def label_or_keep(
    *,
    labels_config: LabelsConfig,
    topics_config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    seed: int,
    documents: Documents,
    embeddings: Embeddings,
    clusters: Clusters,
    topics: Topics,
    previous: TopicLabels | None,
    context: Context,
) -> TopicLabels:
    """Return the names of the last build, and names for new topics; as `label_topics` if the map was fitted anew.

    A kept name keeps what was measured of it. A new one is not compared with those of other topics. A parent keeps its
    name if most of its topics are the same, else it has none.

    Raises:
        ModelError: as `label_topics`.
    """
    if clusters.growth is None or clusters.prints is None:
        raise AssertionError("the clusters of a map that grows have this")
    name_all = partial(
        label_topics,
        labels_config=labels_config,
        topics_config=topics_config,
        embeddings_config=embeddings_config,
        seed=seed,
        documents=documents,
        embeddings=embeddings,
        context=context,
    )
    numbers = topic_clusters(topics.assignment, clusters)
    names_of = digest([clusters.growth["numbers_of"], labels_config.model_dump(mode="json"), seed])
    growth: LabelGrowth = {
        "names_of": names_of,
        "clusters": numbers,
        "parents": [sorted(numbers[topic] for topic in row["topics"]) for row in topics.parents.to_pylist()],
    }
    before = previous.growth if previous is not None else None
    if previous is None or before is None or before["names_of"] != names_of:
        named = name_all(topics=topics)
        return replace(named, growth={**growth, "shown": _shown(named.rows(), clusters.prints)})
    known = {number: row for row, number in enumerate(before["clusters"])}
    fresh = [topic for topic, number in enumerate(numbers) if number not in known]
    here = {number: topic for topic, number in enumerate(numbers)}
    moved = [here.get(number) for number in before["clusters"]]
    every = previous.rows()
    rows: dict[int, LabelRow] = {}
    every_shown = rows_of_each(before.get("shown", [[]] * len(every)), clusters.prints)  # older results have none
    for topic, number in enumerate(numbers):
        if number in known:
            row = every[known[number]]
            nearest = None if row["nearest"] is None else moved[row["nearest"]]
            shown = [at for at in every_shown[known[number]] if at >= 0]
            rows[topic] = {**row, "topic": topic, "documents": shown, "nearest": nearest}
    if fresh:
        context.report.info(f"  {len(fresh)} new topic(s) are named, {len(numbers) - len(fresh)} keep their name")
        taken = {name_key(row["name"]): True for row in rows.values()}
        found = name_all(topics=_only(topics, fresh))
        for topic, row in zip(fresh, found.rows(), strict=True):
            if row["named_by"] != "predefined" and name_key(row["name"]) in taken:
                name = keyword_name(subject_of(topics.rows()[topic]), taken)
                row |= {"name": name, "named_by": "keywords", "reason": "another topic has this name"}
            taken[name_key(row["name"])] = True
            rows[topic] = {**row, **UNMEASURED, "topic": topic}
    labels = [rows[topic] for topic in range(len(numbers))]
    return TopicLabels(
        pa.Table.from_pylist(labels, LABEL_SCHEMA),
        previous.provenance,
        _parents(growth["parents"], before["parents"], previous),
        {**growth, "shown": _shown(labels, clusters.prints)},
    )


def _shown(rows: Sequence[LabelRow], prints: Int64) -> list[list[int]]:
    """Return the hashes of the documents that the model was shown of each topic: their rows change."""
    return [prints[row["documents"]].tolist() for row in rows]


def _only(topics: Topics, chosen: Sequence[int]) -> Topics:
    """Return some of the topics, numbered from 0."""
    number = np.full(len(topics) + 1, -1, np.int32)
    number[list(chosen)] = np.arange(len(chosen))
    every = topics.rows()
    rows = [{**every[topic], "topic": at} for at, topic in enumerate(chosen)]
    names = topics.names and [topics.names[topic] for topic in chosen]
    return Topics(pa.Table.from_pylist(rows, TOPIC_SCHEMA), number[topics.assignment], names=names)


def _parents(now: list[list[int]], before: list[list[int]], previous: TopicLabels) -> pa.Table:
    rows, free = [], set(range(len(before)))
    known = previous.parents.to_pylist()
    for number, topics in enumerate(now):
        likeness = {row: len({*topics} & {*before[row]}) / len({*topics} | {*before[row]}) for row in sorted(free)}
        best = max(likeness, key=lambda row: likeness[row], default=None)
        if best is not None and likeness[best] >= SAME_PARENT:
            free.remove(best)
            rows.append({**known[best], "parent": number, "nearest": None})
        else:
            rows.append({"parent": number, "name": "", "named_by": "none", "answers": []})
    return pa.Table.from_pylist(rows, PARENT_LABEL_SCHEMA)
