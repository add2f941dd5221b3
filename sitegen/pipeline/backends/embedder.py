"""sentence-transformers models."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sitegen.config import EmbeddingsConfig
from sitegen.errors import ModelError
from sitegen.pipeline.backends.models import find_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


@lru_cache(maxsize=1)
def load_embedder(config: EmbeddingsConfig, root: Path, device: str) -> SentenceTransformer:
    """Load the embedder on `device` (`auto`: a GPU where there is one).

    Raises:
        ModelError: it is not there or cannot be loaded.
    """
    reference = find_model(config.model, root, "embeddings.model")
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(
            reference.name,
            device=None if device == "auto" else device,
            trust_remote_code=config.trust_remote_code,
            local_files_only=reference.path is not None,
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(f"{config.model!r} cannot be loaded: {error}", "embeddings.model") from error
    if config.max_tokens is not None:
        model.max_seq_length = min(config.max_tokens, model.max_seq_length or config.max_tokens)
    return model
