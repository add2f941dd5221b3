"""What the templates of the hierarchy and of topics over time receive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sitegen.config import DatasetConfig
from sitegen.site.map.summary import MapSummary
from sitegen.site.pages.facts.hierarchy import Group, Tree
from sitegen.site.pages.facts.statistics import DatasetStatistics
from sitegen.site.pages.facts.topics_over_time import Part
from sitegen.site.pages.views.charts import Chart, bar_chart
from sitegen.site.pages.views.topic_views import TopicLink, topic_links
from sitegen.site.pages.views.treemap import Box, Tile, head_line, inside, squarify, tiles

TREEMAPS = {"tall": (288, 900), "wide": (700, 640), "widest": (1104, 700)}
"""Width and height of the treemaps for phones, tablets and desktops, in pixels: the least that they are shown at."""
TILE_AREA, TALLEST = 4000, 1.7
"""A treemap is up to so much taller to give a topic of middle size so many square pixels."""
MOST_NUMBERED = 40
"""Topics without room for a name that are listed below a treemap."""
MOST_OVER_TIME = 20


@dataclass(frozen=True)
class Branch:
    """Topics that belong together, or, with `topic`, one of them. `id` is there for the groups that links lead to.

    With `around`, `branches` are not topics but groups.
    """

    id: str
    name: str
    named_by: str
    keywords: tuple[str, ...]
    size: int
    topics: int
    topic: TopicLink | None
    branches: tuple[Branch, ...]
    around: bool = False


@dataclass(frozen=True)
class ParentTile:
    """A parent's part of a treemap: its box with y DOWN, its name as far as it fits, and tiles by rank of topic."""

    box: Box
    name: str
    line: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Treemap:
    """A treemap of topics inside their parents. `kind` is one of `TREEMAPS`.

    It may be shown wider than `width`: the boxes grow, letters do not. `nameless` are ranks of topics whose tiles have
    a number, because no name fits.
    """

    kind: str
    width: int
    height: int
    parents: tuple[ParentTile, ...]

    @cached_property  # the template asks at each tile
    def nameless(self) -> tuple[int, ...]:
        """Ranks of topics whose tile has no room for a name, none if they are too many to be listed."""
        found = sorted(tile.number for parent in self.parents for tile in parent.tiles if not tile.lines)
        return tuple(found) if len(found) <= MOST_NUMBERED else ()


@dataclass(frozen=True)
class HierarchyView:
    """`hierarchy.html.j2`. `topics` are by rank, largest first; `has_timeline`: there is a page of time.

    The treemap of a map that grows is a picture: it counts the documents that pictures show, `drawn`; None of others.
    """

    root: str
    title: str
    topics: tuple[TopicLink, ...]
    parents: int
    treemaps: tuple[Treemap, ...]
    branches: tuple[Branch, ...]
    has_timeline: bool
    drawn: int | None


@dataclass(frozen=True)
class TopicOverTime:
    """The course of a topic over time: documents and words by period."""

    topic: TopicLink
    chart: Chart
    words: tuple[Part, ...]


@dataclass(frozen=True)
class TimeView:
    """`time.html.j2`: the course of the largest of all `topics`; `tree` says whether there is a hierarchy."""

    root: str
    title: str
    topics: int
    over_time: tuple[TopicOverTime, ...]
    tree: bool


def hierarchy_view(dataset: DatasetConfig, summary: MapSummary, statistics: DatasetStatistics) -> HierarchyView | None:
    """Return the tree of topics of one dataset; None where there are too few topics for one."""
    if not (statistics.merges or statistics.parents):
        return None
    links, sizes = topic_links(summary), summary.drawn_sizes
    if sizes is not None:
        links = tuple(replace(link, size=size) for link, size in zip(links, sizes, strict=True))
        parents = (replace(each, size=sum(sizes[topic] for topic in each.topics)) for each in statistics.parents)
        statistics = replace(statistics, parents=tuple(parents))
    return HierarchyView(
        root="../../",
        title=dataset.title,
        topics=links,
        parents=len(statistics.parents),
        treemaps=tuple(_treemap(kind, *size, links, statistics) for kind, size in TREEMAPS.items()),
        branches=_branches(links, statistics),
        has_timeline=bool(statistics.timeline),
        drawn=None if sizes is None else summary.drawn,
    )


def time_view(dataset: DatasetConfig, summary: MapSummary, statistics: DatasetStatistics) -> TimeView | None:
    """Return the course of the largest topics of one dataset; None without dates."""
    if not statistics.timeline:
        return None
    over_time = []
    for link, topic in zip(topic_links(summary), statistics.topics, strict=True):
        documents = {part.name: part.documents for part in topic.by_period}
        values = [documents.get(period, 0) for period in statistics.timeline]
        chart = bar_chart(link.name, "from", statistics.timeline, values)
        if chart is not None:
            over_time.append(TopicOverTime(link, chart, topic.by_period))
    return TimeView(
        "../../",
        dataset.title,
        len(summary.topics),
        tuple(over_time[:MOST_OVER_TIME]),
        bool(statistics.merges or statistics.parents),
    )


def _branches(links: Sequence[TopicLink], statistics: DatasetStatistics) -> tuple[Branch, ...]:
    """Return the parents, or without any what lies below the last merge."""
    tree = Tree(statistics.merges, len(links))

    def branch(member: int | Group) -> Branch:
        if isinstance(member, int):
            link = links[member]
            return Branch("", link.name, "", (), link.size, 1, link, ())
        merge = statistics.merges[member.node - len(links)]
        below = tuple(branch(each) for each in member.members)
        return Branch("", "", "", merge.keywords, merge.size, len(tree.below[member.node]), None, below)

    if not statistics.parents:
        return branch(tree.group(len(tree.below) - 1)).branches
    found = []
    for number, parent in enumerate(statistics.parents):
        if statistics.merges:
            node = tree.node_of(parent.topics)  # of one topic alone, that topic
            below = (branch(node),) if node < len(links) else branch(tree.group(node)).branches
        else:  # given layers have no merges between them
            below = tuple(map(branch, parent.topics))
        found.append(
            Branch(
                f"parent-{number}",
                parent.name,
                parent.named_by,
                parent.keywords,
                parent.size,
                len(parent.topics),
                None,
                below,
            )
        )
    return _inside_layers(found, [parent.above for parent in statistics.parents])


def _inside_layers(branches: Sequence[Branch], above: Sequence[tuple[str, ...]]) -> tuple[Branch, ...]:
    """Put parents into the groups around them, the coarsest at the top; a parent in none stands alone."""
    found: list[Branch] = []
    for name in dict.fromkeys(path[-1] if path else "" for path in above):
        here = [number for number, path in enumerate(above) if (path[-1] if path else "") == name]
        inside = [branches[number] for number in here]
        if not name:
            found += inside
            continue
        below = _inside_layers(inside, [above[number][:-1] for number in here])
        size, topics = sum(each.size for each in below), sum(each.topics for each in below)
        found.append(Branch("", name, "given", (), size, topics, None, below, around=True))
    return tuple(found)


def _treemap(kind: str, width: int, height: int, links: Sequence[TopicLink], statistics: DatasetStatistics) -> Treemap:
    sizes = sorted(link.size for link in links)
    wanted = TILE_AREA * sum(sizes) / sizes[len(sizes) // 2] / width
    height = round(min(max(height, wanted), TALLEST * height))
    whole = Box(0, 0, width, height)
    if not statistics.parents:
        everything = tiles(range(len(links)), [link.name for link in links], [link.size for link in links], whole)
        return Treemap(kind, width, height, (ParentTile(whole, "", "", tuple(everything)),))
    parents = sorted(statistics.parents, key=lambda parent: -parent.size)
    return Treemap(
        kind,
        width,
        height,
        tuple(
            ParentTile(
                box=box.rounded(),
                name=parent.name,
                line=head_line(parent.name, box),
                tiles=tuple(
                    tiles(
                        parent.topics,
                        [links[rank].name for rank in parent.topics],
                        [links[rank].size for rank in parent.topics],
                        inside(box),
                    )
                ),
            )
            for parent, box in zip(parents, squarify([parent.size for parent in parents], whole), strict=True)
        ),
    )
