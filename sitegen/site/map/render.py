"""The files of one map, rendered from artifacts: pictures, tiles of points, titles, texts, placed labels.

This is the costly half of a dataset's pages, so it is stored under a key of its own; a changed title or template
renders pages from what is stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import Continuity, TopicLabels, Topics, split_by_topic
from sitegen.site.edits import NOTHING_EDITED, Edited
from sitegen.site.map.bokeh_figure import map_plot
from sitegen.site.map.column_codes import columns_of, write_columns
from sitegen.site.map.labels.layout import ParentName
from sitegen.site.map.labels.placement import TopicName, place_labels
from sitegen.site.map.map_square import find_frame, to_map_square
from sitegen.site.map.palette import document_colors, topic_color
from sitegen.site.map.parents import find_parents, place_parents
from sitegen.site.map.pictures.density_tiles import pyramid, pyramid_levels, webp_within
from sitegen.site.map.pictures.known_tiles import RASTER, KnownTiles
from sitegen.site.map.pictures.shading import Picture, shade_part
from sitegen.site.map.point_tiles import pack_root, pack_tile, sampling_order, shown_unasked
from sitegen.site.map.quadtree import Quadtree, build_quadtree, tile_codes
from sitegen.site.map.summary import MapSummary, MapTopic
from sitegen.site.map.text_shards import (
    FIELDS_PER_SHARD,
    TITLES_PER_SHARD,
    TextShardSource,
    text_shard_source,
    write_fields,
    write_texts,
    write_titles,
)
from sitegen.site.map.topic_shards import LISTED, more_keywords, more_topics
from sitegen.site.output.hashed_files import HashedFiles, digest_of, numbered
from sitegen.site.output.shards import json_payload, shard
from sitegen.site.privacy.published_documents import PublishedDocuments, published_keywords
from sitegen.site.privacy.redact import Redact
from sitegen.site.search.index import write_search
from sitegen.site.settings import MapSettings

PREVIEW_PX = 640
PREVIEW_BYTES = 28_000
"""Of the 250 kB of a first view bokeh takes 161, and the points below the root that come unasked some."""
THUMBNAIL_PX = (640, 400)
THUMBNAIL_BYTES = 20_000
CATEGORIES = 200
"""The largest ones, by which a search can be narrowed."""
TILE_SHARE = 4
"""The root tile of points holds so many times more than any other, for it is a view of its own."""


def render_map(
    settings: MapSettings,
    public: PublishedDocuments,
    continuity: Continuity,
    topics: Topics,
    labels: TopicLabels,
    folder: Path,
    edited: Edited = NOTHING_EDITED,
    before: Path | None = None,
) -> MapSummary:
    """Write the map's files into `folder` and return their summary.

    Args:
        before: what was written so for the same dataset; sets of files that are made of the same come from there.
    """
    config = settings.map
    xy = to_map_square(continuity.layout, settings.given.has_places, continuity.square)
    described = _topics(xy, topics, labels, continuity, public.redact, edited.colors)
    centers = [(topic.x, topic.y) for topic in described]
    parents = place_parents(find_parents(topics, labels, public.redact), topics, centers)
    by_importance = np.argsort(topics.assignment >= 0, kind="stable")
    colors = document_colors([topic.color for topic in described])[topics.assignment]
    computed = topics.assignment if edited.computed is None else edited.computed
    importance = sampling_order(computed, config.points, settings.seed)  # edits leave documents in their shards
    tree = build_quadtree(xy, importance, config.points, max(1, config.points // TILE_SHARE))

    files = HashedFiles(folder, before)
    levels = pyramid_levels(len(xy))
    raster, tiles = _write_raster(files, xy[by_importance], colors[by_importance], levels)
    frame = find_frame(xy)
    preview, thumbnail = (
        files.add(name, webp_within(partial(shade_part, xy[by_importance], colors[by_importance], picture), limit))
        for name, picture, limit in (
            ("preview.webp", Picture.whole(PREVIEW_PX, PREVIEW_PX), PREVIEW_BYTES),
            ("thumbnail.webp", Picture.centered(*THUMBNAIL_PX, frame.scale(*THUMBNAIL_PX)), THUMBNAIL_BYTES),
        )
    )
    words = text_shard_source(settings, public.documents, tree.order)
    text_starts = words.text_starts()
    said = digest_of(
        public.documents,
        tree.order,
        settings.privacy.model_dump(mode="json"),
        settings.documents.model_dump(mode="json"),
    )
    for name in ("titles", "texts", "fields"):
        files.made_of(name, said)
    files.made_of("search", said, continuity.assignment)
    packed = enumerate(_packed_tiles(tree, continuity.assignment[tree.order], text_starts))
    points = files.add("points.js", shard("points", pack_root(tree, next(packed)[1])))
    deeper = files.add_set(
        "points", ((numbered(number), shard(f"points-{number}", payload)) for number, payload in packed)
    )
    members = split_by_topic(xy, topics.assignment, len(topics))
    placed = place_labels(
        [TopicName(topic.name, topic.size, places) for topic, places in zip(described, members, strict=True)],
        xy,
        topics.assignment,
        frame,
        [ParentName(parent.name, parent.x, parent.y, parent.topics) for parent in parents],
    )
    of_topics, of_parents = placed[: len(described)], placed[len(described) :]
    more, keywords = None, None
    if len(described) > min(LISTED, config.labels):
        payload = json_payload(more_topics(described, of_topics, config.labels))
        more = files.add("topics.js", shard("topics", payload))
    if len(described) > LISTED:
        keywords = files.add("keywords.js", shard("keywords", json_payload(more_keywords(described))))
    summary = MapSummary(
        documents=len(xy),
        outliers=int((topics.assignment < 0).sum()),
        shown=shown_unasked(tree, config.points),
        topics=tuple(described),
        labels=(*of_topics[: config.labels], *of_parents),
        frame=frame,
        preview=preview,
        thumbnail=thumbnail,
        points=points,
        tiles=deeper,
        depth=tree.depth,
        raster=raster,
        raster_tiles=tuple(tuple(sorted(level)) for level in tiles),
        titles=write_titles(files, words),
        rows_per_shard=TITLES_PER_SHARD,
        texts=write_texts(files, words, text_starts),
        plot=map_plot(),
        search=_write_index(files, words, continuity.assignment[tree.order]),
        parents=parents,
        more_topics=more,
        more_keywords=keywords,
        fields=write_fields(files, words),
        rows_per_fields=FIELDS_PER_SHARD,
        columns=write_columns(files, columns_of(settings), public.documents, tree.order),
        redirects=edited.redirects,
    )
    files.write_record()
    return summary


def _write_index(files: HashedFiles, words: TextShardSource, topics: npt.NDArray[np.int32]) -> str:
    """Return the search index of what is published; `topics` are in storage order."""
    categories = words.documents.column("category")
    counted = Counter({each["values"]: each["counts"] for each in pc.value_counts(categories).to_pylist()})
    largest = [(name, count) for name, count in counted.most_common() if name][:CATEGORIES]
    names = pa.array([name for name, _ in largest], categories.type)
    coded = pc.fill_null(pc.index_in(categories, names), -1).to_numpy()[words.order]
    return write_search(words.batches(), {"topic": topics, "category": coded}, {"categories": largest}, files)


def _write_raster(
    files: HashedFiles, xy: npt.NDArray[np.float32], colors: npt.NDArray[np.uint8], levels: int
) -> tuple[str, list[list[int]]]:
    """Write the pyramid's tiles; return the folder of their set, and of each level which tiles there are."""
    known = KnownTiles(files)
    files.made_of(RASTER, xy, colors, levels)
    folder = files.add_set(RASTER, pyramid(xy, colors, levels, known))
    known.write()
    tiles: list[list[int]] = [[] for _ in range(levels)]
    for path in files.paths(RASTER):
        level, column, from_top = map(int, path.removesuffix(".webp").replace("/", "-").split("-"))
        tiles[level - 1].append(from_top * 2**level + column)
    return folder, tiles


def _packed_tiles(tree: Quadtree, topics: npt.NDArray[np.int32], text_starts: list[int]) -> Iterator[bytes]:
    """Every tile of points, with the text shards that its rows are in."""
    shards = np.array(text_starts, np.int64)
    for tile, (start, count) in enumerate(zip(tree.starts.tolist(), tree.counts.tolist(), strict=True)):
        end = start + count
        first, last = (np.searchsorted(shards, row, "right") for row in (start, end - 1))
        known = np.append(first - 1, shards[first - 1 : last]) if len(shards) else shards
        yield pack_tile(tile_codes(tree, tile), topics[start:end], known)


def _topics(
    xy: Any,
    topics: Topics,
    labels: TopicLabels,
    continuity: Continuity,
    redact: Redact,
    colors: dict[int, str],
) -> list[MapTopic]:
    """Return the topics in their order; `colors` are those that are pinned, by id."""
    places = split_by_topic(xy, topics.assignment, len(topics))
    centers = [np.median(members, axis=0) for members in places]
    return [
        MapTopic(
            id=number,
            name=redact(label["name"]),
            named_by=label["named_by"],
            size=row["size"],
            keywords=tuple(published_keywords(row["mmr"] or row["keywords"], redact)[:6]),
            color=colors.get(number, topic_color(slot)),
            x=round(float(center[0]), 5),
            y=round(float(center[1]), 5),
            radius=round(max(0.02, float(np.percentile(np.hypot(*(members - center).T), 80))), 5),
        )
        for row, label, members, center, number, slot in zip(
            topics.rows(), labels.rows(), places, centers, continuity.ids, continuity.slots, strict=True
        )
    ]
