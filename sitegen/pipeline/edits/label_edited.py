"""Computed names and edited topics -> TopicLabels: names stay, and merged topics that nobody named get one."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from sitegen.artifacts import (
    LABEL_SCHEMA,
    PARENT_LABEL_SCHEMA,
    UNMEASURED,
    Documents,
    EditedWords,
    Embeddings,
    LabelRow,
    Membership,
    ParentLabelRow,
    ResolvedEdits,
    TopicLabels,
    TopicRow,
    Topics,
)
from sitegen.config import EmbeddingsConfig, LabelsConfig, TopicsConfig
from sitegen.pipeline.labels.label_topics import name_some
from sitegen.pipeline.labels.wording.name_rules import keyword_name, subject_of
from sitegen.pipeline.stage import Context

BY_EDITORS = "editors"
"""`named_by` of a name that a person gave."""


def label_edited(
    *,
    labels_config: LabelsConfig,
    topics_config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    seed: int,
    documents: Documents,
    embeddings: Embeddings,
    labels: TopicLabels,
    edits: ResolvedEdits,
    membership: Membership,
    edited_topics: Topics,
    context: Context,
) -> TopicLabels:
    """Return a name for each topic after the edits. The language model is asked about `edits.unnamed` only.

    Raises:
        ModelError: as `label_topics`.
    """
    known, described = labels.rows(), edited_topics.rows()
    rank_now = _ranks_now(edits, len(known))
    rows = [
        _computed_row(known[source], rank, rank_now) if source >= 0 else _keyword_row(described[rank], rank)
        for rank, source in enumerate(edits.sources)
    ]
    rows = [_said(row, words) for row, words in zip(rows, edits.words, strict=True)]
    if edits.unnamed:
        fresh = name_some(
            edits.unnamed,
            {row["topic"]: row["name"] for row in rows},
            labels_config=labels_config if labels.provenance else labels_config.model_copy(update={"model": None}),
            topics_config=topics_config,
            embeddings_config=embeddings_config,
            seed=seed,
            documents=documents,
            embeddings=embeddings,
            topics=edited_topics,
            context=replace(context, persistent_dir=context.persistent_dir.parent / "labels"),
        )
        for row in fresh:
            rows[row["topic"]] = {**row, "description": edits.words[row["topic"]]["description"] or row["description"]}
    return TopicLabels(
        pa.Table.from_pylist(rows, LABEL_SCHEMA),
        labels.provenance,
        pa.Table.from_pylist(_parent_rows(labels, membership), PARENT_LABEL_SCHEMA),
    )


def _ranks_now(edits: ResolvedEdits, count: int) -> dict[int, int]:
    """Return the rank after the edits of each computed topic that is still there."""
    return {source: rank for rank, source in enumerate(edits.sources) if 0 <= source < count}


def _computed_row(row: LabelRow, rank: int, rank_now: dict[int, int]) -> LabelRow:
    nearest = rank_now.get(row["nearest"]) if row["nearest"] is not None else None
    return {**row, "topic": rank, "nearest": nearest}


def _keyword_row(topic: TopicRow, rank: int) -> LabelRow:
    return {
        "topic": rank,
        "name": keyword_name(subject_of(topic), ()),
        "named_by": "keywords",
        "answers": [],
        "description": None,
        "tries": 0,
        "keywords": [],
        "documents": [],
        "reason": None,
        **UNMEASURED,
    }


def _said(row: LabelRow, words: EditedWords) -> LabelRow:
    """Return a row with what a person says of its topic; what was computed of the old name is not said of the new."""
    if words["name"]:
        row = {**row, "name": words["name"], "named_by": BY_EDITORS, "reason": None, **UNMEASURED}
    return {**row, "description": words["description"] or row["description"]}


def _parent_rows(labels: TopicLabels, membership: Membership) -> list[ParentLabelRow]:
    """Return the names of groups: computed ones stay with their groups."""
    known: list[ParentLabelRow] = labels.parents.to_pylist()
    rows: list[ParentLabelRow] = []
    for number, group in enumerate(membership.parents):
        if group["parent"] >= 0:
            rows.append({**known[group["parent"]], "parent": number, "nearest": None})
        else:
            rows.append({"parent": number, "name": group["name"], "named_by": BY_EDITORS, "answers": [], **UNMEASURED})
    return rows
