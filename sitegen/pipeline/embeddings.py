"""Documents -> Embeddings, by sentence-transformers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sitegen.artifacts import Documents, Embeddings
from sitegen.config import EmbeddingsConfig
from sitegen.pipeline.backends.embedder import load_embedder
from sitegen.pipeline.backends.models import find_model
from sitegen.pipeline.stage import Context

SHARD = 512
"""Documents per shard: a resumed build repeats at most one."""


def embedder_revision(*, embeddings_config: EmbeddingsConfig, root: Path) -> str:
    """Names the weights of the embedder."""
    return find_model(embeddings_config.model, root, "embeddings.model").revision


def embed(*, embeddings_config: EmbeddingsConfig, documents: Documents, context: Context) -> Embeddings:
    """Unit vectors, float32 (n, d), in the order of the documents.

    Documents go through the model longest first, so that a batch pads little and memory peaks at once.

    Raises:
        ModelError: the embedder cannot be loaded.
    """
    texts = [embeddings_config.prompt + text for text in documents.column("text")]
    order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
    shards = [order[start : start + SHARD] for start in range(0, len(order), SHARD)]
    files = [context.scratch / f"{number:06}.npy" for number in range(len(shards))]
    missing = [number for number, file in enumerate(files) if not file.exists()]
    if missing:
        model = load_embedder(embeddings_config, context.root, context.runtime.device)
        with context.report.task("embeddings", len(texts)) as advance:
            advance(sum(len(shards[number]) for number in set(range(len(shards))) - set(missing)))
            for number in missing:
                vectors = model.encode(
                    [texts[index] for index in shards[number]],
                    batch_size=context.runtime.batch_size,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
                draft = files[number].with_suffix(".part.npy")
                np.save(draft, vectors.astype(np.float32))
                draft.rename(files[number])
                advance(len(shards[number]))
    stacked = np.concatenate([np.load(file) for file in files])
    vectors = np.empty_like(stacked)
    vectors[order] = stacked
    return Embeddings(vectors)
