"""Rows of JSON in the layouts in use.

A list of objects or of texts, objects below each other, an object of objects, a list of objects under a key, columns
as pandas writes them, or one object, which is one row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sitegen.errors import SourceError
from sitegen.pipeline.sources.data_file import DataFile, text_lines, text_pieces
from sitegen.pipeline.sources.formats.json_values import JsonText, told
from sitegen.pipeline.sources.options import Options

Row = dict[str, object]
KEYED = 20
"""From so many members on that are all rows, an object is one of rows, and is read without holding it."""
DEEPEST = 3
"""Keys above a list of rows that is found by itself."""
ITSELF = "."
"""Value of `rows` for an object that is one row."""


def json_lines(file: DataFile, options: Options) -> Iterator[Row]:
    """Return the rows of a file with one object per line.

    Raises:
        SourceError: a line is none.
    """
    texts = None
    for number, line in enumerate(text_lines(file), 1):
        if not (content := line.strip()):
            continue
        if number == 1 and (content in "[{" or content.startswith("[")):
            yield from _values(file, options)  # JSON under another name
            return
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{file.name}: line {number:,} is not valid JSON: {error}", "path") from error
        texts = isinstance(row, str) if texts is None else texts
        yield _row(row, file, f"line {number:,}", texts=texts)


def json_rows(file: DataFile, options: Options) -> Iterator[Row]:
    """Return the rows of a JSON file; the key of an object of objects becomes the column `key`.

    Raises:
        SourceError: it is not JSON, or its layout is not known.
    """
    lines = options.rows is None and _holds_json_lines(file)
    return json_lines(file, options) if lines else _values(file, options)


def _holds_json_lines(file: DataFile) -> bool:
    """Whether the first line is an object of its own and more follows: `.json` often means JSON Lines."""
    pieces = text_pieces(file)
    head, newline, rest = next(pieces, "").partition("\n")
    if not (newline and head.startswith("{") and (rest + next(pieces, "")).strip()):
        return False
    try:
        return isinstance(json.loads(head), dict)
    except (ValueError, RecursionError):
        return False


def _values(file: DataFile, options: Options) -> Iterator[Row]:
    text = JsonText(text_pieces(file))
    with told(text, file.name):
        opening = text.peek()
        if opening not in ("[", "{"):
            text.value()
            raise SourceError(f"{file.name} holds neither a list nor an object of objects", "path")
        if opening == "[" and options.rows in (None, ITSELF):
            texts = None
            for number, (_, value) in enumerate(text.members(), 1):
                texts = isinstance(value, str) if texts is None else texts
                yield _row(value, file, f"row {number:,}", texts=texts)
        elif options.rows not in (None, ITSELF):
            yield from _under(text, str(options.rows).split("."), file)
            return
        else:
            yield from _of_object(text, file, options)
        text.end()


def _under(text: JsonText, path: list[str], file: DataFile) -> Iterator[Row]:
    """Return the rows of the list under the keys of a path; what comes after it is not read."""
    whole = ".".join(path)
    for wanted in path:
        if not _enter(text, wanted):
            raise SourceError(f"{file.name} holds nothing under {wanted!r}", "rows")
    if text.peek() not in ("[", "{"):
        raise SourceError(f"{file.name} holds no list under {whole!r}", "rows")
    for number, (key, value) in enumerate(text.members(), 1):
        row = _object(value, file, f"row {number:,} of {whole}")
        yield row if key is None else {"key": key, **row}


def _enter(text: JsonText, wanted: str) -> bool:
    """Move to the value of the key in the next object; False if there is none."""
    if text.peek() != "{":
        return False
    for key in text.each_key():
        if key == wanted:
            return True
        text.value()
    return False


def _of_object(text: JsonText, file: DataFile, options: Options) -> Iterator[Row]:
    """Return the rows of an object, and of those below it."""
    members: list[tuple[str | None, object]] = []
    keyed = False
    for number, (key, value) in enumerate(text.members(), 1):
        if not keyed:
            members.append((key, value))
            if number < KEYED or not all(_is_row(each) for _, each in members) or options.rows == ITSELF:
                continue
            keyed = True
            yield from _keyed(members, file)
            continue
        yield {"key": key, **_object(value, file, f"row {number:,}")}
    if keyed:
        return
    first = {str(key): value for key, value in members}
    if text.peek() != "{":
        yield from [first] if options.rows == ITSELF else rows_of(first, file, options)
        return
    yield first
    number = 1
    while text.peek():
        number += 1
        yield _object(text.value(), file, f"object {number:,}")


def rows_of(whole: dict[str, Any], file: DataFile, options: Options) -> Iterator[Row]:
    """Return the rows that an object holds in one of the layouts in use.

    Raises:
        SourceError: it holds several lists of rows.
    """
    values = list(whole.values())
    if whole and all(isinstance(value, dict) for value in values):
        indices = [tuple(value) for value in values]
        if indices[0] and all(each.isdecimal() for each in indices[0]) and len(set(indices)) == 1:
            _tell(options, file, "a column under each key")
            yield from (dict(zip(whole, row, strict=True)) for row in zip(*(v.values() for v in values), strict=True))
            return
        if not _lists(whole):
            yield from _keyed(list(whole.items()), file)
            return
    if _is_split(whole):
        _tell(options, file, "rows under data, their columns under columns")
        yield from (dict(zip(map(str, whole["columns"]), row, strict=False)) for row in whole["data"])
        return
    if _is_columns(values):
        _tell(options, file, "a column under each key")
        yield from (dict(zip(whole, row, strict=True)) for row in zip(*values, strict=True))
        return
    lists = _lists(whole)
    if len(lists) > 1:
        raise SourceError(f"{file.name} holds lists of objects under {', '.join(lists)}; say rows: with one", "rows")
    for path, rows in lists.items():
        options.remarks.recognise("rows", path, f"{file.name}: rows are those under {path}")
        yield from (_object(row, file, f"row {number:,} of {path}") for number, row in enumerate(rows, 1))
    if whole and not lists:
        _tell(options, file, "one row")
        yield whole


def _tell(options: Options, file: DataFile, layout: str) -> None:
    options.remarks.tell(f"{file.name}: read as {layout}")


def _keyed(members: list[tuple[str | None, object]], file: DataFile) -> Iterator[Row]:
    for number, (key, value) in enumerate(members, 1):
        yield {"key": key, **_object(value, file, f"row {number:,}")}


def _is_row(value: object) -> bool:
    return isinstance(value, dict) and not all(key.isdecimal() for key in value)


def _is_split(whole: dict[str, Any]) -> bool:
    """Whether it is what pandas calls the orientation `split`."""
    columns, data = whole.get("columns"), whole.get("data")
    if not (isinstance(columns, list) and isinstance(data, list)):
        return False
    return all(isinstance(row, list) and len(row) == len(columns) for row in data)


def _is_columns(values: list[Any]) -> bool:
    """Whether these are columns of one length, at least one of them not of objects."""
    if not values or not all(isinstance(value, list) for value in values):
        return False
    lengths = {len(value) for value in values}
    return len(lengths) == 1 and lengths != {0} and any(not isinstance(value[0], dict) for value in values)


def _lists(value: dict[str, object], path: str = "", depth: int = 1) -> dict[str, list[object]]:
    """Return the lists of objects inside an object, by the path of keys."""
    found: dict[str, list[object]] = {}
    for key, inner in value.items():
        name = f"{path}.{key}" if path else key
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            found[name] = inner
        elif isinstance(inner, dict) and depth < DEEPEST:
            found |= _lists(inner, name, depth + 1)
    return found


def _row(value: object, file: DataFile, where: str, *, texts: bool) -> Row:
    """Return a row as it is, or a text as one where the first row is a text too."""
    return {"text": value} if texts and isinstance(value, str) else _object(value, file, where)


def _object(value: object, file: DataFile, where: str) -> Row:
    if not isinstance(value, dict):
        raise SourceError(f"{file.name}: {where} is {type(value).__name__}, not an object", "path")
    return value
