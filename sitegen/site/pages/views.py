"""What each template receives. Every template has `site`, `page`, `assets` and `links`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from markupsafe import Markup

from sitegen.config import DatasetConfig
from sitegen.site.map.column_codes import ROWS_PER_SHARD, MapColumn
from sitegen.site.map.label_type import BOLD_FROM_PX
from sitegen.site.map.map_square import Frame
from sitegen.site.map.palette import OUTLIER
from sitegen.site.map.parents import MapParent
from sitegen.site.map.placed_label import HOME_TIERS, TIERS, Place, PlacedLabel, leader_start
from sitegen.site.map.summary import MapSummary
from sitegen.site.map.text_shards import field_names
from sitegen.site.map.topic_shards import LISTED, by_id, groups

NO_TOPICS = (
    "No group of documents was dense enough to be a topic, so the map shows them all as one. "
    "A smaller clusters.min_cluster_size may find groups."
)


@dataclass(frozen=True)
class NavigationLink:
    """A link to a page. `url` starts at the site's root."""

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

    Attributes:
        capitals: whether its script has any.
        strong: whether it is set in bold.
        ink: number of its colour among `MapView.inks`; None for a parent.
        style: its size and its places as custom properties of CSS: `--f` is the font size in pixels, `--t3` the
            place of its centre from tier 3 on, `-999cqw` where it does not show.
    """

    topic: int
    parent: bool
    capitals: bool
    lines: tuple[str, ...]
    strong: bool
    ink: int | None
    style: str


@dataclass(frozen=True)
class Leader:
    """The line from a topic's name to its cluster, in hundredths of the map square, y down.

    `style` says by custom properties of CSS from which tier on it is visible, and from which hidden.
    """

    topic: int
    tier: int
    ink: int
    x1: float
    y1: float
    x2: float
    y2: float
    style: str


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
    """`map.html.j2`. `data` and `plot` are what the page's script reads.

    `inks` are the colours of names, on a light and on a dark map; `frame` is what the whole map shows.
    """

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
    leaders: tuple[Leader, ...]
    inks: tuple[tuple[str, str], ...]
    frame: Frame
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
    """`404.html.j2`. `maps` are the first of the gallery."""

    root: str
    maps: tuple[NavigationLink, ...]


def card(dataset: DatasetConfig, summary: MapSummary) -> Card:
    """Return the card of one map."""
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
    """Return what the search across all maps reads.

    Slug and title of each, and id, name, size and keywords of its topics.
    """
    return [
        [
            dataset.slug,
            dataset.title,
            [[topic.id, topic.name, topic.size, " ".join(topic.keywords)] for topic in summary.topics],
        ]
        for dataset, summary in maps
    ]


def map_view(dataset: DatasetConfig, summary: MapSummary, assets: Mapping[str, str]) -> MapView:
    """Return the map page of one dataset. `assets` are the published paths of what its script loads later."""
    colors = by_id(summary.topics, summary.parents)
    ink = colors["colors"]
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
        labels=tuple(map_label(label, summary, ink) for label in summary.labels),
        leaders=tuple(chain.from_iterable(map_leaders(label, summary, ink) for label in summary.labels)),
        inks=tuple(tuple(each) for each in colors["inks"]),
        frame=summary.frame,
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


def map_label(label: PlacedLabel, summary: MapSummary, ink: Sequence[int]) -> Label:
    """Return a name as the page writes it. `ink` is the number of each topic's colour, by id."""
    kind = label.type
    topic = label.topic if kind.parent else summary.topics[label.topic].id
    places = (f"--t{place.tier}:{_place_css(place)}" for place in label.places)
    return Label(
        topic=topic,
        parent=kind.parent,
        capitals=any(line != line.upper() for line in kind.lines),
        lines=kind.lines,
        strong=kind.parent or kind.size >= BOLD_FROM_PX,
        ink=None if kind.parent else ink[topic],
        style=";".join([f"--f:{kind.size:g}", *places]),
    )


def map_leaders(label: PlacedLabel, summary: MapSummary, ink: Sequence[int]) -> list[Leader]:
    """Return the lines of a name as the page draws them. `ink` is the number of each topic's colour, by id."""
    ends = [*(place.tier for place in label.places[1:]), len(TIERS)]
    found = []
    for place, end in zip(label.places, ends, strict=False):
        if place.leader is None:
            continue
        (x1, y1), (x2, y2) = leader_start(label, place, TIERS[place.tier]), place.leader
        topic = summary.topics[label.topic].id
        style = f"--t{place.tier}:visible;--t{end}:hidden"
        x1, y1, x2, y2 = (round(100 * value, 2) for value in (x1, 1 - y1, x2, 1 - y2))
        found.append(Leader(topic, place.tier, ink[topic], x1, y1, x2, y2, style))
    return found


def _place_css(place: Place) -> str:
    if place.spot is None:
        return "-999cqw"
    digits = 2 if place.tier < len(HOME_TIERS) else 4
    x, y = (f"{100 * value:.{digits}f}".rstrip("0").rstrip(".") for value in (place.spot[0], 1 - place.spot[1]))
    return f"{x}cqw {y}cqw"


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
            "names": field_names(dataset.privacy),
        },
        "tools": {"script": f"../{assets['tools.js']}", "style": f"../{assets['tools.css']}"},
        "topics": [
            {"id": topic.id, "name": topic.name, "size": topic.size, "x": topic.x, "y": topic.y, "radius": topic.radius}
            for topic in summary.topics[:LISTED]
        ],
        "frame": {"w": summary.frame.width, "h": summary.frame.height},
        "tiers": TIERS,
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
