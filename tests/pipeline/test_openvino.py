"""The embedder in OpenVINO, with the real model, beside torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sitegen.artifacts import Embeddings
from sitegen.config import EmbeddingsConfig, RuntimeConfig
from sitegen.errors import ModelError
from sitegen.pipeline import Context
from sitegen.pipeline.embeddings import backend, embedder
from sitegen.pipeline.embeddings.embed import embed
from sitegen.pipeline.embeddings.embedder import load_embedder, word_encoder
from sitegen.pipeline.embeddings.openvino_encoder import OpenVinoEncoder
from sitegen.pipeline.models.openvino_runtime import NotConvertibleError
from sitegen.report import Report
from tests.unit.helpers import documents

pytest.importorskip("openvino")
pytestmark = pytest.mark.pipeline

TEXTS = ("x", "A graph has nodes and edges.", "Beat the eggs. " * 40, "", "One of very many words. " * 20_000)


@pytest.fixture(autouse=True)
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "may_have_gpu", lambda: False)
    monkeypatch.setattr(backend.platform, "machine", lambda: "x86_64")


def embedded(folder: Path, **options: Any) -> Embeddings:
    folder.mkdir(exist_ok=True)
    context = Context(Path(), RuntimeConfig(device="cpu"), Report(-1), folder, folder)
    config = EmbeddingsConfig(max_tokens=64, **options)
    return embed(embeddings_config=config, documents=documents(TEXTS), context=context)


def test_vectors_are_those_of_torch(tmp_path: Path) -> None:
    torch = embedded(tmp_path / "torch", backend="torch").vectors
    for dtype, alike in (("float32", 0.99999), ("bfloat16", 0.999)):
        vectors = embedded(tmp_path / dtype, dtype=dtype).vectors
        assert np.sum(vectors * torch, axis=1).min() > alike
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
        assert not np.array_equal(vectors, torch)


def test_a_prompt_stands_before_every_document(tmp_path: Path) -> None:
    prompted = [embedded(tmp_path / name, prompt="query: ", backend=name).vectors for name in ("torch", "openvino")]
    assert np.sum(prompted[0] * prompted[1], axis=1).min() > 0.999
    assert not np.allclose(prompted[1], embedded(tmp_path / "plain").vectors, atol=1e-2)


def test_keywords_are_embedded_as_documents_are(tmp_path: Path) -> None:
    config = EmbeddingsConfig(dtype="float32")
    context = Context(Path(), RuntimeConfig(device="cpu"), Report(-1), tmp_path, tmp_path)
    encode = word_encoder(config, 384, context)
    assert encode is not None
    words = ["graph", "node", "beaten eggs"] * 900  # more than are tokenised at once
    wanted = load_embedder(config, Path(), "cpu").encode(words[:3], normalize_embeddings=True)
    assert np.allclose(encode(words)[-3:], wanted, atol=1e-4)


def test_one_two_and_four_threads_give_the_same_bytes() -> None:
    model = load_embedder(EmbeddingsConfig(max_tokens=64), Path(), "cpu")
    texts = [f"Note {n} tells of rivers" + " and more" * (n % 40) for n in range(120)]
    for precision in ("float32", "bfloat16"):
        one, two, four = (OpenVinoEncoder(model, precision, threads).encode(texts, None) for threads in (1, 2, 4))
        assert one.tobytes() == two.tobytes() == four.tobytes()


def test_an_unconvertible_model_is_run_by_torch_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: Any) -> None:
        raise NotConvertibleError("it has an unknown operator")

    monkeypatch.setattr(embedder, "OpenVinoEncoder", type("Refusing", (), {"__init__": refuse}))
    embedder.convert_embedder.cache_clear()
    vectors = embedded(tmp_path / "auto").vectors
    told = capsys.readouterr().err
    assert "OpenVINO cannot run" in told and "it has an unknown operator; sentence-transformers runs it" in told
    assert np.allclose(vectors, embedded(tmp_path / "torch", backend="torch").vectors, atol=1e-6)
    with pytest.raises(ModelError, match=r"cannot run .*leave embeddings.backend out") as caught:
        embedded(tmp_path / "named", backend="openvino")
    assert caught.value.field == "embeddings.backend"
    embedder.convert_embedder.cache_clear()


def test_a_conversion_that_computes_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_embedder(EmbeddingsConfig(max_tokens=64), Path(), "cpu")
    encode = OpenVinoEncoder.encode
    monkeypatch.setattr(OpenVinoEncoder, "encode", lambda self, *given: encode(self, *given)[::-1])
    with pytest.raises(NotConvertibleError, match="not those of torch"):
        OpenVinoEncoder(model, "float32", 1)


def test_openvino_reports_nothing_to_its_makers(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from sitegen.config import EmbeddingsConfig\n"
        "from sitegen.pipeline.embeddings.embedder import load_embedder\n"
        "from sitegen.pipeline.embeddings.openvino_encoder import OpenVinoEncoder\n"
        "OpenVinoEncoder(load_embedder(EmbeddingsConfig(), Path(), 'cpu'), 'float32', 1)\n"
        "from openvino.tools import ovc; print(sys.modules['openvino_telemetry'], type(ovc.telemetry).__module__)"
    )
    environ = {"HOME": str(tmp_path), "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["None", "openvino.tools.ovc.telemetry_stub"]
    assert not (tmp_path / "intel").exists()
