"""Vectors of several datasets on one map: each embedded, or read, as on the map of its own, whose vectors are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from sitegen.artifacts import Documents, Embeddings
from sitegen.config import DatasetConfig, EmbeddingsConfig
from sitegen.pipeline.documents.joined import Joined, check_lengths, located, take_apart
from sitegen.pipeline.embeddings.embed import embed, embedder_revision, reach_embedder
from sitegen.pipeline.stage import Context


def joined_embedder_revision(*, joined_config: Joined, embeddings_config: EmbeddingsConfig, root: Path) -> str:
    """Name what makes the vectors of each dataset."""
    revisions = []
    for number, each in enumerate(joined_config):
        with located(number):
            revisions.append(embedder_revision(embeddings_config=each.embeddings, root=root))
    return "; ".join(revisions)


def reach_joined(dataset: DatasetConfig) -> None:
    """Raise a ModelError if an embedder is to be downloaded and cannot be."""
    for number, each in enumerate(dataset.joined):
        with located(number):
            reach_embedder(each)


def embed_joined(
    *, joined_config: Joined, embeddings_config: EmbeddingsConfig, documents: Documents, context: Context
) -> Embeddings:
    """Return unit vectors, float32 (n, d), in the order of the documents.

    Raises:
        DataError, ModelError: as `embed`, with the field of the dataset; or vectors of datasets differ in length.
    """
    vectors = {}
    for number, (each, part) in enumerate(zip(joined_config, take_apart(joined_config, documents), strict=True)):
        with located(number):
            own = replace(context, slug=each.slug)
            vectors[each.slug] = embed(embeddings_config=each.embeddings, documents=part, context=own).vectors
    check_lengths(vectors)
    return Embeddings(np.concatenate(list(vectors.values())))
