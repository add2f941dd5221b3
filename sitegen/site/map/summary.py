"""What the pages of a dataset need to know of its map, beside the map's files."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from sitegen.site.map.column_codes import ColumnFiles
from sitegen.site.map.labels.placed_label import PlacedLabel
from sitegen.site.map.map_square import Frame
from sitegen.site.map.neighbors import NeighborFolders
from sitegen.site.map.parents import MapParent
from sitegen.site.map.pictures.static_image import BarePicture
from sitegen.site.output.parts import Folders
from sitegen.site.output.shards import json_payload

SUMMARY = "map.json"
PICTURES = "pictures"
"""Folder of the pictures without names, beside the summary."""


@dataclass(frozen=True)
class MapTopic:
    """A topic as the map shows it; `id` is its permanent one, places are in the map square, y up."""

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
        drawn: the same of those in the pictures.
        topics: largest first.
        labels: placed names of the largest topics, then of parents.
        frame: the part of the map square that the whole map shows.
        preview, thumbnail, points: file names; `points` holds the list of tiles and the root tile.
        tiles: folder of the deeper tiles of points, by number.
        depth: level of the deepest tile of points.
        raster: folder of the pyramid's tiles, `<level>/<column>-<row>.webp`, rows counted from the top.
        raster_tiles: of each level from 1, which tiles there are: row * 2**level + column, ascending.
        titles: folder of the title shards, `rows_per_shard` storage rows each, by number.
        texts: folder of the text shards, by number; None if no text is published.
        plot: the bokeh document.
        search: folder of the search index; its root is `root.js`.
        search_topics: folder of the documents of each topic, for searches in topics, in the same form.
        parents: groups of topics, largest first.
        more_topics: file with what the page itself does not hold of the smaller topics; None if there are none.
        more_keywords: file with their keywords; None if there are none.
        more_colors: file with colours and parents of very many topics; None where the page itself holds them.
        fields: folder of the shards of ids, links, dates and columns, `rows_per_fields` storage rows each, by number.
        facts: folder of what a comparison tells of a topic, by its id; empty until it is written.
        pictures: of the map to take away, without names yet; none until they are drawn.
        redirects: pairs of the id of a topic that was merged and the id of the one that it is in now.
        columns: by which the map can be coloured, sized and filtered; None without any.
        neighbors: folders of the shards of the documents closest in meaning, by number; None without vectors.
        drawn_sizes: of a map that grows, documents of each topic in the pictures, by rank; None of others.
        counted: of a map that grows, the topics as their pages show them, see `counted_documents`; None of others.
    """

    documents: int
    outliers: int
    shown: int
    drawn: int
    topics: tuple[MapTopic, ...]
    labels: tuple[PlacedLabel, ...]
    frame: Frame
    preview: str
    thumbnail: str
    points: str
    tiles: Folders
    depth: int
    raster: str
    raster_tiles: tuple[tuple[int, ...], ...]
    titles: Folders
    rows_per_shard: int
    texts: Folders | None
    plot: dict[str, object]
    search: Folders
    search_topics: Folders
    parents: tuple[MapParent, ...]
    more_topics: str | None
    more_keywords: str | None
    more_colors: str | None
    fields: Folders
    rows_per_fields: int
    columns: ColumnFiles | None
    facts: str = ""
    pictures: tuple[BarePicture, ...] = ()
    redirects: tuple[tuple[int, int], ...] = ()
    neighbors: NeighborFolders | None = None
    drawn_sizes: tuple[int, ...] | None = None
    counted: tuple[MapTopic, ...] | None = None

    @property
    def on_pages(self) -> tuple[MapTopic, ...]:
        """The topics as their pages show them."""
        return self.topics if self.counted is None else self.counted

    def in_parts(self, name: str) -> tuple[str, ...]:
        """Return the names of a file to download: of a map that grows, one for each part of its data."""
        if self.counted is None:
            return (name,)
        stem, _, extension = name.rpartition(".")
        parts = 1 if isinstance(self.titles, str) else len(self.titles)
        return tuple(f"{stem}-{number}.{extension}" for number in range(parts))


def write_summary(summary: MapSummary, folder: Path) -> None:
    """Write the summary into `folder`, for `read_summary`."""
    (folder / SUMMARY).write_bytes(json_payload(dataclasses.asdict(summary)))


def read_summary(folder: Path) -> MapSummary:
    """Return the summary that `write_summary` wrote into `folder`.

    Raises:
        pydantic.ValidationError: the file is of another version.
    """
    return _adapter().validate_json((folder / SUMMARY).read_bytes())


@cache
def _adapter() -> TypeAdapter[MapSummary]:
    """Return the reader of summaries; making one takes longer than reading twenty."""
    return TypeAdapter(MapSummary)
