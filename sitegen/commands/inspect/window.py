"""How much of a text the embedder sees, read from the model's files: no model is loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.commands.inspect.histogram import Histogram, histogram
from sitegen.config import EmbeddingsConfig
from sitegen.errors import ModelError
from sitegen.pipeline.documents.truncation import load_tokenizer
from sitegen.pipeline.models.find_model import ModelReference, find_model

MOST_DOCUMENTS = 50_000
BATCH_CHARS = 2_000_000
UNLIMITED = 1_000_000
"""transformers writes 10^30 where a tokenizer knows no limit."""

Int = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tokens:
    """Lengths of documents in tokens of the embedder, its special ones included.

    Attributes:
        measured: documents whose tokens were counted: all, or `MOST_DOCUMENTS` drawn by the seed.
        window: the most tokens that the embedder sees, None where its files name no limit.
        cut: share of the documents that are longer than the window.
        lost: share of the texts' tokens that lie beyond it.
        lengths: how the lengths are distributed.
    """

    measured: int
    window: int | None
    cut: float
    lost: float
    lengths: Histogram


def count_tokens(texts: pa.ChunkedArray, chars: Int, config: EmbeddingsConfig, root: Path, seed: int) -> Tokens:
    """Count the tokens of texts, of a sample where there are very many.

    Args:
        texts: n texts.
        chars: int64 (n,), their lengths in characters.

    Raises:
        ModelError: there is no embedder, or its tokenizer is not there or cannot be loaded.
    """
    tokenizer = load_tokenizer(_model(config), root, "embeddings.model")
    chosen = np.ones(len(chars), dtype=bool)
    if len(chars) > MOST_DOCUMENTS:
        chosen[:] = False
        chosen[np.random.default_rng(seed).choice(len(chars), MOST_DOCUMENTS, replace=False)] = True
    counted = [
        len(tokens)
        for batch in _batches(texts, chars, chosen)
        for tokens in tokenizer.encode_batch_fast([config.prompt + text for text in batch])
    ]
    lengths, most = np.array(counted, np.int64), window(config, root)
    beyond = np.maximum(lengths - (most or UNLIMITED), 0)
    words = (lengths - tokenizer.num_special_tokens_to_add(False)).sum()
    return Tokens(
        len(lengths), most, float((beyond > 0).mean()), float(beyond.sum() / max(1, words)), histogram(lengths)
    )


def window(config: EmbeddingsConfig, root: Path) -> int | None:
    """Return the most tokens that the embedder sees: its own limit or `embeddings.max_tokens`, whichever is less.

    As sentence-transformers does, the limit is that of `sentence_bert_config.json`, else the least of what model and
    tokenizer name. None if there is none.
    """
    reference = find_model(_model(config), root, "embeddings.model")
    limit = _read(reference, "sentence_bert_config.json").get("max_seq_length")
    if limit is None:
        limits = (
            _read(reference, "config.json").get("max_position_embeddings"),
            _read(reference, "tokenizer_config.json").get("model_max_length"),
        )
        limit = min((each for each in limits if each is not None), default=UNLIMITED)
    least = min(limit, config.max_tokens or UNLIMITED)
    return int(least) if least < UNLIMITED else None


def _model(config: EmbeddingsConfig) -> str:
    if config.model is None:
        raise ModelError("vectors are given, so no embedder reads the texts", "embeddings.model")
    return config.model


def _read(reference: ModelReference, name: str) -> dict[str, Any]:
    """Return a JSON file of the model; empty where it has none."""
    try:
        if reference.path is not None:
            path = reference.path / name
        else:
            from huggingface_hub import hf_hub_download

            path = Path(hf_hub_download(reference.name, name))
        return dict(json.loads(path.read_text("utf-8")))
    except Exception:  # the hub's client raises dozens of classes for a file that is not there
        return {}


def _batches(texts: pa.ChunkedArray, chars: Int, chosen: npt.NDArray[np.bool_]) -> Iterator[list[str]]:
    """Return the chosen texts, about `BATCH_CHARS` characters at a time."""
    start = 0
    for chunk in texts.chunks:
        places = np.flatnonzero(chosen[start : start + len(chunk)])
        marks = np.cumsum(chars[start + places]) // BATCH_CHARS
        for part in np.split(places, np.flatnonzero(np.diff(marks)) + 1):
            yield chunk.take(part).to_pylist()
        start += len(chunk)
