"""Embeddings -> a space to cluster and a layout to look at, by UMAP.

UMAP: McInnes, Healy, Melville, https://arxiv.org/abs/1802.03426.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sitegen.artifacts import Embeddings, Reduction
from sitegen.config import ReductionConfig
from sitegen.errors import DataError
from sitegen.pipeline.stage import Context

EXACT_NEIGHBORS_BELOW = 20_000
"""Up to here the exact neighbours are faster than the approximate ones."""


def reduce(*, reduction_config: ReductionConfig, seed: int, embeddings: Embeddings, context: Context) -> Reduction:
    """Both UMAP layouts, on one shared neighbour graph.

    Raises:
        DataError: fewer documents than UMAP can use.
    """
    config, vectors = reduction_config, embeddings.vectors
    need = max(config.n_neighbors, config.n_components) + 2
    if len(vectors) < need:
        raise DataError(
            f"{len(vectors)} documents are left, but reduction.n_neighbors {config.n_neighbors} and "
            f"reduction.n_components {config.n_components} need at least {need}; "
            "lower them, or let more documents through (documents.min_chars, documents.sample)",
            field="reduction.n_neighbors",
        )
    from umap import UMAP

    graph = _neighbors(vectors, config, seed)

    def fit(components: int, min_dist: float) -> Any:
        return UMAP(
            n_neighbors=config.n_neighbors,
            n_components=components,
            min_dist=min_dist,
            metric=config.metric,
            random_state=seed,
            n_jobs=1,
            precomputed_knn=graph,
            force_approximation_algorithm=True,
        ).fit_transform(vectors)

    with context.report.task("reduction", 2) as advance:
        cluster_space = fit(config.n_components, 0.0)
        advance(1)
        layout = fit(2, config.min_dist)
        advance(1)
    return Reduction(cluster_space.astype(np.float32), layout.astype(np.float32))


def _neighbors(vectors: Any, config: ReductionConfig, seed: int) -> tuple[Any, ...]:
    if len(vectors) <= EXACT_NEIGHBORS_BELOW:
        from sklearn.neighbors import NearestNeighbors

        index = NearestNeighbors(n_neighbors=config.n_neighbors, metric=config.metric, algorithm="brute")
        distances, indices = index.fit(vectors).kneighbors(vectors)
        return indices.astype(np.int32), distances.astype(np.float32)
    from umap.umap_ import nearest_neighbors

    indices, distances, _ = nearest_neighbors(
        vectors, config.n_neighbors, config.metric, {}, False, np.random.RandomState(seed)
    )
    return indices, distances
