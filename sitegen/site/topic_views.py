"""What the templates of the topic pages receive: the table of all topics, and one page per topic."""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.config import DatasetConfig
from sitegen.site.charts import Chart, Spark, columns, rows, spark
from sitegen.site.details import DatasetDetails, Representative
from sitegen.site.map import MapSummary, MapTopic


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


@dataclass(frozen=True)
class TopicsView:
    """`topics.html.j2`. `timed` says whether there are trends."""

    root: str
    title: str
    documents: int
    outliers: int
    rows: tuple[TopicRow, ...]
    timed: bool
    over_time: Chart | None


@dataclass(frozen=True)
class TopicPageView:
    """`topic.html.j2`. The place is in percent of the map's picture, y DOWN."""

    root: str
    title: str
    id: int
    name: str
    named_by: str
    color: str
    size: int
    share: float
    ctfidf: tuple[str, ...]
    keybert: tuple[str, ...]
    mmr: tuple[str, ...]
    representatives: tuple[Representative, ...]
    over_time: Chart | None
    categories: Chart | None
    nearest: tuple[TopicLink, ...]
    before: TopicLink | None
    after: TopicLink | None
    preview: str
    x: float
    y: float
    radius: float
    answers: tuple[str, ...]
    model: str


def topics_view(dataset: DatasetConfig, summary: MapSummary, details: DatasetDetails) -> TopicsView:
    """The table of all topics of one dataset."""
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
                trend=spark(details.periods, each.over_time),
            )
            for topic, each in zip(summary.topics, details.topics, strict=True)
        ),
        timed=bool(details.periods),
        over_time=columns(f"Documents per {details.period}", details.period, details.periods, details.over_time),
    )


def topic_views(dataset: DatasetConfig, summary: MapSummary, details: DatasetDetails) -> tuple[TopicPageView, ...]:
    """The page of each topic of one dataset, largest topic first."""
    links = [_link(topic) for topic in summary.topics]
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
            ctfidf=each.ctfidf,
            keybert=each.keybert,
            mmr=each.mmr,
            representatives=each.representatives,
            over_time=columns(f"Documents per {details.period}", details.period, details.periods, each.over_time),
            categories=rows(
                f"Documents by {dataset.documents.category or 'category'}", "category", each.categories, topic.size
            ),
            nearest=tuple(by_id[number] for number in each.nearest),
            before=links[rank - 1] if rank else None,
            after=links[rank + 1] if rank + 1 < len(links) else None,
            preview=f"map/{summary.preview}",
            x=round(100 * topic.x, 2),
            y=round(100 * (1 - topic.y), 2),
            radius=round(100 * topic.radius + 2, 2),
            answers=each.answers,
            model=details.labelled_by.get("model", ""),
        )
        for rank, (topic, each) in enumerate(zip(summary.topics, details.topics, strict=True))
    )


def _link(topic: MapTopic) -> TopicLink:
    return TopicLink(topic.id, topic.name, topic.color, topic.size)
