"""The embedder's settings, with the real model, run by torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sitegen.artifacts import Embeddings
from sitegen.config import EmbeddingsConfig, RuntimeConfig
from sitegen.errors import DataError, ModelError
from sitegen.pipeline import Context
from sitegen.pipeline.embeddings.embed import embed
from sitegen.pipeline.embeddings.embedder import load_embedder, word_encoder
from sitegen.report import Report
from tests.unit.helpers import documents

pytestmark = pytest.mark.pipeline

TEXTS = ("A graph has nodes and edges.", "Beat the eggs.", "The flight was delayed by three hours, again.")


def embedded(folder: Path, runtime: RuntimeConfig | None = None, **options: Any) -> Embeddings:
    folder.mkdir(exist_ok=True)
    context = Context(Path(), runtime or RuntimeConfig(device="cpu"), Report(-1), folder, folder)
    return embed(
        embeddings_config=EmbeddingsConfig(**{"backend": "torch", **options}),
        documents=documents(TEXTS),
        context=context,
    )


@pytest.fixture
def plain(tmp_path: Path) -> np.ndarray:
    return embedded(tmp_path / "plain").vectors


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_gives_nearly_the_same_unit_vectors(tmp_path: Path, plain: np.ndarray, dtype: Any) -> None:
    vectors = embedded(tmp_path, dtype=dtype).vectors
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert (np.sum(vectors * plain, axis=1) > 0.99).all()
    assert not np.array_equal(vectors, plain)


def test_several_devices_give_the_vectors_of_one(tmp_path: Path, plain: np.ndarray) -> None:
    vectors = embedded(tmp_path, RuntimeConfig(devices=("cpu", "cpu"))).vectors
    assert np.allclose(vectors, plain, atol=1e-5)


def test_a_prompt_stands_before_every_document(tmp_path: Path, plain: np.ndarray) -> None:
    prompted = embedded(tmp_path, prompt="query: ").vectors
    by_hand = load_embedder(EmbeddingsConfig(), Path(), "cpu").encode(
        [f"query: {text}" for text in TEXTS], normalize_embeddings=True
    )
    assert np.allclose(prompted, by_hand, atol=1e-5)
    assert not np.allclose(prompted, plain, atol=1e-3)


def test_a_prompt_that_the_model_does_not_have_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has no prompt 'clustering'") as caught:
        embedded(tmp_path, prompt_name="clustering")
    assert caught.value.field == "embeddings.prompt_name"


def test_a_backend_that_is_not_installed_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="backend onnx is not installed") as caught:
        embedded(tmp_path, backend="onnx")
    assert caught.value.field == "embeddings.backend"


def test_words_need_the_model_that_made_the_vectors(tmp_path: Path) -> None:
    context = Context(Path(), RuntimeConfig(device="cpu"), Report(-1), tmp_path, tmp_path)
    with pytest.raises(DataError, match=r"the vectors have 768 dimensions, but those of .* have 384"):
        word_encoder(EmbeddingsConfig(), 768, context)
    assert word_encoder(EmbeddingsConfig(model=None), 768, context) is None


def test_out_of_memory_halves_the_batch_and_goes_on(
    tmp_path: Path, plain: np.ndarray, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = load_embedder(EmbeddingsConfig(backend="torch"), Path(), "cpu")
    encode, sizes = model.encode, []

    def short_of_memory(texts: list[str], **options: Any) -> Any:
        sizes.append(options["batch_size"])
        if options["batch_size"] > 8:
            raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB")
        return encode(texts, **options)

    monkeypatch.setattr(model, "encode", short_of_memory)
    assert np.allclose(embedded(tmp_path).vectors, plain, atol=1e-5)
    assert sizes == [32, 16, 8]
    assert "going on with runtime.batch_size 8" in capsys.readouterr().err
