"""Which rule dropped how many, and what happened to the rest."""

from __future__ import annotations

from collections import Counter


class Dropped(Exception):  # noqa: N818 (not an error: how a rule says that it drops the row)
    """A rule drops the row. Its message is the rule's name, under which the row is counted."""


class Tally:
    """Counts that shaping leaves behind.

    Attributes:
        rows: rows that the source gave.
        first: the first row.
        columns: every column that any row has.
        dropped: by rule, in the order in which the rules run.
        noted: what happened without a drop.
        reason: what was wrong with the first row that could not be read.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.first: dict[str, object] = {}
        self.columns: set[str] = set()
        self.dropped: Counter[str] = Counter()
        self.noted: Counter[str] = Counter()
        self.reason = ""

    def expect(self, *rules: str) -> None:
        """Return rules that may drop rows, next in order."""
        self.dropped.update(dict.fromkeys(rules, 0))
