"""The files of one map, rendered from artifacts: pictures, packed points, titles, placed labels.

This is the costly half of a dataset's pages, so it is stored under a key of its own; a changed title or template
renders pages from what is stored.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Documents, Reduction, TopicLabels, Topics
from sitegen.config import DatasetConfig
from sitegen.site.colors import OUTLIER, rgb, topic_colors
from sitegen.site.frame import to_map_square
from sitegen.site.labels import PlacedLabel, place_labels
from sitegen.site.plot import map_plot
from sitegen.site.points import pack_points, sampling_order
from sitegen.site.raster import shade, webp
from sitegen.site.search import Batch, write_search
from sitegen.site.shards import in_shards, json_payload, shard

PREVIEW_PX = 640
THUMBNAIL_PX = (640, 400)
TITLES_PER_SHARD = 400
TEXT_BYTES_PER_SHARD = 100_000
"""Before compression: a reader waits for one shard, and 30 to 60 kB are on the wire."""
SNIPPET_CHARS = 300
CATEGORIES = 200
"""The largest ones, by which a search can be narrowed."""
SUMMARY = "map.json"


@dataclass(frozen=True)
class MapTopic:
    """A topic as the map shows it; places in the map square, y up."""

    id: int
    name: str
    named_by: str
    size: int
    keywords: tuple[str, ...]
    color: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class MapSummary:
    """All that the pages of a dataset need to know of its map, beside the files.

    Attributes:
        documents, outliers, shown: numbers of documents.
        topics: largest first.
        labels: placed names, largest topic first.
        preview, thumbnail, points: file names.
        titles: file names of the title shards, `rows_per_shard` points each.
        texts: file names of the text shards; the points of each begin at `text_starts`.
        plot: the bokeh document.
        search: file name of the root of the search index.
    """

    documents: int
    outliers: int
    shown: int
    topics: tuple[MapTopic, ...]
    labels: tuple[PlacedLabel, ...]
    preview: str
    thumbnail: str
    points: str
    titles: tuple[str, ...]
    rows_per_shard: int
    texts: tuple[str, ...]
    text_starts: tuple[int, ...]
    plot: dict[str, Any]
    search: str


def render_map(
    dataset: DatasetConfig,
    documents: Documents,
    reduction: Reduction,
    topics: Topics,
    labels: TopicLabels,
    folder: Path,
) -> None:
    """Write the map's files and their summary into `folder`. Of `dataset`, only `SECTIONS` may be used."""
    config = dataset.map
    xy = to_map_square(reduction.layout)
    described = _topics(xy, topics, labels)
    palette = np.array([rgb(topic.color) for topic in described] + [rgb(OUTLIER)], np.uint8)
    by_importance = np.argsort(topics.assignment >= 0, kind="stable")
    colors = palette[topics.assignment]
    order = sampling_order(topics.assignment, config.points, dataset.seed)[: config.points]

    files = _Files(folder)
    preview = files.add("preview.webp", webp(shade(xy[by_importance], colors[by_importance], PREVIEW_PX, PREVIEW_PX)))
    thumbnail = files.add("thumbnail.webp", webp(shade(xy, colors, *THUMBNAIL_PX)))
    points = files.add("points.js", shard("points", pack_points(xy[order], topics.assignment[order])))
    rows = documents.table.select(["title", "category", "text"]).take(order).to_pylist()
    public = dataset.publish.text
    if public == "none" and dataset.documents.title is None:  # titles are beginnings of texts
        rows = [{**row, "title": f"Document {number}"} for number, row in enumerate(rows, 1)]
    titles = []
    for number, start in enumerate(range(0, len(rows), TITLES_PER_SHARD)):
        payload = [[row["title"], row["category"]] for row in rows[start : start + TITLES_PER_SHARD]]
        titles.append(files.add(f"titles-{number}.js", shard(f"titles-{number}", json_payload(payload))))
    texts = [] if public == "none" else [row["text"] for row in rows]
    if public == "snippet":
        texts = [text if len(text) <= SNIPPET_CHARS else text[:SNIPPET_CHARS] + "…" for text in texts]
    text_starts = in_shards([len(text.encode()) for text in texts], TEXT_BYTES_PER_SHARD)
    text_files = [
        files.add(f"texts-{number}.js", shard(f"texts-{number}", json_payload(texts[start:end])))
        for number, (start, end) in enumerate(pairwise([*text_starts, len(texts)]))
    ]
    named = described[: config.labels]
    summary = MapSummary(
        documents=len(documents),
        outliers=int((topics.assignment < 0).sum()),
        shown=len(order),
        topics=tuple(described),
        labels=tuple(place_labels([topic.name for topic in named], [(topic.x, topic.y) for topic in named])),
        preview=preview,
        thumbnail=thumbnail,
        points=points,
        titles=tuple(titles),
        rows_per_shard=TITLES_PER_SHARD,
        texts=tuple(text_files),
        text_starts=tuple(text_starts),
        plot=map_plot(),
        search=_write_index(rows, texts, topics.assignment[order], folder),
    )
    (folder / SUMMARY).write_bytes(json_payload(dataclasses.asdict(summary)))


def read_summary(folder: Path) -> MapSummary:
    """The summary that `render_map` wrote."""
    read = json.loads((folder / SUMMARY).read_text("utf-8"))
    data: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in read.items()}
    data["topics"] = tuple(MapTopic(**{**topic, "keywords": tuple(topic["keywords"])}) for topic in data["topics"])
    data["labels"] = tuple(PlacedLabel(**{**label, "lines": tuple(label["lines"])}) for label in data["labels"])
    return MapSummary(**data)


def _write_index(
    rows: Sequence[dict[str, Any]], texts: Sequence[str], assignment: npt.NDArray[np.int32], folder: Path
) -> str:
    """The search index of what is published: the titles, and the texts if there are any."""
    titles = [row["title"] for row in rows]
    categories = Counter(row["category"] for row in rows if row["category"])
    largest = categories.most_common(CATEGORIES)
    numbers = {name: number for number, (name, _) in enumerate(largest)}
    facets = {"topic": assignment, "category": np.array([numbers.get(row["category"], -1) for row in rows], np.int32)}
    return write_search([Batch(titles, texts or [""] * len(titles))], facets, {"categories": largest}, folder)


class _Files:
    """Adds files under names that carry a hash of their content, so that caches never serve an old one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, name: str, data: bytes) -> str:
        stem, _, extension = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{extension}"
        (self._folder / hashed).write_bytes(data)
        return hashed


def _topics(xy: Any, topics: Topics, labels: TopicLabels) -> list[MapTopic]:
    places = [xy[topics.assignment == topic] for topic in range(len(topics))]
    centers = [np.median(members, axis=0) for members in places]
    colors = topic_colors(np.array(centers).reshape(-1, 2))
    return [
        MapTopic(
            id=row["topic"],
            name=label["name"],
            named_by=label["named_by"],
            size=row["size"],
            keywords=tuple(row["mmr"][:6]),
            color=color,
            x=round(float(center[0]), 5),
            y=round(float(center[1]), 5),
            radius=round(max(0.02, float(np.percentile(np.hypot(*(members - center).T), 80))), 5),
        )
        for row, label, members, center, color in zip(
            topics.rows(), labels.rows(), places, centers, colors, strict=True
        )
    ]
