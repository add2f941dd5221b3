"""`documents.turns`: conversations in the layouts in use -> their turns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from sitegen.config import TurnsConfig
from sitegen.pipeline.documents.fields import shorten
from sitegen.pipeline.documents.passages import Turn
from sitegen.pipeline.documents.values import as_text, clean

LIST_KEYS = ("conversations", "conversation", "messages", "turns")
TEXT_KEYS = ("value", "content", "text", "message", "body", "utterance")
ROLE_KEYS = ("from", "role", "sender", "speaker", "author")
SAME_ROLE = {
    "human": "user",
    "prompter": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "ai": "assistant",
}
SYSTEM = "system"
ROLE_CHARS = 60
MANY = 20


class Conversations:
    """Finds the turns of a row that holds a conversation.

    Attributes:
        columns: config field and name of each column that it reads.
    """

    field = "turns"

    def __init__(self, column: str, config: TurnsConfig) -> None:
        self._column = column
        self._config = config
        self._keep = {_same(role) for role in config.keep} if config.keep else None
        self._drop = {_same(role) for role in config.drop}
        self._text_keys = (config.text,) if config.text else TEXT_KEYS
        self._role_keys = (config.role,) if config.role else ROLE_KEYS
        self._keys: set[str] = set()
        self._roles: set[str] = set()
        self.columns = [("turns.columns", name) for name in config.columns or ()] or [("text", column)]

    def __call__(self, row: dict[str, Any]) -> list[Turn]:
        """See TextMaker. A speaker has the same number whatever of the conversation is left out."""
        turns = list(self._turns_of(row))
        numbers = {SYSTEM: 0}
        turns = [turn._replace(speaker=numbers.setdefault(turn.role, len(numbers))) for turn in turns]
        if len(self._roles) < MANY:
            self._roles.update(turn.role for turn in turns)
        if self._config.side:
            turns = [turn for turn in turns if turn.role != SYSTEM]
            first = turns[0].role if turns else ""
            turns = [turn for turn in turns if (turn.role == first) == (self._config.side == "first")]
        return [
            turn for turn in turns if turn.role not in self._drop and (self._keep is None or turn.role in self._keep)
        ]

    def hint(self) -> str:
        """What was there to read, for when nothing was left of any conversation."""
        found = [
            f"{what} are {', '.join(sorted(names)[:MANY])}"
            for what, names in (("keys of messages", self._keys), ("roles", self._roles))
            if names
        ]
        return "; ".join(found)

    def _turns_of(self, row: dict[str, Any]) -> Iterator[Turn]:
        if self._config.columns:
            texts = ((name, clean(as_text(row.get(name)))) for name in self._config.columns)
            yield from (Turn(text, _same(name), _shown(name)) for name, text in texts if text)
            return
        for place, item in enumerate(_messages(row.get(self._column))):
            # Where no message says who speaks, speakers take turns.
            messages = [self._turn(message, str(place % 2)) for message in _list(item)]
            for _, group in groupby(messages, attrgetter("role")):
                first, *more = group
                if text := " ".join(each.text for each in (first, *more) if each.text):
                    yield first._replace(text=text)

    def _turn(self, message: Any, unnamed: str) -> Turn:
        name = self._name(message)
        return Turn(self._text(message), _same(name) or unnamed, _shown(name))

    def _name(self, message: Any) -> str:
        if not isinstance(message, dict):
            return ""
        return next((str(message[key]) for key in self._role_keys if message.get(key) is not None), "")

    def _text(self, message: Any) -> str:
        if isinstance(message, str):
            return clean(message)
        if isinstance(message, list):
            return " ".join(text for part in message if (text := self._text(part)))
        if not isinstance(message, dict):
            return ""
        key = next((key for key in self._text_keys if message.get(key) is not None), None)
        if key is None:
            if len(self._keys) < MANY:
                self._keys.update(map(str, message))
            return ""
        return self._text(message[key])


def _messages(value: Any) -> list[Any]:
    """The list of turns inside whatever holds it."""
    if isinstance(value, dict):
        inner = next((value[key] for key in LIST_KEYS if isinstance(value.get(key), list | dict)), None)
        if inner is not None:
            return _messages(inner)
        if value and all(isinstance(column, list) for column in value.values()):
            return [dict(zip(value, message, strict=False)) for message in zip(*value.values(), strict=False)]
    return value if isinstance(value, list) else []


def _list(item: Any) -> list[Any]:
    return item if isinstance(item, list) else [item]


def _same(role: str) -> str:
    """One name for the names that a role goes by."""
    name = role.strip().lower()
    return SAME_ROLE.get(name, name)


def _shown(name: str) -> str:
    """The name of a role on one short line, in the letters of the data unless it is a usual one."""
    return SAME_ROLE.get(name.strip().lower()) or shorten(clean(name), ROLE_CHARS)
