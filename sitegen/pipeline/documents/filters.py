"""`documents.filter`: which rows are looked at."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial

from sitegen.config import FilterRule
from sitegen.pipeline.documents.drop_counts import Dropped
from sitegen.pipeline.documents.values import BadValueError, as_number, as_text, is_missing

Test = Callable[[object], bool]


class Filters:
    """Drops rows that a rule does not let through. Attributes: rules: their names, in order."""

    def __init__(self, config: tuple[FilterRule, ...]) -> None:
        self._rules = [(rule, _tests(rule), _name(rule)) for rule in config]
        self.rules = tuple(name for _, _, name in self._rules)

    def __call__(self, row: dict[str, object]) -> None:
        """Apply the rules in order; the first that does not hold raises `Dropped`."""
        for rule, tests, name in self._rules:
            value = row.get(rule.column)
            if (not is_missing(value) and all(test(value) for test in tests)) == rule.drop:
                raise Dropped(name)


def _tests(rule: FilterRule) -> list[Test]:
    tests: list[Test] = []
    if rule.number or rule.min is not None or rule.max is not None:
        low, high = _or(rule.min, -math.inf), _or(rule.max, math.inf)
        tests.append(lambda value: low <= _number(value) <= high)
    if rule.equals is not None:
        tests.append(partial(_is_one_of, {_shown(rule.equals)}))
    if rule.one_of is not None:
        tests.append(partial(_is_one_of, {_shown(item) for item in rule.one_of}))
    if rule.matches is not None:
        pattern = re.compile(rule.matches)
        tests.append(lambda value: pattern.search(_text(value)) is not None)
    return tests


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def _number(value: object) -> float:
    try:
        return as_number(value)
    except BadValueError:
        return math.nan  # in no range


def _is_one_of(wanted: set[str], value: object) -> bool:
    """By their text, so that 5 is found in a file whose columns are all text."""
    items = value if isinstance(value, list | tuple) else [value]
    return any(_shown(item) in wanted for item in items)


def _shown(value: object) -> str:
    return str(value) if isinstance(value, bool) else _text(value)


def _text(value: object) -> str:
    try:
        return as_text(value)
    except BadValueError:
        return ""


def _name(rule: FilterRule) -> str:
    """Completes "dropped because"."""
    parts = []
    if rule.min is not None and rule.max is not None:
        parts.append(f"a number from {rule.min:g} to {rule.max:g}")
    elif rule.min is not None:
        parts.append(f"a number of at least {rule.min:g}")
    elif rule.max is not None:
        parts.append(f"a number of at most {rule.max:g}")
    elif rule.number:
        parts.append("a number")
    if rule.equals is not None:
        parts.append(str(rule.equals))
    if rule.one_of is not None:
        parts.append(f"one of {', '.join(map(str, rule.one_of))}")
    if rule.matches is not None:
        parts.append(f"like {rule.matches}")
    if not parts:
        return f"{rule.column} is {'present' if rule.drop else 'missing'}"
    return f"{rule.column} is {'' if rule.drop else 'not '}{' and '.join(parts)}"
