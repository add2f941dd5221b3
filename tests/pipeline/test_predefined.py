"""Names and labels given beforehand, beside BERTopic's zero-shot topics and UMAP's supervision, on the same vectors."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from sitegen.artifacts import Embeddings
from sitegen.config import DocstringsSource, EmbeddingsConfig, PredefinedConfig, ReductionConfig, RuntimeConfig
from sitegen.pipeline import Context
from sitegen.pipeline.embeddings.embedder import load_embedder
from sitegen.pipeline.predefined.assign import assign_to_names
from sitegen.pipeline.reduction.guide import guided_graph
from sitegen.pipeline.reduction.reduce import lay_out_both, neighbor_graph
from sitegen.pipeline.sources import open_source
from sitegen.report import Report

pytestmark = pytest.mark.pipeline

PACKAGES = ("networkx", "PIL", "pandas", "sklearn")
PER_PACKAGE = 60
NAMES = ["graph algorithms", "reading and writing image files", "data frames with rows and columns", "medieval poetry"]
EMBEDDINGS = EmbeddingsConfig(max_tokens=64, backend="torch")  # as BERTopic runs it


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(Path(), RuntimeConfig(device="cpu"), Report(-1), Path(), Path())


@pytest.fixture(scope="module")
def texts() -> list[str]:
    found = []
    for package in PACKAGES:
        rows = open_source(DocstringsSource(type="docstrings", packages=(package,)), Path()).rows()
        found += list(islice((row["text"][:300] for row in rows if len(row["text"]) > 150), PER_PACKAGE))
    return found


@pytest.fixture(scope="module")
def vectors(texts: list[str]) -> np.ndarray:
    model = load_embedder(EMBEDDINGS, Path(), "cpu")
    return np.asarray(model.encode(texts, normalize_embeddings=True), np.float32)


@pytest.mark.parametrize("least", [0.25, 0.4])
def test_the_documents_of_each_name_are_those_of_bertopic(
    texts: list[str], vectors: np.ndarray, context: Context, least: float
) -> None:
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction

    model = BERTopic(
        embedding_model=load_embedder(EMBEDDINGS, Path(), "cpu"),
        zeroshot_topic_list=NAMES,
        zeroshot_min_similarity=least,
        umap_model=BaseDimensionalityReduction(),
    )
    topics, _ = model.fit_transform(texts, vectors)
    theirs = [model.topic_labels_[topic] for topic in topics]
    found = assign_to_names(
        predefined_config=PredefinedConfig(topics=tuple(NAMES), min_similarity=least),
        embeddings_config=EMBEDDINGS,
        embeddings=Embeddings(vectors),
        context=context,
    )
    assert 20 < (found.assignment >= 0).sum() < len(texts) - 20
    assert [NAMES[number] if number >= 0 else None for number in found.assignment] == [
        name if name in NAMES else None for name in theirs
    ]


@pytest.fixture(scope="module")
def labels() -> np.ndarray:
    """Of every third document its package, -1 for the others."""
    packages = np.arange(len(PACKAGES)).repeat(PER_PACKAGE)
    return np.where(np.arange(len(packages)) % 3, -1, packages).astype(np.int32)


def test_labels_guide_the_layout_as_umap_lets_them(vectors: np.ndarray, labels: np.ndarray, context: Context) -> None:
    from sklearn.neighbors import NearestNeighbors
    from umap import UMAP

    index = NearestNeighbors(n_neighbors=8, metric="cosine", algorithm="brute").fit(vectors)
    distances, indices = index.kneighbors(vectors)
    distances = distances.astype(np.float32)
    by_umap = UMAP(
        n_neighbors=8,
        metric="cosine",
        precomputed_knn=(indices, distances, None),
        force_approximation_algorithm=True,
        n_epochs=2,
    ).fit(vectors, y=labels)
    config = ReductionConfig(n_neighbors=8)
    graph = guided_graph(neighbor_graph(vectors, (indices, distances), config), labels)
    graph.data[graph.data < graph.max() / 500] = 0  # UMAP takes weak ties out of its own when it lays it out
    assert abs(graph - by_umap.graph_).max() < 1e-6
    free, guided = (
        [lay_out_both(vectors, (indices, distances), config, seed, context, each)[:, -2:] for seed in range(5)]
        for each in (None, labels)
    )
    assert sum(share_of_own(each, labels) for each in guided) > sum(share_of_own(each, labels) for each in free)


def share_of_own(layout: np.ndarray, labels: np.ndarray) -> float:
    """Of the five labelled documents nearest to each labelled one, the share that has its label."""
    known = np.flatnonzero(labels >= 0)
    apart = ((layout[known, None] - layout[None, known]) ** 2).sum(axis=2)
    near = np.argsort(apart, axis=1)[:, 1:6]
    return float((labels[known][near] == labels[known][:, None]).mean())
