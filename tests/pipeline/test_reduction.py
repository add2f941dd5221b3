"""The two layouts: UMAP's own result, on one graph, side by side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sitegen.artifacts import Embeddings, Reduction
from sitegen.config import ReductionConfig, RuntimeConfig
from sitegen.errors import DataError
from sitegen.pipeline import Context
from sitegen.pipeline.reduction import reduce
from sitegen.report import Report

pytestmark = pytest.mark.pipeline

CONFIG = ReductionConfig(n_neighbors=8, n_components=3)
SEED = 7


def reduced(vectors: np.ndarray) -> Reduction:
    context = Context(Path(), RuntimeConfig(), Report(-1), Path(), Path())
    return reduce(reduction_config=CONFIG, seed=SEED, embeddings=Embeddings(vectors), context=context)


def unit_vectors(count: int) -> np.ndarray:
    vectors = np.random.default_rng(5).normal(size=(count, 16)).astype(np.float32)
    vectors[: count // 2, 0] += 4
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def test_both_layouts_are_those_of_umap() -> None:
    from sklearn.neighbors import NearestNeighbors
    from umap import UMAP

    vectors = unit_vectors(400)
    index = NearestNeighbors(n_neighbors=8, metric="cosine", algorithm="brute").fit(vectors)
    distances, indices = index.kneighbors(vectors)
    options = {
        "n_neighbors": 8,
        "metric": "cosine",
        "random_state": SEED,
        "precomputed_knn": (indices, distances.astype(np.float32), None),
        "force_approximation_algorithm": True,
    }
    found = reduced(vectors)
    assert np.array_equal(found.cluster_space, UMAP(n_components=3, min_dist=0.0, **options).fit_transform(vectors))
    assert np.array_equal(found.layout, UMAP(n_components=2, min_dist=0.1, **options).fit_transform(vectors))


def test_the_same_bytes_come_out_each_time() -> None:
    one, other = (reduced(unit_vectors(300)) for _ in range(2))
    assert one.cluster_space.tobytes() == other.cluster_space.tobytes()
    assert one.layout.tobytes() == other.layout.tobytes()


def test_the_layouts_let_each_other_run() -> None:
    from umap import layouts

    reduced(unit_vectors(100))
    assert layouts._nb_optimize_layout_euclidean_single_epoch.targetoptions["nogil"]
    assert layouts._nb_optimize_layout_euclidean_single_epoch.signatures  # it is what was compiled and run


def test_documents_that_are_all_the_same_are_told() -> None:
    with pytest.raises(DataError, match="all 50 documents have the same embedding") as caught:
        reduced(np.repeat(unit_vectors(2)[:1], 50, axis=0))
    assert caught.value.field == "documents.text"


def test_many_equal_documents_among_others_are_fine() -> None:
    vectors = unit_vectors(100)
    vectors[:60] = vectors[0]
    assert np.isfinite(reduced(vectors).layout).all()
