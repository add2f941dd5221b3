"""Cluster space -> Clusters, by HDBSCAN.

HDBSCAN: Campello, Moulavi, Sander, https://doi.org/10.1007/978-3-642-37456-2_14.
"""

from __future__ import annotations

from sitegen.artifacts import Clusters, Reduction
from sitegen.config import ClustersConfig
from sitegen.errors import DataError
from sitegen.pipeline.backends.density import cut_tree, grow_tree
from sitegen.pipeline.stage import Context
from sitegen.pipeline.sweep import SAMPLES, recommend, sweep


def find_clusters(*, clusters_config: ClustersConfig, seed: int, reduction: Reduction, context: Context) -> Clusters:
    """Assign each document to a cluster, or to none (-1). No cluster at all is a valid result.

    Raises:
        DataError: fewer documents than HDBSCAN can use.
        ModelError: the engine is not installed.
    """
    config, points = clusters_config, reduction.cluster_space
    size, samples, chosen = config.min_cluster_size, samples_to_try(config), ""
    if len(points) <= max(samples):
        raise DataError(
            f"{len(points)} documents are left, but clusters.min_samples is {max(samples)} "
            "(min_cluster_size if not set); lower it",
            field="clusters.min_samples",
        )
    if size == "auto":
        with context.report.task("min_cluster_size", len(samples)) as advance:
            candidates = sweep(points, config, seed, samples=samples, methods=[config.method], advance=advance)
        best, why = recommend(candidates, config.topics)
        size, samples = best.min_cluster_size, (best.min_samples,)
        chosen = f"min_cluster_size {size}, min_samples {best.min_samples}: {why}"
        context.report.info(f"  {chosen}")
    return Clusters(*cut_tree(grow_tree(points, samples[0], config), size, config.method, config), chosen)


def samples_to_try(config: ClustersConfig) -> tuple[int, ...]:
    """The values of `min_samples` that a config leaves open: one, unless `auto` may choose it too."""
    if config.min_samples is not None:
        return (config.min_samples,)
    return SAMPLES if config.min_cluster_size == "auto" else (config.min_cluster_size,)
