"""Which documents have which word, inverted out of core: sorted runs on disk, merged into one long array.

Documents come in storage order, so the first rows of a term are a fair sample of the map, and only the first
`LIMIT` of each are kept. That bounds the index, and what a query has to load.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sitegen.parallel import in_processes
from sitegen.site.search.tokens import tokens

Integers = npt.NDArray[np.integer]
Int64 = npt.NDArray[np.int64]
Uint32 = npt.NDArray[np.uint32]

LIMIT = 10_000
"""Documents listed per term: as postings they are some 12 kB, and more than a reader looks through."""
RUN = 2_000_000
"""Postings sorted in memory at once."""
ROW_BITS = 32
"""A key is term, row and field in one int64, so that sorting keys is all the sorting there is."""
ROW = (1 << ROW_BITS) - 1
"""The bits of row and field."""
TITLE, TEXT = 0, 1


@dataclass(frozen=True)
class Batch:
    """Documents that follow each other in storage order. `texts` may be empty strings; both have equal lengths."""

    titles: Sequence[str]
    texts: Sequence[str]


@dataclass(frozen=True)
class Postings:
    """The documents of every term.

    Attributes:
        terms: sorted by UTF-16 code units, as JavaScript compares.
        counts: int64 (t,), how many documents have the term.
        starts: int64 (t + 1,), where each term's rows begin in `rows`.
        rows: uint32 (p,), `2 * row + field` (`TITLE` before `TEXT`), ascending, the first `LIMIT` of each term.
        documents: how many there are.
    """

    terms: list[str]
    counts: Int64
    starts: Int64
    rows: Uint32
    documents: int

    def of(self, first: int, end: int) -> Uint32:
        """Return the rows of the terms from `first` to before `end`, one term after the other."""
        return self.rows[self.starts[first] : self.starts[end]]


def utf16(term: str) -> bytes:
    """Return the sort key of a term."""
    return term.encode("utf-16-be")


def invert(batches: Iterable[Batch], facets: Mapping[str, Integers], folder: Path) -> Postings:
    """Read all documents once.

    Args:
        facets: per name one number per row, -1 for none. Rows with the value 3 of "topic" are those of the term
            `facet_term("topic", 3)`.
        folder: an empty one for what does not fit into memory; `Postings.rows` lies there.
    """
    vocabulary: defaultdict[str, int] = defaultdict(count().__next__)
    seen = np.zeros(0, np.int64)
    runs: list[Path] = []
    buffer: list[Int64] = []
    documents = 0
    for size, words, found in in_processes(_words_of, batches):
        terms_of = np.fromiter(map(vocabulary.__getitem__, words), np.int64, len(words))
        of_facets = _facet_keys(facets, documents, documents + size, vocabulary)
        keys = np.concatenate([(terms_of[found >> ROW_BITS] << ROW_BITS) | ((found & ROW) + 2 * documents), of_facets])
        keys.sort()
        documents += size
        keys, seen = _within_limit(keys, np.append(seen, np.zeros(len(vocabulary) - len(seen), np.int64)))
        buffer.append(keys)
        if sum(map(len, buffer)) > RUN:
            runs.append(_spill(buffer, folder / f"run-{len(runs)}"))
    runs.append(_spill(buffer, folder / f"run-{len(runs)}"))
    terms = sorted(vocabulary, key=utf16)
    order = np.fromiter(map(vocabulary.__getitem__, terms), np.int64, len(terms))
    del vocabulary
    rank = np.empty(len(terms), np.int64)
    rank[order] = np.arange(len(terms))
    for run in runs:
        keys = np.fromfile(run, np.int64)
        keys = (rank[keys >> ROW_BITS] << ROW_BITS) | (keys & ROW)
        keys.sort()
        keys.tofile(run)
    counts = seen[order]
    starts = np.concatenate([[0], np.cumsum(np.minimum(counts, LIMIT))])
    return Postings(terms, counts, starts, _merge(runs, starts, folder / "rows"), documents)


def facet_postings(name: str, values: Integers) -> Postings:
    """Return the documents of each value of one facet: int (n,), -1 for none."""
    rows = np.argsort(values, kind="stable")[int((values < 0).sum()) :]
    found, first, counts = np.unique(values[rows], return_index=True, return_counts=True)
    terms = [facet_term(name, int(value)) for value in found]
    order = sorted(range(len(terms)), key=lambda at: utf16(terms[at]))
    lists = [rows[first[at] : first[at] + min(counts[at], LIMIT)] for at in order]
    starts = np.cumsum([0, *map(len, lists)])
    codes = (2 * np.concatenate([np.zeros(0, np.int64), *lists]) + TITLE).astype(np.uint32)
    return Postings([terms[at] for at in order], counts[order].astype(np.int64), starts, codes, len(values))


def facet_term(name: str, value: int) -> str:
    """Return the term of all documents with one value of a facet; no word of a text is one."""
    return f"={name}{value}"


def _words_of(batch: Batch) -> tuple[int, list[str], Int64]:
    """Return the number of documents, their words, and sorted keys, whose terms and rows count within the batch.

    A word in both fields counts for the title.
    """
    vocabulary: defaultdict[str, int] = defaultdict(count().__next__)
    columns = []
    for field, texts in ((TITLE, batch.titles), (TEXT, batch.texts)):
        words = [tokens(text) for text in texts]
        lengths = np.fromiter(map(len, words), np.int64, len(words))
        ids = np.fromiter(map(vocabulary.__getitem__, chain.from_iterable(words)), np.int64, int(lengths.sum()))
        columns.append((ids << ROW_BITS) | np.repeat(2 * np.arange(len(words)) + field, lengths))
    keys = np.concatenate(columns)
    keys.sort()
    same = (keys[1:] >> 1) == (keys[:-1] >> 1)
    kept: Int64 = keys[np.concatenate([[True], ~same])] if len(keys) else keys
    return len(batch.titles), list(vocabulary), kept


def _facet_keys(facets: Mapping[str, Integers], first: int, end: int, vocabulary: defaultdict[str, int]) -> Int64:
    """Keys of the rows from `first` to before `end` that have a value, facet after facet."""
    columns = [np.zeros(0, np.int64)]
    for name, values in facets.items():
        own = values[first:end]
        ids = np.array([vocabulary[facet_term(name, int(value))] if value >= 0 else -1 for value in own], np.int64)
        columns.append(((ids << ROW_BITS) | (2 * np.arange(first, end) + TITLE))[own >= 0])
    return np.concatenate(columns)


def _within_limit(keys: Int64, seen: Int64) -> tuple[Int64, Int64]:
    """Return the keys whose term was seen less than `LIMIT` times, and how often each was seen now."""
    terms = keys >> ROW_BITS
    new = np.bincount(terms, minlength=len(seen))
    before = np.arange(len(keys)) - np.repeat(np.cumsum(new) - new, new)
    return keys[seen[terms] + before < LIMIT], seen + new


def _spill(buffer: list[Int64], path: Path) -> Path:
    np.concatenate([np.zeros(0, np.int64), *buffer]).tofile(path)
    buffer.clear()
    return path


def windows(starts: Int64, size: int) -> Iterator[tuple[int, int]]:
    """Yield first and end of successive terms with at most `size` postings, or of one term; see `Postings.starts`."""
    first = 0
    while first < len(starts) - 1:
        end = max(first + 1, int(np.searchsorted(starts, starts[first] + size, "right")) - 1)
        yield first, end
        first = end


def _merge(runs: Sequence[Path], starts: Int64, path: Path) -> Uint32:
    """All runs in the order of terms, a window of terms at a time."""
    sources = [np.memmap(run, np.int64, "r") for run in runs if run.stat().st_size]
    with path.open("wb") as file:
        for low, high in windows(starts, RUN):
            ends = [np.searchsorted(source, [low << ROW_BITS, high << ROW_BITS]) for source in sources]
            window = np.concatenate([source[a:b] for source, (a, b) in zip(sources, ends, strict=True)])
            window.sort()
            (window & ROW).astype(np.uint32).tofile(file)
    for run in runs:
        run.unlink()
    return np.memmap(path, np.uint32, "r") if path.stat().st_size else np.zeros(0, np.uint32)
