"""Embeddings -> a space to cluster and a layout to look at, by UMAP.

UMAP: McInnes, Healy, Melville, https://arxiv.org/abs/1802.03426.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Documents, Embeddings, Float32, Int32, Reduction, content_order
from sitegen.config import GivenConfig, ReductionConfig
from sitegen.errors import DataError
from sitegen.pipeline.executor.blocks import blocks
from sitegen.pipeline.models.private_functions import private
from sitegen.pipeline.reduction.guide import guided_graph, known_labels
from sitegen.pipeline.reduction.landmarks import choose_landmarks, landmarks_wanted
from sitegen.pipeline.reduction.spectral_init import spectral_layout
from sitegen.pipeline.reduction.transform import (
    Landmarks,
    Layout,
    approximate_index,
    exact_index,
    nearest,
    transform,
)
from sitegen.pipeline.stage import Context

if TYPE_CHECKING:
    from scipy import sparse


T = TypeVar("T", bound=np.generic)
EXACT_NEIGHBORS_BELOW = 20_000
"""Up to here the exact neighbours are faster than the approximate ones."""
EXACT_LANDMARKS_BELOW = 5_000
"""Up to so many landmarks every document is compared with each of them."""
MANY_DOCUMENTS = 10_000
EPOCHS, EPOCHS_OF_MANY = 500, 200
"""UMAP's own, up to so many documents and beyond."""
CLUSTER_SPACE_EPOCHS = 0.5
"""Share of them that the space to cluster takes. More would change its clusters no more than another seed does."""


def reduce(*, reduction_config: ReductionConfig, seed: int, embeddings: Embeddings, context: Context) -> Reduction:
    """Compute both UMAP layouts of all documents, or of landmarks where they are many, with the others placed beside.

    Raises:
        DataError: fewer documents than UMAP can use, or documents that are all the same.
    """
    return _reduced(reduction_config, seed, embeddings.vectors, None, context)


def reduce_guided(
    *,
    reduction_config: ReductionConfig,
    given_config: GivenConfig,
    seed: int,
    documents: Documents,
    embeddings: Embeddings,
    context: Context,
) -> Reduction:
    """Return both layouts as labels of some documents guide them.

    Raises:
        DataError: as `reduce`, or labels that tell nothing.
    """
    labels = known_labels(documents, given_config)
    guide = f"{(labels >= 0).sum():,} of {len(labels):,} documents have one of {labels.max() + 1:,} labels"
    context.report.info(f"  {guide}")
    return replace(_reduced(reduction_config, seed, embeddings.vectors, labels, context), guide=guide)


def _reduced(config: ReductionConfig, seed: int, vectors: Float32, labels: Int32 | None, context: Context) -> Reduction:
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
    count = landmarks_wanted(config.landmarks, len(vectors))
    if count is None:
        order = content_order(vectors)  # neighbours and the descent break ties by position
        ordered = vectors[order]
        places = np.empty((len(vectors), config.n_components + 2), np.float32)
        places[order] = lay_out_both(
            ordered,
            _neighbors(ordered, config, seed),
            config,
            seed,
            context,
            None if labels is None else labels[order],
        )
        return _reduction(places, np.empty(0, np.int32))
    if count < need:
        raise DataError(
            f"{count} landmarks are too few: reduction.n_neighbors {config.n_neighbors} and "
            f"reduction.n_components {config.n_components} need at least {need}",
            field="reduction.landmarks",
        )
    return reduce_by_landmarks(vectors, count, config, seed, context, labels)


def reduce_by_landmarks(
    vectors: Float32, count: int, config: ReductionConfig, seed: int, context: Context, labels: Int32 | None = None
) -> Reduction:
    """Compute both layouts of `count` landmarks, and every other document beside them; goes on where it was cut off."""
    context.report.info(f"  UMAP is fitted to {count:,} of {len(vectors):,} documents")
    rows = _kept(context.scratch / "rows.npy", partial(choose_landmarks, vectors, count, seed))
    rows = rows[content_order(vectors[rows])]
    chosen = vectors[rows]
    if count <= EXACT_LANDMARKS_BELOW:
        index = exact_index(chosen, config)
        neighbors = nearest(index, chosen, config.n_neighbors)
    else:
        index = approximate_index(chosen, config, seed)
        neighbors = index.neighbor_graph
    lay_out_chosen = partial(
        lay_out_both, chosen, neighbors, config, seed, context, None if labels is None else labels[rows]
    )
    fitted = _kept(context.scratch / "fitted.npy", lay_out_chosen)
    landmarks = Landmarks(
        index,
        chosen if count <= EXACT_LANDMARKS_BELOW else None,
        (
            Layout(fitted[:, : config.n_components].copy(), *curve(0.0)),
            Layout(fitted[:, config.n_components :].copy(), *curve(config.min_dist)),
        ),
        config.n_neighbors,
        seed,
    )
    places = np.empty((len(vectors), config.n_components + 2), np.float32)
    places[rows] = fitted
    others = np.setdiff1d(np.arange(len(vectors)), rows)
    files = {context.scratch / f"placed-{part.start:012}.npy": others[part] for part in blocks(len(others))}
    missing = [of_block for file, of_block in files.items() if not file.exists()]
    place = partial(transform, landmarks=landmarks)
    placed = context.executor.map(place, (vectors[of_block] for of_block in missing), np.concatenate)
    with context.report.task("placing documents", len(others)) as advance:
        for file, of_block in files.items():
            places[of_block] = _kept(file, partial(next, placed))
            advance(len(of_block))
    return _reduction(places, np.sort(rows))


def lay_out_both(
    vectors: Float32,
    neighbors: tuple[Int32, Float32],
    config: ReductionConfig,
    seed: int,
    context: Context,
    labels: Int32 | None = None,
) -> Float32:
    """Return cluster space and map side by side, float32 (n, n_components + 2), from one graph and one beginning.

    `labels`, int32 (n,), -1 where unknown, guide both.
    """
    graph = neighbor_graph(vectors, neighbors, config)
    if labels is not None:
        graph = guided_graph(graph, labels)
    from sitegen.pipeline.reduction.descent import descend  # loads numba

    with context.report.task("reduction", 3) as advance:
        start = spectral_layout(graph, vectors, config, config.n_components, seed)
        advance(1)
        epochs = EPOCHS if len(vectors) <= MANY_DOCUMENTS else EPOCHS_OF_MANY
        cluster_space = descend(graph, start, *curve(0.0), int(epochs * CLUSTER_SPACE_EPOCHS), seed)
        advance(1)
        layout = descend(graph, start[:, :2], *curve(config.min_dist), epochs, seed)
        advance(1)
    return np.hstack([cluster_space, layout])


def neighbor_graph(vectors: Float32, neighbors: tuple[Int32, Float32], config: ReductionConfig) -> sparse.csr_matrix:
    """Return UMAP's weighted graph, sparse (n, n), of neighbours and distances, each (n, n_neighbors)."""
    fuzzy_simplicial_set = private("umap.umap_.fuzzy_simplicial_set")
    indices, distances = neighbors
    graph, _, _ = fuzzy_simplicial_set(
        vectors, config.n_neighbors, None, config.metric, knn_indices=indices, knn_dists=distances
    )
    return graph


def curve(min_dist: float) -> tuple[float, float]:
    """Return `a` and `b` of UMAP's curve of similarity over distance."""
    find_ab_params = private("umap.umap_.find_ab_params")
    a, b = find_ab_params(1.0, min_dist)
    return a, b


def _reduction(places: Float32, landmarks: Int32) -> Reduction:
    return Reduction(places[:, :-2].copy(), places[:, -2:].copy(), landmarks)


def _kept(file: Path, make: Callable[[], npt.NDArray[T]]) -> npt.NDArray[T]:
    """Return the array in `file`; if it is not there, the result of `make`, which is stored there."""
    if file.exists():
        stored: npt.NDArray[T] = np.load(file)
        return stored
    array = make()
    draft = file.with_suffix(".part.npy")
    np.save(draft, array)
    draft.rename(file)
    return array


def _neighbors(vectors: Float32, config: ReductionConfig, seed: int) -> tuple[Int32, Float32]:
    """Return indices and distances of the nearest neighbours, each (n, n_neighbors)."""
    if len(vectors) <= EXACT_NEIGHBORS_BELOW:
        return nearest(exact_index(vectors, config), vectors, config.n_neighbors)
    nearest_neighbors = private("umap.umap_.nearest_neighbors")
    indices, distances, _ = nearest_neighbors(
        vectors, config.n_neighbors, config.metric, {}, False, np.random.RandomState(seed)
    )
    return indices, distances
