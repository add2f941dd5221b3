"""All files of one dataset that take its artifacts to make: the map, what its pages count, the downloads."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sitegen.artifacts import Continuity, Documents, TopicLabels, Topics
from sitegen.site.map.density_tiles import shade
from sitegen.site.map.map_square import to_map_square
from sitegen.site.map.palette import OUTLIER, rgb
from sitegen.site.map.render import render_map
from sitegen.site.map.static_image import PICTURE_PX, map_png, map_svg
from sitegen.site.map.summary import write_summary
from sitegen.site.pages.downloads import DOWNLOADS, write_tables
from sitegen.site.pages.statistics import find_details, write_details
from sitegen.site.privacy.published_documents import find_public
from sitegen.site.settings import MapSettings


def render_dataset(
    settings: MapSettings,
    documents: Documents,
    continuity: Continuity,
    topics: Topics,
    labels: TopicLabels,
    folder: Path,
) -> None:
    """Write the map, its statistics and its downloads into `folder`."""
    public = find_public(documents, settings)
    summary = render_map(settings, public, continuity, topics, labels, folder)
    write_summary(summary, folder)
    details = find_details(settings, documents, public, topics, labels, continuity, summary.topics)
    write_details(details, folder)

    downloads = folder / DOWNLOADS
    downloads.mkdir()
    xy = to_map_square(continuity.layout, settings.given.has_places)
    write_tables(settings, public, continuity.assignment, xy, summary.topics, details, downloads)
    palette = np.array([rgb(topic.color) for topic in summary.topics] + [rgb(OUTLIER)], np.uint8)
    topics_last = np.argsort(topics.assignment >= 0, kind="stable")
    picture = shade(xy[topics_last], palette[topics.assignment][topics_last], PICTURE_PX, PICTURE_PX)
    (downloads / "map.png").write_bytes(map_png(picture, summary.labels))
    (downloads / "map.svg").write_bytes(map_svg(picture, summary.labels))
