"""What of the documents and topics becomes public. Everything that a page or file shows of them comes from here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import DOCUMENT_SCHEMA, Documents
from sitegen.config import DatasetConfig
from sitegen.site.redact import Redact, piece_redactor, redactor
from sitegen.site.tokens import tokens

SNIPPET_CHARS = 300
BATCH = 10_000
CONTEXT_CHARS = 200
"""Of the chunks before and after: how far what is to be masked may reach across a border."""
WORD = re.compile(r"\w+")


def public_documents(
    documents: Documents, dataset: DatasetConfig, rows: npt.NDArray[np.integer] | None = None
) -> pa.Table:
    """The documents as `publish:` lets the world see them.

    Args:
        rows: which ones, in this order; all if absent.

    Returns:
        The columns of `DOCUMENT_SCHEMA` and of `publish.columns`. Every string is redacted, also what a border
        between two chunks of a text cuts in two. The text is null with `publish.text: none`, and then a title that is
        the beginning of a text is a number.
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
        _masked(table.slice(start, BATCH), numbers[start : start + BATCH], documents, dataset)
        for start in range(0, max(1, len(numbers)), BATCH)
    ]
    return pa.concat_tables(batches)


def _snippets(table: pa.Table) -> pa.Table:
    dots, nothing = (pa.scalar(text, pa.string()) for text in ("…", ""))
    texts = table.column("text")
    beginning = pc.binary_join_element_wise(pc.utf8_slice_codeunits(texts, 0, SNIPPET_CHARS), dots, nothing)
    cut = pc.if_else(pc.greater(pc.utf8_length(texts), SNIPPET_CHARS), beginning, texts)
    return table.set_column(table.schema.names.index("text"), "text", cut)


def _masked(
    table: pa.Table, numbers: npt.NDArray[np.integer], documents: Documents, dataset: DatasetConfig
) -> pa.Table:
    """Some documents, redacted and cut; `numbers` are their rows."""
    redact, mode = redactor(dataset.publish.redact), dataset.publish.text
    # As the documents have them: a title is compared with the text that it may come from.
    titles, texts = (table.column(name).to_pylist() for name in ("title", "text"))
    clean = _clean(documents, numbers, dataset)
    untitled = dataset.documents.title is None
    shown = [
        _title(title, text, masked, redact, number + 1 if mode == "none" else None, untitled)
        for title, text, masked, number in zip(titles, texts, clean, numbers.tolist(), strict=True)
    ]
    if dataset.publish.redact:
        table = _redacted(table, redact)
    table = table.set_column(table.schema.names.index("title"), "title", pa.array(shown, pa.string()))
    cut = [public_text(text, mode) for text in clean]
    return table.set_column(table.schema.names.index("text"), "text", pa.array(cut, pa.string()))


def _clean(documents: Documents, numbers: npt.NDArray[np.integer], dataset: DatasetConfig) -> list[str]:
    """The whole texts of these rows, redacted."""
    texts = documents.table.column("text").take(pa.array(numbers)).to_pylist()
    before = [text[-CONTEXT_CHARS:] for text in _neighbours(documents, numbers, -1)]
    after = [text[:CONTEXT_CHARS] for text in _neighbours(documents, numbers, 1)]
    return list(map(piece_redactor(dataset.publish.redact), before, texts, after))


def _neighbours(documents: Documents, numbers: npt.NDArray[np.integer], step: int) -> list[str]:
    """The text `step` rows on from each of these rows, if both are chunks of one document; else an empty one."""
    if "chunk" not in documents.table.column_names:
        return [""] * len(numbers)
    others = pa.array(np.clip(numbers + step, 0, len(documents) - 1))
    pairs = documents.table.select(["document", "text"]).take(others).to_pydict()
    own = documents.table.column("document").take(pa.array(numbers)).to_pylist()
    same = (np.asarray(others) != numbers) & np.array(
        [one == other for one, other in zip(own, pairs["document"], strict=True)]
    )
    return [text if both else "" for text, both in zip(pairs["text"], same.tolist(), strict=True)]


def public_text(text: str, mode: str) -> str | None:
    """A text as far as `publish.text` goes."""
    if mode == "none":
        return None
    return text if mode == "full" or len(text) <= SNIPPET_CHARS else text[:SNIPPET_CHARS] + "…"


def topic_redactor(documents: Documents, dataset: DatasetConfig) -> Redact:
    """As `redactor`, for names and keywords: masks as well the words that texts have only within what is masked.

    Keywords are words of texts that nobody masked, such as `doe77` of `jane.doe77@example.org`.
    """
    redact = redactor(dataset.publish.redact)
    masked: set[str] = set()
    shown: set[str] = set()
    for start in range(0, len(documents) if dataset.publish.redact else 0, BATCH):
        numbers = np.arange(start, min(start + BATCH, len(documents)))
        texts = documents.table.column("text").slice(start, BATCH).to_pylist()
        for text, clean in zip(texts, _clean(documents, numbers, dataset), strict=True):
            shown.update(tokens(clean))
            if clean != text:
                masked.update(tokens(text))
    hidden = masked - shown

    def mask(found: re.Match[str]) -> str:
        return found.group() if hidden.isdisjoint(tokens(found.group())) else "[redacted]"

    return lambda text: WORD.sub(mask, redact(text))


def public_keywords(keywords: Sequence[str], redact: Redact) -> list[str]:
    """Keywords without those in which there is something to redact."""
    return [keyword for keyword in keywords if redact(keyword) == keyword]


def describe_public(dataset: DatasetConfig, documents: Documents) -> str:
    """What of the documents the world will see, in one line."""
    publish = dataset.publish
    text = {
        "none": "no texts" if dataset.documents.title is None else "titles, no texts",
        "snippet": f"titles and the first {SNIPPET_CHARS} characters of texts",
        "full": "titles and whole texts",
    }[publish.text]
    kept = ("category", "url", "date", *publish.columns)
    filled = [name for name in kept if documents.table.column(name).null_count < len(documents)]
    masked: list[str] = [rule for rule in publish.redact if isinstance(rule, str)]
    if own := len(publish.redact) - len(masked):  # they may be the very names that they hide
        masked.append(f"{own} pattern{'s' * (own > 1)} of its own")
    return f"{text}; columns {', '.join(['id', *dict.fromkeys(filled)])}; masked: {', '.join(masked) or 'nothing'}"


def _redacted(table: pa.Table, redact: Redact) -> pa.Table:
    for index, field in enumerate(table.schema):
        if field.type == pa.string():
            column: list[Any] = [None if v is None else redact(v) for v in table.column(index).to_pylist()]
            table = table.set_column(index, field.name, pa.array(column, pa.string()))
    return table


def _title(title: str, text: str, clean: str, redact: Redact, number: int | None, untitled: bool) -> str:
    """The public title of a text, which is `clean` in public; `number` stands for one that is made of a hidden text."""
    line = " ".join(text.split())
    of_text = untitled or title == line or (title.endswith("…") and line.startswith(title[:-1]))
    if of_text and number is not None:
        return f"Document {number:,}"
    public = redact(" ".join(clean.split()))
    if title == line:
        return public
    if not (of_text and title.endswith("…")):
        return redact(title)
    # A cut title may end in half of what there is to redact, so it is made again from the whole text.
    return title if public == line else public[: len(title)].rstrip() + "…"
