"""What the values of a column are, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from sitegen.pipeline.documents.values import BadValueError, as_date, as_number, as_url, is_missing

NEARLY_ALL = 0.9
LONGEST_DATE = 40
UNIT_LETTERS = 3
"""A text with more letters beside its number is a text: `12.99 EUR` is a number, `iPhone 12` is none."""

T = TypeVar("T")
TEXT = "text"
NUMBERS = "numbers"
DATES = "dates"
LISTS = "lists"
OBJECTS = "objects"
TRUTH = "true or false"
LINKS = "links"
NUMBERS_AS_TEXT = "numbers as text"
DATES_AS_TEXT = "dates as text"
TEXTS = "lists of text"
NOTHING = "nothing"


def kind(value: object) -> str:
    """Return the kind of a value that is not missing."""
    match value:
        case str():
            return TEXT
        case bool():
            return TRUTH
        case int() | float() | Decimal():
            return NUMBERS
        case date():
            return DATES
        case list() | tuple():
            return LISTS
        case dict():
            return OBJECTS
        case _:
            return type(value).__name__


def contents(kinds: Counter[str], sample: Sequence[Any]) -> str:
    """Describe what a column holds; each kind with its share where there are several.

    Args:
        kinds: how many of its values are of each kind.
        sample: some of the values, to tell what texts and lists hold.
    """
    if len(kinds) > 1:
        total = kinds.total()
        return ", ".join(f"{name} {count / total:.0%}" for name, count in kinds.most_common())
    name = next(iter(kinds), NOTHING)
    if name == TEXT:
        if share(sample, is_number) >= NEARLY_ALL:
            return NUMBERS_AS_TEXT
        if share(sample, is_link) >= NEARLY_ALL:
            return LINKS
        if share(sample, is_date) >= NEARLY_ALL:
            return DATES_AS_TEXT
    if name == LISTS:
        inner = Counter(kind(item) for value in sample for item in value if not is_missing(item))
        return f"lists of {' and '.join(sorted(inner))}" if inner else LISTS
    return name


def describe(values: Iterable[object]) -> str:
    """Return the kinds that some values hold."""
    there = [value for value in values if not is_missing(value)]
    return contents(Counter(map(kind, there)), there)


def share(values: Iterable[T], test: Callable[[T], bool]) -> float:
    """Return the share of the values that pass a test; 0 of none."""
    passed = [test(value) for value in values]
    return sum(passed) / max(1, len(passed))


def is_number(value: object) -> bool:
    """Return a number, or a text that is one but for a few letters such as a currency."""
    letters = sum(map(str.isalpha, value)) if isinstance(value, str) else 0
    return letters <= UNIT_LETTERS and _reads(as_number, value)


def is_date(value: object) -> bool:
    """Return a date, or a text that is one."""
    return not (isinstance(value, str) and len(value) > LONGEST_DATE) and _reads(as_date, value)


def is_link(value: object) -> bool:
    """Return a link."""
    return _reads(as_url, value)


def _reads(read: Callable[[object], object], value: object) -> bool:
    try:
        read(value)
    except BadValueError:
        return False
    return True
