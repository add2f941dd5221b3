"""The two layouts: as good as UMAP's own, from one graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sitegen.artifacts import Embeddings, Reduction, content_order
from sitegen.config import ReductionConfig, RuntimeConfig
from sitegen.errors import DataError
from sitegen.pipeline import Context
from sitegen.pipeline.reduction.reduce import neighbor_graph, reduce
from sitegen.pipeline.reduction.spectral_init import connected, spectral_layout
from sitegen.pipeline.reduction.transform import exact_index, nearest
from sitegen.report import Report

pytestmark = pytest.mark.pipeline

CONFIG = ReductionConfig(n_neighbors=8, n_components=3)
SEED = 7


def reduced(vectors: np.ndarray, config: ReductionConfig = CONFIG, scratch: Path = Path()) -> Reduction:
    context = Context(Path(), RuntimeConfig(), Report(-1), scratch, Path())
    return reduce(reduction_config=config, seed=SEED, embeddings=Embeddings(vectors), context=context)


def unit_vectors(count: int) -> np.ndarray:
    vectors = np.random.default_rng(5).normal(size=(count, 16)).astype(np.float32)
    vectors[: count // 2, 0] += 4
    found = np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)
    return found[content_order(found)]  # as the stage itself orders them


def test_both_layouts_are_as_trustworthy_as_umaps() -> None:
    from sklearn.datasets import make_blobs
    from sklearn.manifold import trustworthiness
    from umap import UMAP

    vectors = make_blobs(1500, 16, centers=30, cluster_std=3, random_state=SEED)[0].astype(np.float32)
    vectors = vectors[content_order(vectors)]
    found = reduced(vectors)
    neighbors = nearest(exact_index(vectors, CONFIG), vectors, 8)
    start = spectral_layout(neighbor_graph(vectors, neighbors, CONFIG), vectors, CONFIG, 3, SEED)
    options = {"n_neighbors": 8, "metric": "cosine", "random_state": SEED, "precomputed_knn": (*neighbors, None)}
    for places, columns, min_dist, epochs in ((found.cluster_space, 3, 0.0, 250), (found.layout, 2, 0.1, 500)):
        by_umap = UMAP(
            n_components=columns, min_dist=min_dist, init=start[:, :columns], n_epochs=epochs, **options
        ).fit_transform(vectors)
        kept, kept_by_umap = (
            trustworthiness(vectors, each, n_neighbors=8, metric="cosine") for each in (places, by_umap)
        )
        assert kept > kept_by_umap - 0.01
        assert np.ptp(places, axis=0) == pytest.approx(np.ptp(by_umap, axis=0), rel=0.4)


@pytest.mark.parametrize("apart", [False, True])
def test_layouts_begin_where_umap_would_and_in_one_piece(apart: bool) -> None:
    from scipy.sparse.csgraph import connected_components
    from umap.spectral import spectral_layout as by_umap

    vectors = unit_vectors(400)
    if apart:
        vectors += 1
        vectors[:12] *= -1
    graph = neighbor_graph(vectors, nearest(exact_index(vectors, CONFIG), vectors, 8), CONFIG)
    assert connected_components(graph)[0] == (2 if apart else 1)
    start = spectral_layout(graph, vectors, CONFIG, 3, SEED)
    assert np.abs(start).max() == pytest.approx(10, rel=1e-3)
    if apart:
        # the lone dozen does not press the rest into one point of any dimension
        assert (np.ptp(start[12:], axis=0) > 0.5 * np.ptp(start, axis=0)).all()
    else:
        expected = by_umap(vectors, graph, 3, np.random.RandomState(0))
        correlation = np.corrcoef(start.T, expected.T)[:3, 3:]
        assert np.abs(np.diag(correlation)) == pytest.approx(1, abs=1e-4)


def test_pieces_smaller_than_a_neighborhood_are_tied_together() -> None:
    from scipy.sparse import block_diag
    from scipy.sparse.csgraph import connected_components

    graph = block_diag([np.ones((3, 3))] * 4, format="csr")
    assert connected_components(connected(graph, unit_vectors(12), CONFIG))[0] == 1


def test_a_space_of_half_the_epochs_holds_the_same_clusters() -> None:
    from sklearn.cluster import HDBSCAN
    from sklearn.datasets import make_blobs
    from sklearn.metrics import adjusted_mutual_info_score

    vectors, known = make_blobs(600, 16, centers=8, random_state=SEED)
    found = HDBSCAN(min_cluster_size=20, copy=True).fit_predict(reduced(vectors.astype(np.float32)).cluster_space)
    assert adjusted_mutual_info_score(known, found) > 0.95


def test_the_same_bytes_come_out_each_time() -> None:
    one, other = (reduced(unit_vectors(300)) for _ in range(2))
    assert one.cluster_space.tobytes() == other.cluster_space.tobytes()
    assert one.layout.tobytes() == other.layout.tobytes()


def test_documents_that_are_all_the_same_are_told() -> None:
    with pytest.raises(DataError, match="all 50 documents have the same embedding") as caught:
        reduced(np.repeat(unit_vectors(2)[:1], 50, axis=0))
    assert caught.value.field == "documents.text"


def test_many_equal_documents_among_others_are_fine() -> None:
    vectors = unit_vectors(100)
    vectors[:60] = vectors[0]
    assert np.isfinite(reduced(vectors).layout).all()


SAMPLED = CONFIG.model_copy(update={"landmarks": 150})


def test_documents_beside_landmarks_lie_as_well_as_by_umap(tmp_path: Path) -> None:
    from sklearn.manifold import trustworthiness
    from umap import UMAP

    vectors = unit_vectors(600)
    found = reduced(vectors, SAMPLED, tmp_path)
    assert len(found.landmarks) == 150
    umap = UMAP(n_neighbors=8, metric="cosine", random_state=SEED, n_components=2)
    expected = np.empty((600, 2))
    expected[found.landmarks] = umap.fit_transform(vectors[found.landmarks])
    others = np.setdiff1d(np.arange(600), found.landmarks)
    expected[others] = umap.transform(vectors[others])
    ours, theirs = (trustworthiness(vectors, each, metric="cosine") for each in (found.layout, expected))
    assert ours > theirs - 0.02
    assert ours > 0.7


def test_placing_resumes_and_is_the_same_for_any_size_of_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sitegen.pipeline.executor.blocks import blocks
    from sitegen.pipeline.reduction import reduce as reduction

    vectors, placed = unit_vectors(400), []
    (tmp_path / "whole").mkdir()
    whole = reduced(vectors, SAMPLED, tmp_path / "whole")
    monkeypatch.setattr(reduction, "blocks", lambda rows: blocks(rows, 60))
    place = reduction.transform

    def cut_off(block: np.ndarray, landmarks: Any) -> np.ndarray:
        placed.append(len(block))
        if len(placed) == 3:
            raise KeyboardInterrupt
        return place(block, landmarks)

    monkeypatch.setattr(reduction, "transform", cut_off)
    (tmp_path / "cut").mkdir()
    with pytest.raises(KeyboardInterrupt):
        reduced(vectors, SAMPLED, tmp_path / "cut")
    again = reduced(vectors, SAMPLED, tmp_path / "cut")
    assert placed == [60, 60, 60, 60, 60, 10]  # the block that was cut off once more, none of those before it
    assert again.layout.tobytes() == whole.layout.tobytes()
    assert again.cluster_space.tobytes() == whole.cluster_space.tobytes()
    assert again.landmarks.tolist() == whole.landmarks.tolist()


def test_with_an_approximate_index_documents_lie_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sklearn.manifold import trustworthiness

    from sitegen.pipeline.reduction import reduce as reduction

    vectors, found = unit_vectors(600), []
    for exact_below in (5_000, 0):
        monkeypatch.setattr(reduction, "EXACT_LANDMARKS_BELOW", exact_below)
        (tmp_path / str(exact_below)).mkdir()
        found.append(reduced(vectors, SAMPLED, tmp_path / str(exact_below)))
    exact, approximate = found
    assert exact.landmarks.tolist() == approximate.landmarks.tolist()
    assert trustworthiness(vectors, approximate.layout) > trustworthiness(vectors, exact.layout) - 0.03


def test_too_few_landmarks_are_told() -> None:
    config = ReductionConfig(n_neighbors=99, landmarks=100)
    with pytest.raises(DataError, match="100 landmarks are too few") as caught:
        reduced(unit_vectors(200), config)
    assert caught.value.field == "reduction.landmarks"
