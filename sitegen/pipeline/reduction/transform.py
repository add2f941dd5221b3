"""Documents that were not fitted are placed beside the landmarks that were, as UMAP's `transform` does it.

Each document lies at the weighted mean of its nearest landmarks, the weights being UMAP's own, and is then drawn by
them and pushed off by others for a few epochs while the landmarks stay. A document moves for itself alone, so it comes
to lie in the same place whatever else is in its block. UMAP: https://arxiv.org/abs/1802.03426.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sitegen.artifacts import Float32, Int32
from sitegen.config import ReductionConfig
from sitegen.pipeline.models.private_functions import private

if TYPE_CHECKING:
    from scipy import sparse


EPSILON = 0.24
"""How far beyond the nearest found so far pynndescent looks on; at this value 96% of 15 neighbours are right."""
SPARE, DOCUMENTS_AT_ONCE = 8, 1024
"""Landmarks that are compared beyond those needed, since an exact index orders close ones by their last bits."""
EPOCHS = 100
"""Those of UMAP's `transform` of a block's number of documents."""
LEARNING_RATE, REPULSION, NEGATIVES = 0.25, 1.0, 5
"""UMAP's own; of the learning rate a quarter, as its `transform` takes."""


@dataclass(frozen=True)
class Layout:
    """Landmarks that lie in place.

    Attributes:
        places: float32 (m, c).
        a, b: of UMAP's curve of likeness over distance.
    """

    places: Float32
    a: float
    b: float


@dataclass(frozen=True)
class Landmarks:
    """What placing a document needs.

    Attributes:
        index: finds the nearest of the m landmarks: pynndescent's, or scikit-learn's exact one.
        vectors: float32 (m, d), of the landmarks; None with an approximate index.
        layouts: to place it in.
    """

    index: Any
    vectors: Float32 | None
    layouts: tuple[Layout, ...]
    n_neighbors: int
    seed: int


def exact_index(vectors: Float32, config: ReductionConfig) -> Any:
    """Return an index that compares with every vector, float32 (m, d)."""
    from sklearn.neighbors import NearestNeighbors

    return NearestNeighbors(n_neighbors=config.n_neighbors, metric=config.metric, algorithm="brute").fit(vectors)


def approximate_index(vectors: Float32, config: ReductionConfig, seed: int) -> Any:
    """Return an approximate index of vectors, float32 (m, d), and their graph of neighbours.

    Its costs grow slowly with the number of vectors.

    It is built on one thread: what comes out changes with their number.
    """
    from pynndescent import NNDescent

    return NNDescent(
        vectors,
        metric=config.metric,
        n_neighbors=config.n_neighbors,
        random_state=seed,
        max_candidates=60,
        n_jobs=1,
    )


def transform(block: Float32, landmarks: Landmarks) -> Float32:
    """Place the vectors of a block, float32 (rows, d): float32 (rows, columns of all layouts)."""
    graph = fuzzy_weights(*nearest_landmarks(block, landmarks), len(landmarks.layouts[0].places))
    return np.hstack([optimize_embedding(graph, layout, landmarks.seed) for layout in landmarks.layouts])


def nearest(index: Any, block: Float32, count: int) -> tuple[Int32, Float32]:
    """Return indices and distances of the nearest landmarks, nearest first, each (rows, count)."""
    if hasattr(index, "kneighbors"):
        distances, indices = index.kneighbors(block, count)
    else:
        indices, distances = index.query(block, count, epsilon=EPSILON)
    return indices.astype(np.int32), distances.astype(np.float32)


def nearest_landmarks(block: Float32, landmarks: Landmarks) -> tuple[Int32, Float32]:
    """Return what `nearest` does, the same for a document whatever else is in its block.

    An exact index multiplies matrices, and the last bits of a product depend on how many rows the matrix has. So here
    distances are computed pair by pair.
    """
    if landmarks.vectors is None:
        return nearest(landmarks.index, block, landmarks.n_neighbors)
    count = min(landmarks.n_neighbors + SPARE, len(landmarks.vectors))
    indices = np.empty((len(block), landmarks.n_neighbors), np.int32)
    distances = np.empty(indices.shape, np.float32)
    for start in range(0, len(block), DOCUMENTS_AT_ONCE):
        part = block[start : start + DOCUMENTS_AT_ONCE]
        near, _ = nearest(landmarks.index, part, count)
        apart = _distances(part, landmarks.vectors[near], landmarks.index.metric)
        order = np.lexsort((near, apart), axis=1)[:, : landmarks.n_neighbors]
        indices[start : start + len(part)] = np.take_along_axis(near, order, axis=1)
        distances[start : start + len(part)] = np.take_along_axis(apart, order, axis=1)
    return indices, distances


def _distances(vectors: Float32, others: Float32, metric: str) -> Float32:
    """Return how far vectors, float32 (n, d), are from others, float32 (n, k, d): float32 (n, k)."""
    if metric == "euclidean":
        apart = others - vectors[:, None]
        found: Float32 = np.sqrt(np.einsum("nkd,nkd->nk", apart, apart))
        return found
    lengths = np.einsum("nkd,nkd->nk", others, others) * np.einsum("nd,nd->n", vectors, vectors)[:, None]
    likeness = np.einsum("nkd,nd->nk", others, vectors) / np.sqrt(np.maximum(lengths, np.finfo(np.float32).tiny))
    nearness: Float32 = np.maximum(1 - likeness, 0)
    return nearness


def fuzzy_weights(indices: Int32, distances: Float32, landmarks: int) -> sparse.coo_matrix:
    """Weigh how much each document belongs to its nearest landmarks, 1 to the nearest: sparse (rows, landmarks)."""
    from scipy.sparse import coo_matrix

    compute_membership_strengths = private("umap.umap_.compute_membership_strengths")
    smooth_knn_dist = private("umap.umap_.smooth_knn_dist")
    scales, closest = smooth_knn_dist(distances, float(indices.shape[1]), local_connectivity=1.0)
    rows, columns, strengths, _ = compute_membership_strengths(indices, distances, scales, closest, bipartite=True)
    return coo_matrix((strengths, (rows, columns)), shape=(len(indices), landmarks))


def layout_optimizer() -> Any:
    """Return UMAP's optimisation of a layout; what numba compiles for it is kept for the next process."""
    private("umap.layouts._nb_optimize_layout_euclidean_single_epoch")
    return private("umap.layouts.optimize_layout_euclidean")


def optimize_embedding(graph: sparse.coo_matrix, layout: Layout, seed: int) -> Float32:
    """Return places, float32 (rows, c), of documents that belong to landmarks as `graph` says."""
    from sklearn.preprocessing import normalize

    optimize_layout_euclidean = layout_optimizer()
    smallest, largest = private("umap.umap_.INT32_MIN"), private("umap.umap_.INT32_MAX")
    make_epochs_per_sample = private("umap.umap_.make_epochs_per_sample")
    start = np.asarray(normalize(graph.tocsr(), norm="l1") @ layout.places, dtype=np.float32)
    strong = graph.data >= 1 / EPOCHS
    settled = optimize_layout_euclidean(
        start,
        layout.places.copy(),
        graph.row[strong],
        graph.col[strong],
        EPOCHS,
        len(layout.places),
        make_epochs_per_sample(graph.data[strong], EPOCHS),
        layout.a,
        layout.b,
        np.random.RandomState(seed).randint(smallest, largest, 3).astype(np.int64),
        REPULSION,
        LEARNING_RATE,
        NEGATIVES,
    )
    return np.asarray(settled, dtype=np.float32)
