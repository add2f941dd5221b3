"""Language models in OpenVINO: their answers beside torch's, in any batch, on any threads, and when torch does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sitegen.config import LabelsConfig, PromptConfig, RuntimeConfig
from sitegen.errors import ModelError
from sitegen.pipeline import Context
from sitegen.pipeline.labels.language_model import openvino_labeller
from sitegen.pipeline.labels.language_model.engine import Engine
from sitegen.pipeline.labels.language_model.labeller import Chat, Generation, load_labeller
from sitegen.pipeline.labels.language_model.openvino_labeller import OpenVinoModel
from sitegen.pipeline.labels.language_model.transformers_labeller import CausalModel, read_causal_model
from sitegen.pipeline.models.openvino_runtime import NotConvertibleError
from sitegen.report import Report
from tests.pipeline.test_causal_model import CHATS

pytest.importorskip("openvino")
pytestmark = pytest.mark.pipeline

EXAMPLE: Chat = [{"role": "user", "content": "Name it: cat"}, {"role": "assistant", "content": "Cats"}]
SHARED = 1 + len(EXAMPLE)
"""Messages before each question."""
QUESTIONS = [[chat[0], *EXAMPLE, chat[1]] for chat in CHATS] + [
    [CHATS[0][0], *EXAMPLE, {"role": "user", "content": "y " * length}] for length in (1, 2, 3, 40)
]


def model_of(folder: Path, precision: Any = "float32", width: int = 3, threads: int = 1) -> OpenVinoModel:
    weights, tokenizer = read_causal_model(str(folder), None, "none", False, Path(), "cpu")
    return OpenVinoModel(weights, tokenizer, Engine("openvino", precision), width, SHARED, threads)


def answers(model: Any, width: int = 3, at_once: int = 8, chats: list[Chat] = QUESTIONS) -> list[list[str]]:
    context = Context(Path(), RuntimeConfig(labels_batch_size=at_once), Report(-1), Path(), Path())
    generation = Generation(max_new_tokens=6, candidates=width)
    return [reply.texts for batch in model.answer(chats, generation, context) for reply in batch]


@pytest.mark.parametrize("width", [1, 3])
def test_the_answers_in_float32_are_those_of_torch(folder: Path, width: int) -> None:
    for more_ends in ([], [5, 17, 40, 66]):
        weights, tokenizer = read_causal_model(str(folder), None, "none", False, Path(), "cpu")
        weights.generation_config.eos_token_id = [weights.config.vocab_size - 1, *more_ends]
        expected = answers(CausalModel(weights, tokenizer), width)
        model = OpenVinoModel(weights, tokenizer, Engine("openvino", "float32"), width, SHARED, 2)
        assert answers(model, width) == expected


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_neither_batches_nor_threads_decide_an_answer(
    folder: Path,
    precision: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Weights drawn this widely make more of the rounding to bfloat16 than those of a trained model.
    monkeypatch.setitem(openvino_labeller.ALIKE, "bfloat16", 100.0)
    one, two, four = (model_of(folder, precision, threads=threads) for threads in (1, 2, 4))
    expected = answers(one, at_once=1)
    assert len({tuple(each) for each in expected}) == len(QUESTIONS)
    assert answers(one) == answers(two) == answers(four) == answers(one, at_once=3) == expected
    assert answers(two, chats=QUESTIONS[::-1]) == expected[::-1]
    assert answers(two, chats=QUESTIONS[2:3]) == expected[2:3]


def test_chats_without_a_common_beginning_are_answered(folder: Path) -> None:
    weights, tokenizer = read_causal_model(str(folder), None, "none", False, Path(), "cpu")
    chats = [[{"role": "user", "content": text}] for text in ("pasta", "a train that is late")]
    expected = answers(CausalModel(weights, tokenizer), 2, chats=chats)
    model = OpenVinoModel(weights, tokenizer, Engine("openvino", "float32"), 2, 0, 1)
    assert answers(model, 2, chats=chats) == expected


def config_of(folder: Path, **options: Any) -> LabelsConfig:
    return LabelsConfig(model=str(folder), candidates=3, prompt=PromptConfig(examples=()), **options)


def test_a_model_openvino_cannot_run_is_run_by_torch_and_told(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(*_: Any) -> None:
        raise NotConvertibleError("it has an unknown operator")

    monkeypatch.setattr(openvino_labeller, "convert_decoder", refuse)
    openvino_labeller._load.cache_clear()
    engine = Engine("openvino", "float32")
    model = load_labeller(config_of(folder), engine, Path(), "auto")
    assert model.made_with == {"device": "cpu", "engine": "torch"}
    assert "it has an unknown operator; torch runs it, more slowly" in caplog.text
    with pytest.raises(ModelError, match=r"unknown operator; leave labels\.backend out") as caught:
        load_labeller(config_of(folder, backend="openvino"), engine, Path(), "auto")
    assert caught.value.field == "labels.backend"
    openvino_labeller._load.cache_clear()


def test_a_conversion_that_computes_something_else_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = openvino_labeller.Decoder.go_on
    monkeypatch.setattr(
        openvino_labeller.Decoder, "go_on", lambda self, rows, tokens: go_on(self, [rows[0]] * len(rows), tokens)
    )
    with pytest.raises(NotConvertibleError, match="its answers are not those of torch"):
        model_of(folder)


@pytest.mark.parametrize(
    ("setting", "value", "why"),
    [
        ("sliding_window", 4, "whole prompt"),
        ("layer_types", ["full_attention", "chunked_attention"], "whole prompt"),
        ("rope_parameters", {"rope_type": "dynamic", "factor": 2.0}, "length of the prompt"),
        ("no_repeat_ngram_size", 2, "no_repeat_ngram_size"),
    ],
)
def test_what_a_short_trial_cannot_tell_is_left_to_torch(folder: Path, setting: str, value: Any, why: str) -> None:
    weights, tokenizer = read_causal_model(str(folder), None, "none", False, Path(), "cpu")
    setattr(weights.generation_config if setting.startswith("no_") else weights.config, setting, value)
    with pytest.raises(NotConvertibleError, match=why):
        OpenVinoModel(weights, tokenizer, Engine("openvino", "float32"), 2, 0, 1)


def test_what_runs_the_model_is_told(folder: Path) -> None:
    told = model_of(folder).made_with
    assert told["device"] == "cpu"
    assert told["engine"].startswith("openvino ")
    assert told["engine"].endswith(", float32")
