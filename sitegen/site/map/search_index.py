"""The search index of what a map publishes: one of all documents, or one of each segment of a map that grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import Int32, take_rows
from sitegen.site.map.storage import Segment
from sitegen.site.map.text_shards import TextShardSource
from sitegen.site.output.hashed_files import HashedFiles
from sitegen.site.output.parts import Folders, part_name
from sitegen.site.search.index import write_search, write_topic_rows

CATEGORIES = 200
"""The largest ones, by which a search can be narrowed."""


def write_index(files: HashedFiles, words: TextShardSource, digests: Sequence[str]) -> Folders:
    """Write the search index of what is published; returns its folders.

    Categories are numbered as they come: those of the first segment, the largest first, then others of the next.

    Args:
        digests: of what the titles and texts of each segment are made of.
    """
    found: list[tuple[int, int, str]] = []
    names: list[str] = []
    categories = words.documents.select(["category"])
    for number, segment in enumerate(words.segments):
        rows = words.order[segment.start : segment.end]
        counts = pc.value_counts(take_rows(categories, np.sort(rows)).column("category")).to_pylist()
        counted = Counter({each["values"]: each["counts"] for each in counts})
        new = [name for name, _ in counted.most_common() if name and name not in names]
        names += new[: CATEGORIES - len(names)]
        own = take_rows(categories, rows).column("category")
        coded = pc.fill_null(pc.index_in(own, pa.array(names, own.type)), -1).to_numpy()
        about = {"categories": [(name, counted[name]) for name in names]}
        files.made_of(part_name("search", number), digests[number], coded, about)
        folder = write_search(words.batches(segment), {"category": coded}, about, files, number)
        found.append((segment.start, number, folder))
    return found[0][2] if len(found) == 1 else tuple(found)


def write_topics(files: HashedFiles, segments: Sequence[Segment], topics: Int32) -> Folders:
    """Write which documents each topic has, for searches in topics; returns the folders.

    Args:
        topics: int32 (n,), permanent topic of each document in storage order, -1 outside.
    """
    found = [
        (segment.start, number, write_topic_rows(topics[segment.start : segment.end], files, number))
        for number, segment in enumerate(segments)
    ]
    return found[0][2] if len(found) == 1 else tuple(found)
