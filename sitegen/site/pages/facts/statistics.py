"""What the pages of a dataset say beside its map: topics in detail, lengths, categories, dates, what was dropped.

Counted once from the artifacts and stored with the map, so that pages are written without reading the documents.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts import Continuity, Documents, LabelRow, TopicLabels, Topics, split_by_topic, take_rows
from sitegen.site.edits import NOTHING_EDITED, NOTHING_SAID, Edited, EditorsWords
from sitegen.site.map.neighbors import Neighborhoods
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


class PublishedRow(TypedDict):
    """A row of the published documents, as far as pages of topics show it."""

    title: str
    text: str
    category: str | None
    url: str | None
    date: datetime | None


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
        neighbors_kept: which share of the neighbours of its documents the map keeps, on average; None without vectors.
        aspects: name and keywords of each further representation that is given.
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
    neighbors_kept: float | None = None
    aspects: tuple[tuple[str, tuple[str, ...]], ...] = ()


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
        neighbors: how many documents closest in meaning to each the map is compared with; 0 without vectors.
        neighbors_kept: as in `TopicStatistics`, of all documents.
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
    neighbors: int = 0
    neighbors_kept: float | None = None


def compute_statistics(
    settings: MapSettings,
    documents: Documents,
    public: PublishedDocuments,
    topics: Topics,
    labels: TopicLabels,
    continuity: Continuity,
    on_map: tuple[MapTopic, ...],
    edited: Edited = NOTHING_EDITED,
    neighborhoods: Neighborhoods | None = None,
    counted: npt.NDArray[np.bool_] | None = None,
) -> DatasetStatistics:
    """Count what pages say. Of `dataset`, only `SECTIONS` may be used.

    Args:
        counted: the documents that are counted in their topics, bool (n,); all if absent.
    """
    redact = public.redact
    # Where no text is public nothing is shown of documents that were chosen for theirs.
    told = settings.privacy.text != "none"
    period, names, period_of = split_into_periods(documents)
    category_of, categories = number_categories(documents, redact)
    nearest = _nearest(np.array([(topic.x, topic.y) for topic in on_map]).reshape(-1, 2))
    timeline, by_period = parts_by_period(topics, redact)
    by_category = parts_by_category(topics, redact)
    aspects: dict[int, list[tuple[str, tuple[str, ...]]]] = {}
    for each in topics.aspects.to_pylist() if topics.aspects is not None else []:
        words = tuple(published_keywords(each["words"], redact))
        aspects.setdefault(each["topic"], []).append((redact(each["name"]), words))
    rows, label_rows = list(topics.rows()), list(labels.rows())
    counted_rows = np.arange(len(documents)) if counted is None else np.flatnonzero(counted)
    told_documents = _taken(public.documents, [row["representatives"] if told else [] for row in rows])
    if settings.joined:  # some datasets may publish no texts
        told_documents = ([each for each in some if each["text"]] for some in told_documents)
    titles = _taken(public.documents.select(["title"]), [label["documents"] if told else [] for label in label_rows])
    described = []
    for row, label, shown, near, members, representatives, shown_to_model in zip(
        rows,
        label_rows,
        on_map,
        nearest,
        split_by_topic(counted_rows, topics.assignment[counted_rows], len(rows)),
        told_documents,
        titles,
        strict=True,
    ):
        described.append(
            TopicStatistics(
                id=shown.id,
                ctfidf=tuple(published_keywords(row["keywords"], redact)),
                keybert=tuple(published_keywords(row["keybert"], redact)),
                mmr=tuple(published_keywords(row["mmr"], redact)),
                description=redact(label["description"] or ""),
                origin=_origin(label, public, shown_to_model, on_map),
                representatives=tuple(map(_representative, representatives)),
                over_time=documents_by_period(period_of[members], len(names)),
                categories=commonest(category_of[members], categories),
                by_period=by_period.get(row["topic"], ()),
                by_category=by_category.get(row["topic"], ()),
                nearest=tuple(on_map[other].id for other in near),
                editors=edited.words.get(shown.id, NOTHING_SAID),
                neighbors_kept=neighborhoods.mean_share(members) if neighborhoods else None,
                aspects=tuple(aspects.get(row["topic"], ())),
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
        neighbors=neighborhoods.near.shape[1] if neighborhoods else 0,
        neighbors_kept=neighborhoods.mean_share() if neighborhoods else None,
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


def _taken(table: pa.Table, rows: list[list[int]]) -> Iterator[list[PublishedRow]]:
    """Yield some published documents for each list of their rows, which are taken together: see `take_rows`."""
    taken = iter(take_rows(table, list(chain.from_iterable(rows))).to_pylist())
    for some in rows:
        yield list(islice(taken, len(some)))


def _origin(
    label: LabelRow, public: PublishedDocuments, documents: list[PublishedRow], on_map: tuple[MapTopic, ...]
) -> Origin:
    nearest = label["nearest"]
    return Origin(
        answers=tuple(public.redact(answer) for answer in label["answers"]),
        tries=label["tries"],
        keywords=tuple(published_keywords(label["keywords"], public.redact)),
        documents=tuple(document["title"] for document in documents),
        reason=public.redact(label["reason"] or ""),
        fit=label["fit"],
        margin=label["margin"],
        rank=label["rank"],
        nearest=None if nearest is None else on_map[nearest].id,
    )


def _representative(document: PublishedRow) -> Representative:
    return Representative(
        title=document["title"],
        text=_beginning(document["text"]),
        category=document["category"] or "",
        url=document["url"] or "",
        date=document["date"].date().isoformat() if document["date"] else "",
    )


def _beginning(text: str) -> str:
    return text if len(text) <= REPRESENTATIVE_CHARS else text[:REPRESENTATIVE_CHARS].rstrip() + "…"


def _nearest(centers: npt.NDArray[np.floating]) -> list[tuple[int, ...]]:
    """Return the other topics closest to each, by centre, float (k, 2)."""
    from scipy.spatial import cKDTree

    if not len(centers):
        return []
    # One more than is wanted: each finds itself, unless others lie at the same place.
    _, found = cKDTree(centers).query(centers, range(1, min(NEAREST + 1, len(centers)) + 1))
    return [tuple(other for other in near if other != own)[:NEAREST] for own, near in enumerate(found.tolist())]
