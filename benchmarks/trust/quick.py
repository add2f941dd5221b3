"""Stand-ins for the stages that need large libraries, for a check in seconds; all that stores and publishes is real."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pyarrow as pa

from sitegen.artifacts import TOPIC_SCHEMA, Clusters, Embeddings, Reduction, Topics
from sitegen.pipeline import Stage
from sitegen.workspace import STAGES


def reduce(*, embeddings: Embeddings, **_: Any) -> Reduction:
    """The first columns of the vectors."""
    return Reduction(embeddings.vectors[:, :5].copy(), embeddings.vectors[:, :2].copy())


def find_clusters(*, reduction: Reduction, **_: Any) -> Clusters:
    """The octants of space, numbered without gaps."""
    octants = (reduction.cluster_space[:, :3] > 0) @ np.array([1, 2, 4])
    assignment = np.unique(octants, return_inverse=True)[1].astype(np.int32)
    return Clusters(assignment, np.ones(len(assignment), np.float32))


def describe_topics(*, clusters: Clusters, **_: Any) -> Topics:
    """Topics with a made-up keyword each."""
    rows = [
        {
            "topic": topic,
            "size": int(size),
            "keywords": [f"word{topic}"],
            "keybert": [],
            "mmr": [],
            "representatives": np.flatnonzero(clusters.assignment == topic)[:3].tolist(),
        }
        for topic, size in enumerate(np.bincount(clusters.assignment))
    ]
    return Topics(pa.Table.from_pylist(rows, TOPIC_SCHEMA), clusters.assignment)


def quick_stages() -> tuple[Stage, ...]:
    """The pipeline with these in place."""
    made = {"reduction": reduce, "clusters": find_clusters, "topics": describe_topics}
    return tuple(dataclasses.replace(each, run=made.get(each.name, each.run)) for each in STAGES)
