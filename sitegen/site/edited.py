"""People's edits laid onto what was computed, before the map is rendered: what the site shows in their place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from sitegen.artifacts import (
    CHANGE_SCHEMA,
    KNOWN_TOPIC_SCHEMA,
    LABEL_SCHEMA,
    TOPIC_SCHEMA,
    Continuity,
    Documents,
    Int64,
    KnownTopicRow,
    Neighbors,
    ResolvedEdits,
    TopicLabels,
    Topics,
)
from sitegen.site.edits import Edited, EditorsWords
from sitegen.site.map.neighbors import without_deleted

DELETED = "deleted by the editors"
"""The rule that dropped documents of deleted topics."""


def edited_map(
    documents: Documents,
    edits: ResolvedEdits,
    topics: Topics,
    labels: TopicLabels,
    continuity: Continuity,
    neighbors: Neighbors | None = None,
) -> dict[str, Any]:
    """Return the arguments of `render_dataset` that edits change: artifacts without deleted documents, and `edited`."""
    kept = np.setdiff1d(np.arange(len(documents)), edits.deleted).astype(np.int64)
    slot_and_id = zip(edits.ids, edits.slots, labels.rows(), topics.rows(), strict=True)
    known: list[KnownTopicRow] = [
        {"topic": number, "slot": slot, "name": label["name"], "size": topic["size"], "centroid": []}
        for number, slot, label, topic in slot_and_id
    ]
    ids = np.array([*edits.ids, -1], np.int32)
    shown = replace(
        continuity,
        assignment=ids[edits.assignment],
        topics=pa.Table.from_pylist(known, KNOWN_TOPIC_SCHEMA),
        changes=_changes(continuity, edits, {row["topic"]: row["name"] for row in known}),
    )
    words = {
        number: EditorsWords(
            *(
                each[key] or ""
                for key in ("who", "why", "described_by", "described_why", "note", "noted_by", "noted_why")
            )
        )
        for number, each in zip(edits.ids, edits.words, strict=True)
    }
    edited = Edited(
        {number: each["color"] for number, each in zip(edits.ids, edits.words, strict=True) if each["color"]},
        words,
        tuple((old, new) for old, new in edits.redirects),
        _taken_out(edits, topics),
        continuity.assignment[kept],
    )
    if len(edits.deleted):
        documents, shown, topics, labels = _without_deleted(kept, documents, shown, topics, labels)
        neighbors = neighbors and without_deleted(neighbors, kept)
    return {
        "documents": documents,
        "continuity": shown,
        "topics": topics,
        "labels": labels,
        "neighbors": neighbors,
        "edited": edited,
    }


def _taken_out(edits: ResolvedEdits, topics: Topics) -> int:
    """Return how many more documents lie outside any topic than before the edits, beside deleted ones."""
    now = int((edits.assignment < 0).sum()) - len(edits.deleted)
    return now - topics.outside.get("after", now)


def _changes(continuity: Continuity, edits: ResolvedEdits, names: dict[int, str]) -> pa.Table:
    """Return what became of topics since the build before, of those that readers saw, by the ids that they see."""
    now = {each[0]: each[1] for each in edits.computed}
    merged = {old for old, _ in edits.redirects}
    rows = []
    for row in continuity.changes.to_pylist():
        topic = now.get(row["topic"], row["topic"])
        there = topic in names
        if topic in merged or (not there and row["change"] != "gone") or (there and row["change"] == "renamed"):
            continue
        rows.append({**row, "topic": topic, "name": names.get(topic, row["name"])})
    return pa.Table.from_pylist(rows, CHANGE_SCHEMA)


def _without_deleted(
    kept: Int64, documents: Documents, continuity: Continuity, topics: Topics, labels: TopicLabels
) -> tuple[Documents, Continuity, Topics, TopicLabels]:
    """Return the artifacts of the rows `kept`, int64 (m,), ascending."""
    rows = pa.array(kept)
    row_now = {row: now for now, row in enumerate(kept.tolist())}

    def renumbered(table: pa.Table, key: str, schema: pa.Schema) -> pa.Table:
        changed = [{**each, key: [row_now[row] for row in each[key] if row in row_now]} for each in table.to_pylist()]
        return pa.Table.from_pylist(changed, schema)

    left = replace(
        documents,
        table=documents.table.take(rows),
        dropped={**documents.dropped, DELETED: len(documents) - len(kept)},
        source_rows=documents.source_rows[kept] if len(documents.source_rows) else documents.source_rows,
        vectors=documents.vectors[kept] if len(documents.vectors) else documents.vectors,
        given=documents.given.take(rows) if documents.given is not None else None,
    )
    return (
        left,
        replace(
            continuity,
            layout=continuity.layout[kept],
            fingerprints=continuity.fingerprints[kept],
            assignment=continuity.assignment[kept],
            since=continuity.since[kept] if continuity.since is not None else None,
        ),
        replace(
            topics,
            table=renumbered(topics.table, "representatives", TOPIC_SCHEMA),
            assignment=topics.assignment[kept],
        ),
        replace(labels, table=renumbered(labels.table, "documents", LABEL_SCHEMA)),
    )
