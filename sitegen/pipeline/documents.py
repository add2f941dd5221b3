"""Source rows -> Documents: what becomes a document, and what is dropped by which rule."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa

from sitegen.artifacts import DOCUMENT_SCHEMA, Documents
from sitegen.config import DocumentsConfig, Source, TurnsConfig
from sitegen.errors import DataError
from sitegen.pipeline.sources import open_source
from sitegen.pipeline.stage import Context

TITLE_CHARS = 100


def source_revision(*, source_config: Source, documents_config: DocumentsConfig, seed: int, root: Path) -> str:
    """Names the rows that `read_documents` would read."""
    return open_source(source_config, root).revision()


def read_documents(
    *, source_config: Source, documents_config: DocumentsConfig, seed: int, context: Context
) -> Documents:
    """Read, shape, filter and sample.

    Raises:
        SourceError: the source is not there or cannot be read.
        DataError: a column is missing, or no document is left.
    """
    config = documents_config
    dropped: Counter[str] = Counter()
    kept: list[dict[str, str | None]] = []
    seen: set[str] = set()
    columns: set[str] = set()
    for number, row in enumerate(open_source(source_config, context.root).rows()):
        columns |= row.keys()
        text = _text(row.get(config.text), config.turns)
        if not text:
            dropped["empty"] += 1
        elif len(text) < config.min_chars:
            dropped["shorter than min_chars"] += 1
        elif config.drop_duplicates and text in seen:
            dropped["duplicate"] += 1
        else:
            seen.add(text)
            kept.append(_document(row, number, text, config))
    _check_columns(config, columns)
    if config.sample is not None and len(kept) > config.sample:
        dropped["not in the sample"] = len(kept) - config.sample
        chosen = sorted(random.Random(seed).sample(range(len(kept)), config.sample))
        kept = [kept[index] for index in chosen]
    if not kept:
        rules = ", ".join(f"{count:,} {rule}" for rule, count in dropped.items()) or "the source has no rows"
        raise DataError(f"no document is left ({rules}); see documents.text and documents.min_chars", "documents")
    return Documents(pa.Table.from_pylist(kept, DOCUMENT_SCHEMA), dict(dropped))


def _document(row: dict[str, Any], number: int, text: str, config: DocumentsConfig) -> dict[str, str | None]:
    title = _scalar(row.get(config.title)) if config.title else None
    return {
        "id": (_scalar(row.get(config.id)) if config.id else None) or str(number),
        "title": shorten(title or text, TITLE_CHARS),
        "text": text[: config.max_chars],
        "category": _scalar(row.get(config.category)) if config.category else None,
    }


def _text(value: Any, turns: TurnsConfig | None) -> str:
    if turns is not None:
        return "\n".join(line for turn in _list(value) if (line := _turn(turn, turns)))
    return clean(value) if isinstance(value, str) else ""


def _turn(value: Any, config: TurnsConfig) -> str:
    """One turn: a message, or the list of messages that one speaker sent in a row."""
    if isinstance(value, list):
        return " ".join(part for message in value if (part := _turn(message, config)))
    text: Any = value.get(config.text) if isinstance(value, dict) else value
    return clean(text) if isinstance(text, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _scalar(value: Any) -> str | None:
    return clean(str(value)) or None if isinstance(value, str | int | float) else None


def clean(text: str) -> str:
    """Strip the ends and replace what UTF-8 cannot hold, such as a lone surrogate."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").strip()


def shorten(text: str, limit: int) -> str:
    """The beginning of `text` on one line, cut at a word where one is near."""
    line = " ".join(text.split(None, limit)[:limit])
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    word = head.rfind(" ")
    return (head[:word] if word > limit // 2 else head).rstrip(" ,.;:") + "…"


def _check_columns(config: DocumentsConfig, columns: set[str]) -> None:
    for field in ("text", "id", "title", "category"):
        name = getattr(config, field)
        if name is not None and columns and name not in columns:
            raise DataError(
                f"no row has a column {name!r}; columns are {', '.join(sorted(columns))}", f"documents.{field}"
            )
