"""Chats in the form of a model: by its own chat template, and no longer than what it reads."""

from __future__ import annotations

from typing import Any

from sitegen.errors import ModelError
from sitegen.pipeline.labels.language_model.labeller import Chat, without_system


def in_form(tokenizer: Any, chat: Chat) -> str:
    """Return the chat in the model's own form.

    Raises:
        ModelError: the model's chat template refuses it.
    """
    from jinja2 import TemplateError

    def applied(messages: Chat) -> str:
        # Models that can think aloud are asked for the answer alone; other templates ignore this.
        return str(
            tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True, enable_thinking=False)
        )

    try:
        return applied(chat)
    except TemplateError as error:  # some models know no system message
        try:
            return applied(without_system(chat))
        except TemplateError:
            raise ModelError(f"the chat template of the model refuses the prompt: {error}", "labels.prompt") from error


def check_length(model_config: Any, tokens: int) -> None:
    """Raise a ModelError if so many tokens are more than the model reads."""
    most = getattr(model_config, "max_position_embeddings", None)
    if most and tokens > most:
        raise ModelError(
            f"a prompt and its answer take {tokens} tokens, and the model reads {most}; "
            "lower documents or document_chars",
            "labels.prompt",
        )
