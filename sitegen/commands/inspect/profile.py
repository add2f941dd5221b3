"""Rows and the config of a dataset -> what they look like, and what the rules make of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import TURNS_FIELD, Documents
from sitegen.commands.inspect.column_profile import Column, Row, RowTally, as_line, shortened_row
from sitegen.commands.inspect.distributions import Distribution, distributions
from sitegen.commands.inspect.histogram import Histogram, histogram
from sitegen.commands.inspect.shared_text import SharedText, shared_text
from sitegen.commands.inspect.window import Int, Tokens, count_tokens
from sitegen.config import DatasetConfig, DocumentsConfig
from sitegen.errors import ModelError
from sitegen.pipeline.documents.fields import UNSEEN, Record, shorten
from sitegen.pipeline.documents.read_documents import Rows, Shaping, shape
from sitegen.pipeline.documents.values import clean

ENDS = 3
EXCERPT_CHARS = 240
EXAMPLE_CHARS = 1500


@dataclass(frozen=True)
class Example:
    """One row and its document.

    Attributes:
        row: number of the row.
        raw: name and content of each of its columns, long ones cut.
        document: name and content of each column of its document, the text first and cut if long.
        pieces: documents that were made of the row.
    """

    row: int
    raw: tuple[tuple[str, str], ...]
    document: tuple[tuple[str, str], ...]
    pieces: int


@dataclass(frozen=True)
class Excerpt:
    """The beginning of a document, and its length in characters."""

    chars: int
    text: str


@dataclass(frozen=True)
class Profile:
    """The look of a dataset before it is modelled. Every text is free of control characters.

    Attributes:
        rows: rows that were looked at.
        all_rows: whether the source has no more.
        columns: of the rows.
        more_columns: columns beyond those.
        example: a row beside its document; None if no row of the few that were kept became one.
        documents: how many the rules leave.
        dropped, noted: what the rules did, see `Documents`.
        repeated: documents that stay although their text came before.
        shared: sentences that many documents share, and a document of great length.
        chars: their lengths.
        tokens: their lengths in tokens of the embedder.
        no_tokens: why tokens could not be counted.
        shortest, longest: a few documents at either end.
        distributions: of the columns that ride along.
    """

    slug: str
    title: str
    source: str
    rows: int
    all_rows: bool
    columns: tuple[Column, ...]
    more_columns: int
    example: Example | None
    documents: int
    dropped: dict[str, int]
    noted: dict[str, int]
    repeated: int
    shared: SharedText
    chars: Histogram
    tokens: Tokens | None
    no_tokens: str
    shortest: tuple[Excerpt, ...]
    longest: tuple[Excerpt, ...]
    distributions: tuple[Distribution, ...]


def profile(rows: Rows, dataset: DatasetConfig, root: Path, limit: int | None = None) -> Profile:
    """Look at the rows of a dataset and at the documents that its rules make of them.

    Rows stream through; the documents lie in a temporary file. Memory does not grow with the number of rows, but for
    what shaping remembers of each (see docs/data.md) and some bytes per document.

    Args:
        rows: of the source.
        root: where the relative paths of the config start.
        limit: rows to look at, from the first on; all if None.

    Raises:
        SourceError, DataError, ModelError: as `read_documents`.
    """
    config, tally = dataset.documents, RowTally(dataset.seed)
    passes = _Passes(rows, tally, limit)
    with tempfile.TemporaryDirectory(prefix="sitegen-") as scratch:
        documents = shape(passes, config, dataset.seed, root=root, scratch=Path(scratch))
        texts = documents.table.column("text")
        chars = pc.utf8_length(texts).to_numpy().astype(np.int64)
        tokens, no_tokens = _tokens(texts, chars, dataset, root)
        order = np.argsort(chars, kind="stable")
        return Profile(
            slug=dataset.slug,
            title=dataset.title,
            source=", ".join(source.describe() for source in dataset.source),
            rows=tally.rows,
            all_rows=not passes.more,
            columns=tally.columns(),
            more_columns=tally.more_columns,
            example=_example(tally.whole_rows(), config, root),
            documents=len(documents),
            dropped=documents.dropped,
            noted=documents.noted,
            repeated=_repeated(documents),
            shared=shared_text(texts, chars, dataset.seed),
            chars=histogram(chars),
            tokens=tokens,
            no_tokens=no_tokens,
            shortest=tuple(_excerpt(texts, chars, int(place)) for place in order[:ENDS]),
            longest=tuple(_excerpt(texts, chars, int(place)) for place in order[::-1][:ENDS]),
            distributions=distributions(documents.table, config),
        )


class _Passes:
    """The rows up to a limit, at every call; the first pass is watched, the second, which sampling makes, is not.

    Attributes:
        more: whether the source has rows beyond the limit.
    """

    def __init__(self, rows: Rows, tally: RowTally, limit: int | None) -> None:
        self._rows, self._tally, self._limit = rows, tally, limit
        self.more = False

    def __call__(self) -> Iterator[Row]:
        rows = self._limited()
        return rows if self._tally.rows else self._tally.watch(rows)

    def _limited(self) -> Iterator[Row]:
        for number, row in enumerate(self._rows()):
            if number == self._limit:
                self.more = True
                return
            yield row


def _tokens(texts: pa.ChunkedArray, chars: Int, dataset: DatasetConfig, root: Path) -> tuple[Tokens | None, str]:
    try:
        return count_tokens(texts, chars, dataset.embeddings, root, dataset.seed), ""
    except ModelError as error:
        return None, str(error)


def _example(rows: list[tuple[int, Row]], config: DocumentsConfig, root: Path) -> Example | None:
    """Return the row of middle length among a few, beside its document."""
    made = []
    for number, row in rows:
        documents = list(Shaping(config, root).all([row]))
        if documents:
            made.append((len(documents[0]["text"]), number, row, documents))
    if not made:
        return None
    _, number, row, documents = sorted(made, key=lambda each: each[:2])[len(made) // 2]
    document = documents[0] if config.id is not None else {**documents[0], "id": str(number)}
    raw = ((clean(str(name)), as_line(value)[:EXAMPLE_CHARS]) for name, value in shortened_row(row).items())
    return Example(number, tuple(raw), tuple(_shown(document)), len(documents))


def _shown(document: Record) -> Iterator[tuple[str, str]]:
    yield "text", _cut(document["text"], EXAMPLE_CHARS)
    left_out = ("text", TURNS_FIELD.name, *UNSEEN)
    yield from (
        (name, as_line(value)) for name, value in document.items() if name not in left_out and value is not None
    )


def _excerpt(texts: pa.ChunkedArray, chars: Int, place: int) -> Excerpt:
    return Excerpt(int(chars[place]), shorten(texts[place].as_py(), EXCERPT_CHARS))


def _cut(text: str, chars: int) -> str:
    return text if len(text) <= chars else text[:chars].rstrip() + "…"


def _repeated(documents: Documents) -> int:
    marks = np.fromiter(
        (
            int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
            for chunk in documents.table.column("text").chunks
            for text in chunk.to_pylist()
        ),
        np.uint64,
        len(documents),
    )
    return len(documents) - len(np.unique(marks))
