"""Parses a GGUF file once where transformers does so for its tokenizer, its configuration and its weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any


@contextmanager
def parsed_once() -> Iterator[None]:
    """Let all who read GGUF files meanwhile share what `gguf` returns for the same arguments.

    transformers parses the whole vocabulary of a file three times, and builds the table of the names of tensors for
    each module of a model (modeling_gguf_pytorch_utils.py, read in 5.23), without changing either. With a small model
    that is most of the time until it is loaded.
    """
    import gguf

    library: Any = gguf
    before = library.GGUFReader, library.get_tensor_name_map
    library.GGUFReader, library.get_tensor_name_map = (lru_cache(maxsize=1)(each) for each in before)
    try:
        yield
    finally:
        library.GGUFReader, library.get_tensor_name_map = before
