"""Cluster space -> Clusters, by HDBSCAN.

HDBSCAN: Campello, Moulavi, Sander, https://doi.org/10.1007/978-3-642-37456-2_14.
"""

from __future__ import annotations

import numpy as np

from sitegen.artifacts import Clusters, Reduction
from sitegen.config import ClustersConfig
from sitegen.errors import DataError
from sitegen.pipeline.stage import Context


def find_clusters(*, clusters_config: ClustersConfig, reduction: Reduction, context: Context) -> Clusters:
    """Assign each document to a cluster, or to none (-1). No cluster at all is a valid result.

    Raises:
        DataError: fewer documents than HDBSCAN can use.
    """
    config = clusters_config
    n = len(reduction.cluster_space)
    samples = config.min_samples or config.min_cluster_size
    if n <= samples:
        raise DataError(
            f"{n} documents are left, but clusters.min_samples is {samples} (min_cluster_size if not set); lower it",
            field="clusters.min_samples",
        )
    from hdbscan import HDBSCAN

    fitted = HDBSCAN(
        min_cluster_size=config.min_cluster_size,
        min_samples=config.min_samples,
        cluster_selection_method=config.method,
        core_dist_n_jobs=1,
    ).fit(reduction.cluster_space.astype(np.float64))
    return Clusters(fitted.labels_.astype(np.int32), fitted.probabilities_.astype(np.float32))
