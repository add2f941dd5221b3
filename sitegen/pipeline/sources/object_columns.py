"""Columns within objects: `_source.body` names the `body` of the object that a row holds in `_source`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

Row = dict[str, object]
DEPTH = 3
"""Objects within objects that are looked into for columns."""


def column_opener(names: Iterable[str]) -> Callable[[Row], Row]:
    """Return what adds to a row those of its columns in `names` that are members of objects.

    A column of the row that has such a name itself, dots and all, goes before.
    """
    paths = {name: name.split(".") for name in names if "." in name}

    def opened(row: Row) -> Row:
        found = {name: _member(row, path) for name, path in paths.items() if name not in row}
        held = {name: value for name, value in found.items() if value is not None}
        return {**row, **held} if held else row

    return opened


def member_columns(columns: Mapping[str, list[object]], depth: int = DEPTH) -> dict[str, list[object]]:
    """Return columns, row by row, with those of objects in the place of the objects."""
    found: dict[str, list[object]] = {}
    for name, values in columns.items():
        objects = [value if isinstance(value, dict) else {} for value in values]
        keys = dict.fromkeys(key for each in objects for key in each if isinstance(key, str))
        if not keys or depth == 0 or any(not isinstance(value, dict | None) for value in values):
            found[name] = values
            continue
        inside = {f"{name}.{key}": [each.get(key) for each in objects] for key in keys}
        found |= member_columns(inside, depth - 1)
    return found


def _member(row: Row, path: list[str]) -> object:
    value: object = row
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
