"""What stands for a topic among embeddings: the mean of its documents."""

from __future__ import annotations

import numpy as np

from sitegen.artifacts import Float32, Int32


def mean_vectors(vectors: Float32, groups: Int32, count: int) -> Float32:
    """Return the mean vector of each group of rows, scaled to unit length: float32 (count, d).

    Args:
        vectors: float32 (n, d).
        groups: int32 (n,), the group of each row, -1 for none.
    """
    from scipy.sparse import csr_matrix

    inside = np.flatnonzero(groups >= 0)
    members = csr_matrix((np.ones(len(inside), np.float32), (groups[inside], inside)), shape=(count, len(groups)))
    sums = np.asarray(members @ vectors, dtype=np.float32)
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12), dtype=np.float32)
