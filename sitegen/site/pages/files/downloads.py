"""Files to take away: topics as CSV and JSON, documents as Parquet, the map as a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sitegen.artifacts import Int32
from sitegen.site.map.summary import MapTopic
from sitegen.site.output.shards import json_payload
from sitegen.site.pages.facts.comparison import Comparison
from sitegen.site.pages.facts.statistics import DatasetStatistics
from sitegen.site.privacy.published_documents import PublishedDocuments
from sitegen.site.settings import MapSettings

DOWNLOADS = "download"
"""Folder of the files."""
TOPIC_DOCUMENTS = "topic-documents.jsonl"
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
    "edited_by",
    "edited_why",
    "note",
)


def write_tables(
    settings: MapSettings,
    public: PublishedDocuments,
    assignment: Int32,
    xy: Any,
    on_map: tuple[MapTopic, ...],
    statistics: DatasetStatistics,
    folder: Path,
) -> None:
    """Write `topics.csv`, `topics.json` and `documents.parquet` into `folder`.

    Args:
        assignment: int32 (n,), permanent topic of each document, -1 outside.
        xy: float32 (n, 2), places in the map square.
    """
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
            "name_fit": each.origin.fit,
            "name_margin": each.origin.margin,
            "name_rank": each.origin.rank,
            "edited_by": each.editors.who,
            "edited_why": each.editors.why,
            "note": each.editors.note,
            **({"above": parents[rank][1].above} if rank in parents and parents[rank][1].above else {}),
        }
        for rank, (topic, each) in enumerate(zip(on_map, statistics.topics, strict=True))
    ]
    (folder / "topics.json").write_bytes(json_payload(rows))
    (folder / "topics.csv").write_bytes(topics_csv(rows))
    table = documents_table(settings, public.documents, assignment, xy)
    pq.write_table(table, folder / "documents.parquet", compression="zstd")
    with (folder / TOPIC_DOCUMENTS).open("wb") as file:
        file.writelines(topic_documents(on_map, table.column("id"), assignment))


def topic_documents(on_map: tuple[MapTopic, ...], ids: pa.ChunkedArray, assignment: Int32) -> Iterator[bytes]:
    """Yield a line of JSON per topic: its number, its name, and the ids of its documents in their order.

    Args:
        ids: n public ids.
        assignment: as in `write_tables`.
    """
    order = np.argsort(assignment, kind="stable")
    starts = np.searchsorted(assignment[order], [topic.id for topic in on_map])
    for topic, start in zip(on_map, starts.tolist(), strict=True):
        documents = ids.take(pa.array(order[start : start + topic.size])).to_pylist()
        yield json_payload({"topic": topic.id, "name": topic.name, "documents": documents}) + b"\n"


def topics_csv(rows: list[dict[str, Any]]) -> bytes:
    """Topics as CSV in UTF-8; keywords of one representation are joined by a semicolon."""
    lines = [FIELDS, *([row[name] for name in FIELDS] for row in rows)]
    return "".join(map(csv_line, lines)).encode("utf-8")


def csv_line(cells: Sequence[Any]) -> str:
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


def _cell(value: Any) -> Any:
    text = "; ".join(value) if isinstance(value, tuple) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text


def documents_table(settings: MapSettings, public: pa.Table, assignment: Int32, xy: Any) -> pa.Table:
    """One row per document: what is public of it, its topic (-1 outside any) and its place in the map square.

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
