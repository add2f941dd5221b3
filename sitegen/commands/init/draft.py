"""A path or a repository -> a commented `datasets.yaml`, guessed from its first rows."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from glob import glob
from itertools import chain, islice
from pathlib import Path

from pydantic import ValidationError

from sitegen.commands.init.conversation_columns import Choice
from sitegen.commands.init.guess import SHORTEST_TEXT, Guess, guess
from sitegen.commands.inspect.column_profile import Row
from sitegen.commands.inspect.kinds import describe
from sitegen.config import PLACEHOLDER, FileSource, HuggingFaceSource
from sitegen.errors import DataError, SourceError
from sitegen.pipeline.sources import open_source
from sitegen.pipeline.sources.object_columns import member_columns
from sitegen.pipeline.sources.readers import guess_format

ROWS = 1000
REPOSITORY = re.compile(r"[\w-][\w.-]*/[\w.-]+")
PLAIN = re.compile(r"(?:\.{1,2}/)*[A-Za-z_][\w ./-]*(?<! )", re.ASCII)
RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
FULL_TEXT = 200
"""From this length on, a text of less than 50 characters is a stray."""


def draft(name: str, folder: Path) -> tuple[str, str]:
    """Return the slug and `datasets.yaml` for a gallery in `folder` of the data that `name` names.

    Args:
        name: a file, a glob, a folder, an address that fsspec opens, or `owner/name` on the Hub.

    Raises:
        SourceError: it is not there or cannot be read.
        DataError: it has no rows, or no column that could be a text.
    """
    section = find_source(name)
    # Of a dataset on the Hub no more is downloaded than is looked at.
    read = section.model_copy(update={"streaming": True}) if isinstance(section, HuggingFaceSource) else section
    source = open_source(read, Path())
    rows = [_untagged(row, section) for row in islice(source.rows(), ROWS)]
    section = section.model_copy(update=source.remarks.options)
    columns = {key: [row.get(key) for row in rows] for row in rows for key in row}
    if not rows:
        raise DataError(f"{name}: no rows")
    found = guess(columns)
    if found is None or found.chars < SHORTEST_TEXT:
        inside = member_columns(columns)
        within = guess(inside) if len(inside) > len(columns) else None
        if within and (found is None or within.chars > found.chars):
            found, columns = within, inside
    if found is None:
        held = ", ".join(f"{_scalar(key)} ({describe(values)})" for key, values in columns.items())
        raise DataError(f"{name}: no column holds text; columns are {held}")
    slug = _slug(name)
    parts = (_head(name, slug, len(rows)), _source(section, folder), _documents(found, columns), _tail(found))
    return slug, "\n".join(chain(*parts))


def find_source(name: str) -> FileSource | HuggingFaceSource:
    """Return the source that `name` means.

    Raises:
        SourceError: it means none.
    """
    try:
        if Path(name).is_dir():
            return _on_the_hub(name)
        if "://" in name or glob(name, recursive=True) or Path(name).is_file() or guess_format(name):  # noqa: PTH207, Path.glob takes no absolute pattern
            return FileSource(type="file", path=name)
        if REPOSITORY.fullmatch(name):
            return _on_the_hub(name)
    except ValidationError as error:
        raise SourceError(f"{name}: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from error
    raise SourceError(f"{name}: neither a file, a glob or a folder, nor a name on the Hub such as owner/name")


def _on_the_hub(path: str) -> HuggingFaceSource:
    """Return a repository or a folder in its layout.

    The first config and, where there is no split `train`, the first.
    """
    from sitegen.pipeline.sources.huggingface import HubDataset

    name, split = HubDataset(HuggingFaceSource(type="huggingface", path=path), Path()).find_config()
    chosen = {"name": name, "split": split if split != "train" else None}
    given = {key: value for key, value in chosen.items() if value is not None}
    return HuggingFaceSource.model_validate({"type": "huggingface", "path": path, **given})


def _untagged(row: Row, section: FileSource | HuggingFaceSource) -> Row:
    """Return the row without the tag of its source, which says nothing where there is one source."""
    return {key: value for key, value in row.items() if (key, value) != ("source", section.label())}


def _slug(name: str) -> str:
    stem = re.split(r"[/\\]", name.rstrip("/\\"))[-1].split(".")[0]
    slug = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:64].strip("-")
    return slug if slug and slug != "assets" else "my-texts"


def _head(name: str, slug: str, rows: int) -> Iterator[str]:
    yield "# yaml-language-server: $schema=datasets.schema.json"
    yield f"# Guessed from the first {rows:,} rows of {_scalar(name)}: check it with `sitegen inspect {slug}`."
    yield from ("site:", "  title: My topic maps", "", "datasets:")
    yield f"  - slug: {_scalar(slug)}"
    yield f"    title: {_scalar(slug.replace('-', ' ').capitalize())}"
    yield f"    description: {PLACEHOLDER}"


def _source(section: FileSource | HuggingFaceSource, folder: Path) -> Iterator[str]:
    """Return the section with its path as seen from `folder`."""
    yield "    source:"
    for key, value in section.model_dump(exclude_unset=True).items():
        repository = section.type == "huggingface" and not Path(value).is_dir()
        if key == "path" and not (repository or "://" in value or Path(value).is_absolute()):
            value = os.path.relpath(value, folder)
        yield f"      {key}: {_scalar(value)}"


def _documents(found: Guess, columns: dict[str, list[object]]) -> Iterator[str]:
    yield "    documents:"
    yield from _text(found)
    if found.strip_html:
        yield "      strip_html: true  # there are tags in the texts"
    for field, choice in found.fields.items():
        yield f"      {field}: {_scalar(choice.columns[0])}  # {_reason(choice)}"
    if found.extra:
        yield "      columns:  # ride along; privacy.columns says which of them readers see"
        for name, (kind, why) in found.extra.items():
            yield f"        {_scalar(name)}: {kind}  # {why}"
    if found.chars >= FULL_TEXT:
        yield "      min_chars: 50  # shorter ones are dropped, and counted"
    yield "      sample: 100000  # at most this many, drawn with the seed"
    used = {name for choice in (found.text, *found.fields.values()) for name in choice.columns} | set(found.extra)
    unused = [f"{_scalar(name)} ({describe(values)})" for name, values in columns.items() if name not in used]
    if unused:
        yield f"      # Not used: {', '.join(unused)}"


def _text(found: Guess) -> Iterator[str]:
    yield f"      # {_reason(found.text)}"
    names = found.text.columns
    if found.template:
        yield "      template: |"
        yield from (f"        {{{{ {_variable(name)} }}}}" for name in names)
    elif found.turns is None or "columns" not in found.turns:
        yield f"      text: {_scalar(names[0]) if len(names) == 1 else _scalar(list(names))}"
    if found.turns is not None:
        yield f"      turns: {_scalar(found.turns)}  # side: first keeps only who speaks first"


def _reason(choice: Choice) -> str:
    others = f"; or {', '.join(map(_scalar, choice.others))}" if choice.others else ""
    return f"{choice.why}{others}"


def _variable(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else f"row[{json.dumps(name)}]"


def _scalar(value: object) -> str:
    """Return a value in YAML on one line, whatever is in it."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_scalar(key)}: {_scalar(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_scalar, value))}]"
    if isinstance(value, str) and (not PLAIN.fullmatch(value) or value.lower() in RESERVED):
        return json.dumps(value, ensure_ascii=not value.isprintable())
    return value if isinstance(value, str) else json.dumps(value)


def _tail(found: Guess) -> Iterator[str]:
    yield "    clusters:"
    yield "      min_cluster_size: 15  # the smallest group of documents that counts as a topic"
    yield "    privacy:"
    yield "      text: snippet  # none, snippet or full: what the web gets to read"
    if offered := [*(["date"] if "date" in found.fields else []), *found.extra]:
        yield f"      # columns: {_scalar(offered)}  # makes them public for each document, to filter and colour by"
    yield ""
