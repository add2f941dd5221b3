"""Files to take away: topics as CSV and JSON, documents as Parquet, the map as a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sitegen.artifacts import Continuity, Float32, Int32, take_rows
from sitegen.site.map.storage import segments_of
from sitegen.site.map.summary import MapSummary, MapTopic
from sitegen.site.output.shards import json_payload
from sitegen.site.pages.facts.comparison import Comparison
from sitegen.site.pages.facts.statistics import DatasetStatistics
from sitegen.site.privacy.published_documents import PublishedDocuments
from sitegen.site.settings import MapSettings

DOWNLOADS = "download"
"""Folder of the files."""
DOCUMENTS, TOPIC_DOCUMENTS = "documents.parquet", "topic-documents.jsonl"
TOPIC_WORDS = "topic-words.json"
WORDS = ("ctfidf", "keybert", "mmr", "description")
"""Fields of a topic that stay while a map grows, and are most of its bytes: there they have a file of their own."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell must not begin with: spreadsheets run it (https://owasp.org/www-community/attacks/CSV_Injection)."""
OURS = ("topic", "x", "y")
"""Columns of the table of documents that no column of the data can have; its own are `original_topic` and so on."""
FIELDS = (
    "topic",
    "name",
    "named_by",
    "size",
    "share",
    "x",
    "y",
    "ctfidf",
    "keybert",
    "mmr",
    "description",
    "parent",
    "parent_name",
    "name_fit",
    "name_margin",
    "name_rank",
    "neighbors_kept",
    "edited_by",
    "edited_why",
    "note",
)


def write_tables(
    settings: MapSettings,
    public: PublishedDocuments,
    continuity: Continuity,
    xy: Float32,
    summary: MapSummary,
    statistics: DatasetStatistics,
    folder: Path,
) -> None:
    """Write `topics.csv`, `topics.json`, `topic-documents.jsonl` and `documents.parquet` into `folder`.

    Of a map that grows the documents are in parts: files of each segment, which stay as they are; so do the words of
    topics in `TOPIC_WORDS`.

    Args:
        xy: float32 (n, 2), places in the map square.
    """
    assignment, on_map = continuity.assignment, summary.topics
    parents = {rank: each for each in enumerate(statistics.parents) for rank in each[1].topics}
    rows = [
        {
            "topic": topic.id,
            "name": topic.name,
            "named_by": topic.named_by,
            "size": topic.size,
            "share": round(topic.size / len(assignment), 6),
            "x": topic.x,
            "y": topic.y,
            "ctfidf": each.ctfidf,
            "keybert": each.keybert,
            "mmr": each.mmr,
            "description": each.description or None,
            "parent": parents[rank][0] if rank in parents else None,
            "parent_name": parents[rank][1].name if rank in parents else None,
            "name_fit": _rounded(each.origin.fit),
            "name_margin": _rounded(each.origin.margin),
            "name_rank": each.origin.rank,
            "neighbors_kept": _rounded(each.neighbors_kept),
            "edited_by": each.editors.who,
            "edited_why": each.editors.why,
            "note": each.editors.note,
            **({"aspects": dict(each.aspects)} if each.aspects else {}),
            **({"above": parents[rank][1].above} if rank in parents and parents[rank][1].above else {}),
        }
        for rank, (topic, each) in enumerate(zip(on_map, statistics.topics, strict=True))
    ]
    fields: tuple[str, ...] = FIELDS
    if continuity.since is not None:
        fields = tuple(name for name in FIELDS if name not in WORDS)
        words = [{name: row[name] for name in ("topic", *WORDS)} for row in sorted(rows, key=itemgetter("topic"))]
        (folder / TOPIC_WORDS).write_bytes(json_payload(words))
        rows = [{name: value for name, value in row.items() if name not in WORDS} for row in rows]
    (folder / "topics.json").write_bytes(json_payload(rows))
    (folder / "topics.csv").write_bytes(topics_csv(rows, fields))
    table = documents_table(settings, public.documents, assignment, xy)
    segment_of = np.zeros(len(table), np.int32) if continuity.since is None else segments_of(continuity.since)
    tables, lists = summary.in_parts(DOCUMENTS), summary.in_parts(TOPIC_DOCUMENTS)
    for segment, of_documents, of_topics in zip(np.unique(segment_of), tables, lists, strict=True):
        rows_of = np.flatnonzero(segment_of == segment)
        # also of a single part: the bytes of a file of Parquet depend on the chunks of its table
        part = table if continuity.since is None else take_rows(table, rows_of)
        pq.write_table(part, folder / of_documents, compression="zstd")
        with (folder / of_topics).open("wb") as file:
            file.writelines(topic_documents(on_map, part.column("id"), assignment[rows_of]))


def topic_documents(on_map: tuple[MapTopic, ...], ids: pa.ChunkedArray, assignment: Int32) -> Iterator[bytes]:
    """Yield a line of JSON per topic with documents: its number, its name, and the ids of these in their order.

    Args:
        ids: n public ids.
        assignment: int32 (n,), permanent topic of each document, -1 outside.
    """
    order = np.argsort(assignment, kind="stable")
    numbers = [topic.id for topic in on_map]
    starts, ends = (np.searchsorted(assignment[order], numbers, side).tolist() for side in ("left", "right"))
    for topic, start, end in zip(on_map, starts, ends, strict=True):
        if start < end:
            documents = ids.take(pa.array(order[start:end])).to_pylist()
            yield json_payload({"topic": topic.id, "name": topic.name, "documents": documents}) + b"\n"


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 6)


def topics_csv(rows: Sequence[Mapping[str, object]], fields: Sequence[str] = FIELDS) -> bytes:
    """Return topics as CSV in UTF-8; keywords of one representation are joined by a semicolon."""
    lines = [fields, *([row[name] for name in fields] for row in rows)]
    return "".join(map(csv_line, lines)).encode("utf-8")


def csv_line(cells: Sequence[object]) -> str:
    """Return a line of RFC 4180 with its end, in which nothing is a formula; static/js/tools/csv.js writes the same."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerow(map(_cell, cells))
    return file.getvalue()


def write_comparison_table(comparison: Comparison, on_map: tuple[MapTopic, ...], folder: Path) -> None:
    """Write `compare.csv` into `folder`: every topic in every group."""
    names = {topic.id: topic.name for topic in on_map}
    groups = [group.name for group in comparison.groups]
    head = ["topic", "name", "more_in", "difference", "low", "high", "p_corrected", "more_than_chance"]
    head += [f"{kind} {group}" for group in groups for kind in ("documents", "share", "low", "high")]
    lines = [csv_line(head)]
    for topic in comparison.topics:
        figures = [topic.difference, topic.low, topic.high, topic.p]
        cells = [topic.id, names.get(topic.id, ""), groups[topic.more], *(round(each, 6) for each in figures)]
        cells.append("yes" if topic.claimed else "no")
        for group in zip(topic.counts, topic.shares, topic.lows, topic.highs, strict=True):
            cells += [round(each, 6) for each in group]
        lines.append(csv_line(cells))
    (folder / "compare.csv").write_bytes("".join(lines).encode("utf-8"))


def _cell(value: object) -> object:
    text = "; ".join(value) if isinstance(value, tuple) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text


def documents_table(settings: MapSettings, public: pa.Table, assignment: Int32, xy: Float32) -> pa.Table:
    """Return one row per document: what is public of it, its topic (-1 outside any) and its place in the map square.

    A column of the data that is called like one of these, such as `topic`, is `original_topic`.
    """
    columns = {"id": public["id"], "title": public["title"]}
    if settings.privacy.text != "none":
        columns["text"] = public["text"]
    columns |= {
        "topic": pa.array(assignment),
        "x": pa.array(np.round(xy[:, 0], 5)),
        "y": pa.array(np.round(xy[:, 1], 5)),
        "category": public["category"],
    }
    names = set(public.column_names)
    for name in settings.privacy.columns:
        columns[_free(name, names) if name in OURS else name] = public[name]
    return pa.table(columns)


def _free(name: str, names: set[str]) -> str:
    free = f"original_{name}"
    return _free(free, names) if free in names else free
