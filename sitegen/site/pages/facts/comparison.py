"""Groups of a dataset on one map: which topics are more frequent in which, and by which words they differ there."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts import Documents, Topics, take_rows
from sitegen.config import CompareConfig
from sitegen.errors import DataError
from sitegen.site.map.pictures.group_pictures import GroupPictures
from sitegen.site.map.summary import MapTopic
from sitegen.site.output.shards import json_payload
from sitegen.site.pages.facts.group_counts import find_differences, share_intervals
from sitegen.site.pages.facts.group_words import document_words, words_apart
from sitegen.site.privacy.published_documents import PublishedDocuments, published_keywords

COMPARISON = "comparison.json"
OUTSIDE = -1
FEW = 20
"""A group with fewer documents says little."""
WORDS_OF = 30
"""Topics, those that differ most, whose words are compared."""
MOST_READ = 1000
"""Documents of a topic in a group whose words are counted."""
MOST_GROUPS = 2
"""Groups that are compared if the config names none."""
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Group:
    """A group: its name, how many documents it has (a conversation in several chunks is one), and how they begin."""

    name: str
    documents: int


@dataclass(frozen=True)
class TopicComparison:
    """A topic in every group.

    Attributes:
        id: permanent number of the topic, `OUTSIDE` for documents in none.
        counts, shares, lows, highs: documents and share in each group, with its exact 95 % interval.
        more: number of the group in which it is more frequent.
        difference, low, high: its share there less that elsewhere, and its interval, corrected for all topics.
        p: of the exact test, corrected.
        claimed: whether the difference is more than chance.
        words_more, words_less: words that set its documents in that group, and elsewhere, apart.
    """

    id: int
    counts: tuple[int, ...]
    shares: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    more: int
    difference: float
    low: float
    high: float
    p: float
    claimed: bool
    words_more: tuple[str, ...] = ()
    words_less: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What the page of a comparison says.

    Attributes:
        by: the column that tells the groups apart.
        left_out: documents in no group.
        conversations: whether documents are chunks of longer ones, which count once.
    """

    by: str
    groups: tuple[Group, ...]
    left_out: int
    conversations: bool
    topics: tuple[TopicComparison, ...]
    pictures: GroupPictures | None = None


@dataclass(frozen=True)
class Grouped:
    """Documents by group: each unit is a document, or a longer one of which documents are chunks.

    Attributes:
        names: of the groups.
        group: int64 (n,), of each document, -1 for none.
        unit: int64 (n,), number of the unit of each document.
        first: int64 (u,), the first document of each unit.
    """

    names: tuple[str, ...]
    group: Ints
    unit: Ints
    first: Ints
    conversations: bool


def group_documents(config: CompareConfig, documents: Documents) -> Grouped:
    """Tell the groups apart. A longer document belongs to the group of its first chunk.

    Raises:
        DataError: the column holds no such values, no dates, or one group only.
    """
    column = documents.table.column(config.by)
    names, group = _periods(config, column) if pa.types.is_timestamp(column.type) else _values(config, column)
    chunked = "document" in documents.table.column_names
    if chunked:
        coded = documents.table.column("document").combine_chunks().dictionary_encode().indices
        unit = coded.to_numpy(zero_copy_only=False).astype(np.int64)
    else:
        unit = np.arange(len(group))
    first = np.unique(unit, return_index=True)[1]
    return Grouped(names, group[first][unit], unit, first, chunked)


def _values(config: CompareConfig, column: pa.ChunkedArray) -> tuple[tuple[str, ...], Ints]:
    coded = column.combine_chunks().dictionary_encode()
    numbers = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    values = coded.dictionary.to_pylist()
    counts = dict(zip(values, np.bincount(numbers[numbers >= 0], minlength=len(values)).tolist(), strict=True))
    common = sorted(counts, key=lambda value: (-counts[value], value))
    names = config.groups or tuple(common[:MOST_GROUPS])
    shown = ", ".join(map(repr, common[:8])) or "nothing"
    missing = [name for name in names if name not in counts]
    if missing:
        raise DataError(f"no document has {config.by} {missing[0]!r}; the most frequent are {shown}", "compare.groups")
    if len(names) < 2:
        raise DataError(f"all documents with a {config.by} have {shown}; there is nothing to compare", "compare.by")
    place = np.full(len(values) + 1, -1, np.int64)
    for number, name in enumerate(names):
        place[values.index(name)] = number
    return names, place[numbers]


def _periods(config: CompareConfig, column: pa.ChunkedArray) -> tuple[tuple[str, ...], Ints]:
    days = column.to_numpy(zero_copy_only=False).astype("M8[us]").astype("M8[D]")
    known = ~np.isnat(days)
    if not known.any():
        raise DataError(f"no document has a {config.by}; there are no periods to compare", "compare.by")
    split = np.array(config.split, "M8[D]") if config.split else np.sort(days[known])[[int(known.sum()) // 2]]
    group = np.where(known, np.searchsorted(split, days, side="right"), -1).astype(np.int64)
    if (np.bincount(group[known], minlength=len(split) + 1) == 0).any():
        first, last = days[known].min(), days[known].max()
        raise DataError(
            f"a period holds no document: {config.by} runs from {first} to {last}, split at "
            f"{', '.join(map(str, split))}; name other days in compare.split",
            "compare.split",
        )
    edges = [str(day) for day in split]
    names = [
        f"before {edges[0]}",
        *(f"{a} to {b}" for a, b in pairwise(edges)),
        f"from {edges[-1]}",
    ]
    return tuple(names), group


def compare_groups(
    grouped: Grouped, public: PublishedDocuments, topics: Topics, on_map: tuple[MapTopic, ...], by: str
) -> Comparison:
    """Compare the topics of the groups. A longer document is in every topic that one of its chunks is in, once."""
    counts, sizes = topic_counts(grouped, topics.assignment.astype(np.int64), len(topics))
    lows, highs = share_intervals(counts, sizes[None])
    found = find_differences(counts, sizes)
    words = _words(grouped, public, topics.assignment.astype(np.int64), [(each.row, each.group) for each in found])
    rows = []
    for each, (more, less) in zip(found, words, strict=True):
        row = each.row
        rows.append(
            TopicComparison(
                id=on_map[row].id if row < len(topics) else OUTSIDE,
                counts=tuple(counts[row].tolist()),
                shares=tuple((counts[row] / sizes).tolist()),
                lows=tuple(lows[row].tolist()),
                highs=tuple(highs[row].tolist()),
                more=each.group,
                difference=each.value,
                low=each.low,
                high=each.high,
                p=each.p,
                claimed=each.claimed,
                words_more=tuple(more),
                words_less=tuple(less),
            )
        )
    return Comparison(
        by,
        tuple(Group(public.redact(name), int(size)) for name, size in zip(grouped.names, sizes, strict=True)),
        len(grouped.first) - int(sizes.sum()),
        grouped.conversations,
        tuple(rows),
    )


def topic_counts(grouped: Grouped, assignment: Ints, topics: int) -> tuple[Ints, Ints]:
    """Return units by topic and group, int64 (topics + 1, g), the last row outside any topic, and by group, (g,)."""
    groups = len(grouped.names)
    inside = grouped.group >= 0
    row = np.where(assignment < 0, topics, assignment)[inside]
    once = np.unique(np.stack([grouped.unit[inside], row, grouped.group[inside]]), axis=1)
    counts = np.zeros((topics + 1, groups), np.int64)
    np.add.at(counts, (once[1], once[2]), 1)
    of_units = grouped.group[grouped.first]
    return counts, np.bincount(of_units[of_units >= 0], minlength=groups).astype(np.int64)


def _words(
    grouped: Grouped, public: PublishedDocuments, assignment: Ints, chosen: list[tuple[int, int]]
) -> list[tuple[list[str], list[str]]]:
    """Return the words of each topic that set its group and the others apart, from what is public of the texts."""
    pairs: list[tuple[list[set[str]], list[set[str]]]] = []
    for row, group in chosen[:WORDS_OF]:
        inside = (assignment == row) & (grouped.group >= 0)
        sides = []
        for side in (inside & (grouped.group == group), inside & (grouped.group != group)):
            rows = np.flatnonzero(side)
            rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), MOST_READ)).astype(np.int64)]
            texts = take_rows(public.documents.select(["text"]), rows).column("text").to_pylist() if len(rows) else []
            by_unit: dict[int, set[str]] = {}
            for unit, text in zip(grouped.unit[rows].tolist(), texts, strict=True):
                by_unit.setdefault(unit, set()).update(document_words(text or ""))
            sides.append(list(by_unit.values()))
        pairs.append((sides[0], sides[1]))
    found = words_apart(pairs)
    kept = [(published_keywords(more, public.redact), published_keywords(less, public.redact)) for more, less in found]
    return [*kept, *(([], []) for _ in chosen[WORDS_OF:])]


def write_comparison(comparison: Comparison, folder: Path) -> None:
    """Store it beside the map."""
    (folder / COMPARISON).write_bytes(json_payload(dataclasses.asdict(comparison)))


def read_comparison(folder: Path) -> Comparison | None:
    """Return what `write_comparison` stored; None if there is none."""
    from pydantic import TypeAdapter

    path = folder / COMPARISON
    return TypeAdapter(Comparison).validate_json(path.read_bytes()) if path.exists() else None
