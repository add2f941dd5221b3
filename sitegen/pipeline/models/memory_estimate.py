"""How much memory a model needs while it runs: an estimate, made without loading or fetching it."""

from __future__ import annotations

import re
from pathlib import Path

BYTES_PER_PARAMETER = {"float32": 4.0, "bfloat16": 2.0, "int8": 1.1, "nf4": 0.6}
"""Of the weights; quantized ones have scales beside them."""
OVERHEAD = 1.2
"""A rule of thumb for what comes beside the weights: activations, and the cache of keys and values."""
GGUF_PARAMETERS_PER_BYTE = 1.7
"""Of a file at 4 to 5 bits, which is how most are published; transformers unpacks them."""
SIZE = re.compile(r"(?:^|[-_/.])(?:(\d+)x)?(\d+(?:\.\d+)?)([bm])(?=$|[-_./])", re.IGNORECASE)


def memory_needed(model: str, path: Path | None, dtype: str) -> float | None:
    """Return the bytes that a model needs, or None if nothing tells.

    By the number of parameters in its name (7b, 0.5B, 135M, 8x7b), else by its weight files.

    Args:
        model: as the config names it.
        path: the file or folder on this machine, None for a hub name.
        dtype: what the weights are when loaded, a key of `BYTES_PER_PARAMETER`.
    """
    count = parameters(model) or (_parameters_in(path) if path else None)
    return count * BYTES_PER_PARAMETER[dtype] * OVERHEAD if count else None


def parameters(name: str) -> float | None:
    """Return the number of parameters that a model's name tells, None if it does not."""
    match = SIZE.search(name)
    if match is None:
        return None
    return int(match[1] or 1) * float(match[2]) * (1e9 if match[3].lower() == "b" else 1e6)


def _parameters_in(path: Path) -> float:
    if path.suffix == ".gguf":
        return path.stat().st_size * GGUF_PARAMETERS_PER_BYTE
    # Most are published with 2 bytes per parameter; of those with 4 this makes too much, which is the safe side.
    return sum(file.stat().st_size for file in path.rglob("*.safetensors")) / 2
