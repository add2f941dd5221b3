"""One column and what a guess needs to know of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import fmean

from sitegen.commands.inspect import kinds
from sitegen.pipeline.documents.values import is_missing

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Candidate:
    """One column and what its values show.

    Attributes:
        rows: its values, row by row.
        values: those that are not missing.
        holds: what they are, see `kinds.describe`.
        texts: the texts among them, those of lists joined.
        chars: mean length of the texts.
        distinct: how many different values there are.
    """

    def __init__(self, name: str, values: Sequence[object]) -> None:
        self.name = name
        self.rows = values
        self.values = [value for value in values if not is_missing(value)]
        self.holds = kinds.describe(self.values)
        self.name_words = [_singular(word) for word in re.findall(r"[a-z]+", CAMEL.sub(" ", name).lower())]
        self.texts = [text for value in self.values if (text := joined(value))]
        self.chars = fmean(map(len, self.texts)) if self.texts else 0.0
        self.distinct = len(set(map(repr, self.values)))

    def rank(self, names: tuple[str, ...]) -> int | None:
        """Rate how well the name is one of `names`: less is better, None is not at all."""
        words = self.name_words
        found = [place for place, name in enumerate(names) if words and _singular(name) in (words[0], words[-1])]
        return found[0] + (0 if len(words) == 1 else len(names)) if found else None

    def repeats(self, most: float) -> bool:
        """Tell whether it has two values or more, and at most this share of its rows."""
        return 2 <= self.distinct <= max(2, most * len(self.values))


def joined(value: object) -> str:
    """Return a text, or the texts of a list in one."""
    if isinstance(value, list):
        return " ".join(item for item in value if isinstance(item, str))
    return value if isinstance(value, str) else ""


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
