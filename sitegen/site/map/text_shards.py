"""What of the documents' words is published, in shards by storage row, streamed so that no text is held twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import TURNS_FIELD, take_rows
from sitegen.config import PrivacyConfig
from sitegen.parallel import in_threads
from sitegen.site.output.hashed_files import HashedFiles, numbered
from sitegen.site.output.shards import in_shards, json_payload, shard
from sitegen.site.privacy.speakers import cut_at_turns
from sitegen.site.search.postings import Batch
from sitegen.site.settings import MapSettings

Int64 = npt.NDArray[np.int64]

TITLES_PER_SHARD = 400
TEXT_BYTES_PER_SHARD = 100_000
"""Before compression: a reader waits for one shard, and 30 to 60 kB are on the wire."""
BATCH = 10_000
"""Documents indexed at once."""
FIELDS_PER_SHARD = 200
FIELD_CHARS = 240
"""Of a value; `documents.parquet` has it whole."""
URL_CHARS = 2000


@dataclass(frozen=True)
class TextShardSource:
    """What of the documents may be read by anyone, in storage order of n documents.

    Attributes:
        order: int64 (n,), storage row -> document.
        documents: what is public of each document; see `PublishedDocuments`.
        fields: the published columns that a document has beside its own of link and date.
        texts: whether texts are published.
    """

    order: Int64
    documents: pa.Table
    fields: Sequence[str]
    texts: bool

    def rows(self, start: int, end: int, *names: str) -> list[list[Any]]:
        """Return these columns of the storage rows from `start` to before `end`."""
        taken = take_rows(self.documents.select(names), self.order[start:end])
        return [column.to_pylist() for column in taken.columns]

    def text_starts(self) -> list[int]:
        """Return the storage row at which each text shard begins."""
        if not self.texts:
            return []
        lengths = pc.binary_length(self.documents.column("text")).to_numpy()[self.order]
        return in_shards(lengths.tolist(), TEXT_BYTES_PER_SHARD)

    def batches(self) -> Iterator[Batch]:
        """Yield what the search index is made of: titles and texts in storage order."""
        for start in range(0, len(self.order), BATCH):
            titles, texts = self.rows(start, start + BATCH, "title", "text")
            yield Batch(titles, texts if self.texts else [""] * len(texts))


def text_shard_source(settings: MapSettings, documents: pa.Table, order: Int64) -> TextShardSource:
    """Of `documents`, which are public ones, what a map's shards hold."""
    return TextShardSource(order, documents, field_names(settings.privacy), settings.privacy.text != "none")


def field_names(privacy: PrivacyConfig) -> list[str]:
    """Return the published columns that a document has beside its own of link and date."""
    return [name for name in privacy.columns if name not in ("url", "date")]


def write_titles(files: HashedFiles, words: TextShardSource) -> str:
    """Title and category of every document, `TITLES_PER_SHARD` storage rows each; returns the set's folder."""
    starts = range(0, len(words.order), TITLES_PER_SHARD)
    return _write_set(files, "titles", (_titles(words, start) for start in starts))


def write_texts(files: HashedFiles, words: TextShardSource, starts: Sequence[int]) -> str | None:
    """Every published text, in shards that begin at `starts`; returns the set's folder."""
    if not words.texts:
        return None
    bounds = pairwise([*starts, len(words.order)])
    return _write_set(files, "texts", (_texts(words, start, end) for start, end in bounds))


def write_fields(files: HashedFiles, words: TextShardSource) -> str:
    """Id, link, date and columns of every document, `FIELDS_PER_SHARD` storage rows each; returns the set's folder."""
    starts = range(0, len(words.order), FIELDS_PER_SHARD)
    return _write_set(files, "fields", (_fields(words, start) for start in starts))


def _texts(words: TextShardSource, start: int, end: int) -> list[Any]:
    """Return the text of these documents, that of a conversation by turns."""
    if TURNS_FIELD.name not in words.documents.column_names:
        return words.rows(start, end, "text")[0]
    return list(map(cut_at_turns, *words.rows(start, end, "text", TURNS_FIELD.name)))


def _fields(words: TextShardSource, start: int) -> list[list[Any]]:
    ids, urls, *others = words.rows(start, start + FIELDS_PER_SHARD, "id", "url", "date", *words.fields)
    columns = [ids, map(_safe_url, urls), *(map(_plain, column) for column in others)]
    return [list(row) for row in zip(*columns, strict=True)]


def _safe_url(url: str | None) -> str | None:
    return url if url and url.startswith(("https://", "http://")) and len(url) <= URL_CHARS else None


def _plain(value: Any) -> str | float | None:
    """Return a value as JSON has it, short: a date without a time of midnight, no number that is none, no long text."""
    match value:
        case datetime():
            return value.date().isoformat() if value.time() == time.min else value.strftime("%Y-%m-%d %H:%M")
        case float():
            whole = isfinite(value) and value.is_integer() and abs(value) < 2**53
            return int(value) if whole else value if isfinite(value) else None
        case str() if len(value) > FIELD_CHARS:
            return value[:FIELD_CHARS] + "…"
        case str() | int():
            return value
    return None


def _titles(words: TextShardSource, start: int) -> list[list[Any]]:
    columns = words.rows(start, start + TITLES_PER_SHARD, "title", "category")
    return [list(pair) for pair in zip(*columns, strict=True)]


def _write_set(files: HashedFiles, name: str, payloads: Iterator[list[Any]]) -> str:
    shards = in_threads(lambda item: shard(f"{name}-{item[0]}", json_payload(item[1])), enumerate(payloads))
    return files.add_set(name, ((numbered(number), script) for number, script in enumerate(shards)))
