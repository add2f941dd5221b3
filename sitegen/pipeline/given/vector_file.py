"""Vectors that stand in a file beside the source, one per row of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sitegen.artifacts import Documents, Float32
from sitegen.errors import DataError


def read_vectors(path: Path, documents: Documents, field: str) -> Float32:
    """Return the vectors of the documents, float32 (n, d), from a `.npy` file with one per row of the source.

    Args:
        field: of the config, which names the file.

    Raises:
        DataError: the file is no such array.
    """
    try:
        array = np.lib.format.open_memmap(path, mode="r")
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{path.name} cannot be read as an array that numpy.save wrote: {error}", field) from error
    if array.ndim != 2 or array.dtype.kind not in "fiu":
        raise DataError(
            f"{path.name} holds {array.dtype} {array.shape}, not a table of numbers (rows, dimensions)",
            field,
        )
    if len(array) != documents.rows:
        raise DataError(
            f"{path.name} holds {len(array):,} vectors, but the source has {documents.rows:,} rows; it must hold one "
            "per row, in the source's order, also of rows that the documents section drops",
            field,
        )
    return np.asarray(array[documents.source_rows], dtype=np.float32)
