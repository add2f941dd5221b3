"""Stages that hand on what is given where others would compute."""

from __future__ import annotations

import numpy as np

from sitegen.artifacts import Clusters, Documents, Embeddings, Given, Neighbors, Reduction
from sitegen.pipeline.stage import Context


def no_embeddings(*, documents: Documents, context: Context) -> Embeddings:
    """Return no vectors, float32 (n, 0): with given places nothing needs them."""
    return Embeddings(np.empty((len(documents), 0), np.float32))


def no_neighbors(*, embeddings: Embeddings, context: Context) -> Neighbors:
    """Return no neighbours, int32 (n, 0): nobody is shown them."""
    return Neighbors(np.empty((len(embeddings.vectors), 0), np.int32))


def given_reduction(*, given: Given, context: Context) -> Reduction:
    """Return the given places. Clusters, where they are not given too, are found in the given space, or among these."""
    return Reduction(given.layout if given.space is None else given.space, given.layout)


def given_clusters(*, given: Given, context: Context) -> Clusters:
    """Return the given topics; every document in one is in it with strength 1."""
    return Clusters(given.assignment, (given.assignment >= 0).astype(np.float32))
