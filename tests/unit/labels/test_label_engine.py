"""What runs the language model is decided before it is loaded, says why, and keeps its answers apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from sitegen.config import EmbeddingsConfig, LabelsConfig, TopicsConfig
from sitegen.errors import ModelError
from sitegen.pipeline.labels.label_topics import labeller_revision
from sitegen.pipeline.labels.language_model import answer_cache, engine
from sitegen.pipeline.labels.language_model.answer_cache import CachedLabeller
from sitegen.pipeline.labels.language_model.engine import choose_engine
from tests.unit.helpers import FakeLabeller

CHATS = [[{"role": "user", "content": "pasta"}]]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An x86 machine with bfloat16 units, OpenVINO 1.0 and no GPU."""
    monkeypatch.setattr(engine.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(engine, "may_have_gpu", lambda: False)
    monkeypatch.setattr(engine, "multiplies_bfloat16", lambda: True)
    monkeypatch.setattr(engine, "find_spec", lambda module: "here")
    monkeypatch.setattr(engine, "version", lambda name: "1.0")
    monkeypatch.setattr(answer_cache, "version", lambda name: "1.0")
    return monkeypatch


def chosen(**options: Any) -> str:
    return choose_engine(LabelsConfig(**{"model": "org/of-the-hub", **options})).summary


def test_auto_takes_openvino_in_bfloat16_where_there_are_units(machine):
    assert chosen() == chosen(backend="openvino") == "openvino 1.0, bfloat16"
    machine.setattr(engine, "multiplies_bfloat16", lambda: False)
    assert chosen() == "openvino 1.0, float32"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"temperature": 0.5}, "draws no answers"),
        ({"repetition_penalty": 1.2}, "no repetition_penalty"),
        ({"quantization": "nf4"}, "does not run nf4"),
        ({"trust_remote_code": True}, "code of its own"),
    ],
)
def test_auto_takes_torch_for_what_only_torch_does(machine, options, why):
    found = choose_engine(LabelsConfig(model="org/of-the-hub", **options))
    assert found.summary == "torch"
    assert why in found.why
    if "trust_remote_code" not in options:
        with pytest.raises(ValidationError, match="leave that out, or take backend: torch"):
            LabelsConfig(model="org/of-the-hub", backend="openvino", **options)


def test_auto_takes_torch_where_it_may_be_faster_or_is_alone(machine):
    assert chosen(backend="torch") == "torch"
    machine.setattr(engine, "may_have_gpu", lambda: True)
    assert chosen() == "torch"
    machine.setattr(engine, "may_have_gpu", lambda: False)
    machine.setattr(engine.platform, "machine", lambda: "aarch64")
    assert chosen() == "torch"
    machine.setattr(engine, "find_spec", lambda module: None)
    assert choose_engine(LabelsConfig()).why == "OpenVINO is not installed"
    with pytest.raises(ModelError, match="pip install openvino") as caught:
        choose_engine(LabelsConfig(backend="openvino"))
    assert caught.value.field == "labels.backend"


def test_what_was_chosen_is_a_part_of_the_key(machine):
    def revision(**options: Any) -> str:
        config = LabelsConfig(model="org/name", **options)
        others = {"topics_config": TopicsConfig(), "embeddings_config": EmbeddingsConfig(), "seed": 1, "root": Path()}
        return labeller_revision(labels_config=config, **others)

    assert revision().endswith("; openvino 1.0, bfloat16")
    assert "openvino" not in revision(backend="torch")
    assert "openvino" not in revision(endpoint="http://127.0.0.1/v1")


@pytest.fixture
def ask(machine, context, tmp_path):
    """Asks one question by a labeller that says what runs it; returns the answer, and how often it was asked."""

    def ask(engine_of_labeller, answer, **options):
        labeller = FakeLabeller(lambda _: answer)
        labeller.made_with = {"engine": engine_of_labeller}
        machine.setattr(answer_cache, "load_labeller", lambda *_: labeller)
        questions = CachedLabeller(LabelsConfig(model="org/name", **options), 1, "r", context)
        (reply,) = questions.ask("names", CHATS, 8)
        return reply.texts, len(labeller.chats), questions.made_with["engine"]

    return ask


def test_answers_of_one_engine_are_not_taken_for_another(ask):
    openvino = "openvino 1.0, bfloat16"
    assert ask(openvino, "Pasta") == (["Pasta"], 1, openvino)
    assert ask("torch", "Sauce", backend="torch") == (["Sauce"], 1, "torch")
    assert ask(openvino, "Other") == (["Pasta"], 0, openvino)
    assert ask("torch", "Other", backend="torch") == (["Sauce"], 0, "torch")


def test_answers_without_openvino_are_kept_as_those_of_torch(ask):
    assert ask("torch", "Sauce") == (["Sauce"], 1, "torch")
    assert ask("torch", "Other") == (["Sauce"], 0, "torch")
    assert ask("torch", "Other", backend="torch") == (["Sauce"], 0, "torch")
    assert ask("openvino 1.0, bfloat16", "Pasta") == (["Pasta"], 1, "openvino 1.0, bfloat16")
