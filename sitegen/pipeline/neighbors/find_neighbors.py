"""The documents nearest to each by cosine: all are compared, or where they are many, by nearest neighbour descent.

UMAP has a graph of neighbours too, but of `reduction.n_neighbors` with its metric, and only of the landmarks where it
is fitted to a sample. Neighbours that readers see are found for themselves, so they stay when settings of the map
change. Nearest neighbour descent: Dong, Charikar and Li, https://doi.org/10.1145/1963405.1963487.
"""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np

from sitegen.artifacts import Embeddings, Float32, Int32, Neighbors, content_order
from sitegen.install_hint import install_command
from sitegen.pipeline.reduction.exact_neighbors import Ints, neighbors_among
from sitegen.pipeline.stage import Context

COUNT = 10
"""Neighbours of each document: as many as are compared with its nearest on the map."""
EXACT_UP_TO = 20_000
"""Up to so many documents each is compared with every other."""
SOUGHT = 21
"""Neighbours that the descent seeks, the document itself among them: the nearest of many are found more surely."""


def find_neighbors(*, embeddings: Embeddings, seed: int, context: Context) -> Neighbors:
    """Return the `COUNT` nearest documents of each, fewer if there are not so many; none without vectors."""
    return Neighbors(nearest_by_vectors(embeddings.vectors, seed, context))


def nearest_by_vectors(vectors: Float32, seed: int, context: Context) -> Int32:
    """Return rows of the nearest other documents, int32 (n, k), nearest first.

    k is 0 without vectors, and for many documents where what finds their neighbours is not installed.

    Args:
        vectors: float32 (n, d), unit length.
    """
    n = len(vectors)
    count = min(COUNT, n - 1) if vectors.shape[1] else 0
    if n > EXACT_UP_TO and count and find_spec("pynndescent") is None:
        context.report.info(f"  no nearest neighbours of {n:,} documents without {install_command('pipeline')}")
        count = 0
    if count <= 0:
        return np.empty((n, 0), np.int32)
    order = content_order(vectors)  # what is equally near stands in the order of its content, not of its rows
    ordered = vectors[order]
    if n <= EXACT_UP_TO:
        near, _ = neighbors_among(ordered, np.arange(n), np.arange(n), count)
    else:
        near = _by_descent(ordered, count, seed)
    found = np.empty((n, count), np.int32)
    found[order] = order[near]
    return found


def _by_descent(vectors: Float32, count: int, seed: int) -> Ints:
    """Return rows of nearly all of the nearest other documents, int (n, count), nearest first."""
    from pynndescent import NNDescent

    near, _ = NNDescent(vectors, metric="cosine", n_neighbors=SOUGHT, random_state=seed).neighbor_graph
    # a document is not always the first of its own, for others may have the same vector
    itself = near == np.arange(len(vectors))[:, None]
    first: Ints = np.take_along_axis(near, np.argsort(itself, axis=1, kind="stable")[:, :count], axis=1)
    return first
