"""Groups of a dataset on one map: which topics are more frequent in which, and by which words they differ there."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sitegen.artifacts import Documents, Topics, take_rows
from sitegen.site.map.pictures.group_pictures import GroupPictures
from sitegen.site.map.summary import MapTopic
from sitegen.site.output.shards import json_payload
from sitegen.site.pages.facts.group_counts import find_differences, share_intervals
from sitegen.site.pages.facts.group_words import document_words, words_apart
from sitegen.site.pages.facts.grouped import Grouped, Ints, topic_counts
from sitegen.site.pages.facts.groups_over_time import count_over_time
from sitegen.site.privacy.published_documents import PublishedDocuments, published_keywords

COMPARISON = "comparison.json"
OUTSIDE = -1
FEW = 20
"""A group with fewer documents says little."""
WORDS_OF = 30
"""Topics, those that differ most, whose words are compared."""
MOST_READ = 1000
"""Documents of a topic in a group whose words are counted."""


@dataclass(frozen=True)
class Group:
    """A group: its name, and how many documents it has, also by period (a conversation in several chunks is one)."""

    name: str
    documents: int
    over_time: tuple[int, ...] = ()


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
        over_time: documents in each group in each of `Comparison.periods`, if the difference is more than chance.
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
    over_time: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What the page of a comparison says.

    Attributes:
        by: the column that tells the groups apart.
        left_out: documents in no group.
        conversations: whether documents are chunks of longer ones, which count once.
        period, periods: how long each period is, and their names; none without dates.
    """

    by: str
    groups: tuple[Group, ...]
    left_out: int
    conversations: bool
    topics: tuple[TopicComparison, ...]
    pictures: GroupPictures | None = None
    period: str = ""
    periods: tuple[str, ...] = ()


def compare_groups(
    grouped: Grouped,
    documents: Documents,
    public: PublishedDocuments,
    topics: Topics,
    on_map: tuple[MapTopic, ...],
    by: str,
) -> Comparison:
    """Compare the topics of the groups. A longer document is in every topic that one of its chunks is in, once."""
    assignment = topics.assignment.astype(np.int64)
    counts, sizes = topic_counts(grouped, assignment, len(topics))
    periods, by_period = count_over_time(grouped, documents, assignment, len(topics))
    lows, highs = share_intervals(counts, sizes[None])
    found = find_differences(counts, sizes)
    words = _words(grouped, public, assignment, [(each.row, each.group) for each in found])
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
                over_time=tuple(map(tuple, by_period[row].tolist())) if each.claimed and periods.names else (),
            )
        )
    return Comparison(
        by,
        tuple(
            Group(public.redact(name), size, over_time)
            for name, size, over_time in zip(grouped.names, sizes.tolist(), periods.documents, strict=True)
        ),
        len(grouped.first) - int(sizes.sum()),
        grouped.conversations,
        tuple(rows),
        period=periods.length,
        periods=periods.names,
    )


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
