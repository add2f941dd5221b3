"""What of the documents and topics becomes public. Everything that a page or file shows of them comes from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import DOCUMENT_SCHEMA, Documents
from sitegen.config import DatasetConfig
from sitegen.site.redact import Redact, redactor

SNIPPET_CHARS = 300
BATCH = 10_000


def public_documents(
    documents: Documents, dataset: DatasetConfig, rows: npt.NDArray[np.integer] | None = None
) -> pa.Table:
    """The documents as `publish:` lets the world see them.

    Args:
        rows: which ones, in this order; all if absent.

    Returns:
        The columns of `DOCUMENT_SCHEMA` and of `publish.columns`. Every string is redacted. The text is null with
        `publish.text: none`, and then a title that is the beginning of a text is a number.
    """
    names = list(dict.fromkeys([*DOCUMENT_SCHEMA.names, *dataset.publish.columns]))
    table = documents.table.select(names)
    numbers = np.arange(len(documents)) if rows is None else rows
    if rows is not None:
        table = table.take(rows)
    if not dataset.publish.redact and dataset.publish.text != "none":
        return _snippets(table) if dataset.publish.text == "snippet" else table
    # In batches, for the strings of a million documents would fill the memory.
    batches = [
        _masked(table.slice(start, BATCH), numbers[start : start + BATCH].tolist(), dataset)
        for start in range(0, max(1, len(numbers)), BATCH)
    ]
    return pa.concat_tables(batches)


def _snippets(table: pa.Table) -> pa.Table:
    dots, nothing = (pa.scalar(text, pa.string()) for text in ("…", ""))
    texts = table.column("text")
    beginning = pc.binary_join_element_wise(pc.utf8_slice_codeunits(texts, 0, SNIPPET_CHARS), dots, nothing)
    cut = pc.if_else(pc.greater(pc.utf8_length(texts), SNIPPET_CHARS), beginning, texts)
    return table.set_column(table.schema.names.index("text"), "text", cut)


def _masked(table: pa.Table, numbers: list[int], dataset: DatasetConfig) -> pa.Table:
    """Some documents, redacted and cut; `numbers` are their rows."""
    redact, mode = redactor(dataset.publish.redact), dataset.publish.text
    # As the documents have them: a title is compared with the text that it may come from.
    titles, texts = (table.column(name).to_pylist() for name in ("title", "text"))
    untitled = dataset.documents.title is None
    shown = [
        _title(title, text, redact, number + 1 if mode == "none" else None, untitled)
        for title, text, number in zip(titles, texts, numbers, strict=True)
    ]
    if dataset.publish.redact:
        table = _redacted(table, redact)
    table = table.set_column(table.schema.names.index("title"), "title", pa.array(shown, pa.string()))
    cut = [public_text(text, mode) for text in table.column("text").to_pylist()]
    return table.set_column(table.schema.names.index("text"), "text", pa.array(cut, pa.string()))


def public_text(text: str, mode: str) -> str | None:
    """A text as far as `publish.text` goes."""
    if mode == "none":
        return None
    return text if mode == "full" or len(text) <= SNIPPET_CHARS else text[:SNIPPET_CHARS] + "…"


def public_keywords(keywords: Sequence[str], redact: Redact) -> list[str]:
    """Keywords without those in which there is something to redact."""
    return [keyword for keyword in keywords if redact(keyword) == keyword]


def describe_public(dataset: DatasetConfig, documents: Documents) -> str:
    """What of the documents the world will see, in one line."""
    publish = dataset.publish
    text = {
        "none": "no texts",
        "snippet": f"titles and the first {SNIPPET_CHARS} characters of texts",
        "full": "titles and whole texts",
    }[publish.text]
    kept = ("category", "url", "date", *publish.columns)
    filled = [name for name in kept if documents.table.column(name).null_count < len(documents)]
    masked = [rule if isinstance(rule, str) else rule.pattern for rule in publish.redact]
    return f"{text}; columns {', '.join(['id', *dict.fromkeys(filled)])}; masked: {', '.join(masked) or 'nothing'}"


def _redacted(table: pa.Table, redact: Redact) -> pa.Table:
    for index, field in enumerate(table.schema):
        if field.type == pa.string():
            column: list[Any] = [None if v is None else redact(v) for v in table.column(index).to_pylist()]
            table = table.set_column(index, field.name, pa.array(column, pa.string()))
    return table


def _title(title: str, text: str, redact: Redact, number: int | None, untitled: bool) -> str:
    """The public title; where it is the beginning of a text that is not public, `number` stands for it."""
    line = " ".join(text.split())
    of_text = untitled or title == line or (title.endswith("…") and line.startswith(title[:-1]))
    if of_text and number is not None:
        return f"Document {number:,}"
    if not (of_text and title.endswith("…")):
        return redact(title)
    # A cut title may end in half of what there is to redact, so it is made again from the whole text.
    clean = redact(line)
    return title if clean == line else clean[: len(title)].rstrip() + "…"
