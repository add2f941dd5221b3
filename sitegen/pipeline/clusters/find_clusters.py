"""Cluster space -> Clusters, by HDBSCAN.

HDBSCAN: Campello, Moulavi, Sander, https://doi.org/10.1007/978-3-642-37456-2_14.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np

from sitegen.artifacts import Clusters, Reduction, content_order
from sitegen.config import ClustersConfig
from sitegen.errors import DataError
from sitegen.pipeline.clusters.hdbscan_tree import cut_tree, grow_tree, most_probable, tree_algorithm
from sitegen.pipeline.clusters.knn_assignment import assign_by_neighbors
from sitegen.pipeline.clusters.parameter_search import SAMPLES, recommend, scale_to_documents, search_parameters
from sitegen.pipeline.models.libraries import require
from sitegen.pipeline.stage import Context

FEWEST_LANDMARKS = 5
"""A topic has at least so many landmarks, unless `min_cluster_size` is smaller still."""


def check_clusters(*, clusters_config: ClustersConfig, seed: int) -> None:
    """Raise a ModelError if the engine is not installed, or this machine lacks its device."""
    require("clusters", clusters_config.engine, "clusters.engine")


def clusters_revision(*, clusters_config: ClustersConfig, seed: int, root: Path) -> str | None:
    """Name the algorithm that makes the tree, if it is not that of the engine's default."""
    return tree_algorithm(clusters_config) if clusters_config.alpha != 1 else None


def find_clusters(*, clusters_config: ClustersConfig, seed: int, reduction: Reduction, context: Context) -> Clusters:
    """Assign each document to a cluster, or to none (-1). No cluster at all is a valid result.

    Where the reduction was fitted to landmarks, so is HDBSCAN, and the others join the topics of landmarks near them.

    Raises:
        DataError: fewer documents than HDBSCAN can use.
        ModelError: the engine is not installed.
    """
    config, points = clusters_config, reduction.cluster_space[reduction.fitted]
    order = content_order(points)  # the tree breaks ties by position
    points = points[order]
    share = len(points) / len(reduction.cluster_space)
    size, samples = sizes_to_try(config, share)
    chosen = ""
    if len(points) <= max(samples):
        raise DataError(
            f"{len(points)} documents are left, but clusters.min_samples is {max(samples)} "
            "(min_cluster_size if not set); lower it",
            field="clusters.min_samples",
        )
    if size == "auto":
        with context.report.task("min_cluster_size", len(samples)) as advance:
            candidates = search_parameters(
                points, config, seed, samples=samples, methods=[config.method], advance=advance
            )
        best, why = recommend(candidates, config.topics)
        size, samples = best.min_cluster_size, (best.min_samples,)
        of_documents = scale_to_documents(best, share).min_cluster_size
        chosen = f"min_cluster_size {of_documents}, min_samples {best.min_samples}: {why}"
        context.report.info(f"  {chosen}")
    tree = grow_tree(points, samples[0], config)
    assignment, strength = cut_tree(tree, size, config.method, config)
    if config.join_probability is not None and assignment.max() > 0:
        probable, probability = most_probable(tree, points, size, samples[0], config)
        outside = assignment < 0
        if outside.any():
            low, median, high = np.quantile(probability[outside], (0.1, 0.5, 0.9))
            context.report.info(
                f"  probabilities of the {outside.sum():,} documents outside: a tenth has {low:.2f} or less, half "
                f"{median:.2f}, a tenth {high:.2f} or more"
            )
        joining = outside & (probability >= config.join_probability)
        assignment, strength = np.where(joining, probable, assignment), np.where(joining, probability, strength)
    places = np.argsort(order)
    assignment, strength = assignment[places], strength[places]
    if len(reduction.landmarks):
        assignment, strength = assign_by_neighbors(reduction, assignment, strength, config, context)
    return Clusters(assignment, strength, chosen)


def scale_to_landmarks(size: int, share: float) -> int:
    """Return how many landmarks stand for `size` documents, if landmarks are that share of all documents.

    Fewer than FEWEST_LANDMARKS are not told from chance: then a topic is somewhat larger than was asked for.
    """
    return size if share == 1 else max(round(size * share), min(size, FEWEST_LANDMARKS))


def sizes_to_try(config: ClustersConfig, share: float) -> tuple[int | Literal["auto"], tuple[int, ...]]:
    """Return `min_cluster_size` and the values of `min_samples`, for landmarks that are a share of all documents."""
    size = config.min_cluster_size
    scaled = size if size == "auto" else scale_to_landmarks(size, share)
    return scaled, samples_to_try(config, scaled)


def samples_to_try(config: ClustersConfig, size: int | Literal["auto"]) -> tuple[int, ...]:
    """Return the values of `min_samples` that a config leaves open: one, unless `auto` may choose it too."""
    if config.min_samples is not None:
        return (config.min_samples,)
    return SAMPLES if size == "auto" else (size,)
