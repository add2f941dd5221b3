"""What the pages of a dataset say beside its map: topics in detail, lengths, categories, dates, what was dropped.

Counted once from the artifacts and stored with the map, so that pages are written without reading the documents.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts import Continuity, Documents, TopicLabels, Topics, take_rows
from sitegen.site.edits import NOTHING_EDITED, NOTHING_SAID, Edited, EditorsWords
from sitegen.site.map.parents import Parent, find_parents
from sitegen.site.map.summary import MapTopic
from sitegen.site.output.shards import json_payload
from sitegen.site.pages.facts.bars import (
    Counts,
    commonest,
    documents_by_length,
    documents_by_period,
    number_categories,
    split_into_periods,
)
from sitegen.site.pages.facts.changes import Change, find_changes
from sitegen.site.pages.facts.hierarchy import Merge, find_merges
from sitegen.site.pages.facts.provenance import shareable
from sitegen.site.pages.facts.topics_over_time import Part, parts_by_category, parts_by_period
from sitegen.site.privacy.published_documents import PublishedDocuments, describe_published, published_keywords
from sitegen.site.settings import MapSettings

if TYPE_CHECKING:
    from pydantic import TypeAdapter

STATISTICS = "details.json"
REPRESENTATIVE_CHARS = 700
NEAREST = 6
CENTERS_AT_ONCE = 1000


@dataclass(frozen=True)
class Representative:
    """A document that stands for its topic, as far as it is public. The date is ISO 8601 without the time."""

    title: str
    text: str
    category: str
    url: str
    date: str


@dataclass(frozen=True)
class Origin:
    """Where the name of a topic comes from, and how well it fits; see `LABEL_SCHEMA`.

    `documents` are titles, if texts are public; `nearest` is the id of the other topic that the name is closest to.
    """

    answers: tuple[str, ...]
    tries: int
    keywords: tuple[str, ...]
    documents: tuple[str, ...]
    reason: str
    fit: float | None
    margin: float | None
    rank: int | None
    nearest: int | None


@dataclass(frozen=True)
class TopicStatistics:
    """What is known of a topic beside its place on the map.

    Attributes:
        ctfidf, keybert, mmr: keywords of each representation, best first.
        description: one sentence, if there is one.
        origin: where the name comes from.
        over_time: documents in each of `DatasetStatistics.periods`; empty without dates.
        categories: the commonest, then the number of documents in others; empty without categories.
        by_period: its words in those of `DatasetStatistics.timeline` in which it has documents.
        by_category: its words in its commonest categories.
        nearest: the ids of the topics whose centres lie nearest on the map.
        editors: what people say of it.
    """

    id: int
    ctfidf: tuple[str, ...]
    keybert: tuple[str, ...]
    mmr: tuple[str, ...]
    description: str
    origin: Origin
    representatives: tuple[Representative, ...]
    over_time: tuple[int, ...]
    categories: Counts
    by_period: tuple[Part, ...]
    by_category: tuple[Part, ...]
    nearest: tuple[int, ...]
    editors: EditorsWords = NOTHING_SAID


@dataclass(frozen=True)
class DatasetStatistics:
    """What is known of a dataset beside its map.

    Attributes:
        rows: rows of the source.
        dropped, noted: rows by rule, in the order in which the rules ran; see `Documents`.
        lengths: documents by length in characters.
        categories: as in `TopicStatistics`.
        periods: the name of each period that dates fall into; `period` is their length.
        over_time: documents in each period.
        labelled_by: model, revision and hash of the prompt.
        public: one line, what of the documents the world sees.
        merges: the tree of topics; `parents` is a cut of it.
        timeline: the start of each period of equal length in which the words of topics are told.
        card: what the source says of itself, Markdown; empty if there is none, or `privacy.card` is off.
        outside_before: documents that were outside any topic before outliers were reassigned.
        hidden: how many more documents lie outside any topic than before people's edits.
    """

    rows: int
    dropped: Counts
    noted: Counts
    lengths: Counts
    categories: Counts
    period: str
    periods: tuple[str, ...]
    over_time: tuple[int, ...]
    labelled_by: dict[str, str]
    public: str
    card: str
    merges: tuple[Merge, ...]
    parents: tuple[Parent, ...]
    timeline: tuple[str, ...]
    outside_before: int
    changes: tuple[Change, ...]
    topics: tuple[TopicStatistics, ...]
    hidden: int = 0


def compute_statistics(
    settings: MapSettings,
    documents: Documents,
    public: PublishedDocuments,
    topics: Topics,
    labels: TopicLabels,
    continuity: Continuity,
    on_map: tuple[MapTopic, ...],
    edited: Edited = NOTHING_EDITED,
) -> DatasetStatistics:
    """Count what pages say. Of `dataset`, only `SECTIONS` may be used."""
    redact = public.redact
    # Where no text is public nothing is shown of documents that were chosen for theirs.
    told = settings.privacy.text != "none"
    period, names, period_of = split_into_periods(documents)
    category_of, categories = number_categories(documents, redact)
    nearest = _nearest(np.array([(topic.x, topic.y) for topic in on_map]).reshape(-1, 2))
    timeline, by_period = parts_by_period(topics, redact)
    by_category = parts_by_category(topics, redact)
    described = []
    for row, label, shown, near in zip(topics.rows(), labels.rows(), on_map, nearest, strict=True):
        members = topics.assignment == row["topic"]
        described.append(
            TopicStatistics(
                id=shown.id,
                ctfidf=tuple(published_keywords(row["keywords"], redact)),
                keybert=tuple(published_keywords(row["keybert"], redact)),
                mmr=tuple(published_keywords(row["mmr"], redact)),
                description=redact(label["description"] or ""),
                origin=_origin(label, public, label["documents"] if told else [], on_map),
                representatives=_representatives(public.documents, row["representatives"] if told else []),
                over_time=documents_by_period(period_of[members], len(names)),
                categories=commonest(category_of[members], categories),
                by_period=by_period.get(row["topic"], ()),
                by_category=by_category.get(row["topic"], ()),
                nearest=tuple(on_map[other].id for other in near),
                editors=edited.words.get(shown.id, NOTHING_SAID),
            )
        )
    return DatasetStatistics(
        rows=documents.rows,
        dropped=tuple(documents.dropped.items()),
        noted=tuple(documents.noted.items()),
        lengths=documents_by_length(documents),
        categories=commonest(category_of, categories),
        period=period,
        periods=names,
        over_time=documents_by_period(period_of, len(names)),
        labelled_by=shareable(labels.provenance),
        public=describe_published(settings, documents, public.masked_ids),
        card=redact(documents.card) if settings.privacy.card else "",
        merges=find_merges(topics, redact),
        parents=find_parents(topics, labels, redact),
        timeline=timeline,
        changes=find_changes(continuity, redact),
        outside_before=topics.outside.get("before", int((topics.assignment < 0).sum())),
        topics=tuple(described),
        hidden=edited.hidden,
    )


def write_statistics(statistics: DatasetStatistics, folder: Path) -> None:
    """Store them beside the map."""
    (folder / STATISTICS).write_bytes(json_payload(dataclasses.asdict(statistics)))


def read_statistics(folder: Path) -> DatasetStatistics:
    """Return what `write_statistics` stored."""
    return _adapter().validate_json((folder / STATISTICS).read_bytes())


@cache
def _adapter() -> TypeAdapter[DatasetStatistics]:
    """Return the reader of statistics; making one takes longer than reading twenty."""
    from pydantic import TypeAdapter

    return TypeAdapter(DatasetStatistics)


def _origin(label: dict[str, Any], public: PublishedDocuments, rows: list[int], on_map: tuple[MapTopic, ...]) -> Origin:
    nearest = label["nearest"]
    return Origin(
        answers=tuple(public.redact(answer) for answer in label["answers"]),
        tries=label["tries"],
        keywords=tuple(published_keywords(label["keywords"], public.redact)),
        documents=tuple(take_rows(public.documents.select(["title"]), rows).column("title").to_pylist()),
        reason=public.redact(label["reason"] or ""),
        fit=label["fit"],
        margin=label["margin"],
        rank=label["rank"],
        nearest=None if nearest is None else on_map[nearest].id,
    )


def _representatives(documents: pa.Table, rows: list[int]) -> tuple[Representative, ...]:
    return tuple(
        Representative(
            title=row["title"],
            text=_beginning(row["text"]),
            category=row["category"] or "",
            url=row["url"] or "",
            date=row["date"].date().isoformat() if row["date"] else "",
        )
        for row in take_rows(documents, rows).to_pylist()
    )


def _beginning(text: str) -> str:
    return text if len(text) <= REPRESENTATIVE_CHARS else text[:REPRESENTATIVE_CHARS].rstrip() + "…"


def _nearest(centers: npt.NDArray[np.floating]) -> list[tuple[int, ...]]:
    """Return the other topics closest to each, by centre; in blocks, for 40,000 topics have 1.6 billion distances."""
    found: list[tuple[int, ...]] = []
    for start in range(0, len(centers), CENTERS_AT_ONCE):
        block = centers[start : start + CENTERS_AT_ONCE]
        apart = np.hypot(*(block[:, None] - centers[None]).transpose(2, 0, 1))
        apart[np.arange(len(block)), start + np.arange(len(block))] = np.inf
        near = np.argsort(apart, axis=1, kind="stable")[:, : min(NEAREST, len(centers) - 1)]
        found += map(tuple, near.tolist())
    return found
