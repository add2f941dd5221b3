"""What each template receives. Every template has `site`, `page`, `assets` and `links`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from sitegen.config import DatasetConfig
from sitegen.site.map.column_codes import ROWS_PER_SHARD, MapColumn
from sitegen.site.map.palette import OUTLIER
from sitegen.site.map.parents import MapParent
from sitegen.site.map.summary import MapSummary
from sitegen.site.map.text_shards import field_names
from sitegen.site.map.topic_shards import LISTED, by_id, groups

NO_TOPICS = (
    "No group of documents was dense enough to be a topic, so the map shows them all as one. "
    "A smaller clusters.min_cluster_size may find groups."
)


@dataclass(frozen=True)
class NavigationLink:
    """A page of the project's own in the navigation. `url` starts at the site's root."""

    title: str
    url: str


@dataclass(frozen=True)
class SiteView:
    """The gallery as a whole."""

    title: str
    description: str
    language: str
    version: str
    pages: tuple[NavigationLink, ...] = ()


@dataclass(frozen=True)
class Card:
    """A map in the gallery. `url` and `thumbnail` start at the site's root."""

    slug: str
    title: str
    description: str
    url: str
    thumbnail: str
    documents: int
    topics: int
    tags: tuple[str, ...]
    top_topics: tuple[str, ...]


@dataclass(frozen=True)
class GalleryView:
    """`gallery.html.j2`. `root` leads from a page to the site's root, `topic_index` from there to a shard."""

    root: str
    documents: int
    topics: int
    cards: tuple[Card, ...]
    tags: tuple[str, ...]
    topic_index: str


@dataclass(frozen=True)
class Label:
    """A name on the map, of the topic with this id or of the parent with this number.

    Places are in the map square with y DOWN, as in CSS. `capitals` says whether its script has any. It shows from
    `min_scale` to before `max_scale`, in pixels per map unit.
    """

    topic: int
    parent: bool
    capitals: bool
    lines: tuple[str, ...]
    x: float
    y: float
    size: int
    width: float
    min_scale: float
    max_scale: float
    tier: int


@dataclass(frozen=True)
class TopicView:
    """A topic in the list beside the map."""

    id: int
    name: str
    size: int
    keywords: tuple[str, ...]
    color: str
    named_by: str
    share: float


@dataclass(frozen=True)
class TopicGroup:
    """Topics in the list under their parent, the `number`th; None if there are no parents. `size` is in documents."""

    number: int | None
    name: str
    size: int
    share: float
    count: int
    topics: tuple[TopicView, ...]


@dataclass(frozen=True)
class MapView:
    """`map.html.j2`. `data` and `plot` are what the page's script reads."""

    root: str
    title: str
    description: str
    license: str | None
    source: str
    homepage: str | None
    documents: int
    topics: int
    outlier_share: float
    shown: int
    preview: str
    labels: tuple[Label, ...]
    topic_groups: tuple[TopicGroup, ...]
    listed: int
    plot: dict[str, Any]
    data: dict[str, Any]
    caveat: str | None
    columns: tuple[MapColumn, ...]


@dataclass(frozen=True)
class PageView:
    """`page.html.j2`, a page of the project's own. `body` is HTML made from its Markdown."""

    root: str
    title: str
    description: str
    body: Markup


@dataclass(frozen=True)
class NotFoundView:
    """`404.html.j2`."""

    root: str


def card(dataset: DatasetConfig, summary: MapSummary) -> Card:
    """The card of one map."""
    return Card(
        slug=dataset.slug,
        title=dataset.title,
        description=dataset.description,
        url=f"{dataset.slug}/index.html",
        thumbnail=f"{dataset.slug}/map/{summary.thumbnail}",
        documents=summary.documents,
        topics=len(summary.topics),
        tags=dataset.tags,
        top_topics=tuple(topic.name for topic in summary.topics[:3]),
    )


def topic_index(maps: Sequence[tuple[DatasetConfig, MapSummary]]) -> list[Any]:
    """What the search across all maps reads: slug and title of each, and id, name, size and keywords of its topics."""
    return [
        [
            dataset.slug,
            dataset.title,
            [[topic.id, topic.name, topic.size, " ".join(topic.keywords)] for topic in summary.topics],
        ]
        for dataset, summary in maps
    ]


def map_view(dataset: DatasetConfig, summary: MapSummary, assets: Mapping[str, str]) -> MapView:
    """The map page of one dataset. `assets` are the published paths of what its script loads later."""
    return MapView(
        root="../",
        title=dataset.title,
        description=dataset.description,
        license=dataset.license,
        source="; ".join(each.describe() for each in dataset.source),
        homepage=dataset.homepage,
        documents=summary.documents,
        topics=len(summary.topics),
        outlier_share=summary.outliers / summary.documents,
        shown=summary.shown,
        preview=f"map/{summary.preview}",
        labels=tuple(
            Label(
                topic=label.topic if label.parent else summary.topics[label.topic].id,
                parent=label.parent,
                capitals=any(line != line.upper() for line in label.lines),
                lines=label.lines,
                x=label.x,
                y=round(1 - label.y, 5),
                size=label.size,
                width=round(label.width),
                min_scale=round(label.min_scale, 1),
                max_scale=round(label.max_scale, 1),
                tier=label.tier,
            )
            for label in summary.labels
        ),
        topic_groups=tuple(
            _group(number, parent, ranks, summary)
            for number, (parent, ranks) in enumerate(groups(summary.parents, len(summary.topics)))
        ),
        listed=min(len(summary.topics), LISTED),
        plot=summary.plot,
        data=_data(dataset, summary, assets),
        caveat=None if summary.topics else NO_TOPICS,
        columns=summary.columns.offered if summary.columns else (),
    )


def _group(number: int, parent: MapParent | None, ranks: list[int], summary: MapSummary) -> TopicGroup:
    return TopicGroup(
        number=number if parent else None,
        name=parent.name if parent else "",
        size=parent.size if parent else 0,
        share=parent.size / summary.documents if parent else 0.0,
        count=len(parent.topics) if parent else len(summary.topics),
        topics=tuple(
            TopicView(
                id=topic.id,
                name=topic.name,
                size=topic.size,
                keywords=topic.keywords,
                color=topic.color,
                named_by=topic.named_by,
                share=topic.size / summary.documents,
            )
            for topic in (summary.topics[rank] for rank in ranks)
        ),
    )


def _data(dataset: DatasetConfig, summary: MapSummary, assets: Mapping[str, str]) -> dict[str, Any]:
    return {
        "documents": summary.documents,
        "shown": summary.shown,
        "points": f"map/{summary.points}",
        "search": {
            "script": f"../{assets['search.js']}",
            "style": f"../{assets['search.css']}",
            "folder": f"map/{summary.search}",
        },
        "tiles": f"map/{summary.tiles}",
        "depth": summary.depth,
        "raster": {"folder": f"map/{summary.raster}", "levels": summary.raster_tiles},
        "texts": summary.texts and f"map/{summary.texts}",
        "titles": {"rows": summary.rows_per_shard, "folder": f"map/{summary.titles}"},
        "fields": {
            "rows": summary.rows_per_fields,
            "folder": f"map/{summary.fields}",
            "names": field_names(dataset.publish),
        },
        "tools": {"script": f"../{assets['tools.js']}", "style": f"../{assets['tools.css']}"},
        "topics": [
            {"id": topic.id, "name": topic.name, "size": topic.size, "x": topic.x, "y": topic.y, "radius": topic.radius}
            for topic in summary.topics[:LISTED]
        ],
        "by_id": by_id(summary.topics, summary.parents),
        "more_topics": summary.more_topics and f"map/{summary.more_topics}",
        "more_keywords": summary.more_keywords and f"map/{summary.more_keywords}",
        "outlier_color": OUTLIER,
        "columns": summary.columns
        and {
            "script": f"../{assets['columns.js']}",
            "style": f"../{assets['columns.css']}",
            "index": f"map/{summary.columns.index}",
            "folder": f"map/{summary.columns.folder}",
            "rows": ROWS_PER_SHARD,
        },
    }
