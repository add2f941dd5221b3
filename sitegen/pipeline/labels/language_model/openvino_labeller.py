"""Language models that run here, on a CPU, by OpenVINO: the same weights, tokens and search as by transformers, faster.

What is computed for a chat does not depend on the others: where its padding stands and how much there is follow from
the chat alone, and each batch is computed on one thread. So neither batches nor threads decide an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sitegen.config import LabelsConfig
from sitegen.errors import ModelError
from sitegen.pipeline.labels.language_model.beam_search import BeamSearch
from sitegen.pipeline.labels.language_model.chat_form import check_length, in_form
from sitegen.pipeline.labels.language_model.engine import Engine
from sitegen.pipeline.labels.language_model.labeller import Chat, Generation, Labeller, Reply
from sitegen.pipeline.labels.language_model.openvino_decoder import Decoder, Ints, check_kind, convert_decoder
from sitegen.pipeline.labels.language_model.transformers_labeller import load_causal_model, read_causal_model
from sitegen.pipeline.models.openvino_runtime import NotConvertibleError
from sitegen.pipeline.stage import Context
from sitegen.report import log_warning

PROMPTS_PER_BATCH = 4
"""More are hardly faster, and threads compute batches side by side."""
WINDOW = 64
"""Prompts that are sorted into batches of about one length. A build that is killed loses the answers to so many."""
LENGTH_STEP = 8
"""Prompts are padded to a multiple of it, longer ones to one of an eighth to a quarter of their length."""
BEGINNING, ENDINGS, ANSWER = "Keywords: oven, dough", (", flour and yeast. Name:", ", jam. Name:"), " Baking bread"
"""Two prompts and an answer to both, by which the converted model is compared with torch."""
ALIKE = {"float32": 0.01, "bfloat16": 0.5}
"""Difference of the logarithm of a probability to that of torch that is close enough. A wrong conversion is far off."""
DECIDES_SEARCH = {
    "length_penalty": 1.0,
    "early_stopping": False,
    "no_repeat_ngram_size": 0,
    "min_length": 0,
    "min_new_tokens": 0,
    "bad_words_ids": None,
    "suppress_tokens": None,
    "begin_suppress_tokens": None,
    "sequence_bias": None,
}
"""Settings of generation that a model may bring, and their values without effect."""


class _Prompt(NamedTuple):
    """A prompt's tokens in two parts, the first of which all questions of a map share, and padding between them."""

    prefix: tuple[int, ...]
    rest: tuple[int, ...]
    padding: int

    @property
    def kind(self) -> tuple[tuple[int, ...], int]:
        """Return what prompts have in common that go through the model together."""
        return self.prefix, self.padding + len(self.rest)


def load_openvino_model(config: LabelsConfig, engine: Engine, root: Path) -> Labeller:
    """Return the model of the config, run by torch where `auto` finds that OpenVINO cannot.

    Raises:
        ModelError: it is not there or cannot be loaded, or OpenVINO, which the config names, cannot run it.
    """
    shared = 2 * len(config.prompt.examples) + bool(config.prompt.system)
    return _load(
        config.model or "", config.revision, root, engine, config.candidates, shared, config.backend == "openvino"
    )


@lru_cache(maxsize=1)
def _load(
    model: str, revision: str | None, root: Path, engine: Engine, width: int, shared: int, is_named: bool
) -> Labeller:
    """Load and convert once for datasets in a row that share the model."""
    import torch

    weights, tokenizer = read_causal_model(model, revision, "none", False, root, "cpu")
    try:
        return OpenVinoModel(weights, tokenizer, engine, width, shared, torch.get_num_threads())
    except NotConvertibleError as error:
        if is_named:
            raise ModelError(
                f"OpenVINO cannot run {model!r}: {error}; leave labels.backend out", "labels.backend"
            ) from error
        log_warning(f"OpenVINO cannot run {model!r}: {error}; torch runs it, more slowly")
        return load_causal_model(model, revision, "none", False, root, "cpu")


class OpenVinoModel:
    """A causal language model that answers chats, put into its form by its own chat template.

    Args:
        weights: of transformers, in float32 on the CPU. They are emptied.
        width: how many answers each chat gets.
        shared: how many messages the chats of a map begin with.
        threads: how many batches are computed side by side.

    Raises:
        NotConvertibleError: OpenVINO cannot run it, or not as torch does.
    """

    def __init__(self, weights: Any, tokenizer: Any, engine: Engine, width: int, shared: int, threads: int) -> None:
        self._tokenizer = tokenizer
        self._engine = engine
        self._width = width
        self._shared = shared
        self._config = weights.config
        self._commit = getattr(weights.config, "_commit_hash", None)
        settings = weights.generation_config
        ends = settings.eos_token_id if isinstance(settings.eos_token_id, list) else [settings.eos_token_id]
        self._ends = frozenset(token for token in ends if token is not None)
        check_kind(weights.config)
        for name, without_effect in DECIDES_SEARCH.items():
            if getattr(settings, name, None) not in (None, without_effect):
                raise NotConvertibleError(f"it brings {name} for its search")
        expected = _expected(weights, tokenizer)
        precision = engine.precision or "float32"
        try:
            compiled = convert_decoder(weights, width + len(self._ends), precision, threads)
            self._decoders: SimpleQueue[Decoder] = SimpleQueue()
            for _ in range(threads):
                self._decoders.put(Decoder(compiled))
            difference = self._difference(expected)
        except Exception as error:  # of torch's tracer, or of any part of OpenVINO
            raise NotConvertibleError(str(error).strip().partition("\n")[0]) from error
        self._threads = threads
        if not difference <= ALIKE[precision]:
            raise NotConvertibleError(f"its answers are not those of torch (off by {difference:.2f})")

    @property
    def made_with(self) -> dict[str, str]:
        """Device, engine and, of a hub model, commit."""
        commit = {"commit": self._commit} if self._commit else {}
        return {"device": "cpu", "engine": self._engine.summary, **commit}

    def answer(self, chats: Sequence[Chat], generation: Generation, context: Context) -> Iterator[list[Reply]]:
        """Yield batches of replies to the chats.

        Raises:
            ModelError: a chat is longer than what the model reads, or memory does not suffice.
        """
        size = min(context.runtime.labels_batch_size, PROMPTS_PER_BATCH)
        with ThreadPoolExecutor(self._threads) as pool:
            for start in range(0, len(chats), WINDOW):
                prompts = [self._prompt(chat, generation) for chat in chats[start : start + WINDOW]]
                batches = _batches(prompts, size)
                found: dict[int, list[tuple[int, ...]]] = {}
                searched = pool.map(lambda rows, among=prompts: self._search(among, rows, generation), batches)
                for rows, answers in zip(batches, searched, strict=True):
                    found |= zip(rows, answers, strict=True)
                yield [Reply(self._texts(found[row])) for row in range(len(prompts))]

    def _texts(self, answers: list[tuple[int, ...]]) -> list[str]:
        return [self._tokenizer.decode(list(tokens), skip_special_tokens=True) for tokens in answers]

    def _prompt(self, chat: Chat, generation: Generation) -> _Prompt:
        tokens = self._tokens(in_form(self._tokenizer, chat))
        check_length(self._config, len(tokens) + generation.max_new_tokens)
        before = chat[: min(self._shared, len(chat) - 1)]
        begins = self._tokens(in_form(self._tokenizer, before)) if len(before) > 1 else []
        same = takewhile(lambda pair: pair[0] == pair[1], zip(begins, tokens[:-1], strict=False))
        prefix = tuple(token for token, _ in same)
        rest = tuple(tokens[len(prefix) :])
        step = max(LENGTH_STEP, 2 ** (len(rest).bit_length() - 3))
        return _Prompt(prefix, rest, -len(rest) % step)

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False))

    def _search(self, prompts: Sequence[_Prompt], rows: list[int], generation: Generation) -> list[Any]:
        """Return the answers to prompts of one kind."""
        decoder = self._decoders.get()
        try:
            searches = [BeamSearch(self._width, generation.max_new_tokens, self._ends) for _ in rows]
            found = decoder.read(*_arrays([prompts[row] for row in rows]))
            beams = [[row] for row in range(len(rows))]
            while True:
                parents: list[int] = []
                tokens: list[int] = []
                for number, search in enumerate(searches):
                    if not beams[number]:
                        continue
                    going_on = search.follow(found.scores[beams[number]], found.tokens[beams[number]])
                    parents += [beams[number][parent] for parent, _ in going_on]
                    beams[number] = list(range(len(tokens), len(tokens) + len(going_on)))
                    tokens += [token for _, token in going_on]
                if not tokens:
                    return [search.answers for search in searches]
                found = decoder.go_on(parents, tokens)
        except RuntimeError as error:  # of OpenVINO
            reason = str(error).strip().partition("\n")[0]
            raise ModelError(
                f"OpenVINO stopped: {reason}; lower runtime.labels_batch_size, or take backend: torch", "labels.backend"
            ) from error
        finally:
            self._decoders.put(decoder)

    def _difference(self, expected: list[npt.NDArray[np.float32]]) -> float:
        """How far the logarithms of probabilities are from those of torch at most, after each token of a trial."""
        beginning, *endings, answer = map(self._tokens, (BEGINNING, *ENDINGS, ANSWER))
        longest = max(map(len, endings)) + 1
        prompts = [_Prompt(tuple(beginning), tuple(each), longest - len(each)) for each in endings]
        decoder = self._decoders.get()
        found, of = decoder.read(*_arrays(prompts)), [0, 1]
        most = 0.0
        for place, token in enumerate([*answer, None]):
            for row, prompt in enumerate(of):
                right = expected[prompt][place][found.tokens[row]]
                most = max(most, float(np.abs(found.scores[row] - right).max()))
            if token is not None:
                rows = [1, 0, 1] if place == 0 else list(range(len(of)))[::-1][:2]  # fork, turn, and drop
                found, of = decoder.go_on(rows, [token] * len(rows)), [of[row] for row in rows]
        self._decoders.put(decoder)
        return most


def _expected(weights: Any, tokenizer: Any) -> list[npt.NDArray[np.float32]]:
    """Logarithms of the probabilities of all tokens, as torch has them, of each prompt of the trial.

    (tokens of the answer + 1, vocabulary): after the prompt, and after each token of the answer.
    """
    import torch

    found = []
    answer = tokenizer.encode(ANSWER, add_special_tokens=False)
    for ending in ENDINGS:
        prompt = [token for part in (BEGINNING, ending) for token in tokenizer.encode(part, add_special_tokens=False)]
        with torch.inference_mode():
            logits = weights(input_ids=torch.tensor([[*prompt, *answer]])).logits[0, len(prompt) - 1 :]
        found.append(torch.log_softmax(logits.float(), -1).numpy())
    return found


def _arrays(prompts: Sequence[_Prompt]) -> tuple[tuple[int, ...], Ints, Ints]:
    """Return prompts of one kind as `Decoder.read` takes them."""
    rests = [[0] * each.padding + list(each.rest) for each in prompts]
    mask = [[0] * each.padding + [1] * len(each.rest) for each in prompts]
    return prompts[0].prefix, np.array(rests, np.int64), np.array(mask, np.int64)


def _batches(prompts: Sequence[_Prompt], size: int) -> list[list[int]]:
    """Numbers of prompts of one kind, at most `size` together; those with one prefix in a row."""
    kinds: dict[tuple[tuple[int, ...], int], list[int]] = {}
    for number, prompt in enumerate(prompts):
        kinds.setdefault(prompt.kind, []).append(number)
    batches = [rows[start : start + size] for rows in kinds.values() for start in range(0, len(rows), size)]
    return sorted(batches, key=lambda rows: prompts[rows[0]].prefix)
