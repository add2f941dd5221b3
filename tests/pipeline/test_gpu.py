"""What needs a CUDA device. Skipped aloud where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sitegen.config import ClustersConfig, EmbeddingsConfig, LabelsConfig
from sitegen.pipeline.backends.density import cut_tree, grow_tree
from sitegen.pipeline.backends.embedder import load_embedder
from sitegen.pipeline.backends.labeller import load_labeller

pytestmark = [pytest.mark.gpu, pytest.mark.pipeline]

TEXTS = ["A graph has nodes and edges.", "Beat the eggs and the sugar.", "The flight was delayed by three hours."]


@pytest.fixture(autouse=True)
def _cuda() -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("NOT TESTED HERE: this machine has no CUDA device")


def test_embeddings_on_the_gpu_are_those_of_the_cpu() -> None:
    vectors = [
        load_embedder(EmbeddingsConfig(), Path(), device).encode(TEXTS, normalize_embeddings=True)
        for device in ("cpu", "cuda")
    ]
    assert np.allclose(*vectors, atol=1e-3)


def test_the_labeller_answers_on_the_gpu() -> None:
    answers = load_labeller(LabelsConfig(), Path(), "cuda").answer(
        [[{"role": "user", "content": f"Name the topic of: {text}"}] for text in TEXTS]
    )
    assert [len(candidates) for candidates in answers] == [4, 4, 4]
    assert all(candidate.strip() for candidates in answers for candidate in candidates)


def test_cuml_finds_the_clusters_that_hdbscan_finds() -> None:
    pytest.importorskip("cuml", reason="NOT TESTED HERE: RAPIDS is not installed")
    rng, truth = np.random.default_rng(0), np.repeat(range(6), 60)
    points = (rng.normal(0, 9, (6, 5))[truth] + rng.normal(0, 0.4, (360, 5))).astype(np.float32)
    config = ClustersConfig(engine="cuml")
    assignment, _ = cut_tree(grow_tree(points, 5, config), 15, "eom", config)
    inside = assignment >= 0
    assert inside.mean() > 0.9
    assert len({*zip(assignment[inside].tolist(), truth[inside].tolist(), strict=True)}) == 6
