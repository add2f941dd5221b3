"""The contract between pipeline and site: typed results and the store that keeps them."""

from sitegen.artifacts.store import Entry, Store, canonical_json, digest
from sitegen.artifacts.types import (
    CHUNK_FIELDS,
    COLUMN_TYPES,
    DOCUMENT_SCHEMA,
    LABEL_SCHEMA,
    PARENT_LABEL_SCHEMA,
    TOPIC_SCHEMA,
    Artifact,
    Clusters,
    Documents,
    Embeddings,
    Reduction,
    TopicLabels,
    Topics,
)

__all__ = [
    "CHUNK_FIELDS",
    "COLUMN_TYPES",
    "DOCUMENT_SCHEMA",
    "LABEL_SCHEMA",
    "PARENT_LABEL_SCHEMA",
    "TOPIC_SCHEMA",
    "Artifact",
    "Clusters",
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
