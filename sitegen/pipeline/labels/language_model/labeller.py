"""What a labeller is, and which one a config names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from sitegen.config import LabelsConfig
from sitegen.pipeline.labels.language_model.engine import Engine
from sitegen.pipeline.stage import Context

Chat = list[dict[str, str]]


@dataclass(frozen=True)
class Generation:
    """How answers are generated, see `LabelsConfig`; the same settings and chat give the same answers."""

    max_new_tokens: int
    candidates: int = 1
    temperature: float = 0.0
    top_p: float = 1.0
    repetition_penalty: float = 1.0
    seed: int = 0


class Reply(NamedTuple):
    """What a model says to a chat: candidate answers, likeliest first, and how the server says that they ended."""

    texts: list[str]
    finish: str = ""


class Labeller(Protocol):
    """A language model that answers chats."""

    @property
    def made_with(self) -> dict[str, str]:
        """Return what the provenance says of it: `device`, `engine`, `commit` of a hub model."""

    def answer(self, chats: Sequence[Chat], generation: Generation, context: Context) -> Iterator[list[Reply]]:
        """Return batches of replies, in the order of the chats and as they arrive.

        Raises:
            ModelError: it cannot answer.
        """


def load_labeller(config: LabelsConfig, engine: Engine, root: Path, device: str) -> Labeller:
    """Return the labeller of `config` on `device` (`auto`: a GPU where there is one).

    Where `backend: auto` chose OpenVINO and it cannot run the model, or not on this device, torch runs it.

    Raises:
        ModelError: it is not there or cannot be loaded.
    """
    if config.endpoint:
        from sitegen.pipeline.labels.language_model.openai_labeller import ChatEndpoint

        return ChatEndpoint(config)
    if engine.name == "openvino" and (config.backend == "openvino" or device in ("auto", "cpu")):
        from sitegen.pipeline.labels.language_model.openvino_labeller import load_openvino_model

        return load_openvino_model(config, engine, root)
    from sitegen.pipeline.labels.language_model.transformers_labeller import load_causal_model

    return load_causal_model(
        config.model or "", config.revision, config.quantization, config.trust_remote_code, root, device
    )


def without_system(chat: Chat) -> Chat:
    """Return the chat with its system message at the head of the first question, for models that know no such role."""
    if len(chat) < 2 or chat[0]["role"] != "system":
        return chat
    system, first, *rest = chat
    return [{"role": first["role"], "content": f"{system['content']}\n\n{first['content']}"}, *rest]
