"""A text and, of a conversation, where its turns begin: kept true while the text is joined, split and cut."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Turn(NamedTuple):
    """What one speaker said in a row.

    Attributes:
        text: what was said.
        role: who said it, as it is compared; never empty.
        name: who said it, as the data names them; empty where it does not.
        speaker: the speaker's number in the order of their first words, from 1; 0 of system messages.
    """

    text: str
    role: str
    name: str
    speaker: int = 0


class TurnStart(NamedTuple):
    """An item of `TURNS_FIELD`: where in a text a turn begins, in characters; `role` is `Turn.name`."""

    start: int
    role: str
    speaker: int


@dataclass(frozen=True)
class Passage:
    """A text and where its turns begin, in ascending order; none where it is no conversation."""

    text: str
    turns: tuple[TurnStart, ...] = ()

    def part(self, start: int, end: int) -> Passage:
        """Return the characters from `start` to `end`, and the turns that have some of them."""
        stops = [turn.start for turn in self.turns[1:]] + [len(self.text)]
        turns = tuple(
            turn._replace(start=max(0, turn.start - start))
            for turn, stop in zip(self.turns, stops, strict=False)
            if turn.start < end and stop > start
        )
        return Passage(self.text[start:end], turns)


def joined(turns: Iterable[Turn]) -> Passage:
    """Return the turns, below each other; those without text are left out."""
    said = [turn for turn in turns if turn.text]
    starts, start = [], 0
    for turn in said:
        starts.append(TurnStart(start, turn.name, turn.speaker))
        start += len(turn.text) + 1
    return Passage("\n".join(turn.text for turn in said), tuple(starts))
