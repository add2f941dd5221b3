"""sentence-transformers models."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sitegen.artifacts import Float32
from sitegen.config import EmbeddingsConfig, RuntimeConfig
from sitegen.errors import DataError, ModelError
from sitegen.pipeline.executor.blocks import blocks
from sitegen.pipeline.models.find_model import ModelReference, find_model
from sitegen.pipeline.stage import Context

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BACKENDS = {"onnx": "optimum.onnxruntime", "openvino": "optimum.intel"}
"""What each backend needs beside torch."""
WORDS_PER_BATCH = 256
Encode = Callable[[Sequence[str]], Float32]
"""Turns texts into vectors of unit length, (n, d)."""


@dataclass(frozen=True)
class Encoded:
    """A block of texts, encoded.

    Attributes:
        vectors: float32 (n, d), of unit length.
        batch_size: what it came down to where memory ran out.
    """

    vectors: Float32
    batch_size: int


EncodeBlock = Callable[[Sequence[str]], Encoded]


@lru_cache(maxsize=1)
def load_embedder(config: EmbeddingsConfig, root: Path, device: str) -> SentenceTransformer:
    """Load the embedder on `device` (`auto`: a GPU where there is one).

    Raises:
        ModelError: it is not there or cannot be loaded.
    """
    reference = _reference(config, root)
    if config.backend != "torch" and not _installed(BACKENDS[config.backend]):
        raise ModelError(
            f"backend {config.backend} is not installed; pip install sentence-transformers[{config.backend}] into an "
            "environment of its own, or leave embeddings.backend out",
            "embeddings.backend",
        )
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(
            reference.name,
            device=None if device == "auto" else device,
            trust_remote_code=config.trust_remote_code,
            local_files_only=reference.path is not None,
            backend=config.backend,
            model_kwargs={"dtype": config.dtype} if config.backend == "torch" else {},
        )
    except (OSError, ValueError, RuntimeError) as error:
        hint = "" if reference.path else "; does it exist, and does it need `hf auth login`?"
        reason = str(error).strip().partition("\n")[0]
        raise ModelError(f"{config.model!r} cannot be loaded: {reason}{hint}", "embeddings.model") from error
    if config.max_tokens is not None:
        model.max_seq_length = min(config.max_tokens, model.max_seq_length or config.max_tokens)
    if config.prompt_name is not None and config.prompt_name not in model.prompts:
        raise ModelError(
            f"{config.model!r} has no prompt {config.prompt_name!r}; it has {', '.join(model.prompts) or 'none'}",
            "embeddings.prompt_name",
        )
    return model


@contextmanager
def encoder(config: EmbeddingsConfig, context: Context) -> Iterator[EncodeBlock]:
    """What turns texts into unit vectors, on all devices of the runtime; values that are not finite are left in.

    With one device it may be sent to other processes, each of which loads the model once.

    Raises:
        ModelError: the embedder is not there.
    """
    runtime, root = context.runtime, context.root
    if len(runtime.devices) < 2:
        revision = _reference(config, root).revision
        yield partial(_encode_here, config, root, _device(runtime), revision, runtime.batch_size)
        return
    model = load_embedder(config, root, runtime.devices[0])
    pool = model.start_multi_process_pool(list(runtime.devices))
    try:
        yield partial(_encode_in_memory, model, config, runtime.batch_size, pool=pool)
    finally:
        model.stop_multi_process_pool(pool)


def _encode_here(
    config: EmbeddingsConfig, root: Path, device: str, revision: str, size: int, texts: Sequence[str]
) -> Encoded:
    """Encode by the model of this process.

    Raises:
        ModelError: it cannot be loaded, or has other weights than `revision`.
    """
    return _encode_in_memory(_load_revision(config, root, device, revision), config, size, texts)


@lru_cache(maxsize=1)
def _load_revision(config: EmbeddingsConfig, root: Path, device: str, revision: str) -> SentenceTransformer:
    found = _reference(config, root).revision
    if found != revision:
        raise ModelError(f"{config.model!r} is {found}, not {revision}; install the same", "embeddings.model")
    return load_embedder(config, root, device)


def _encode_in_memory(
    model: SentenceTransformer, config: EmbeddingsConfig, size: int, texts: Sequence[str], pool: Any = None
) -> Encoded:
    """Encode with `size` texts per batch, or half of it as often as memory runs out."""
    while True:
        try:
            return Encoded(_encode(model, config, texts, size, pool), size)
        except RuntimeError as error:
            if size == 1 or "out of memory" not in str(error):
                raise
            size //= 2


def word_encoder(config: EmbeddingsConfig, dimensions: int, context: Context) -> Encode | None:
    """What turns keywords into unit vectors of so many dimensions; None if there is no model, or none has any.

    Raises:
        DataError: the model makes vectors of other dimensions, so it did not make those of the documents.
        ModelError: the embedder cannot be loaded.
    """
    if config.model is None or not dimensions:
        return None
    model = load_embedder(config, context.root, _device(context.runtime))
    if model.get_embedding_dimension() != dimensions:
        raise DataError(
            f"the vectors have {dimensions} dimensions, but those of {config.model!r} have "
            f"{model.get_embedding_dimension()}; name the model that made them, or null to choose keywords without one",
            "embeddings.model",
        )
    return lambda words: _encode(model, config, words, max(WORDS_PER_BATCH, context.runtime.batch_size))


def _encode(
    model: SentenceTransformer, config: EmbeddingsConfig, texts: Sequence[str], size: int, pool: Any = None
) -> Float32:
    vectors = model.encode(
        list(texts),
        prompt=config.prompt or None,
        prompt_name=config.prompt_name,
        batch_size=size,
        normalize_embeddings=True,
        show_progress_bar=False,
        convert_to_numpy=True,
        pool=pool,
    ).astype(np.float32)
    return vectors if config.dtype == "float32" else unit_length(vectors)


def unit_length(vectors: Float32) -> Float32:
    """The vectors divided by their length; those without one become NaN."""
    unit = np.empty(vectors.shape, np.float32)
    with np.errstate(invalid="ignore", divide="ignore"):
        for block in blocks(len(vectors)):
            unit[block] = vectors[block] / np.linalg.norm(vectors[block], axis=1, keepdims=True)
    return unit


def _reference(config: EmbeddingsConfig, root: Path) -> ModelReference:
    if config.model is None:
        raise ModelError(
            "there is no model and there are no vectors; set one of embeddings.model, embeddings.file and "
            "documents.vector",
            "embeddings.model",
        )
    return find_model(config.model, root, "embeddings.model")


def _device(runtime: RuntimeConfig) -> str:
    return runtime.devices[0] if runtime.devices else runtime.device


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
