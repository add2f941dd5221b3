"""What of the documents' words is published, in shards by storage row, streamed so that no text is held twice."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
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
from sitegen.site.map.storage import Segment, by_segment
from sitegen.site.output.hashed_files import HashedFiles, numbered
from sitegen.site.output.parts import Folders, add_parts
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
        titles: whether titles hold words of the documents; those that are made up are not searched.
        segments: as in `Storage`.
    """

    order: Int64
    documents: pa.Table
    fields: Sequence[str]
    texts: bool
    titles: bool
    segments: Sequence[Segment]

    def rows(self, start: int, end: int, *names: str) -> list[list[Any]]:
        """Return these columns of the storage rows from `start` to before `end`."""
        taken = take_rows(self.documents.select(names), self.order[start:end])
        return [column.to_pylist() for column in taken.columns]

    def text_starts(self) -> list[int]:
        """Return the storage row at which each text shard begins."""
        if not self.texts:
            return []
        lengths = pc.binary_length(self.documents.column("text")).to_numpy()[self.order].tolist()
        of_segments = (
            (each.start, in_shards(lengths[each.start : each.end], TEXT_BYTES_PER_SHARD)) for each in self.segments
        )
        return [first + start for first, starts in of_segments for start in starts]

    def batches(self, segment: Segment) -> Iterator[Batch]:
        """Yield what the search index of a segment is made of: titles and texts in storage order."""
        for start in range(segment.start, segment.end, BATCH):
            titles, texts = self.rows(start, min(start + BATCH, segment.end), "title", "text")
            nothing = [""] * len(texts)
            yield Batch(titles if self.titles else nothing, texts if self.texts else nothing)


def text_shard_source(
    settings: MapSettings, documents: pa.Table, order: Int64, segments: Sequence[Segment] = ()
) -> TextShardSource:
    """Return what a map's shards hold of public documents; without `segments` all rows are one segment."""
    texts = settings.privacy.text != "none"
    titles = texts or settings.documents.title is not None
    segments = segments or (Segment(0, len(order), 0, 0),)
    return TextShardSource(order, documents, field_names(settings.privacy), texts, titles, segments)


def field_names(privacy: PrivacyConfig) -> list[str]:
    """Return the published columns that a document has beside its own of link and date."""
    return [name for name in privacy.columns if name not in ("url", "date")]


def write_titles(files: HashedFiles, words: TextShardSource) -> Folders:
    """Write title and category of every document, `TITLES_PER_SHARD` storage rows each; returns the set's folders."""
    return _write_rows(files, "titles", words, TITLES_PER_SHARD, _titles)


def write_texts(files: HashedFiles, words: TextShardSource, starts: Sequence[int]) -> Folders | None:
    """Write every published text, in shards that begin at `starts`; returns the set's folders."""
    if not words.texts:
        return None
    parts = []
    for segment in words.segments:
        first, end = (bisect_left(starts, row) for row in (segment.start, segment.end))
        bounds = pairwise([*starts[first:end], segment.end])
        parts.append((segment.start, first, _scripts("texts", first, (_texts(words, *each) for each in bounds))))
    return add_parts(files, "texts", parts)


def write_fields(files: HashedFiles, words: TextShardSource) -> Folders:
    """Write id, link, date and columns of every document, `FIELDS_PER_SHARD` storage rows each.

    Returns the set's folders.
    """
    return _write_rows(files, "fields", words, FIELDS_PER_SHARD, _fields)


def _write_rows(
    files: HashedFiles,
    name: str,
    words: TextShardSource,
    rows: int,
    payload: Callable[[TextShardSource, int, int], list[list[object]]],
) -> Folders:
    """Write shards of so many `rows`."""
    parts = []
    for segment, first, starts in by_segment(words.segments, rows):
        ends = [*starts[1:], segment.end]
        payloads = (payload(words, start, end) for start, end in zip(starts, ends, strict=False))
        parts.append((segment.start, first, _scripts(name, first, payloads)))
    return add_parts(files, name, parts)


def _scripts(name: str, first: int, payloads: Iterator[Sequence[object]]) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of shards that are numbered from `first` on."""
    return in_threads(
        lambda item: (numbered(item[0]), shard(f"{name}-{item[0]}", json_payload(item[1]))), enumerate(payloads, first)
    )


def _texts(words: TextShardSource, start: int, end: int) -> list[object]:
    """Return the text of these documents, that of a conversation by turns; on a shared map not all may be such."""
    if TURNS_FIELD.name not in words.documents.column_names:
        return words.rows(start, end, "text")[0]
    pairs = zip(*words.rows(start, end, "text", TURNS_FIELD.name), strict=True)
    return [cut_at_turns(text, turns) if turns else text for text, turns in pairs]


def _fields(words: TextShardSource, start: int, end: int) -> list[list[object]]:
    ids, urls, *others = words.rows(start, end, "id", "url", "date", *words.fields)
    columns = [ids, map(_safe_url, urls), *(map(_plain, column) for column in others)]
    return [list(row) for row in zip(*columns, strict=True)]


def _safe_url(url: str | None) -> str | None:
    return url if url and url.startswith(("https://", "http://")) and len(url) <= URL_CHARS else None


def _plain(value: object) -> str | float | None:
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


def _titles(words: TextShardSource, start: int, end: int) -> list[list[object]]:
    columns = words.rows(start, end, "title", "category")
    return [list(pair) for pair in zip(*columns, strict=True)]
