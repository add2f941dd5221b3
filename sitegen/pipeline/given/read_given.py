"""Documents -> Given: the places, topics, names and layers that a dataset brings, matched to its documents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import GIVEN_PARENT_SCHEMA, GIVEN_TOPIC_SCHEMA, MOST_TOPICS, Documents, Float32, Given, Int32
from sitegen.config import GivenConfig
from sitegen.errors import DataError
from sitegen.pipeline.given.bertopic_folder import BertopicModel, read_bertopic
from sitegen.pipeline.given.topic_table import KnownTopic, read_topic_table
from sitegen.pipeline.sources.local import content_revision
from sitegen.pipeline.stage import Context

WORD = re.compile(r"\w+")
WHOLE = re.compile(r"-?\d+\.0+")
ORDER_CHECKED = 2_000
"""Documents that are compared with the keywords of their topics."""
ENOUGH_TO_TELL = 40
"""Fewer comparisons are left to chance."""
SURE = 2.0
"""Standard errors by which the mean difference must lie above 0."""


def given_revision(*, given_config: GivenConfig, root: Path) -> str:
    """Names the content of the files that are read beside the source."""
    paths = [root / Path(given_config.topics).expanduser()] if given_config.topics else []
    if given_config.bertopic:
        paths.append(root / Path(given_config.bertopic).expanduser() / "topics.json")
    return content_revision([path for path in paths if path.is_file()], root) if paths else "columns of the source"


def read_given(*, given_config: GivenConfig, documents: Documents, context: Context) -> Given:
    """Match what is brought to the documents.

    Raises:
        DataError: it does not fit the documents, or a file of it cannot be used.
    """
    config, told = given_config, [given_config.made_with] if given_config.made_with else []
    layout = _layout(documents) if config.has_places else np.empty((0, 2), np.float32)
    if not config.has_topics:
        return Given(layout, np.empty(0, np.int32), told="; ".join(told))
    known: Mapping[str, KnownTopic] = read_topic_table(config.topics, context.root) if config.topics else {}
    if config.bertopic is not None:
        model = read_bertopic(config.bertopic, context.root)
        labels, known = _labels_of(model, documents), model.known
        told += [f"representations of the model that have no place here: {', '.join(model.left_out)}"] * bool(
            model.left_out
        )
    else:
        labels = _labels(_column(documents, "topic"), config.outside)
    topics = _numbered(labels)
    names, notes = _names(documents, topics, config.name is not None)
    told += notes
    if config.bertopic is not None:
        _check_order(documents, topics, known)
    unknown = set(known) - set(topics.labels)
    if unknown:
        told.append(f"{len(unknown):,} of {len(known):,} topics that were described have no document here")
    rows = []
    for number, label in enumerate(topics.labels):
        fact = known.get(label, KnownTopic())
        words = {kind: list(fact.keywords.get(kind, ())) for kind in ("keywords", "keybert", "mmr")}
        name = names.get(number) or fact.name
        rows.append({"topic": number, "label": label, "name": name, "description": fact.description, **words})
    parents, notes = _parents(documents, config, topics)
    told += notes
    for note in told[1 if config.made_with else 0 :]:
        context.report.info(f"  {note}")
    return Given(
        layout,
        topics.assignment,
        pa.Table.from_pylist(rows, GIVEN_TOPIC_SCHEMA),
        pa.Table.from_pylist(parents, GIVEN_PARENT_SCHEMA),
        "; ".join(told),
    )


@dataclass(frozen=True)
class Numbered:
    """Topics by size: `assignment` int32 (n,), -1 outside; `labels` what the data calls each."""

    assignment: Int32
    labels: list[str]


def _numbered(labels: pa.ChunkedArray) -> Numbered:
    """Labels, null outside, as numbers, the largest topic first, of equal ones the one that comes first."""
    coded = labels.combine_chunks().dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    sizes = np.bincount(codes[codes >= 0], minlength=len(coded.dictionary))
    if len(sizes) >= MOST_TOPICS:
        raise DataError(
            f"{len(sizes):,} topics are given, and a map has room for {MOST_TOPICS - 1:,}; is it the right column?",
            "given.topic",
        )
    order = np.argsort(-sizes, kind="stable")
    number = np.empty(len(sizes) + 1, np.int32)
    number[order], number[-1] = np.arange(len(sizes), dtype=np.int32), -1
    return Numbered(number[codes], coded.dictionary.take(pa.array(order)).to_pylist())


def _column(documents: Documents, role: str) -> pa.ChunkedArray:
    if documents.given is None or role not in documents.given.column_names:
        raise DataError(f"the documents bring no {role}; build once more with --force documents", "given")
    return documents.given.column(role)


def _layout(documents: Documents) -> Float32:
    """Return the places, float32 (n, 2), around 0, so that single precision is fine enough wherever they lie."""
    places = np.column_stack([_column(documents, axis).to_numpy() for axis in ("x", "y")])
    middle = (places.max(axis=0) + places.min(axis=0)) / 2
    layout: Float32 = (places - np.where(np.isfinite(middle), middle, 0)).astype(np.float32)
    if not np.isfinite(layout).all():
        raise DataError("places are farther apart than 3e38, single precision holds no such map", "given.x")
    return layout


def _labels(column: pa.ChunkedArray, outside: str) -> pa.ChunkedArray:
    """Labels with null for those outside; numbers that a file holds as `3.0` become `3`."""
    values = pc.unique(column).drop_null().to_pylist()
    numbers = [value for value in values if value.casefold() != "nan"]
    if numbers and all(WHOLE.fullmatch(value) for value in numbers):
        column = pc.replace_substring_regex(column, r"\.0+$", "")
        values = [*{*(value.partition(".")[0] for value in numbers), *values}]
        nowhere = {"-1", "nan", "NaN", outside}
    else:
        nowhere = {"-1", outside}
    none = pc.is_in(column, value_set=pa.array(sorted(nowhere), pa.string()))
    return pc.if_else(none, pa.scalar(None, pa.string()), column)


def _labels_of(model: BertopicModel, documents: Documents) -> pa.ChunkedArray:
    if len(model.topics) != documents.rows:
        raise DataError(
            f"the model was fitted to {len(model.topics):,} documents, but the source has {documents.rows:,} rows; it "
            "must hold the documents of the model, each once and in their order",
            "given.bertopic",
        )
    topics = np.array(model.topics, np.int64)[documents.source_rows]
    texts = pa.array(topics).cast(pa.string())
    return pa.chunked_array([pc.if_else(pa.array(topics < 0), pa.scalar(None, pa.string()), texts)])


def _names(documents: Documents, topics: Numbered, given: bool) -> tuple[dict[int, str], list[str]]:
    """Return the name of each topic: the one that most of its documents have, and a note where they differ."""
    if not given:
        return {}, []
    counts = _pairs(topics.assignment, _column(documents, "name"))
    names: dict[int, str] = {}
    several = set()
    for topic, name, _ in counts:  # most documents first
        if topic in names:
            several.add(topic)
        else:
            names[topic] = name
    note = f"{len(several):,} of {len(topics.labels):,} topics have several names; each has the one of most documents"
    return names, [note] if several else []


def _pairs(assignment: Int32, values: pa.ChunkedArray) -> list[tuple[int, str, int]]:
    """How many documents of each topic have each value, most first; neither is null."""
    table = pa.table({"topic": pa.array(assignment), "value": values, "row": pa.array(np.arange(len(assignment)))})
    table = table.filter(pc.and_(pc.greater_equal(table["topic"], 0), pc.is_valid(table["value"])))
    counted = table.group_by(["topic", "value"]).aggregate([("row", "count"), ("row", "min")]).to_pydict()
    rows = zip(counted["topic"], counted["value"], counted["row_count"], counted["row_min"], strict=True)
    return [(topic, value, count) for topic, value, count, _ in sorted(rows, key=lambda row: (-row[2], row[3]))]


def _parents(documents: Documents, config: GivenConfig, topics: Numbered) -> tuple[list[dict[str, Any]], list[str]]:
    """Group topics by the next coarser layer, with notes on what does not nest or is not shown."""
    if not config.layers:
        return [], []
    groups = _numbered(_labels(_column(documents, "topic_0"), config.outside))
    names = _group_names(documents, groups, config.layers[0].name is not None)
    notes = []
    labels = pa.array(groups.assignment).cast(pa.string())
    group_of: dict[int, int] = {}
    torn = set()
    for topic, group, _ in _pairs(topics.assignment, pa.chunked_array([labels])):
        if topic in group_of:
            torn.add(topic)
        else:
            group_of[topic] = int(group)
    if torn:
        notes.append(
            f"layers do not nest: {len(torn):,} of {len(topics.labels):,} topics have documents in several groups of "
            f"{config.layers[0].topic}; each is in the one that most of its documents are in"
        )
    if len(config.layers) > 1:
        more = ", ".join(layer.topic for layer in config.layers[1:])
        notes.append(f"the map shows two layers, so {more} is left out; documents.columns can colour the map by it")
    members: dict[int, list[int]] = {}
    for topic in range(len(topics.labels)):
        if (number := group_of.get(topic, -1)) >= 0:
            members.setdefault(number, []).append(topic)
    ordered = sorted(members.items(), key=lambda each: each[1])
    return [{"name": names[number], "topics": inside} for number, inside in ordered], notes


def _group_names(documents: Documents, groups: Numbered, given: bool) -> dict[int, str]:
    """Return the name of each group: the one that most of its documents have, or else its label."""
    names = dict(enumerate(groups.labels))
    counted = _pairs(groups.assignment, _column(documents, "name_0")) if given else []
    return names | {group: name for group, name, _ in reversed(counted)}


def _check_order(documents: Documents, topics: Numbered, known: Mapping[str, KnownTopic]) -> None:
    """Compare documents with the keywords of their topics: a saved model has no other trace of its documents.

    Each document holds so many keywords of its own topic, and of the topic of another document; in the right order
    the former are more, by a paired test of the mean difference.

    Raises:
        DataError: they are not.
    """
    rows = np.flatnonzero(topics.assignment >= 0)
    rows = rows[:: max(1, len(rows) // ORDER_CHECKED)]
    texts = documents.table.column("text").take(pa.array(rows)).to_pylist()
    words = [
        frozenset(known[label].keywords.get("keywords", ())) if label in known else frozenset()
        for label in topics.labels
    ]
    own = topics.assignment[rows]
    more = []
    for text, mine, other in zip(texts, own.tolist(), np.roll(own, len(own) // 2).tolist(), strict=True):
        if mine != other:
            spoken = f" {' '.join(WORD.findall(text.lower()))} "
            more.append(_held(spoken, words[mine]) - _held(spoken, words[other]))
    if len(more) < ENOUGH_TO_TELL:
        return
    error = float(np.std(more)) / len(more) ** 0.5
    if np.mean(more) <= SURE * error:
        raise DataError(
            "the documents seem to be in another order than the model's: they do not hold more keywords of their own "
            f"topic than of another ({np.mean(more):+.2f} per document); give the documents in the order in which the "
            "model was fitted",
            "given.bertopic",
        )


def _held(text: str, words: frozenset[str]) -> int:
    return sum(f" {word} " in text for word in words)
