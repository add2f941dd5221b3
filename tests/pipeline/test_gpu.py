"""What needs a CUDA device. Skipped aloud where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from sitegen.config import ClustersConfig, EmbeddingsConfig, LabelsConfig, RuntimeConfig
from sitegen.pipeline import Context
from sitegen.pipeline.clusters.hdbscan_tree import cut_tree, grow_tree
from sitegen.pipeline.embeddings.embedder import load_embedder
from sitegen.pipeline.labels.language_model.engine import TORCH
from sitegen.pipeline.labels.language_model.labeller import Generation, load_labeller
from sitegen.pipeline.models.find_model import find_model
from sitegen.report import Report

pytestmark = [pytest.mark.gpu, pytest.mark.pipeline]

TEXTS = ["A graph has nodes and edges.", "Beat the eggs and the sugar.", "The flight was delayed by three hours."]


@pytest.fixture(autouse=True, scope="module")
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


@pytest.mark.parametrize("quantization", ["none", "int8", "nf4"])
def test_the_labeller_answers_on_the_gpu(saved: Path, quantization: Literal["none", "int8", "nf4"]) -> None:
    config = LabelsConfig(model=str(saved), quantization=quantization)
    labeller = load_labeller(config, TORCH, Path(), "auto")
    context = Context(Path(), RuntimeConfig(), Report(-1), Path(), Path())
    chats = [[{"role": "user", "content": f"Name the topic of: {text}"}] for text in TEXTS]
    answers = [each.texts for batch in labeller.answer(chats, Generation(12, 4), context) for each in batch]
    assert labeller.made_with["device"] == "cuda"
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


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's labeller in a form that can be quantized: a GGUF file cannot, nor what is loaded from one be saved."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    reference = find_model(LabelsConfig().model or "", Path(), "labels.model")
    assert reference.path
    name, file = str(reference.path.parent), reference.path.name
    model = AutoModelForCausalLM.from_pretrained(name, gguf_file=file)
    plain = AutoModelForCausalLM.from_config(model.config)
    plain.load_state_dict(model.state_dict())
    folder = tmp_path_factory.mktemp("model")
    plain.save_pretrained(folder)
    AutoTokenizer.from_pretrained(name, gguf_file=file).save_pretrained(folder)
    return folder
