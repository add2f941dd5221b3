"""Row -> the text of its document: columns, a template, the turns of a conversation, or what stands for it."""

from __future__ import annotations

import traceback
from collections import Counter
from typing import Protocol

from jinja2 import ChainableUndefined, Undefined, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sitegen.config import DocumentsConfig, GivenConfig
from sitegen.pipeline.documents.conversations import Conversations
from sitegen.pipeline.documents.passages import Turn
from sitegen.pipeline.documents.values import BadValueError, as_text


class TextMaker(Protocol):
    """Makes the text of a row.

    Attributes:
        field: the field of the config that describes it.
        columns: config field and name of each column that it reads.
        noted: what was left out of texts, by what it was.
    """

    field: str
    columns: list[tuple[str, str]]
    noted: Counter[str]

    def __call__(self, row: dict[str, object]) -> str | list[Turn]:
        """Return the text, or that of a conversation by turns.

        Raises:
            BadValueError: the row holds nothing that could be text.
        """

    def hint(self) -> str:
        """Say what a reader should know when no row had text."""


def text_maker(config: DocumentsConfig, given: GivenConfig) -> TextMaker:
    """Return the function that makes the text that `config` asks for."""
    if config.template is not None:
        return Template(config.template)
    if config.turns is not None:
        return Conversations(config.text[0], config.turns)
    return Columns(config.text) if config.text else Titles(config.title, given.name, given.outside)


class Columns:
    """The texts of columns, below each other."""

    field = "text"

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self.noted: Counter[str] = Counter()
        self.columns = [("text", name) for name in names]

    def __call__(self, row: dict[str, object]) -> str:
        """See TextMaker."""
        if len(self._names) == 1:
            return as_text(row.get(self._names[0]))
        return as_text([row.get(name) for name in self._names])

    def hint(self) -> str:
        """Return nothing, for there is nothing to add."""
        return ""


class Titles:
    """Stand-ins where rows have no text: the title, or without one the name of the topic."""

    field = "text"

    def __init__(self, title: str | None, name: str | None, outside: str) -> None:
        self._names = [column for column in (title, name) if column is not None]
        self._outside = outside
        self.noted: Counter[str] = Counter()
        self.columns = [("title", title)] if title is not None else []

    def __call__(self, row: dict[str, object]) -> str:
        """See TextMaker."""
        told = (as_text(row.get(name)) for name in self._names)
        return next((text for text in told if text.strip()), self._outside)

    def hint(self) -> str:
        """Return nothing, for there is nothing to add."""
        return ""


class Template:
    """A Jinja template over the columns of a row, in a sandbox."""

    field = "template"

    def __init__(self, source: str) -> None:
        environment = ImmutableSandboxedEnvironment(
            autoescape=False,  # it makes text; pages escape what they show
            finalize=_shown,
            undefined=ChainableUndefined,
        )
        names = meta.find_undeclared_variables(environment.parse(source)) - {"row"}
        self._template = environment.from_string(source)
        self.noted: Counter[str] = Counter()
        self.columns = [("template", name) for name in sorted(names)]

    def __call__(self, row: dict[str, object]) -> str:
        """See TextMaker."""
        try:
            return self._template.render({"row": row, **row})
        except Exception as error:  # a template can raise anything, as any code can
            lines = [
                frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"
            ]
            place = f"line {lines[-1]}: " if lines else ""
            raise BadValueError(f"not fit for the template ({place}{error})") from error

    def hint(self) -> str:
        """Return nothing, for there is nothing to add."""
        return ""


def _shown(value: object) -> str:
    """How `{{ value }}` shows: nothing for null, lists one item per line, objects as `key: value` lines."""
    if isinstance(value, str):
        return value
    if isinstance(value, Undefined):
        return ""
    if isinstance(value, dict):
        return "\n".join(f"{key}: {text}" for key, item in value.items() if (text := _shown(item)))
    if isinstance(value, list | tuple):
        return "\n".join(text for item in value if (text := _shown(item)))
    return str(value) if isinstance(value, bool) else as_text(value)
