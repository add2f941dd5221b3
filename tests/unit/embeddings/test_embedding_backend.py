"""What runs the embedder is decided before it is loaded, and says why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sitegen.config import EmbeddingsConfig, TopicsConfig
from sitegen.errors import ModelError
from sitegen.pipeline.embeddings import backend
from sitegen.pipeline.embeddings.backend import choose_backend
from sitegen.pipeline.embeddings.embed import embedder_revision
from sitegen.pipeline.models import hardware
from sitegen.pipeline.topics.describe_topics import words_revision

MODULES = ("Transformer", "Pooling", "Normalize")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An x86 machine with bfloat16 units, OpenVINO 1.0 and no GPU."""
    monkeypatch.setattr(backend.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(backend, "may_have_gpu", lambda: False)
    monkeypatch.setattr(backend, "multiplies_bfloat16", lambda: True)
    monkeypatch.setattr(backend, "_installed", lambda module: True)
    monkeypatch.setattr(backend, "version", lambda name: "1.0")
    return monkeypatch


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The folder of a model, as far as it is looked at."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "tokenizer.json").write_text("{}")
    types = [{"type": f"sentence_transformers.models.{name}"} for name in MODULES]
    (folder / "modules.json").write_text(json.dumps(types))
    return folder


def chosen(root: Path, **options: Any) -> str:
    return choose_backend(EmbeddingsConfig(**{"model": "./model", **options}), root).summary


def test_auto_takes_openvino_in_bfloat16_where_there_are_units(machine, model, tmp_path):
    assert chosen(tmp_path) == "openvino 1.0, bfloat16"
    assert chosen(tmp_path, dtype="float32") == "openvino 1.0, float32"
    assert chosen(tmp_path, model="org/of-the-hub") == "openvino 1.0, bfloat16"
    machine.setattr(backend, "multiplies_bfloat16", lambda: False)
    assert chosen(tmp_path) == "openvino 1.0, float32"
    assert chosen(tmp_path, dtype="bfloat16") == "openvino 1.0, bfloat16"


def test_auto_takes_torch_where_openvino_is_worse_or_cannot(machine, model, tmp_path):
    assert chosen(tmp_path, dtype="float16") == "torch, float16"
    assert chosen(tmp_path, trust_remote_code=True) == "torch, float32"
    assert chosen(tmp_path, backend="torch") == "torch, float32"
    machine.setattr(backend, "may_have_gpu", lambda: True)
    assert chosen(tmp_path) == "torch, float32"
    machine.setattr(backend, "may_have_gpu", lambda: False)
    machine.setattr(backend.platform, "machine", lambda: "aarch64")
    assert chosen(tmp_path) == "torch, float32"


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("tokenizer.json", None, "no tokenizer.json"),
        ("modules.json", None, "no modules.json"),
        ("modules.json", "[{}]", "no modules.json"),
        ("modules.json", '[{"type": "my.Pooling"}]', "other kinds: my.Pooling"),
        ("modules.json", '[{"type": "sentence_transformers.models.WordWeights"}]', "WordWeights"),
    ],
)
def test_a_model_of_another_kind_is_left_to_torch(machine, model, tmp_path, file, content, why):
    (model / file).unlink() if content is None else (model / file).write_text(content)
    found = choose_backend(EmbeddingsConfig(model="./model"), tmp_path)
    assert found.name == "torch"
    assert why in found.why


def test_openvino_that_is_named_and_not_installed_is_told(machine, model, tmp_path):
    machine.setattr(backend, "_installed", lambda module: False)
    assert choose_backend(EmbeddingsConfig(model="./model"), tmp_path).why == "OpenVINO is not installed"
    with pytest.raises(ModelError, match="pip install openvino") as caught:
        choose_backend(EmbeddingsConfig(backend="openvino"), tmp_path)
    assert caught.value.field == "embeddings.backend"


def test_what_was_chosen_is_a_part_of_both_keys(machine, model, tmp_path):
    config = EmbeddingsConfig(model="./model")
    assert embedder_revision(embeddings_config=config, root=tmp_path).endswith("; openvino 1.0, bfloat16")
    topics = TopicsConfig()
    assert words_revision(topics_config=topics, embeddings_config=config, root=tmp_path) == "openvino 1.0, bfloat16"
    without = TopicsConfig(representations=())
    assert words_revision(topics_config=without, embeddings_config=config, root=tmp_path) == "none"


def test_units_for_bfloat16_are_read_from_the_flags(monkeypatch):
    for flags, expected in (("fpu avx512f avx512_bf16", True), ("fpu amx_bf16", True), ("fpu avx512f", False)):
        monkeypatch.setattr(hardware.Path, "read_text", lambda *_, flags=flags: f"processor : 0\nflags\t\t: {flags}\n")
        hardware.multiplies_bfloat16.cache_clear()
        assert hardware.multiplies_bfloat16() is expected
    monkeypatch.undo()
    hardware.multiplies_bfloat16.cache_clear()
