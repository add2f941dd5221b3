"""Documents -> Embeddings: by sentence-transformers, or vectors that came with the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Documents, Embeddings, Float32, digest
from sitegen.config import DatasetConfig, EmbeddingsConfig
from sitegen.errors import DataError
from sitegen.pipeline.embeddings.backend import choose_backend
from sitegen.pipeline.embeddings.embedder import EncodeBlock, encoder, join_encoded, unit_length
from sitegen.pipeline.embeddings.vector_store import Hashes, VectorStore, hash_texts
from sitegen.pipeline.given.vector_file import read_vectors
from sitegen.pipeline.installed_packages import installed_version
from sitegen.pipeline.models.find_model import find_model
from sitegen.pipeline.models.git_lfs import is_pointer
from sitegen.pipeline.models.hub_errors import reach_model
from sitegen.pipeline.sources.local import content_revision
from sitegen.pipeline.stage import Context

SHARD = 512
"""Documents per shard: a resumed build repeats at most those on the way, in this process one. Every device of a pool
gets as many."""
LETTERS_PER_TOKEN, LETTERS_PER_TEXT, WINDOW = 4, 20, 256
"""By which the time that a text takes is told beforehand: its letters up to the model's window, and a few more."""
SAME_MODEL = 0.99
"""Cosine of two vectors of one text from which one model made both; batches and precision change less."""


def embedder_revision(*, embeddings_config: EmbeddingsConfig, root: Path) -> str:
    """Name the weights of the embedder, what runs them, and the content of the file of vectors."""
    model = embeddings_config.model
    if model is None:
        revision = "none"
    else:
        weights = find_model(model, root, "embeddings.model").revision
        revision = f"{weights}; {choose_backend(embeddings_config, root).summary}"
    if embeddings_config.file is None:
        return revision
    return f"{revision}; {content_revision([_vector_file(embeddings_config.file, root)], root)}"


def reach_embedder(dataset: DatasetConfig) -> None:
    """Raise a ModelError if the embedder is to be downloaded and cannot be."""
    if dataset.embeddings.file is None and dataset.documents.vector is None:
        reach_model(dataset.embeddings.model, "embeddings")


def embed(*, embeddings_config: EmbeddingsConfig, documents: Documents, context: Context) -> Embeddings:
    """Return unit vectors, float32 (n, d), in the order of the documents.

    Raises:
        DataError: vectors that came with the data do not fit the documents, or a vector is not finite.
        ModelError: the embedder cannot be loaded.
    """
    config = embeddings_config
    if config.file is not None and documents.vectors.size:
        raise DataError("vectors come from documents.vector as well; keep one of the two", "embeddings.file")
    if config.file is not None:
        vectors = unit_length(read_vectors(_vector_file(config.file, context.root), documents, "embeddings.file"))
    elif documents.vectors.size:
        vectors = unit_length(documents.vectors)
    else:
        vectors = _computed(config, documents.column("text"), context)
    broken = np.flatnonzero(~np.isfinite(vectors.sum(axis=1)))
    if len(broken):
        first = documents.column("id")[broken[0]]
        hint = "; a model that overflows in float16 may do in bfloat16" if config.dtype == "float16" else ""
        raise DataError(
            f"{len(broken):,} of {len(vectors):,} embeddings are zero or not finite, first that of document "
            f"{first!r}{hint}; drop these rows, or use another model",
            "embeddings",
        )
    return Embeddings(vectors)


def _computed(config: EmbeddingsConfig, texts: list[str], context: Context) -> Float32:
    """Return kept vectors, and those of new texts, longest first: so a batch pads little and memory peaks at once."""
    hashes = hash_texts(texts)
    store = VectorStore(context.persistent_dir / context.slug / _settings_digest(config, context), context.report)
    missing = store.missing(hashes)
    if len(missing):
        with encoder(config, context) as encode:
            kept = np.setdiff1d(np.unique(hashes, return_index=True)[1], missing)
            if len(kept) and not _still_the_model(encode, texts, hashes, kept, store, context):
                context.report.warn(f"{config.model!r} is not the model it was; all documents are embedded again")
                store.clear()
                missing = store.missing(hashes)
            if len(missing) < len(texts):
                context.report.info(f"  {len(missing):,} of {len(texts):,} documents are new and are embedded")
            _embed_missing(encode, texts, hashes, missing, store, context, config.max_tokens)
    else:
        context.report.info(f"  none of {len(texts):,} documents is new; all vectors are kept")
    store.keep_only(hashes)
    return store.vectors(hashes)


def _embed_missing(
    encode: EncodeBlock,
    texts: list[str],
    hashes: Hashes,
    missing: npt.NDArray[np.int64],
    store: VectorStore,
    context: Context,
    window: int | None,
) -> None:
    order = sorted(missing.tolist(), key=lambda index: -len(texts[index]))
    size = SHARD * max(1, len(context.runtime.devices))
    shards = [order[start : start + size] for start in range(0, len(order), size)]
    size, fallback = context.runtime.batch_size, ""
    parts = ([texts[index] for index in shard] for shard in shards)
    # The first, longest texts take the longest; beyond the window a text takes no more time.
    most = LETTERS_PER_TOKEN * (window or WINDOW)
    efforts = [sum(min(len(texts[index]), most) + LETTERS_PER_TEXT for index in shard) for shard in shards]
    found = context.executor.map(encode, parts, join_encoded)
    with context.report.task("embeddings", len(order), sum(efforts)) as advance:
        for shard, effort, encoded in zip(shards, efforts, found, strict=True):
            store.add(hashes[shard], encoded.vectors)
            advance(len(shard), effort)
            if encoded.fallback and not fallback:
                fallback = encoded.fallback
                context.report.warn(f"{fallback}; sentence-transformers runs it, more slowly")
            if encoded.batch_size < size:
                size = encoded.batch_size
                context.report.warn(f"out of memory; going on with runtime.batch_size {size}")


def _still_the_model(
    encode: EncodeBlock,
    texts: list[str],
    hashes: Hashes,
    kept: npt.NDArray[np.int64],
    store: VectorStore,
    context: Context,
) -> bool:
    """Tell whether the embedder gives a kept text its vector: a name on a hub may stand for other weights by now."""
    row = min(kept.tolist(), key=lambda index: len(texts[index]))
    before = store.vectors(hashes[[row]])
    (encoded,) = context.executor.map(encode, [[texts[row]]])
    now = encoded.vectors
    return now.shape == before.shape and not float((now * before).sum()) < SAME_MODEL


def _settings_digest(config: EmbeddingsConfig, context: Context) -> str:
    """Name everything but the text that decides a vector."""
    settings = config.model_dump(mode="json", exclude={"file"})
    libraries = {name: installed_version(name) for name in ("sentence-transformers", "transformers", "torch")}
    return digest([embedder_revision(embeddings_config=config, root=context.root), settings, libraries])[:16]


def _vector_file(file: str, root: Path) -> Path:
    path = root / file
    if not path.is_file():
        raise DataError(f"{path} does not exist", "embeddings.file")
    with path.open("rb") as stream:
        if is_pointer(stream):
            raise DataError(f"{path} is a Git LFS pointer, not the data; run `git lfs pull`", "embeddings.file")
    return path
