"""What the templates of the topic pages receive: the table of all topics, and one page per topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sitegen.config import DatasetConfig
from sitegen.site.edits import EditorsWords
from sitegen.site.map.summary import MapSummary
from sitegen.site.pages.facts.hierarchy import Tree
from sitegen.site.pages.facts.statistics import DatasetStatistics, Origin, Representative
from sitegen.site.pages.facts.topics_over_time import Part
from sitegen.site.pages.views.charts import Chart, Spark, bar_chart, rows, spark
from sitegen.site.pages.views.topic_words import best_quote, merged_keywords


@dataclass(frozen=True)
class TopicLink:
    """A link to the page of a topic."""

    id: int
    name: str
    color: str
    size: int


@dataclass(frozen=True)
class TopicRow:
    """A row of the table of topics. Keywords of each representation, best first; `trend` needs dates."""

    id: int
    name: str
    named_by: str
    color: str
    size: int
    share: float
    ctfidf: tuple[str, ...]
    keybert: tuple[str, ...]
    mmr: tuple[str, ...]
    trend: Spark | None


NEAREST_IN_TREE = 6
ROUGHLY = ("few", "about a quarter", "about half", "about three quarters", "nearly all")
"""Shares in quarters, for figures that each new document would change."""


@dataclass(frozen=True)
class ParentLink:
    """The parent of a topic: its number and name, how many topics it has, and the others of them."""

    number: int
    name: str
    named_by: str
    topics: int
    siblings: tuple[TopicLink, ...]


@dataclass(frozen=True)
class MovedTopicView:
    """`moved.html.j2`: the page of a topic that was merged into the topic `id`, called `name`."""

    root: str
    title: str
    id: int
    name: str


@dataclass(frozen=True)
class TopicsView:
    """`topics.html.j2`. `has_dates`: there are trends; `tree` and `has_timeline`: those pages exist.

    `best` is the representation that stands alone where there is room for one.
    """

    root: str
    title: str
    documents: int
    outliers: int
    rows: tuple[TopicRow, ...]
    has_dates: bool
    best: str
    over_time: Chart | None
    tree: bool
    has_timeline: bool


@dataclass(frozen=True)
class TopicPageView:
    """`topic.html.j2`. The place is in percent of the map's picture, y DOWN; `made_with` is the names' provenance.

    `closest` is the other topic that the name is closest to; `words` are the keywords of all representations without
    near-duplicates, `aspects` name and keywords of further representations that are given, `quote` a sentence of a
    document, empty where there is a description;
    `editors` is what people say of the topic. Of the `neighbors` documents closest in meaning to a document
    of the topic, the share `kept` is among as many nearest on the map, on average; `kept_in_all` is that of all
    documents. Both are None without vectors. If the map is `growing`, figures are of the time when the topic had last
    grown by a tenth, `kept` is told `roughly`, and links have no sizes, for new documents change them.
    """

    root: str
    title: str
    id: int
    name: str
    named_by: str
    color: str
    size: int
    share: float
    description: str
    quote: str
    words: tuple[str, ...]
    ctfidf: tuple[str, ...]
    keybert: tuple[str, ...]
    mmr: tuple[str, ...]
    aspects: tuple[tuple[str, tuple[str, ...]], ...]
    representatives: tuple[Representative, ...]
    over_time: Chart | None
    categories: Chart | None
    by_period: tuple[Part, ...]
    by_category: tuple[Part, ...]
    nearest: tuple[TopicLink, ...]
    similar: tuple[TopicLink, ...]
    parent: ParentLink | None
    previous: TopicLink | None
    next: TopicLink | None
    preview: str
    x: float
    y: float
    radius: float
    origin: Origin
    closest: TopicLink | None
    made_with: dict[str, str]
    editors: EditorsWords
    neighbors: int
    kept: float | None
    roughly: str
    kept_in_all: float | None
    growing: bool


def topics_view(dataset: DatasetConfig, summary: MapSummary, statistics: DatasetStatistics) -> TopicsView:
    """Return the table of all topics of one dataset."""
    return TopicsView(
        root="../../",
        title=dataset.title,
        documents=summary.documents,
        outliers=summary.outliers,
        rows=tuple(
            TopicRow(
                id=topic.id,
                name=topic.name,
                named_by=topic.named_by,
                color=topic.color,
                size=topic.size,
                share=topic.size / summary.documents,
                ctfidf=each.ctfidf,
                keybert=each.keybert,
                mmr=each.mmr,
                trend=spark(statistics.periods, each.over_time),
            )
            for topic, each in zip(summary.topics, statistics.topics, strict=True)
        ),
        has_dates=bool(statistics.periods),
        best="mmr" if any(each.mmr for each in statistics.topics) else "ctfidf",
        over_time=bar_chart(
            f"Documents per {statistics.period}", statistics.period, statistics.periods, statistics.over_time
        ),
        tree=bool(statistics.merges or statistics.parents),
        has_timeline=bool(statistics.timeline),
    )


def topic_views(
    dataset: DatasetConfig, summary: MapSummary, statistics: DatasetStatistics
) -> tuple[TopicPageView, ...]:
    """Return the page of each topic of one dataset, largest topic first."""
    growing = summary.counted is not None
    links = topic_links(summary)
    tree = Tree(statistics.merges, len(links))
    parents = _parents(links, statistics)
    by_id = {link.id: link for link in links}
    return tuple(
        TopicPageView(
            root="../../../",
            title=dataset.title,
            id=topic.id,
            name=topic.name,
            named_by=topic.named_by,
            color=topic.color,
            size=topic.size,
            share=topic.size / summary.documents,
            description=each.description,
            quote="" if each.description else best_quote([one.text for one in each.representatives], each.ctfidf),
            words=merged_keywords(each.mmr, each.keybert, each.ctfidf),
            ctfidf=each.ctfidf,
            keybert=each.keybert,
            mmr=each.mmr,
            aspects=each.aspects,
            representatives=tuple(map(_without_repetition, each.representatives)),
            over_time=bar_chart(
                f"Documents per {statistics.period}", statistics.period, statistics.periods, each.over_time
            ),
            categories=rows(
                f"Documents by {dataset.documents.category or 'category'}", "category", each.categories, topic.size
            ),
            nearest=tuple(by_id[number] for number in each.nearest),
            by_period=each.by_period,
            by_category=each.by_category,
            similar=tuple(links[near] for near in tree.nearest(rank, NEAREST_IN_TREE)),
            parent=parents.get(rank),
            previous=links[rank - 1] if rank else None,
            next=links[rank + 1] if rank + 1 < len(links) else None,
            preview=f"map/{summary.preview}",
            x=round(100 * topic.x, 2),
            y=round(100 * (1 - topic.y), 2),
            radius=round(100 * topic.radius + 2, 2),
            origin=each.origin,
            closest=by_id.get(each.origin.nearest) if each.origin.nearest is not None else None,
            made_with=statistics.labelled_by,
            editors=each.editors,
            neighbors=statistics.neighbors,
            kept=each.neighbors_kept,
            roughly=ROUGHLY[round(4 * (each.neighbors_kept or 0))],
            kept_in_all=statistics.neighbors_kept,
            growing=growing,
        )
        for rank, (topic, each) in enumerate(zip(summary.on_pages, statistics.topics, strict=True))
    )


def moved_views(dataset: DatasetConfig, summary: MapSummary) -> dict[int, MovedTopicView]:
    """Return the pages that lead from topics that were merged to where they are now, by the id that is gone."""
    names = {topic.id: topic.name for topic in summary.topics}
    return {
        old: MovedTopicView("../../../", dataset.title, new, names[new])
        for old, new in summary.redirects
        if new in names and old not in names
    }


def topic_links(summary: MapSummary) -> tuple[TopicLink, ...]:
    """Return a link to each topic, largest first."""
    return tuple(TopicLink(topic.id, topic.name, topic.color, topic.size) for topic in summary.topics)


def _parents(links: Sequence[TopicLink], statistics: DatasetStatistics) -> dict[int, ParentLink]:
    """Return the parent of each topic, by rank."""
    return {
        rank: ParentLink(
            number,
            parent.name,
            parent.named_by,
            len(parent.topics),
            tuple(links[other] for other in parent.topics if other != rank),
        )
        for number, parent in enumerate(statistics.parents)
        for rank in parent.topics
    }


def _without_repetition(document: Representative) -> Representative:
    """Return a document without its title where that is the beginning of its text, as if it came without one."""
    line = " ".join(document.text.split())
    return replace(document, title="") if line.startswith(document.title.removesuffix("…")) else document
