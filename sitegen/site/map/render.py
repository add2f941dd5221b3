"""The files of one map, rendered from artifacts: pictures, tiles of points, titles, texts, placed labels.

This is the costly half of a dataset's pages, so it is stored under a key of its own; a changed title or template
renders pages from what is stored.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter

from sitegen.artifacts import Continuity, Int32, TopicLabels, Topics, split_by_topic, take_rows, topic_centers
from sitegen.site.edits import NOTHING_EDITED, Edited
from sitegen.site.map.bokeh_figure import map_plot
from sitegen.site.map.column_codes import columns_of, write_columns
from sitegen.site.map.labels.placed_label import PlacedLabel
from sitegen.site.map.labels.placement import TopicName, place_labels
from sitegen.site.map.map_square import Frame, find_frame, to_map_square
from sitegen.site.map.neighbors import Neighborhoods, with_kept, write_neighbors
from sitegen.site.map.palette import document_colors, topic_color
from sitegen.site.map.parents import MapParent, find_parents, place_parents
from sitegen.site.map.pictures.density_tiles import pyramid, pyramid_levels, webp_within
from sitegen.site.map.pictures.known_tiles import RASTER, KnownTiles
from sitegen.site.map.pictures.shading import Picture, shade_part
from sitegen.site.map.point_tiles import pack_root, pack_tile, shown_unasked
from sitegen.site.map.quadtree import Quadtree, tile_codes
from sitegen.site.map.search_index import write_index, write_topics
from sitegen.site.map.storage import Segment, store_documents
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
from sitegen.site.map.topic_shards import COLORED, LISTED, by_id, more_keywords, more_topics
from sitegen.site.output.hashed_files import HashedFiles, digest_of, numbered
from sitegen.site.output.parts import add_parts, part_name
from sitegen.site.output.shards import json_payload, shard
from sitegen.site.privacy.published_documents import PublishedDocuments, published_keywords
from sitegen.site.privacy.redact import Redact
from sitegen.site.settings import MapSettings

NAMES = "names"
"""What is noted of the names' places."""
PREVIEW_PX = 640
PREVIEW_BYTES = 28_000
"""Of the 250 kB of a first view bokeh takes 161, and the points below the root that come unasked some."""
THUMBNAIL_PX = (640, 400)
THUMBNAIL_BYTES = 20_000
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
    neighborhoods: Neighborhoods | None = None,
    drawn: npt.NDArray[np.bool_] | None = None,
) -> MapSummary:
    """Write the map's files into `folder` and return their summary.

    Args:
        before: what was written so for the same dataset; sets of files that are made of the same come from there.
        neighborhoods: what is close in meaning; None without vectors.
        drawn: the documents that pictures show, bool (n,); all if absent.
    """
    config = settings.map
    xy = to_map_square(continuity.layout, settings.given.has_places, continuity.square)
    described = describe_on_map(xy, topics, labels, continuity, public.redact, edited.colors)
    drawn = np.ones(len(xy), bool) if drawn is None else drawn
    on_pictures = describe_on_map(xy, topics, labels, continuity, public.redact, edited.colors, drawn)
    parents = place_parents(
        find_parents(topics, labels, public.redact),
        [topic.size for topic in on_pictures],
        [(topic.x, topic.y) for topic in on_pictures],
    )
    by_importance = np.flatnonzero(drawn)[np.argsort(topics.assignment[drawn] >= 0, kind="stable")]
    colors = document_colors([topic.color for topic in described])[topics.assignment]
    computed = topics.assignment if edited.computed is None else edited.computed
    # as computed: edits leave documents in their shards
    storage = store_documents(
        xy, computed, continuity, config.points, max(1, config.points // TILE_SHARE), settings.seed
    )
    tree, segments = storage.tree, storage.segments

    files = HashedFiles(folder, before)
    levels = pyramid_levels(len(by_importance))
    raster, tiles = _write_raster(files, xy[by_importance], colors[by_importance], levels)
    frame = find_frame(xy[drawn])
    preview, thumbnail = _draw_preview(files, xy[by_importance], colors[by_importance], frame)
    words = text_shard_source(settings, public.documents, tree.order, segments)
    text_starts = words.text_starts()
    digests = [_segment_digest(settings, words, text_starts, segment) for segment in segments]
    for number, each in enumerate(digests):
        for name in ("titles", "texts", "fields"):
            files.made_of(part_name(name, number), each)
    packed = _packed_tiles(tree, continuity.assignment[tree.order], text_starts)
    points = files.add("points.js", shard("points", pack_root(tree, next(packed))))
    deeper = add_parts(
        files,
        "points",
        (
            (segment.start, segment.first_tile, _point_shards(packed, max(1, segment.first_tile), segment.end_tile))
            for segment in segments
        ),
    )
    placed = _place_names(files, on_pictures, parents, xy[drawn], topics.assignment[drawn], frame)
    of_topics, of_parents = placed[: len(described)], placed[len(described) :]
    more, keywords, colors_file = _write_topic_shards(files, described, of_topics, parents, config.labels)
    summary = MapSummary(
        documents=len(xy),
        outliers=int((topics.assignment < 0).sum()),
        shown=shown_unasked(tree, config.points),
        drawn=len(by_importance),
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
        search=write_index(files, words, digests),
        search_topics=write_topics(files, segments, continuity.assignment[tree.order]),
        parents=parents,
        more_topics=more,
        more_keywords=keywords,
        more_colors=colors_file,
        fields=write_fields(files, words),
        rows_per_fields=FIELDS_PER_SHARD,
        columns=write_columns(
            files,
            *with_kept(columns_of(settings), public.documents, neighborhoods),
            tree.order,
            segments if storage.growing else None,
        ),
        redirects=edited.redirects,
        drawn_sizes=tuple(topic.size for topic in on_pictures) if storage.growing else None,
        neighbors=write_neighbors(files, neighborhoods, tree.order, segments if storage.growing else None),
    )
    files.write_record()
    return summary


def _draw_preview(
    files: HashedFiles, xy: npt.NDArray[np.float32], colors: npt.NDArray[np.uint8], frame: Frame
) -> tuple[str, str]:
    """Draw the map's preview and its thumbnail in the gallery; return their paths."""
    preview, thumbnail = (
        files.add_drawn(
            name,
            digest_of(xy, colors, [*astuple(picture), limit]),
            partial(webp_within, partial(shade_part, xy, colors, picture), limit),
        )
        for name, picture, limit in (
            ("preview.webp", Picture.whole(PREVIEW_PX, PREVIEW_PX), PREVIEW_BYTES),
            ("thumbnail.webp", Picture.centered(*THUMBNAIL_PX, frame.scale(*THUMBNAIL_PX)), THUMBNAIL_BYTES),
        )
    )
    return preview, thumbnail


def _write_topic_shards(
    files: HashedFiles,
    topics: Sequence[MapTopic],
    placed: Sequence[PlacedLabel],
    parents: Sequence[MapParent],
    labels: int,
) -> tuple[str | None, str | None, str | None]:
    """Write what of many topics is not in the page: rows, keywords, colours; return their paths, None if all is."""
    more, keywords, colors = None, None, None
    if len(topics) > min(LISTED, labels):
        more = files.add("topics.js", shard("topics", json_payload(more_topics(topics, placed, labels))))
    if len(topics) > LISTED:
        keywords = files.add("keywords.js", shard("keywords", json_payload(more_keywords(topics))))
    if len(topics) > COLORED:
        colors = files.add("colors.js", shard("colors", json_payload(by_id(topics, parents))))
    return more, keywords, colors


def _place_names(
    files: HashedFiles,
    topics: Sequence[MapTopic],
    parents: Sequence[MapParent],
    xy: npt.NDArray[np.float32],
    assignment: Int32,
    frame: Frame,
) -> list[PlacedLabel]:
    """Place the names by the documents in the pictures; those of the rendering before hold if nothing has changed."""
    inputs = [[topic.name for topic in topics], list(map(asdict, parents)), asdict(frame)]
    files.made_of(NAMES, xy, assignment, inputs)
    reader = TypeAdapter(list[PlacedLabel])
    if (known := files.noted_of_same(NAMES)) is not None:
        placed = reader.validate_python(known)
    else:
        members = split_by_topic(xy, assignment, len(topics))
        names = [TopicName(topic.name, topic.size, places) for topic, places in zip(topics, members, strict=True)]
        placed = place_labels(names, xy, assignment, frame, parents)
    files.note(NAMES, list(map(asdict, placed)))
    return placed


def _segment_digest(settings: MapSettings, words: TextShardSource, text_starts: list[int], segment: Segment) -> str:
    """Return a digest of what the titles, texts and fields of a segment are made of."""
    return digest_of(
        take_rows(words.documents, words.order[segment.start : segment.end]),
        [segment.start, bisect_left(text_starts, segment.start)],
        settings.privacy.model_dump(mode="json"),
        settings.documents.model_dump(mode="json"),
    )


def _point_shards(packed: Iterator[bytes], first: int, end: int) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of the next tiles, numbered from `first` to before `end`."""
    for number in range(first, end):
        yield numbered(number), shard(f"points-{number}", next(packed))


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


def describe_on_map(
    xy: npt.NDArray[np.float32],
    topics: Topics,
    labels: TopicLabels,
    continuity: Continuity,
    redact: Redact,
    colors: dict[int, str],
    counted: npt.NDArray[np.bool_] | None = None,
) -> list[MapTopic]:
    """Return the topics in their order; `colors` are those that are pinned, by id.

    Args:
        counted: the documents by which they are described, bool (n,); all if absent.
    """
    counted = np.ones(len(xy), bool) if counted is None else counted
    places = split_by_topic(xy[counted], topics.assignment[counted], len(topics))
    centers = topic_centers(places)
    return [
        MapTopic(
            id=number,
            name=redact(label["name"]),
            named_by=label["named_by"],
            size=len(members),
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
