"""Where both layouts begin: eigenvectors of the graph of neighbours, Laplacian eigenmaps.

Belkin, Niyogi, https://doi.org/10.1162/089976603321780317. UMAP finds its own by the smallest eigenvalues of the
Laplacian, for each layout anew. The same vectors belong to the largest eigenvalues of its complement, which take a
tenth of the time, and those for two dimensions are the first two of those for five.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sitegen.artifacts import Float32
from sitegen.config import ReductionConfig
from sitegen.pipeline.reduction.transform import exact_index, nearest

if TYPE_CHECKING:
    from scipy import sparse


LANCZOS_VECTORS = 50
TOLERANCE = 1e-6
EXTENT, NOISE = 10.0, 1e-4
"""Greatest coordinate, and spread of the noise that keeps equal documents apart; UMAP's own."""


def spectral_layout(
    graph: sparse.csr_matrix, vectors: Float32, config: ReductionConfig, components: int, seed: int
) -> Float32:
    """Return where UMAP begins, float32 (n, components), the broadest direction first.

    Args:
        graph: UMAP's weighted graph, sparse (n, n), symmetric.
        vectors: float32 (n, d), what the graph was made of.
    """
    from scipy.sparse import diags
    from scipy.sparse.linalg import ArpackError, eigsh

    random = np.random.RandomState(seed)
    graph = connected(graph, vectors, config)
    degrees = np.sqrt(np.asarray(graph.sum(axis=0)).ravel())
    complement = diags(1 / degrees) @ graph @ diags(1 / degrees)
    wanted = components + 1
    try:
        values, found = eigsh(
            complement,
            wanted,
            which="LA",
            ncv=min(len(degrees), max(2 * wanted + 1, LANCZOS_VECTORS)),
            tol=TOLERANCE,
            v0=random.normal(size=len(degrees)),
        )
    except ArpackError:  # UMAP begins anywhere then, too
        values, found = np.arange(wanted), random.normal(size=(len(degrees), wanted))
    places = found[:, np.argsort(-values)[1:]]
    places *= EXTENT / np.abs(places).max()
    return np.asarray(places + random.normal(scale=NOISE, size=places.shape), dtype=np.float32)


def connected(graph: sparse.csr_matrix, vectors: Float32, config: ReductionConfig) -> sparse.csr_matrix:
    """Return the graph in one piece: a document outside of its largest part is tied to the most similar ones inside.

    An eigenvector of a graph in pieces would tell one piece from the rest and nothing else.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    pieces, piece = connected_components(graph, directed=False)
    if pieces == 1:
        return graph
    inside = piece == np.bincount(piece).argmax()
    ties_each = min(config.n_neighbors, int(inside.sum()))
    closest, _ = nearest(exact_index(vectors[inside], config), vectors[~inside], ties_each)
    outer, inner = np.flatnonzero(~inside).repeat(ties_each), np.flatnonzero(inside)[closest.ravel()]
    ties = csr_matrix((np.ones(len(outer)), (outer, inner)), shape=graph.shape)
    return graph + ties + ties.T
