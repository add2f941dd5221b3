"""What each template receives. Every template has `site`, `page`, `assets` and `links`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sitegen.config import DatasetConfig
from sitegen.site.map.column_codes import MapColumn
from sitegen.site.map.map_square import Frame
from sitegen.site.map.summary import MapSummary


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
    """Topics in the list under their parent, the `number`th; None for those without one. `size` is in documents."""

    number: int | None
    name: str
    size: int
    share: float
    count: int
    topics: tuple[TopicView, ...]


@dataclass(frozen=True)
class MapView:
    """`map.html.j2`. `data` and `plot` are what the page's script reads.

    `inks` are the colours of names, on a light and on a dark map; `frame` is what the whole map shows; `changes` tells
    whether there is a page of what changed.
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
    plot: dict[str, object]
    data: dict[str, object]
    caveat: str | None
    columns: tuple[MapColumn, ...]
    changes: bool


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


def topic_index(maps: Sequence[tuple[DatasetConfig, MapSummary]]) -> list[object]:
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
