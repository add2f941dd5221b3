"""Embeddings -> a space to cluster and a layout to look at, by UMAP.

UMAP: McInnes, Healy, Melville, https://arxiv.org/abs/1802.03426.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from sitegen.artifacts import Embeddings, Float32, Reduction
from sitegen.config import ReductionConfig
from sitegen.errors import DataError
from sitegen.pipeline.stage import Context

EXACT_NEIGHBORS_BELOW = 20_000
"""Up to here the exact neighbours are faster than the approximate ones."""


def reduce(*, reduction_config: ReductionConfig, seed: int, embeddings: Embeddings, context: Context) -> Reduction:
    """Both UMAP layouts, side by side on one shared graph of neighbours.

    Raises:
        DataError: fewer documents than UMAP can use, or documents that are all the same.
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
    if np.ptp(vectors, axis=0).max() < np.finfo(np.float32).eps:
        raise DataError(
            f"all {len(vectors)} documents have the same embedding, so there is nothing to map; "
            "does documents.text name the right column?",
            field="documents.text",
        )
    graph = neighbor_graph(vectors, config, seed)
    _release_the_interpreter()
    with context.report.task("reduction", 2) as advance, ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(lay_out, graph, vectors, config, seed, components=components, min_dist=min_dist)
            for components, min_dist in ((config.n_components, 0.0), (2, config.min_dist))
        ]
        for each in both:
            each.result()
            advance(1)
    cluster_space, layout = (each.result() for each in both)
    return Reduction(cluster_space, layout)


def neighbor_graph(vectors: Float32, config: ReductionConfig, seed: int) -> Any:
    """UMAP's weighted graph of neighbours, sparse (n, n)."""
    from umap.umap_ import fuzzy_simplicial_set

    indices, distances = _neighbors(vectors, config, seed)
    graph, _, _ = fuzzy_simplicial_set(
        vectors, config.n_neighbors, None, config.metric, knn_indices=indices, knn_dists=distances
    )
    return graph


def lay_out(
    graph: Any, vectors: Float32, config: ReductionConfig, seed: int, *, components: int, min_dist: float
) -> Float32:
    """What `UMAP(random_state=seed).fit_transform` makes of the graph: float32 (n, components)."""
    from umap.distances import named_distances
    from umap.umap_ import find_ab_params, simplicial_set_embedding

    a, b = find_ab_params(1.0, min_dist)
    layout, _ = simplicial_set_embedding(
        vectors,
        graph,
        components,
        initial_alpha=1.0,
        a=a,
        b=b,
        gamma=1.0,
        negative_sample_rate=5,
        n_epochs=None,
        init="spectral",
        random_state=np.random.RandomState(seed),
        metric=named_distances[config.metric],
        metric_kwds={},
        densmap=False,
        densmap_kwds={},
        output_dens=False,
    )
    return np.asarray(layout, dtype=np.float32)


def _release_the_interpreter() -> None:
    """Let two layouts run at once: UMAP compiles its loop so that it holds Python's lock, which it does not need."""
    from umap import layouts

    layouts._nb_optimize_layout_euclidean_single_epoch.targetoptions["nogil"] = True


def _neighbors(vectors: Float32, config: ReductionConfig, seed: int) -> tuple[Any, Any]:
    """Indices and distances of the nearest neighbours, each (n, n_neighbors)."""
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
