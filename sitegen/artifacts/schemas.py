"""The columns of the tables that artifacts hold, as Arrow schemas."""

from __future__ import annotations

import pyarrow as pa

DOCUMENT_SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("category", pa.string()),
        pa.field("url", pa.string()),
        pa.field("date", pa.timestamp("us", tz="UTC")),
    ]
)
"""The columns that every table of documents begins with."""
COLUMN_TYPES = {
    "number": pa.float64(),
    "date": pa.timestamp("us", tz="UTC"),
    "category": pa.string(),
    "text": pa.string(),
}
"""Arrow type of each type that `documents.columns` may name."""
CHUNK_FIELDS = [pa.field("document", pa.string()), pa.field("chunk", pa.int32())]
"""Columns of documents that are parts of longer ones."""
TURNS_FIELD = pa.field(
    "__turns__",
    pa.list_(pa.struct([("start", pa.int32()), ("role", pa.string()), ("speaker", pa.int32())])),
)
"""Column of documents that are conversations: the character of the text at which each turn begins, the name of who
speaks, empty where the data has none, and their number in the order of first words, from 1; 0 of system messages."""
TOPIC_SCHEMA = pa.schema(
    [
        pa.field("topic", pa.int32(), nullable=False),
        pa.field("size", pa.int32(), nullable=False),
        pa.field("keywords", pa.list_(pa.string()), nullable=False),
        pa.field("keybert", pa.list_(pa.string()), nullable=False),
        pa.field("mmr", pa.list_(pa.string()), nullable=False),
        pa.field("representatives", pa.list_(pa.int32()), nullable=False),
    ]
)
HIERARCHY_SCHEMA = pa.schema(
    [
        pa.field("node", pa.int32(), nullable=False),
        pa.field("left", pa.int32(), nullable=False),
        pa.field("right", pa.int32(), nullable=False),
        pa.field("distance", pa.float64(), nullable=False),
        pa.field("size", pa.int32(), nullable=False),
        pa.field("keywords", pa.list_(pa.string()), nullable=False),
    ]
)
"""Merges of two topics (0 to k - 1) or earlier merges into the nodes k, k + 1, …, closest first."""
PARENT_SCHEMA = pa.schema(
    [
        pa.field("parent", pa.int32(), nullable=False),
        pa.field("topics", pa.list_(pa.int32()), nullable=False),
        pa.field("size", pa.int32(), nullable=False),
        pa.field("keywords", pa.list_(pa.string()), nullable=False),
    ]
)
"""A cut of the hierarchy: groups of two topics or more; a topic is in one at most."""
TIMELINE_SCHEMA = pa.schema(
    [
        pa.field("topic", pa.int32(), nullable=False),
        pa.field("start", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("documents", pa.int32(), nullable=False),
        pa.field("keywords", pa.list_(pa.string()), nullable=False),
    ]
)
"""Topics by periods of equal length; a topic has no row where it has no document."""
CLASS_SCHEMA = pa.schema(
    [
        pa.field("topic", pa.int32(), nullable=False),
        pa.field("category", pa.string(), nullable=False),
        pa.field("documents", pa.int32(), nullable=False),
        pa.field("keywords", pa.list_(pa.string()), nullable=False),
    ]
)
"""Topics by category of the documents."""
LABEL_SCHEMA = pa.schema(
    [
        pa.field("topic", pa.int32(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("named_by", pa.string(), nullable=False),
        pa.field("answers", pa.list_(pa.string()), nullable=False),
        pa.field("description", pa.string()),
        pa.field("tries", pa.int32(), nullable=False),
        pa.field("keywords", pa.list_(pa.string()), nullable=False),
        pa.field("documents", pa.list_(pa.int32()), nullable=False),
        pa.field("reason", pa.string()),
        pa.field("fit", pa.float64()),
        pa.field("margin", pa.float64()),
        pa.field("rank", pa.int32()),
        pa.field("nearest", pa.int32()),
    ]
)
PARENT_LABEL_SCHEMA = pa.schema(
    [
        pa.field("parent", pa.int32(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("named_by", pa.string(), nullable=False),
        pa.field("answers", pa.list_(pa.string()), nullable=False),
        pa.field("fit", pa.float64()),
        pa.field("margin", pa.float64()),
        pa.field("rank", pa.int32()),
        pa.field("nearest", pa.int32()),
    ]
)
GIVEN_TOPIC_SCHEMA = pa.schema(
    [
        pa.field("topic", pa.int32(), nullable=False),
        pa.field("label", pa.string(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("description", pa.string()),
        pa.field("keywords", pa.list_(pa.string()), nullable=False),
        pa.field("keybert", pa.list_(pa.string()), nullable=False),
        pa.field("mmr", pa.list_(pa.string()), nullable=False),
    ]
)
"""Topics as a dataset brings them: `label` is what its data calls them."""
GIVEN_PARENT_SCHEMA = pa.schema(
    [
        pa.field("name", pa.string(), nullable=False),
        pa.field("topics", pa.list_(pa.int32()), nullable=False),
        pa.field("above", pa.list_(pa.string()), nullable=False),
    ]
)
"""Groups of given topics; the name may be empty. `above` are the groups around it, in coarser layers, finest first."""
ABOVE_SCHEMA = pa.schema(
    [
        pa.field("parent", pa.int32(), nullable=False),
        pa.field("above", pa.list_(pa.string()), nullable=False),
    ]
)
"""Names of the groups around a parent topic, finest first."""
ASPECT_SCHEMA = pa.schema(
    [
        pa.field("topic", pa.int32(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("words", pa.list_(pa.string()), nullable=False),
    ]
)
"""Words of a topic by a further representation that is given, with the name of that, best first."""

COLOR_HUES, COLOR_SHADES = 10, 4
"""A slot is `FIRST_COLOR + hue * COLOR_SHADES + shade`; which colour that is, the site's palette says."""
FIRST_COLOR = 12
"""Smaller slots are those of builds that gave neighbours any hue; they are given anew."""
KNOWN_TOPIC_SCHEMA = pa.schema(
    [
        pa.field("topic", pa.int32(), nullable=False),
        pa.field("slot", pa.int32(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("size", pa.int32(), nullable=False),
        pa.field("centroid", pa.list_(pa.float32()), nullable=False),
    ]
)
CHANGE_SCHEMA = pa.schema(
    [
        pa.field("change", pa.string(), nullable=False),
        pa.field("topic", pa.int32(), nullable=False),
        pa.field("name_before", pa.string()),
        pa.field("name", pa.string()),
        pa.field("size_before", pa.int32()),
        pa.field("size", pa.int32()),
    ]
)
