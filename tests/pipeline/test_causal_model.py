"""Local language models: quantization, chat templates, batches, memory, and models that are not to be had."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sitegen.config import RuntimeConfig
from sitegen.errors import ModelError
from sitegen.pipeline import Context
from sitegen.pipeline.labels.language_model.labeller import Chat, Generation
from sitegen.pipeline.labels.language_model.transformers_labeller import CausalModel, load_causal_model
from sitegen.report import Report

pytestmark = pytest.mark.pipeline

NO_SYSTEM = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}{% endfor %}"
)
"""The part of Gemma's chat template that matters here."""


def chat(question: str) -> Chat:
    return [{"role": "system", "content": "Name it."}, {"role": "user", "content": question}]


CHATS = [chat(question) for question in ("pasta, sauce", "train, ticket, station, late", "guitar", "x " * 30)]


def load(folder: Path, quantization: str = "none") -> CausalModel:
    return load_causal_model(str(folder), None, quantization, False, Path(), "cpu")


GREEDY = Generation(max_new_tokens=6, candidates=3)
DRAWN = Generation(max_new_tokens=6, candidates=3, temperature=0.9, top_p=0.95, seed=1)


def ask(
    model: CausalModel,
    generation: Generation = GREEDY,
    chats: Sequence[Chat] = CHATS,
    report: Report | None = None,
    at_once: int = 8,
) -> list[list[str]]:
    context = Context(Path(), RuntimeConfig(labels_batch_size=at_once), report or Report(-1), Path(), Path())
    return [reply.texts for batch in model.answer(chats, generation, context) for reply in batch]


@pytest.mark.parametrize(
    ("quantization", "layer"), [("none", "Linear"), ("int8", "Linear8bitLt"), ("nf4", "Linear4bit")]
)
def test_a_model_loads_quantized_and_answers(folder: Path, quantization: str, layer: str) -> None:
    model = load(folder, quantization)
    weights = model._model.model.layers[0].self_attn.q_proj
    assert type(weights).__name__ == layer
    if quantization == "nf4":
        state = weights.weight.quant_state
        assert (state.quant_type, state.nested, weights.compute_dtype.__str__()) == ("nf4", True, "torch.bfloat16")
    answers = ask(model)
    assert [len(each) for each in answers] == [3] * 4
    assert all(len(set(each)) > 1 for each in answers)
    assert model.made_with == {"device": "cpu", "engine": "torch"}


@pytest.mark.parametrize("generation", [GREEDY, DRAWN], ids=["searched", "drawn"])
def test_answers_are_the_same_in_any_batch_and_every_time(folder: Path, generation: Generation) -> None:
    model = load(folder)
    answers = [ask(model, generation, at_once=size) for size in (1, 2, 8, 8)]
    assert answers[0] == answers[1] == answers[2] == answers[3]


def test_a_seed_draws_other_answers_and_candidates_differ(folder: Path) -> None:
    model = load(folder)
    first, second = (ask(model, Generation(6, 3, temperature=0.9, seed=seed)) for seed in (1, 2))
    assert first != second
    assert len(set(first[0])) == 3


def test_a_penalty_keeps_a_model_from_repeating_itself(folder: Path) -> None:
    model = load(folder)
    plain, varied = (ask(model, Generation(30, repetition_penalty=penalty)) for penalty in (1.0, 5.0))
    assert sum(len(set(answer)) for (answer,) in varied) > sum(len(set(answer)) for (answer,) in plain)


def test_llama_2_is_asked_in_its_own_form(folder: Path) -> None:
    messages = [
        {"role": "system", "content": "You label topics."},
        {"role": "user", "content": "Keywords: meat"},
        {"role": "assistant", "content": "Eating meat"},
        {"role": "user", "content": "Keywords: pasta"},
    ]
    assert load(folder).prompt(messages) == (
        "<s>[INST] <<SYS>>\nYou label topics.\n<</SYS>>\n\nKeywords: meat [/INST] Eating meat </s>"
        "<s>[INST] Keywords: pasta [/INST]"
    )


def test_without_a_system_role_its_message_begins_the_question(folder: Path) -> None:
    model = load(folder)
    other = CausalModel(model._model, type(model._tokenizer).from_pretrained(folder, chat_template=NO_SYSTEM))
    other._tokenizer.chat_template = NO_SYSTEM
    assert other.prompt(chat("pasta")) == "<user>Name it.\n\npasta"


def test_a_template_that_refuses_the_prompt_altogether_is_told(folder: Path) -> None:
    model = load(folder)
    broken = "{{ raise_exception('no') }}"
    other = CausalModel(model._model, type(model._tokenizer).from_pretrained(folder))
    other._tokenizer.chat_template = broken
    with pytest.raises(ModelError, match="chat template of the model refuses the prompt: no"):
        other.prompt([{"role": "user", "content": "pasta"}])


def test_a_model_without_a_chat_template_is_refused(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        if file.name != "chat_template.jinja":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ModelError, match="has no chat template; name an instruction-tuned model"):
        load(tmp_path)


def test_a_prompt_longer_than_what_the_model_reads_is_told(folder: Path) -> None:
    with pytest.raises(ModelError, match="the model reads 400; lower documents") as caught:
        ask(load(folder), chats=[chat("pasta " * 100)])
    assert caught.value.field == "labels.prompt"


class Told(Report):
    """A report that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__(-1)
        self.lines: list[str] = []

    def info(self, message: str) -> None:
        self.lines.append(message)


def out_of_memory(model: CausalModel, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Lets the model run out of memory with more than `most` prompts."""
    import torch

    generate = model._model.generate

    def limited(input_ids: Any, **options: Any) -> Any:
        if len(input_ids) > most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return generate(input_ids=input_ids, **options)

    monkeypatch.setattr(model._model, "generate", limited)


def test_out_of_memory_halves_the_batch_goes_on_and_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, report = load(folder), Told()
    expected = ask(model)
    out_of_memory(model, monkeypatch, most=1)
    assert ask(model, report=report, at_once=4) == expected
    assert report.lines == [f"  out of memory: going on with {size} prompts at once" for size in (2, 1)]


def test_memory_that_does_not_suffice_for_a_prompt_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load(folder)
    out_of_memory(model, monkeypatch, most=0)
    with pytest.raises(ModelError, match="memory does not suffice for one prompt; use quantization: nf4"):
        ask(model)


class Hub(BaseHTTPRequestHandler):
    """Refuses as the Hub does: every model is gated, has no such revision, or does not exist."""

    def log_message(self, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        kinds = {"gated": (401, "GatedRepo"), "old": (404, "RevisionNotFound")}
        status, code = kinds.get(self.path.split("/")[1], (401, "RepoNotFound"))
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()


@pytest.fixture
def hub() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


SCRIPT = """
import json, sys
from pathlib import Path
from sitegen.errors import ModelError
from sitegen.pipeline.labels.language_model.transformers_labeller import load_causal_model
for model in sys.argv[1:]:
    try:
        load_causal_model(model, None, "none", False, Path(), "cpu")
    except ModelError as error:
        print(json.dumps([str(error), error.field]))
"""


def test_a_model_that_cannot_be_had_is_told_with_the_next_step(hub: str, tmp_path: Path) -> None:
    environment = {**os.environ, "HF_ENDPOINT": hub, "HF_HOME": str(tmp_path)}
    command = [sys.executable, "-c", SCRIPT, "gated/llama", "nobody/nothing", "old/model", "no name at all"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    gated, missing, old, invalid = (json.loads(line) for line in done.stdout.splitlines())
    login = "log in with `hf auth login`, or set HF_TOKEN"
    assert gated == [f"gated/llama is gated: accept its terms at {hub}/gated/llama, then {login}", "labels.model"]
    assert missing == [
        f"there is no model nobody/nothing on the Hub, or it is private: correct it, or {login}",
        "labels.model",
    ]
    assert old == [f"old/model has no such revision; {hub}/old/model lists them", "labels.revision"]
    assert invalid == [
        "'no name at all' is neither a file, a folder nor a name on the Hub such as owner/name",
        "labels.model",
    ]


REACH = """
import json
from sitegen.errors import ModelError
from sitegen.pipeline.models.hub_errors import reach_model
try:
    reach_model("owner/model", "labels")
except ModelError as error:
    print(json.dumps([str(error), error.field]))
"""


def test_an_unreachable_hub_is_told_before_a_model_is_loaded(tmp_path: Path) -> None:
    environment = {**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", REACH], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [
        "owner/model is not stored here and the Hub cannot be reached; build again when it can",
        "labels.model",
    ]
