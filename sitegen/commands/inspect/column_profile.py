"""The columns of rows that stream by: what they hold, how much is missing, and a few of the rows."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sitegen.commands.inspect.kinds import contents, kind
from sitegen.pipeline.documents.fields import shorten
from sitegen.pipeline.documents.values import clean, is_missing

MOST_COLUMNS = 200
SAMPLE = 200
WHOLE_ROWS = 9
TEXT_CHARS = 600
ITEMS = 8
DEPTH = 8
EXAMPLE_CHARS = 48

Row = dict[str, object]


@dataclass(frozen=True)
class Column:
    """One column of the rows.

    Attributes:
        name: without control characters.
        contents: what its values are, in words.
        missing: share of the rows that have no value.
        example: the beginning of a value.
    """

    name: str
    contents: str
    missing: float
    example: str


class RowTally:
    """Watches rows in bounded memory. Attributes: rows: how many passed."""

    def __init__(self, seed: int) -> None:
        self.rows = 0
        self._random = random.Random(seed)
        self._kinds: dict[str, Counter[str]] = {}
        self._sample: list[Row] = []
        self._whole: list[tuple[int, Row]] = []
        self._others: set[str] = set()

    def watch(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Return the rows as they are."""
        for row in rows:
            self._add(row)
            yield row

    @property
    def more_columns(self) -> int:
        """Columns beyond those in `columns()`; counted no further than `MOST_COLUMNS`."""
        return len(self._others)

    def columns(self) -> tuple[Column, ...]:
        """Return what the columns hold, in the order in which they came."""
        return tuple(self._column(name, kinds) for name, kinds in self._kinds.items())

    def whole_rows(self) -> list[tuple[int, Row]]:
        """Return number and content of a few rows, drawn at random."""
        return self._whole

    def _add(self, row: Row) -> None:
        for name, value in row.items():
            kinds = self._kinds.get(name)
            if kinds is None:
                if len(self._kinds) >= MOST_COLUMNS:
                    if len(self._others) < MOST_COLUMNS:
                        self._others.add(name)
                    continue
                kinds = self._kinds[name] = Counter()
            if not is_missing(value):
                kinds[kind(value)] += 1
        place = self.rows if self.rows < SAMPLE else self._random.randrange(self.rows + 1)
        if place < SAMPLE:
            short = {name: shortened(value) for name, value in row.items()}
            self._sample[place : place + 1] = [short]
            if place < WHOLE_ROWS:
                self._whole[place : place + 1] = [(self.rows, row)]
        self.rows += 1

    def _column(self, name: str, kinds: Counter[str]) -> Column:
        values = [value for row in self._sample if not is_missing(value := row.get(name))]
        example = shorten(as_line(values[0]), EXAMPLE_CHARS) if values else ""
        return Column(clean(str(name)), contents(kinds, values), 1 - kinds.total() / max(1, self.rows), example)


def shortened(value: object, depth: int = 0) -> object:
    """Return a value with long texts, lists and objects cut, and what is nested deep left out."""
    if isinstance(value, str | bytes):
        return value[:TEXT_CHARS]
    if depth == DEPTH and isinstance(value, list | tuple | dict):
        return "…"
    if isinstance(value, list | tuple):
        return [shortened(item, depth + 1) for item in value[:ITEMS]]
    if isinstance(value, dict):
        return shortened_row(value, depth)
    return value


def shortened_row(row: Row, depth: int = 0) -> Row:
    """Return a row or an object with its first members, each as `shortened` gives it."""
    return {key: shortened(row[key], depth + 1) for key in islice(row, 2 * ITEMS)}


def as_line(value: object) -> str:
    """Return a value to look at, without control characters: lists, objects and null as JSON, all else as it is."""
    nested = value is None or isinstance(value, list | tuple | dict)
    return clean(json.dumps(value, ensure_ascii=False, default=str) if nested else str(value))
