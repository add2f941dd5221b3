"""Which documents stand for all of them where there are too many to fit: a sample that keeps small groups.

The documents are divided into cells of like ones (k-means), and the sample takes documents of each cell in proportion
to the square root of its size. So a rare topic has more landmarks than its share, a huge one still has the most.
Density-biased sampling: Palmer and Faloutsos, https://doi.org/10.1145/335191.335384, with their exponent 1/2; cells as
Bankier's power allocation has strata, https://doi.org/10.1080/00031305.1988.10475556.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Float32, Int32, content_order
from sitegen.pipeline.executor.blocks import blocks

AUTO_ABOVE, AUTO = 100_000, 50_000
"""`auto` takes AUTO landmarks of more than AUTO_ABOVE documents."""
LANDMARKS_OF_CELL = 25
"""How many landmarks a cell has on average."""
PILOT = 100_000
"""Documents, drawn at random, that the cells are found by."""


def landmarks_wanted(setting: int | Literal["auto"] | None, documents: int) -> int | None:
    """Return how many landmarks to choose; None where all documents are fitted."""
    if setting == "auto":
        return AUTO if documents > AUTO_ABOVE else None
    return setting if setting is not None and setting < documents else None


def choose_landmarks(vectors: Float32, count: int, seed: int) -> Int32:
    """Return rows of `count` landmarks among vectors, float32 (n, d): int32 (count,), ascending."""
    rng = np.random.default_rng(seed)
    by_content = content_order(vectors)
    centers = _cell_centers(vectors[by_content[np.sort(rng.permutation(len(vectors))[:PILOT])]], count, seed)
    cells = np.concatenate([nearest_cell(vectors[block], centers) for block in blocks(len(vectors))])[by_content]
    order = np.lexsort((rng.random(len(vectors)), cells))
    sizes = np.bincount(cells)
    starts = np.cumsum(sizes) - sizes
    place = np.arange(len(vectors)) - np.repeat(starts, sizes)  # of each row of `order` in its cell, from 0
    turn = (place + 1) / np.sqrt(np.repeat(sizes, sizes))
    chosen = order[np.argsort(turn, kind="stable")[:count]]
    return np.sort(by_content[chosen]).astype(np.int32)


def nearest_cell(block: Float32, centers: Float32) -> npt.NDArray[np.intp]:
    """Return the nearest of the centers, float32 (c, d), for each vector of a block, float32 (rows, d)."""
    likeness = block @ centers.T - (centers**2).sum(axis=1) / 2
    cells: npt.NDArray[np.intp] = likeness.argmax(axis=1)
    return cells


def _cell_centers(pilot: Float32, count: int, seed: int) -> Float32:
    from sklearn.cluster import MiniBatchKMeans

    cells = min(max(count // LANDMARKS_OF_CELL, 1), len(pilot))
    kmeans = MiniBatchKMeans(cells, random_state=seed, n_init=1, batch_size=10_000, max_iter=10, init="random")
    return np.asarray(kmeans.fit(pilot).cluster_centers_, dtype=np.float32)
