"""All files of one dataset that take its artifacts to make: the map, what its pages count, the downloads."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sitegen.artifacts import Continuity, Documents, TopicLabels, Topics
from sitegen.config import DatasetConfig
from sitegen.site.map.density_tiles import shade
from sitegen.site.map.map_square import to_map_square
from sitegen.site.map.palette import OUTLIER, rgb
from sitegen.site.map.render import read_summary, render_map
from sitegen.site.map.static_image import PICTURE_PX, map_png, map_svg
from sitegen.site.pages.downloads import DOWNLOADS, write_tables
from sitegen.site.pages.statistics import find_details, write_details
from sitegen.site.privacy.published_documents import find_public


def render_dataset(
    dataset: DatasetConfig,
    documents: Documents,
    continuity: Continuity,
    topics: Topics,
    labels: TopicLabels,
    folder: Path,
) -> None:
    """Write them into `folder`. Of `dataset`, only `SECTIONS` may be used."""
    public = find_public(documents, dataset)
    render_map(dataset, public, continuity, topics, labels, folder)
    summary = read_summary(folder)
    details = find_details(dataset, documents, public, topics, labels, continuity, summary.topics)
    write_details(details, folder)

    downloads = folder / DOWNLOADS
    downloads.mkdir()
    xy = to_map_square(continuity.layout, dataset.given.has_places)
    write_tables(dataset, public, continuity.assignment, xy, summary.topics, details, downloads)
    palette = np.array([rgb(topic.color) for topic in summary.topics] + [rgb(OUTLIER)], np.uint8)
    topics_last = np.argsort(topics.assignment >= 0, kind="stable")
    picture = shade(xy[topics_last], palette[topics.assignment][topics_last], PICTURE_PX, PICTURE_PX)
    (downloads / "map.png").write_bytes(map_png(picture, summary.labels))
    (downloads / "map.svg").write_bytes(map_svg(picture, summary.labels))
