"""All files of one dataset that take its artifacts to make: the map, what its pages count, the downloads."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from sitegen.artifacts import Continuity, Documents, Int32, Neighbors, TopicLabels, Topics, split_by_topic
from sitegen.site.edits import NOTHING_EDITED, Edited
from sitegen.site.map.labels.placed_label import PlacedLabel
from sitegen.site.map.labels.placement import TopicName
from sitegen.site.map.map_square import Float32, to_map_square
from sitegen.site.map.neighbors import find_neighborhoods
from sitegen.site.map.palette import document_colors
from sitegen.site.map.pictures import static_image
from sitegen.site.map.pictures.drawn import counted_documents, drawn_documents
from sitegen.site.map.pictures.group_pictures import draw_groups
from sitegen.site.map.pictures.static_image import BarePicture, draw_picture
from sitegen.site.map.render import describe_on_map, render_map
from sitegen.site.map.summary import PICTURES, MapSummary, write_summary
from sitegen.site.output.hashed_files import HashedFiles, digest_of
from sitegen.site.pages.facts.comparison import compare_groups, write_comparison
from sitegen.site.pages.facts.grouped import group_documents
from sitegen.site.pages.facts.statistics import compute_statistics, write_statistics
from sitegen.site.pages.files.downloads import DOWNLOADS, write_comparison_table, write_tables
from sitegen.site.pages.files.topic_facts import write_topic_facts
from sitegen.site.privacy.published_documents import publish_documents
from sitegen.site.settings import MapSettings


def render_dataset(
    settings: MapSettings,
    documents: Documents,
    continuity: Continuity,
    topics: Topics,
    labels: TopicLabels,
    folder: Path,
    edited: Edited = NOTHING_EDITED,
    before: Path | None = None,
    neighbors: Neighbors | None = None,
) -> None:
    """Write the map, its statistics and its downloads into `folder`; `before` as in `render_map`."""
    public = publish_documents(documents, settings)
    xy = to_map_square(continuity.layout, settings.given.has_places, continuity.square)
    neighborhoods = find_neighborhoods(neighbors, xy, settings.map.neighbors)
    drawn = drawn_documents(topics.assignment, continuity.since)
    summary = render_map(settings, public, continuity, topics, labels, folder, edited, before, neighborhoods, drawn)
    bare = _pictures(summary, xy[drawn], topics.assignment[drawn], folder, before)
    counted = counted_documents(topics.assignment, continuity.since)
    on_pages = (
        None
        if continuity.since is None
        else tuple(describe_on_map(xy, topics, labels, continuity, public.redact, edited.colors, counted))
    )
    summary = dataclasses.replace(summary, pictures=bare, counted=on_pages)
    statistics = compute_statistics(
        settings, documents, public, topics, labels, continuity, summary.on_pages, edited, neighborhoods, counted
    )
    summary = dataclasses.replace(summary, facts=write_topic_facts(statistics, HashedFiles(folder)))
    write_summary(summary, folder)
    write_statistics(statistics, folder)
    comparison = None
    if settings.compare is not None:
        grouped = group_documents(settings.compare, documents)
        comparison = compare_groups(grouped, documents, public, topics, summary.topics, settings.compare.by)
        colors = document_colors([topic.color for topic in summary.topics])[topics.assignment[grouped.first]]
        pictures = draw_groups(
            xy[grouped.first], grouped.group[grouped.first], len(grouped.names), colors, HashedFiles(folder)
        )
        comparison = dataclasses.replace(comparison, pictures=pictures)
        write_comparison(comparison, folder)
    downloads = folder / DOWNLOADS
    downloads.mkdir()
    write_tables(settings, public, continuity, xy, summary, statistics, downloads)
    if comparison is not None:
        write_comparison_table(comparison, summary.topics, downloads)


def _pictures(
    summary: MapSummary, xy: Float32, assignment: Int32, folder: Path, before: Path | None
) -> tuple[BarePicture, ...]:
    """Draw the pictures to take away, without names, into the folder `PICTURES`.

    Those of the rendering before are taken, if they are made of the same.
    """
    palette = document_colors([topic.color for topic in summary.topics])
    order = np.argsort(assignment >= 0, kind="stable")
    places, topics = xy[order], assignment[order]
    members = split_by_topic(places, topics, len(summary.topics))
    names = [TopicName(topic.name, len(each), each) for topic, each in zip(summary.topics, members, strict=True)]
    files = HashedFiles(folder / PICTURES, before and before / PICTURES)
    (folder / PICTURES).mkdir()
    made_of = digest_of(places, palette[topics], dataclasses.asdict(summary.frame))
    reader = TypeAdapter(list[PlacedLabel])
    found = []
    for shape in static_image.SHAPES:
        drawn = files.file_before(f"{shape.name}.png", f"{made_of} {shape}")
        of_names = f"names of {shape.name}"
        files.made_of(of_names, places, topics, [topic.name for topic in summary.topics], str((summary.frame, shape)))
        known = files.noted_of_same(of_names)
        placed = None if known is None else reader.validate_python(known)
        data, picture = draw_picture(shape, summary.frame, places, palette[topics], names, topics, drawn, placed)
        files.note(of_names, list(map(dataclasses.asdict, picture.labels)))
        (folder / PICTURES / picture.file).write_bytes(data)
        files.note_file(picture.file, f"{made_of} {shape}", data)
        found.append(picture)
    files.write_record()
    return tuple(found)
