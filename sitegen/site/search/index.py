"""Full-text search with no server: an index in shards, of which a query loads one per word.

The terms in sorted order, each with its rows, are cut into shards of at most `SHARD_BYTES`; the root holds the
first letters of each shard. So a word and all words that begin with it are in one shard, or the word is one of the
few prefixes that go across a border between shards: those get a list of their own, the union of their words' rows,
in shards of prefixes. A word is one request either way. docs/search.md describes the bytes.

Libraries measured first, on 20,000 documents of 820 characters of 165,000 words: Pagefind 1.5.2 wrote 20,255
files, one for each document and 242 of its index, the largest 172 kB; a query first loads 120 kB that grow with the
documents, and a module of WebAssembly, which our policy forbids, by `fetch`, which a page opened from disk may not.
MiniSearch 7 is one JSON of 20.6 MB, 5.7 MB gzipped. Here the same are 186 files and 4.8 MB here, the largest 33 kB.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from sitegen.parallel import in_threads
from sitegen.site.output.hashed_files import HashedFiles, numbered
from sitegen.site.output.parts import part_name
from sitegen.site.output.shards import in_shards, json_payload, shard
from sitegen.site.search.postings import (
    LIMIT,
    Batch,
    Int64,
    Integers,
    Postings,
    facet_postings,
    invert,
    utf16,
    windows,
)

__all__ = ["Batch", "write_search", "write_topic_rows"]

SHARD_BYTES = 32_000
"""Before compression, which base64 about undoes: three words and the root stay within 150 kB."""
TERM_BITS = 1
"""Low bits of a posting in a term's list: 1 if the title has it not."""
PREFIX_BITS = 2
"""In a prefix's list: 2 if the title has it not, and 1 if only longer words begin with it."""
SIZED_AT_ONCE = 1_000_000
"""Postings, unless one term has more."""


def write_search(
    batches: Iterable[Batch],
    facets: Mapping[str, Integers],
    about: Mapping[str, object],
    files: HashedFiles,
    part: int = 0,
) -> str:
    """Write the search index of all documents, or of a segment of those of a map that grows.

    Args:
        batches: titles and texts in storage order: row numbers count through all batches.
        facets: per name one number per row, -1 for none; a query can be narrowed to one value of each.
        about: JSON values that the root carries for the page.
        files: where the index goes, as one folder.
        part: number of the segment; rows count from its first.

    Returns:
        The name of the folder. It holds `root.js`, and shards in the folders `t` and `p`.
    """
    name = part_name("search", part)
    if (taken := files.take_over(name)) is not None:
        return taken
    with tempfile.TemporaryDirectory(prefix="sitegen-search-") as scratch:
        postings = invert(batches, facets, Path(scratch))
        return files.add_set(name, in_threads(_as_script, _payloads(postings, about, name)))


def write_topic_rows(topics: Integers, files: HashedFiles, part: int = 0) -> str:
    """Write which documents each topic has, by which a query can be narrowed, in the form of a search index.

    It is a folder of its own, so that another topic of some documents leaves the index of the words as it is.

    Args:
        topics: int (n,), permanent topic of each document in storage order, -1 outside.

    Returns:
        The name of the folder.
    """
    name = part_name("search-topics", part)
    files.made_of(name, topics)
    return files.add_set(name, map(_as_script, _payloads(facet_postings("topic", topics), {}, name)))


def _as_script(item: tuple[str, str, bytes]) -> tuple[str, bytes]:
    path, name, payload = item
    return path, shard(name, payload)


def _payloads(postings: Postings, about: Mapping[str, object], index: str) -> Iterator[tuple[str, str, bytes]]:
    """Path in the index's folder, name and payload of every shard, the root last; `index` begins their names."""
    starts = in_shards(_sizes(postings), SHARD_BYTES)
    borders = [_border(postings.terms, start) for start in starts]
    for number, (first, end) in enumerate(pairwise([*starts, len(postings.terms)])):
        yield f"t/{numbered(number)}", f"{index}-t{number}", _term_shard(postings, first, end)
    prefixes = [_prefix_list(postings, prefix) for prefix in _crossing(borders)]
    prefix_starts = in_shards([each.size for each in prefixes], SHARD_BYTES)
    for number, (first, end) in enumerate(pairwise([*prefix_starts, len(prefixes)])):
        yield f"p/{numbered(number)}", f"{index}-p{number}", _prefix_shard(prefixes[first:end])
    root = {
        "documents": postings.documents,
        "limit": LIMIT,
        "words": any(not term.startswith("=") for term in postings.terms),
        "terms": borders,
        "prefixes": [prefixes[start].prefix for start in prefix_starts],
        **about,
    }
    yield "root.js", f"{index}-root", json_payload(root)


def _sizes(postings: Postings) -> list[int]:
    """Bytes of each term in its shard, before compression."""
    sizes = np.array([len(term.encode()) + 1 for term in postings.terms], np.int64)
    sizes += _varint_lengths(postings.counts)
    for first, end in windows(postings.starts, SIZED_AT_ONCE):
        starts = postings.starts[first:end] - postings.starts[first]
        lengths = _varint_lengths(_deltas(postings.of(first, end), starts, TERM_BITS))
        sizes[first:end] += np.add.reduceat(lengths, starts)
    return list(sizes.tolist())


def _border(terms: Sequence[str], start: int) -> str:
    """Return the fewest first letters of a shard's first term that come after the shard before."""
    if start == 0:
        return ""
    before, term = terms[start - 1], terms[start]
    same = next((index for index, pair in enumerate(zip(before, term, strict=False)) if pair[0] != pair[1]), None)
    return term[: 1 + (len(before) if same is None else same)]


def _crossing(borders: Sequence[str]) -> list[str]:
    """Return the prefixes whose terms are in more than one shard, sorted; facets are never looked up by prefix."""
    found = {border[:length] for border in borders for length in range(1, len(border)) if border[0] != "="}
    return sorted(found, key=utf16)


@dataclass(frozen=True)
class _PrefixList:
    """The packed documents of a prefix: the first `LIMIT` of `count`, which is an estimate if there are more."""

    prefix: str
    count: int
    packed: bytes

    @property
    def size(self) -> int:
        return len(self.prefix.encode()) + len(_varints(np.array([self.count]))) + 1 + len(self.packed)


def _prefix_list(postings: Postings, prefix: str) -> _PrefixList:
    low, high = (bisect_left(postings.terms, utf16(prefix) + after, key=utf16) for after in (b"", b"\xff\xff"))
    rows = postings.of(low, high)
    longer = np.ones(len(rows), np.int64)
    if postings.terms[low] == prefix:
        longer[: postings.starts[low + 1] - postings.starts[low]] = 0
    codes = (rows.astype(np.int64) << 1) | longer
    counts = postings.counts[low:high]
    cut = np.flatnonzero(counts > LIMIT)
    if len(cut):  # no row past the last one of a cut list can be among the first of the union
        codes = codes[rows <= rows[postings.starts[low + cut + 1] - postings.starts[low] - 1].min() | 1]
    codes.sort()
    documents = codes >> PREFIX_BITS
    codes = codes[np.concatenate([[True], documents[1:] != documents[:-1]])]
    count = len(codes)
    if len(cut):
        reach = (int(codes[LIMIT - 1]) >> PREFIX_BITS) + 1
        count = max(int(counts.max()), LIMIT * postings.documents // reach)
    codes = codes[:LIMIT]
    return _PrefixList(prefix, count, _varints(_deltas(codes, np.zeros(1, np.int64), PREFIX_BITS)))


def _term_shard(postings: Postings, first: int, end: int) -> bytes:
    deltas = _deltas(postings.of(first, end), postings.starts[first:end] - postings.starts[first], TERM_BITS)
    return _payload(postings.terms[first:end], postings.counts[first:end], _varints(deltas))


def _prefix_shard(prefixes: Sequence[_PrefixList]) -> bytes:
    counts = np.array([each.count for each in prefixes])
    return _payload([each.prefix for each in prefixes], counts, b"".join(each.packed for each in prefixes))


def _payload(terms: Sequence[str], counts: Int64, packed: bytes) -> bytes:
    """uint32 length of the terms, the terms in lines of UTF-8, then varints: the counts, then list after list."""
    lines = "\n".join(terms).encode()
    return np.array([len(lines)], "<u4").tobytes() + lines + _varints(counts) + packed


def _deltas(codes: Integers, starts: Int64, bits: int) -> Int64:
    """Return lists of ascending codes, beginning at `starts`, with the difference of rows in place of each row."""
    rows = codes.astype(np.int64) >> bits
    deltas = np.diff(rows, prepend=0)
    deltas[starts] = rows[starts]
    return (deltas << bits) | (codes & ((1 << bits) - 1))


def _varint_lengths(values: Int64) -> Int64:
    return np.searchsorted([1 << 7 * k for k in range(1, 9)], values, "right") + 1


def _varints(values: Int64) -> bytes:
    """LEB128: seven bits a byte, low ones first, the high bit set if more follow."""
    lengths = _varint_lengths(values)
    ends = np.cumsum(lengths)
    packed = np.zeros(int(ends[-1]) if len(ends) else 0, np.uint8)
    for k in range(int(lengths.max(initial=0))):
        goes_on = lengths > k
        more = (lengths[goes_on] > k + 1).astype(np.int64) << 7
        packed[(ends - lengths)[goes_on] + k] = ((values[goes_on] >> 7 * k) & 127) | more
    return packed.tobytes()
