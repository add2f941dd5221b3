"""Columns of a sample -> those that hold a conversation, and how its turns are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from sitegen.commands.init.candidate import Candidate
from sitegen.commands.init.column_names import DIALOGUES, PAIRS
from sitegen.commands.inspect import kinds
from sitegen.commands.inspect.kinds import NEARLY_ALL, share
from sitegen.config import TurnsConfig
from sitegen.pipeline.documents.conversations import ROLE_KEYS, SYSTEM, Conversations
from sitegen.pipeline.documents.messages import parsed
from sitegen.pipeline.documents.passages import Turn
from sitegen.pipeline.documents.values import BadValueError

SOME = 0.5
REPEATED = 0.05
"""Share of the conversations from which on a system message is a repeated one."""
DEEPEST = 5


@dataclass(frozen=True)
class Choice:
    """A decision. Attributes: columns: taken; why: in words; others: columns that would do as well."""

    columns: tuple[str, ...]
    why: str
    others: tuple[str, ...] = ()


def find_conversation(columns: list[Candidate]) -> tuple[Choice | None, dict[str, object] | None]:
    """Return the columns of a conversation and its `documents.turns`; None twice if there is none."""
    found = [(column, turns) for column in columns if (turns := _turns(column)) is not None]
    if found:
        best, turns = min(found, key=lambda each: each[0].rank(DIALOGUES) is None)
        why = f"{best.holds}, which read as the messages of a conversation"
        return Choice((best.name,), why, tuple(column.name for column, _ in found if column is not best)), turns
    names = {column.name.lower(): column.name for column in columns if column.holds == kinds.TEXT}
    for pair in PAIRS:
        if all(name in names for name in pair):
            taken = tuple(names[name] for name in pair)
            return Choice(taken, "columns that hold one turn each"), {"columns": list(taken)}
    return None, None


def _turns(column: Candidate) -> dict[str, object] | None:
    """`documents.turns` for a column of conversations; None if it holds none."""
    values = column.values
    if column.holds == kinds.TEXT:
        values = [parsed(value) for value in values if isinstance(value, str)]
        if share(values, lambda value: isinstance(value, list | dict)) < NEARLY_ALL:
            return None
    elif not column.holds.startswith((kinds.LISTS, kinds.OBJECTS)):
        return None
    named = column.rank(DIALOGUES) is not None
    messages = [message for value in values for message in _messages(value)]
    if named or any(key in ROLE_KEYS for message in messages for key in message):
        read = Conversations(column.name, TurnsConfig())
        if share(column.values, lambda value: bool(_turns_in(read, {column.name: value}))) > SOME:
            return {"drop": [SYSTEM]} if _repeats_system(column) else {}
    if not (named and messages):
        return None
    keys = list(dict.fromkeys(key for message in messages for key in message))
    texts = {key: [m[key] for m in messages if isinstance(m.get(key), str)] for key in keys}
    lengths = {key: fmean(map(len, found)) for key, found in texts.items() if found}
    if not lengths:
        return None
    longest = max(lengths, key=lambda key: lengths[key])
    roles = [key for key in lengths if key != longest and len(set(texts[key])) <= len(texts[key]) / 2]
    return {"text": longest, **({"role": roles[0]} if roles else {})}


def _repeats_system(column: Candidate) -> bool:
    """Whether one system message stands before many of the conversations: it would be a topic of its own."""
    read = Conversations(column.name, TurnsConfig())
    turns = (turn for value in column.values for turn in _turns_in(read, {column.name: value}))
    said = Counter(turn.text for turn in turns if turn.role == SYSTEM)
    return bool(said) and said.most_common(1)[0][1] >= max(2, REPEATED * len(column.values))


def _messages(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Return the objects inside lists and objects."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, list | dict) and depth < DEEPEST:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _messages(item, depth + 1)


def mean_length(columns: list[Candidate], text: Choice, turns: dict[str, object] | None) -> float:
    """Return the mean length of the conversations, in characters."""
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in (turns or {}).items()}
    read = Conversations(text.columns[0], TurnsConfig.model_validate(given))
    rows = [
        dict(zip(text.columns, row, strict=True))
        for row in zip(*(rows_of(columns, name) for name in text.columns), strict=True)
    ]
    return fmean(sum(len(turn.text) + 1 for turn in _turns_in(read, row)) for row in rows)


def rows_of(columns: list[Candidate], name: str) -> Sequence[object]:
    """Return the values of the column with this name."""
    return next(column.rows for column in columns if column.name == name)


def _turns_in(read: Conversations, row: dict[str, object]) -> list[Turn]:
    try:
        return read(row)
    except BadValueError:
        return []
