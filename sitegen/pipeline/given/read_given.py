"""Documents -> Given: the places, topics, names and layers that a dataset brings, matched to its documents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import (
    ASPECT_SCHEMA,
    GIVEN_PARENT_SCHEMA,
    GIVEN_TOPIC_SCHEMA,
    HIERARCHY_SCHEMA,
    MOST_TOPICS,
    Documents,
    Float32,
    Given,
)
from sitegen.config import GivenConfig
from sitegen.errors import DataError
from sitegen.pipeline.given.bertopic_folder import BertopicModel, read_bertopic
from sitegen.pipeline.given.document_order import CANNOT_TELL, WRONG_ORDER, in_order
from sitegen.pipeline.given.hierarchy import read_hierarchy
from sitegen.pipeline.given.labels import (
    Numbered,
    count_pairs,
    given_column,
    numbered,
    numbers_without_room,
    read_labels,
)
from sitegen.pipeline.given.layers import group_topics
from sitegen.pipeline.given.topic_table import KnownTopic, read_topic_table
from sitegen.pipeline.given.vector_file import read_vectors
from sitegen.pipeline.sources.local import content_revision
from sitegen.pipeline.stage import Context


def given_revision(*, given_config: GivenConfig, root: Path) -> str:
    """Names the content of the files that are read beside the source."""
    files = (given_config.topics, given_config.hierarchy, given_config.space)
    paths = [root / Path(file).expanduser() for file in files if file]
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
        space = _space(config.space, context.root, documents) if config.space else None
        return Given(layout, np.empty(0, np.int32), told="; ".join(told), space=space)
    known: Mapping[str, KnownTopic] = read_topic_table(config.topics, context.root) if config.topics else {}
    if config.bertopic is not None:
        model = read_bertopic(config.bertopic, context.root)
        labels, known = _labels_of(model, documents), model.known
    else:
        labels = read_labels(given_column(documents, "topic"), config.outside)
    topics = numbered(labels)
    if without_room := numbers_without_room(topics.labels):
        told.append(
            f"numbers of topics are not those of the data: a map has room for 0 to {MOST_TOPICS - 1:,}, the data has "
            f"{without_room[0]}"
        )
    names, notes = _names(documents, topics, config.name is not None)
    told += notes
    if config.bertopic is not None:
        words_of = {number: known[label].words for number, label in enumerate(topics.labels) if label in known}
        right = in_order(documents.table.column("text"), topics.assignment, words_of)
        if right is None:
            context.report.warn(CANNOT_TELL)
            told.append(CANNOT_TELL.partition(";")[0])
        elif not right:
            raise DataError(f"the documents {WRONG_ORDER}", "given.bertopic")
    unknown = set(known) - set(topics.labels)
    if unknown:
        told.append(f"{len(unknown):,} of {len(known):,} topics that were described have no document here")
    rows, aspects = [], []
    for number, label in enumerate(topics.labels):
        fact = known.get(label, KnownTopic())
        words = {kind: list(fact.keywords.get(kind, ())) for kind in ("keywords", "keybert", "mmr")}
        name = names.get(number) or fact.name
        rows.append({"topic": number, "label": label, "name": name, "description": fact.description, **words})
        aspects += [{"topic": number, "name": kind, "words": found} for kind, found in fact.aspects.items()]
    parents, notes = group_topics(documents, config, topics)
    told += notes
    hierarchy = read_hierarchy(config.hierarchy, context.root, topics) if config.hierarchy else []
    for note in told[1 if config.made_with else 0 :]:
        context.report.info(f"  {note}")
    return Given(
        layout,
        topics.assignment,
        pa.Table.from_pylist(rows, GIVEN_TOPIC_SCHEMA),
        pa.Table.from_pylist(parents, GIVEN_PARENT_SCHEMA),
        pa.Table.from_pylist(hierarchy, HIERARCHY_SCHEMA),
        "; ".join(told),
        pa.Table.from_pylist(aspects, ASPECT_SCHEMA) if aspects else None,
    )


def _layout(documents: Documents) -> Float32:
    """Return the places, float32 (n, 2), around 0, so that single precision is fine enough wherever they lie."""
    places = np.column_stack([given_column(documents, axis).to_numpy() for axis in ("x", "y")])
    middle = (places.max(axis=0) + places.min(axis=0)) / 2
    layout: Float32 = (places - np.where(np.isfinite(middle), middle, 0)).astype(np.float32)
    if not np.isfinite(layout).all():
        raise DataError("places are farther apart than 3e38, single precision holds no such map", "given.x")
    return layout


def _space(file: str, root: Path, documents: Documents) -> Float32:
    path = root / Path(file).expanduser()
    if not path.is_file():
        raise DataError(f"{path} does not exist", "given.space")
    points = read_vectors(path, documents, "given.space")
    if not np.isfinite(points).all():
        raise DataError(f"{path.name} holds values that are not finite", "given.space")
    return points


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
    counts = count_pairs(topics.assignment, given_column(documents, "name"))
    names: dict[int, str] = {}
    several = set()
    for topic, name, _ in counts:  # most documents first
        if topic in names:
            several.add(topic)
        else:
            names[topic] = name
    note = f"{len(several):,} of {len(topics.labels):,} topics have several names; each has the one of most documents"
    return names, [note] if several else []
