"""MapSummary -> what `map.html.j2` receives: names and their places, the list of topics, what its script reads."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from sitegen.config import DatasetConfig
from sitegen.site.map.column_codes import ROWS_PER_SHARD
from sitegen.site.map.labels.label_type import BOLD_FROM_PX
from sitegen.site.map.labels.placed_label import HOME_TIERS, TIERS, Place, PlacedLabel, leader_start
from sitegen.site.map.neighbors import ROWS_PER_SHARD as NEIGHBORS_PER_SHARD
from sitegen.site.map.neighbors import NeighborFolders
from sitegen.site.map.palette import OUTLIER
from sitegen.site.map.parents import MapParent
from sitegen.site.map.summary import MapSummary
from sitegen.site.map.text_shards import field_names
from sitegen.site.map.topic_shards import LISTED, by_id, groups, palette_of
from sitegen.site.output.parts import inside
from sitegen.site.pages.views.page_views import Label, Leader, MapView, TopicGroup, TopicView

NO_TOPICS = (
    "No group of documents was dense enough to be a topic, so the map shows them all as one. "
    "A smaller clusters.min_cluster_size may find groups."
)

NONE_GIVEN = "No document came with a topic, so the map shows them all as one."


def map_view(dataset: DatasetConfig, summary: MapSummary, assets: Mapping[str, str], changes: bool = False) -> MapView:
    """Return the map page of one dataset. `assets` are the published paths of what its script loads later."""
    palette = palette_of(summary.topics)
    ink = {color: number for number, color in enumerate(palette["palette"])}
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
        inks=tuple(tuple(each) for each in palette["inks"]),
        frame=summary.frame,
        topic_groups=tuple(
            _group(number, parent, ranks, summary)
            for number, (parent, ranks) in enumerate(groups(summary.parents, len(summary.topics)))
        ),
        listed=min(len(summary.topics), LISTED),
        plot=summary.plot,
        data=_data(dataset, summary, assets),
        caveat=None if summary.topics else NONE_GIVEN if dataset.given.has_topics else NO_TOPICS,
        columns=summary.columns.offered if summary.columns else (),
        changes=changes,
    )


def map_label(label: PlacedLabel, summary: MapSummary, ink: Mapping[str, int]) -> Label:
    """Return a name as the page writes it. `ink` is the number of each colour of topics."""
    kind = label.type
    topic = None if kind.parent else summary.topics[label.topic]
    places = (f"--t{place.tier}:{_place_css(place)}" for place in label.places)
    return Label(
        topic=label.topic if topic is None else topic.id,
        parent=kind.parent,
        capitals=any(line != line.upper() for line in kind.lines),
        lines=kind.lines,
        strong=kind.parent or kind.size >= BOLD_FROM_PX,
        ink=None if topic is None else ink[topic.color],
        style=";".join([f"--f:{kind.size:g}", *places]),
    )


def map_leaders(label: PlacedLabel, summary: MapSummary, ink: Mapping[str, int]) -> list[Leader]:
    """Return the lines of a name as the page draws them. `ink` is the number of each colour of topics."""
    ends = [*(place.tier for place in label.places[1:]), len(TIERS)]
    found = []
    for place, end in zip(label.places, ends, strict=False):
        if place.leader is None:
            continue
        (x1, y1), (x2, y2) = leader_start(label, place, TIERS[place.tier]), place.leader
        topic = summary.topics[label.topic]
        style = f"--t{place.tier}:visible;--t{end}:hidden"
        x1, y1, x2, y2 = (round(100 * value, 2) for value in (x1, 1 - y1, x2, 1 - y2))
        found.append(Leader(topic.id, place.tier, ink[topic.color], x1, y1, x2, y2, style))
    return found


def _place_css(place: Place) -> str:
    if place.spot is None:
        return "-999cqw"
    digits = 2 if place.tier < len(HOME_TIERS) else 4
    x, y = (f"{100 * value:.{digits}f}".rstrip("0").rstrip(".") for value in (place.spot[0], 1 - place.spot[1]))
    return f"{x}cqw {y}cqw"


def _group(number: int, parent: MapParent | None, ranks: list[int], summary: MapSummary) -> TopicGroup:
    elsewhere = {rank for each in summary.parents for rank in each.topics} if parent is None else ()
    members = parent.topics if parent else [rank for rank in range(len(summary.topics)) if rank not in elsewhere]
    size = parent.size if parent else sum(summary.topics[rank].size for rank in members)
    return TopicGroup(
        number=number if parent else None,
        name=parent.name if parent else "",
        size=size,
        share=size / summary.documents,
        count=len(members),
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


def _data(dataset: DatasetConfig, summary: MapSummary, assets: Mapping[str, str]) -> dict[str, object]:
    return {
        "documents": summary.documents,
        "shown": summary.shown,
        "points": f"map/{summary.points}",
        "search": {
            "script": f"../{assets['search.js']}",
            "style": f"../{assets['search.css']}",
            "folder": inside("map", summary.search),
            "topics": inside("map", summary.search_topics),
        },
        "tiles": inside("map", summary.tiles),
        "depth": summary.depth,
        "raster": {"folder": f"map/{summary.raster}", "levels": summary.raster_tiles},
        "texts": summary.texts and inside("map", summary.texts),
        "titles": {"rows": summary.rows_per_shard, "folder": inside("map", summary.titles)},
        "fields": {
            "rows": summary.rows_per_fields,
            "folder": inside("map", summary.fields),
            "names": field_names(dataset.privacy),
        },
        "tools": {"script": f"../{assets['tools.js']}", "style": f"../{assets['tools.css']}"},
        "guides": {"script": f"../{assets['guides.js']}", "style": f"../{assets['guides.css']}"},
        "reader": {"script": f"../{assets['reader.js']}", "style": f"../{assets['reader.css']}"},
        "neighbors": summary.neighbors and _neighbors(summary.neighbors),
        "compare": {
            "script": f"../{assets['compare.js']}",
            "style": f"../{assets['compare.css']}",
            "folder": f"map/{summary.facts}",
        },
        "topics": [
            {"id": topic.id, "name": topic.name, "size": topic.size, "x": topic.x, "y": topic.y, "radius": topic.radius}
            for topic in summary.topics[:LISTED]
        ],
        "frame": {"w": summary.frame.width, "h": summary.frame.height},
        "tiers": TIERS,
        "by_id": {
            **palette_of(summary.topics),
            **(by_id(summary.topics, summary.parents) if summary.more_colors is None else {}),
        },
        "last_id": max((topic.id for topic in summary.topics), default=-1),
        "more_colors": summary.more_colors and f"map/{summary.more_colors}",
        "merged": summary.redirects,
        "more_topics": summary.more_topics and f"map/{summary.more_topics}",
        "more_keywords": summary.more_keywords and f"map/{summary.more_keywords}",
        "outlier_color": OUTLIER,
        "columns": summary.columns
        and {
            "script": f"../{assets['columns.js']}",
            "style": f"../{assets['columns.css']}",
            "index": f"map/{summary.columns.index}",
            "folder": f"map/{summary.columns.folder}"
            if isinstance(summary.columns.folder, str)
            else [inside("map", folders) for folders in summary.columns.folder],
            "rows": ROWS_PER_SHARD,
        },
    }


def _neighbors(folders: NeighborFolders) -> dict[str, object]:
    now = {} if folders.now is None else {"now": inside("map", folders.now), "shown": folders.shown}
    return {"rows": NEIGHBORS_PER_SHARD, "folder": inside("map", folders.lists), **now}
