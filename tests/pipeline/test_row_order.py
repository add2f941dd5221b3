"""The order of rows in a file decides nothing: the same documents in another order have the same topics and places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sitegen.artifacts import Embeddings, Reduction, content_order
from sitegen.config import ClustersConfig, ReductionConfig, RuntimeConfig
from sitegen.pipeline import Context
from sitegen.pipeline.clusters.find_clusters import find_clusters
from sitegen.pipeline.reduction.reduce import reduce
from sitegen.report import Report

pytestmark = pytest.mark.pipeline
ORDERS = [np.random.default_rng(seed).permutation(400) for seed in range(3)]


def vectors() -> np.ndarray:
    """Unit vectors in groups, of few distinct numbers, so that many distances are the same."""
    rng = np.random.default_rng(5)
    found = np.round(rng.normal(size=(400, 6)) + 3 * np.eye(6)[rng.integers(0, 4, 400)])
    found[:, 5] += 10
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.parametrize("order", ORDERS, ids=range(len(ORDERS)))
def test_the_order_by_content_is_that_of_the_content(order: np.ndarray) -> None:
    rows = vectors()
    assert np.array_equal(rows[content_order(rows)], rows[order][content_order(rows[order])])


@pytest.mark.parametrize("size", ["auto", 10])
def test_clusters_do_not_depend_on_the_order_of_rows(size: int | str, tmp_path: Path) -> None:
    context = Context(tmp_path, RuntimeConfig(), Report(-1), tmp_path, tmp_path)
    points = vectors()

    def found(rows: np.ndarray) -> np.ndarray:
        reduction = Reduction(rows, rows[:, :2].copy())
        config = ClustersConfig(min_cluster_size=size, min_samples=5)
        return find_clusters(clusters_config=config, seed=1, reduction=reduction, context=context).assignment

    expected = found(points)
    assert expected.max() > 0
    for order in ORDERS:
        assert np.array_equal(found(points[order]), expected[order])


@pytest.mark.parametrize("landmarks", [None, 250])
def test_places_do_not_depend_on_the_order_of_rows(landmarks: int | None, tmp_path: Path) -> None:
    config = ReductionConfig(n_neighbors=8, n_components=3, landmarks=landmarks)
    rows = np.unique(vectors(), axis=0)

    def found(number: int, order: np.ndarray) -> Reduction:
        scratch = tmp_path / str(number)
        scratch.mkdir()
        context = Context(tmp_path, RuntimeConfig(), Report(-1), scratch, scratch)
        return reduce(reduction_config=config, seed=1, embeddings=Embeddings(rows[order]), context=context)

    expected = found(0, np.arange(len(rows)))
    order = np.random.default_rng(1).permutation(len(rows))
    other = found(1, order)
    assert np.array_equal(other.cluster_space, expected.cluster_space[order])
    assert np.array_equal(other.layout, expected.layout[order])
    assert np.array_equal(np.sort(order[other.landmarks]), expected.landmarks)
