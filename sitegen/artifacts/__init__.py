"""The contract between pipeline and site: typed results and the store that keeps them."""

from sitegen.artifacts.store import Entry, Store, canonical_json, digest
from sitegen.artifacts.types import (
    CHANGE_SCHEMA,
    CHUNK_FIELDS,
    COLOR_SLOTS,
    COLUMN_TYPES,
    DOCUMENT_SCHEMA,
    KNOWN_TOPIC_SCHEMA,
    LABEL_SCHEMA,
    TOPIC_SCHEMA,
    Artifact,
    Clusters,
    Continuity,
    Documents,
    Embeddings,
    Reduction,
    TopicLabels,
    Topics,
)

__all__ = [
    "CHANGE_SCHEMA",
    "CHUNK_FIELDS",
    "COLOR_SLOTS",
    "COLUMN_TYPES",
    "DOCUMENT_SCHEMA",
    "KNOWN_TOPIC_SCHEMA",
    "LABEL_SCHEMA",
    "TOPIC_SCHEMA",
    "Artifact",
    "Clusters",
    "Continuity",
    "Documents",
    "Embeddings",
    "Entry",
    "Reduction",
    "Store",
    "TopicLabels",
    "Topics",
    "canonical_json",
    "digest",
]
