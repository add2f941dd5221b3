"""Clusters beside topics that are named beforehand: the documents of those topics are not clustered."""

from __future__ import annotations

import numpy as np

from sitegen.artifacts import Clusters, Int32, Predefined, Reduction
from sitegen.config import ClustersConfig
from sitegen.pipeline.clusters.find_clusters import find_clusters, sizes_to_try
from sitegen.pipeline.stage import Context


def find_clusters_beside(
    *, clusters_config: ClustersConfig, seed: int, reduction: Reduction, predefined: Predefined, context: Context
) -> Clusters:
    """Cluster the documents that are in no predefined topic, as `find_clusters`.

    Number i below the number of names is the topic of that name, with the similarity as strength; clusters follow. If
    too few documents are left to be clustered, they are outside.

    Raises:
        ModelError: as `find_clusters`.
    """
    assignment = predefined.assignment.copy()
    strength = np.where(assignment >= 0, predefined.similarity, 0).astype(np.float32)
    rows, rest = reduction_of_rest(reduction, predefined.assignment)
    found = None
    if rest is not None:
        points = rest.cluster_space[rest.fitted]
        _, samples = sizes_to_try(clusters_config, len(points) / len(rest.cluster_space))
        if len(points) > max(samples):
            found = find_clusters(clusters_config=clusters_config, seed=seed, reduction=rest, context=context)
    if found is None:
        context.report.info(f"  {len(rows):,} documents are in no topic named beforehand, too few to cluster")
        return Clusters(assignment, strength, names=predefined.names)
    assignment[rows] = np.where(found.assignment >= 0, found.assignment + len(predefined.names), -1)
    strength[rows] = found.strength
    return Clusters(assignment, strength, found.chosen, names=predefined.names)


def reduction_of_rest(reduction: Reduction, assignment: Int32) -> tuple[Int32, Reduction | None]:
    """Return the rows that are in no predefined topic, int32 (m,), and their places; None if none of them was fitted.

    Args:
        assignment: int32 (n,), predefined topic of each document, -1 for none.
    """
    rows = np.flatnonzero(assignment < 0).astype(np.int32)
    landmarks = np.flatnonzero(np.isin(rows, reduction.landmarks)).astype(np.int32)
    if not len(rows) or (len(reduction.landmarks) and not len(landmarks)):
        return rows, None
    return rows, Reduction(reduction.cluster_space[rows], reduction.layout[rows], landmarks)
