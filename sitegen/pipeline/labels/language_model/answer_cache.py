"""Asks a language model, remembers each answer as it arrives, and asks nothing twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from sitegen.artifacts import digest
from sitegen.config import LabelsConfig
from sitegen.pipeline.labels.language_model.engine import TORCH, choose_engine
from sitegen.pipeline.labels.language_model.labeller import Generation, Reply, load_labeller
from sitegen.pipeline.labels.language_model.openai_labeller import endpoint_host, is_this_machine
from sitegen.pipeline.labels.language_model.prompts import Chat
from sitegen.pipeline.labels.language_model.read_answer import read_answer
from sitegen.pipeline.stage import Context

ANSWER_LIBRARIES = ("transformers", "torch")
"""Distributions whose version decides what a local model answers."""


NOT_ASKED = "not asked"
"""How a reply ended that the config put off."""


class _Kept(NamedTuple):
    answers: list[str]
    made_with: dict[str, str]
    finish: str = ""


class CachedLabeller:
    """Puts chats to the labeller of a config, or finds what it answered before.

    An answer's address is made of all that decides it: the model and its revision, what runs it, quantization,
    generation settings, seed, libraries and the chat. So a topic that did not change is never put to the model again,
    and a crash after an hour loses one batch.
    """

    def __init__(self, config: LabelsConfig, seed: int, revision: str, context: Context) -> None:
        self._config = config
        self._seed = seed
        self._context = context
        self._maker: dict[str, object] = {
            "model": config.model,
            "revision": revision,
            "quantization": config.quantization,
            "endpoint": config.endpoint,
            "libraries": {} if config.endpoint else {name: version(name) for name in ANSWER_LIBRARIES},
        }
        self._engine = TORCH if config.endpoint else choose_engine(config)
        self._said = False
        self._made_with: dict[str, set[str]] = {}

    @property
    def made_with(self) -> dict[str, str]:
        """Return what the labellers say of themselves; several values where answers are of several machines."""
        return {name: ", ".join(sorted(values)) for name, values in self._made_with.items()}

    def ask(self, title: str, chats: Sequence[Chat], max_new_tokens: int) -> list[Reply]:
        """Return the reply to each chat, its answers without thinking, format and stop tokens.

        Raises:
            ModelError: the labeller cannot be loaded, or does not answer.
        """
        config = self._config
        generation = Generation(
            max_new_tokens=max_new_tokens,
            candidates=config.candidates,
            temperature=config.temperature,
            top_p=config.top_p,
            repetition_penalty=config.repetition_penalty,
            seed=self._seed if config.temperature else 0,
        )
        keys = [digest([self._maker | self._run_by, asdict(generation), chat]) for chat in chats]
        found = {key: kept for key in keys if (kept := self._read(key)) is not None}
        new = {key: chat for key, chat in zip(keys, chats, strict=True) if key not in found}
        before = f"{len(keys) - len(new)} answered before"
        if new and config.later:
            self._context.report.info(f"  {title}: {before}, {len(new)} not asked, because of labels.later")
            found |= dict.fromkeys(new, _Kept([], {}, NOT_ASKED))
        elif new:
            self._context.report.info(f"  {title}: {len(new)} questions to {config.model}, {before}")
            self._say_what_leaves()
            labeller = load_labeller(config, self._engine, self._context.root, self._context.runtime.device)
            if labeller.made_with.get("engine", self._engine.summary) != self._engine.summary:
                self._engine = TORCH  # which may have answered before
                return self.ask(title, chats, max_new_tokens)
            with self._context.report.task(title, len(new)) as advance:
                waiting = iter(new)
                for batch in labeller.answer(list(new.values()), generation, self._context):
                    for reply, key in zip(batch, waiting, strict=False):
                        found[key] = self._keep(key, _Kept(reply.texts, labeller.made_with, reply.finish))
                    advance(len(batch))
        for kept in found.values():
            for name, value in kept.made_with.items():
                self._made_with.setdefault(name, set()).add(value)
        return [Reply([read_answer(text) for text in found[key].answers], found[key].finish) for key in keys]

    @property
    def _run_by(self) -> dict[str, object]:
        return {"engine": self._engine.summary} if self._engine.name == "openvino" else {}

    def _say_what_leaves(self) -> None:
        """Nobody uploads data unknowingly: what goes to another machine is a warning, once per build and dataset."""
        endpoint, prompt = self._config.endpoint, self._config.prompt
        if endpoint is None or self._said:
            return
        self._said = True
        documents = f" and up to {prompt.documents} documents" if self._config.shows_documents else ""
        message = f"sends keywords{documents} of each topic to {endpoint_host(endpoint)}"
        if is_this_machine(endpoint):
            self._context.report.info(f"  {message}")
        else:
            self._context.report.warn(f"{message}; leave labels.endpoint out to keep them here")

    def _place(self, key: str) -> Path:
        return self._context.persistent_dir / key[:2] / f"{key}.json"

    def _read(self, key: str) -> _Kept | None:
        """Return what is stored under `key`; None if it cannot be read."""
        try:
            kept = json.loads(self._place(key).read_text("utf-8"))
            answers = [str(answer) for answer in kept["answers"]]
            return _Kept(answers, dict(kept["made_with"]), str(kept.get("finish", "")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _keep(self, key: str, kept: _Kept) -> _Kept:
        place = self._place(key)
        place.parent.mkdir(exist_ok=True)
        draft = place.with_suffix(".part")
        draft.write_text(json.dumps({name: value for name, value in kept._asdict().items() if value != ""}), "utf-8")
        draft.replace(place)
        return kept
