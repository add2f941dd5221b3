"""sentence-transformers models, run by torch or by OpenVINO."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sitegen.artifacts import Float32
from sitegen.config import EmbeddingsConfig, RuntimeConfig
from sitegen.errors import DataError, ModelError
from sitegen.pipeline.embeddings.backend import Backend, choose_backend
from sitegen.pipeline.embeddings.openvino_encoder import OpenVinoEncoder
from sitegen.pipeline.executor.blocks import blocks
from sitegen.pipeline.models.find_model import ModelReference, find_model
from sitegen.pipeline.models.openvino_runtime import NotConvertibleError
from sitegen.pipeline.stage import Context

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

WORDS_PER_BATCH = 256
Encode = Callable[[Sequence[str]], Float32]
"""Turns texts into vectors of unit length, (n, d)."""


@dataclass(frozen=True)
class Encoded:
    """A block of texts, encoded.

    Attributes:
        vectors: float32 (n, d), of unit length.
        batch_size: what it came down to where memory ran out.
        fallback: why torch ran the model instead of OpenVINO; empty if it did not.
    """

    vectors: Float32
    batch_size: int
    fallback: str = ""


def join_encoded(parts: Sequence[Encoded]) -> Encoded:
    """Make one block of several."""
    return Encoded(
        np.concatenate([part.vectors for part in parts]),
        min(part.batch_size for part in parts),
        next((part.fallback for part in parts if part.fallback), ""),
    )


EncodeBlock = Callable[[Sequence[str]], Encoded]


@lru_cache(maxsize=1)
def load_embedder(config: EmbeddingsConfig, root: Path, device: str) -> SentenceTransformer:
    """Load the embedder on `device` (`auto`: a GPU where there is one), as torch or ONNX Runtime runs it.

    Raises:
        ModelError: it is not there or cannot be loaded.
    """
    reference = _reference(config, root)
    from sentence_transformers import SentenceTransformer

    onnx = config.backend == "onnx"
    try:
        model = SentenceTransformer(
            reference.name,
            device=None if device == "auto" else device,
            trust_remote_code=config.trust_remote_code,
            local_files_only=reference.path is not None,
            backend="onnx" if onnx else "torch",
            model_kwargs={} if onnx else {"dtype": "float32" if config.dtype == "auto" else config.dtype},
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
    """Return the function that turns texts into unit vectors, on all devices of the runtime.

    Values that are not finite stay as they are.

    With one device it may be sent to other processes, each of which loads the model once.

    Raises:
        ModelError: the embedder is not there.
    """
    runtime, root = context.runtime, context.root
    backend = _backend(config, context)
    if len(runtime.devices) < 2 or backend.name == "openvino":
        revision = _reference(config, root).revision
        yield partial(_encode_here, config, backend, root, _device(runtime), revision, runtime.batch_size)
        return
    model = load_embedder(config, root, runtime.devices[0])
    pool = model.start_multi_process_pool(list(runtime.devices))
    try:
        yield partial(_encode_in_memory, model, config, runtime.batch_size, pool=pool)
    finally:
        model.stop_multi_process_pool(pool)


def _encode_here(
    config: EmbeddingsConfig,
    backend: Backend,
    root: Path,
    device: str,
    revision: str,
    size: int,
    texts: Sequence[str],
) -> Encoded:
    """Encode by the model of this process.

    Raises:
        ModelError: it cannot be loaded, or has other weights than `revision`.
    """
    model = _load_revision(config, backend, root, device, revision)
    fallback = ""
    if backend.name == "openvino":
        converted = convert_embedder(config, backend, root)
        if isinstance(converted, OpenVinoEncoder):
            return Encoded(_encode_converted(converted, model, config, texts), size)
        fallback = converted
    return replace(_encode_in_memory(model, config, size, texts), fallback=fallback)


@lru_cache(maxsize=1)
def _load_revision(
    config: EmbeddingsConfig, backend: Backend, root: Path, device: str, revision: str
) -> SentenceTransformer:
    found = _reference(config, root).revision
    if found != revision:
        raise ModelError(f"{config.model!r} is {found}, not {revision}; install the same", "embeddings.model")
    return _load_for(config, backend, root, device)


def _load_for(config: EmbeddingsConfig, backend: Backend, root: Path, device: str) -> SentenceTransformer:
    """Return the model as `backend` wants it: OpenVINO converts it from float32 on the CPU."""
    if backend.name == "openvino":
        return load_embedder(config.model_copy(update={"dtype": "float32"}), root, "cpu")
    return load_embedder(config, root, device)


@lru_cache(maxsize=1)
def convert_embedder(config: EmbeddingsConfig, backend: Backend, root: Path) -> OpenVinoEncoder | str:
    """Return the model in OpenVINO, or why `backend: auto` goes on without it.

    Raises:
        ModelError: the config names OpenVINO, and it cannot run the model.
    """
    import torch

    try:
        return OpenVinoEncoder(_load_for(config, backend, root, "cpu"), backend.precision, torch.get_num_threads())
    except NotConvertibleError as error:
        if config.backend == "auto":
            return f"OpenVINO cannot run {config.model!r}: {error}"
        raise ModelError(
            f"OpenVINO cannot run {config.model!r}: {error}; leave embeddings.backend out", "embeddings.backend"
        ) from error


def _encode_converted(
    encoder: OpenVinoEncoder, model: SentenceTransformer, config: EmbeddingsConfig, texts: Sequence[str]
) -> Float32:
    prompt = model.prompts[config.prompt_name] if config.prompt_name else config.prompt
    if not prompt and model.default_prompt_name:
        prompt = model.prompts[model.default_prompt_name]
    return unit_length(encoder.encode(texts, prompt or None))


def _backend(config: EmbeddingsConfig, context: Context) -> Backend:
    """Return what runs the model here. A device that the runtime names is torch's, unless it is the CPU."""
    backend = choose_backend(config, context.root)
    devices = context.runtime.devices or (context.runtime.device,)
    if config.backend == "auto" and backend.name == "openvino" and not {*devices} <= {"auto", "cpu"}:
        return Backend("torch", "float32" if config.dtype == "auto" else config.dtype)
    return backend


def _encode_in_memory(
    model: SentenceTransformer, config: EmbeddingsConfig, size: int, texts: Sequence[str], pool: object = None
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
    """Return the encoder of keywords to unit vectors of so many dimensions; None if there is no model, or none has any.

    Raises:
        DataError: the model makes vectors of other dimensions, so it did not make those of the documents.
        ModelError: the embedder cannot be loaded.
    """
    if config.model is None or not dimensions:
        return None
    backend = _backend(config, context)
    model = _load_for(config, backend, context.root, _device(context.runtime))
    if model.get_embedding_dimension() != dimensions:
        raise DataError(
            f"the vectors have {dimensions} dimensions, but those of {config.model!r} have "
            f"{model.get_embedding_dimension()}; name the model that made them, or null to choose keywords without one",
            "embeddings.model",
        )
    converted = convert_embedder(config, backend, context.root) if backend.name == "openvino" else ""
    if isinstance(converted, OpenVinoEncoder):
        return partial(_encode_converted, converted, model, config)
    return lambda words: _encode(model, config, words, max(WORDS_PER_BATCH, context.runtime.batch_size))


def _encode(
    model: SentenceTransformer, config: EmbeddingsConfig, texts: Sequence[str], size: int, pool: object = None
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
    return unit_length(vectors) if config.dtype in ("float16", "bfloat16") else vectors


def unit_length(vectors: Float32) -> Float32:
    """Return the vectors divided by their length; those without one become NaN."""
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
