"""`documents.turns`: conversations in the layouts in use -> their turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, zip_longest
from operator import attrgetter
from typing import Any

from sitegen.config import TurnsConfig
from sitegen.pipeline.documents.fields import shorten, shown
from sitegen.pipeline.documents.messages import find_messages, is_hidden, parsed, speaker_name
from sitegen.pipeline.documents.passages import Turn
from sitegen.pipeline.documents.values import BadValueError, as_text, clean, is_missing

TEXT_KEYS = ("value", "content", "text", "message", "body", "utterance", "parts")
ROLE_KEYS = ("from", "role", "sender", "speaker", "author", "user")
UNREAD = "messages without a text that could be read"
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
        noted: messages that were left out, by why.
    """

    field = "turns"

    def __init__(self, column: str, config: TurnsConfig) -> None:
        self._column = column
        self._config = config
        self._keep = {_same(role) for role in config.keep} if config.keep else None
        self._drop = {_same(role) for role in config.drop}
        self._text_keys = (config.text,) if config.text else TEXT_KEYS
        self._role_keys = (config.role,) if config.role else ROLE_KEYS
        self.noted: Counter[str] = Counter()
        self._keys: set[str] = set()
        self._roles: set[str] = set()
        self.columns = [("turns.columns", name) for name in config.columns or ()] or [("text", column)]

    def __call__(self, row: dict[str, object]) -> list[Turn]:
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
        """Describe what was there to read, for when nothing was left of any conversation."""
        found = [
            f"{what} are {', '.join(sorted(names)[:MANY])}"
            for what, names in (("keys of messages", self._keys), ("roles", self._roles))
            if names
        ]
        return "; ".join(found)

    def _turns_of(self, row: dict[str, object]) -> Iterator[Turn]:
        if self._config.columns:
            for said in zip_longest(*_columns({name: row.get(name) for name in self._config.columns})):
                yield from (Turn(text, _same(name), _shown(name)) for name, text in filter(None, said) if text)
            return
        value = row.get(self._column)
        messages = find_messages(value, row)
        if not messages and not is_missing(value) and not isinstance(value, list):
            hint = " (plain texts need no documents.turns)" if isinstance(value, str) else ""
            raise BadValueError(f"not the messages of a conversation but {shown(value)}{hint}")
        for place, item in enumerate(messages):
            # Where no message says who speaks, speakers take turns.
            turns = [turn for message in _list(item) if (turn := self._turn(message, str(place % 2)))]
            for _, group in groupby(turns, attrgetter("role")):
                first, *more = group
                if text := " ".join(each.text for each in (first, *more) if each.text):
                    yield first._replace(text=text)

    def _turn(self, message: object, unnamed: str) -> Turn | None:
        if isinstance(message, dict) and is_hidden(message):
            return None
        name, text = self._name(message), self._text(message)
        if not text and self._holds_something(message):
            self.noted[UNREAD] += 1
        return Turn(text, _same(name) or unnamed, _shown(name))

    def _name(self, message: object) -> str:
        if not isinstance(message, dict):
            return ""
        return next((name for key in self._role_keys if (name := speaker_name(message.get(key)))), "")

    def _holds_something(self, message: object) -> bool:
        """Whether there is a value where the text should be; a message without one has none to lose."""
        if not isinstance(message, dict):
            return not is_missing(message)
        found = [message[key] for key in self._text_keys if not is_missing(message.get(key))]
        return bool(found) and not all(isinstance(each, dict) and is_hidden(each) for each in found)

    def _text(self, message: object) -> str:
        if isinstance(message, str):
            return clean(message)
        if isinstance(message, int | float) and not isinstance(message, bool):
            return as_text(message)
        if isinstance(message, list):
            return " ".join(text for part in message if (text := self._text(part)))
        if not isinstance(message, dict) or is_hidden(message):
            return ""
        key = next((key for key in self._text_keys if message.get(key) is not None), None)
        if key is None:
            if len(self._keys) < MANY:
                self._keys.update(map(str, message))
            return ""
        return self._text(message[key])


def _columns(cells: dict[str, object]) -> list[list[tuple[str, str]]]:
    """Name and text of the turns of each column: one, or several where all columns hold lists of texts."""
    lists: dict[str, Any] = {
        name: parsed(cell) if isinstance(cell, str) else cell for name, cell in cells.items() if not is_missing(cell)
    }
    if all(isinstance(items, list) and all(isinstance(item, str | None) for item in items) for items in lists.values()):
        return [[(name, clean(item or "")) for item in items] for name, items in lists.items()]
    return [[(name, clean(as_text(cell)))] for name, cell in cells.items()]


def _list(item: object) -> list[object]:
    return item if isinstance(item, list) else [item]


def _same(role: str) -> str:
    """One name for the names that a role goes by."""
    name = role.strip().lower()
    return SAME_ROLE.get(name, name)


def _shown(name: str) -> str:
    """Return the name of a role on one short line, in the letters of the data unless it is a usual one."""
    return SAME_ROLE.get(name.strip().lower()) or shorten(clean(name), ROLE_CHARS)
