"""Embeddings -> Predefined: documents whose vectors are similar enough to that of a name are in its topic.

BERTopic's zero-shot topic modeling: Grootendorst, https://arxiv.org/abs/2203.05794, and
https://maartengr.github.io/BERTopic/getting_started/zeroshot/zeroshot.html.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sitegen.artifacts import Embeddings, Float32, Predefined
from sitegen.config import EmbeddingsConfig, PredefinedConfig
from sitegen.errors import DataError
from sitegen.pipeline.embeddings.embed import embedder_revision
from sitegen.pipeline.embeddings.embedder import word_encoder
from sitegen.pipeline.executor.blocks import blocks
from sitegen.pipeline.stage import Context

FIELD = "predefined.topics"


def names_revision(*, predefined_config: PredefinedConfig, embeddings_config: EmbeddingsConfig, root: Path) -> str:
    """Name what embeds the names."""
    return embedder_revision(embeddings_config=embeddings_config, root=root)


def assign_to_names(
    *,
    predefined_config: PredefinedConfig,
    embeddings_config: EmbeddingsConfig,
    embeddings: Embeddings,
    context: Context,
) -> Predefined:
    """Embed the names as documents are embedded, and compare.

    Raises:
        DataError: there are more names than documents, or the embedder did not make the vectors of the documents.
        ModelError: the embedder cannot be loaded.
    """
    names, vectors = list(predefined_config.topics), embeddings.vectors
    if len(names) > len(vectors):
        raise DataError(f"{len(names):,} names for {len(vectors):,} documents; name fewer topics", FIELD)
    encode = word_encoder(embeddings_config, vectors.shape[1], context)
    if encode is None:
        raise AssertionError("the config was checked to have an embedder and vectors")
    found = compare_with_names(vectors, encode(names), names, predefined_config.min_similarity)
    context.report.info(f"  {found.told}")
    low, median, high = np.quantile(found.similarity, (0.1, 0.5, 0.9))
    context.report.info(
        f"  similarity to the closest name: a tenth of the documents has {low:.2f} or less, half {median:.2f}, "
        f"a tenth {high:.2f} or more"
    )
    if empty := sorted(set(range(len(names))).difference(found.assignment.tolist())):
        told = ", ".join(repr(names[number]) for number in empty[:5])
        context.report.warn(
            f"{context.slug}: no document is similar enough to {len(empty):,} of {len(names):,} names ({told}), so "
            f"these topics are missing; lower predefined.min_similarity ({predefined_config.min_similarity:g})"
        )
    return found


def compare_with_names(vectors: Float32, of_names: Float32, names: list[str], least: float) -> Predefined:
    """Return the closest name of each document; none (-1) if its cosine similarity is below `least`.

    Args:
        vectors: float32 (n, d), of unit length.
        of_names: float32 (k, d), of unit length.
    """
    closest, similarity = np.empty(len(vectors), np.int32), np.empty(len(vectors), np.float32)
    for block in blocks(len(vectors)):
        cosine = vectors[block] @ of_names.T
        closest[block], similarity[block] = cosine.argmax(axis=1), cosine.max(axis=1)
    assignment = np.where(similarity >= least, closest, -1).astype(np.int32)
    inside, filled = int((assignment >= 0).sum()), len(np.unique(assignment[assignment >= 0]))
    told = (
        f"{inside:,} of {len(vectors):,} documents have a similarity of {least:g} or more to a name given beforehand; "
        f"{filled:,} of {len(names):,} names have documents"
    )
    return Predefined(assignment, similarity, names, least, told)
