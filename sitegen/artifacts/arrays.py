"""Types of arrays in artifacts, and the checks of arrays and tables when an artifact is made."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.errors import ArtifactError

Float32 = npt.NDArray[np.float32]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


def check_schema(name: str, table: pa.Table, schema: pa.Schema) -> None:
    """Compare a table with its schema.

    Raises:
        ArtifactError: a column differs, or one that may not holds nulls; the message begins with `name`.
    """
    if not table.schema.equals(schema):
        raise ArtifactError(f"{name}: columns {table.schema.names} are not {schema.names} with their types")
    for column in schema:
        if not column.nullable and table.column(column.name).null_count:
            raise ArtifactError(f"{name}.{column.name}: holds nulls")


def check_array(
    name: str, array: npt.NDArray[np.generic], dtype: type, shape: tuple[int | None, ...], *, finite: bool = True
) -> None:
    """Compare an array with its dtype and shape, in which None stands for any length.

    Raises:
        ArtifactError: it differs, or holds values that are not finite; the message begins with `name`.
    """
    fits = len(array.shape) == len(shape) and all(
        want is None or have == want for have, want in zip(array.shape, shape, strict=True)
    )
    if array.dtype != dtype or not fits:
        raise ArtifactError(f"{name}: {array.dtype} {array.shape} is not {np.dtype(dtype)} {shape}")
    if finite and array.dtype.kind == "f" and array.size and not np.isfinite([array.min(), array.max()]).all():
        raise ArtifactError(f"{name}: holds values that are not finite")
