"""Arrow -> plain Python values, whatever a file holds: no value ends the reading of the others.

pyarrow raises for moments that Python's calendar does not reach, for zones without an IANA name and for text that is
not UTF-8, and gives classes that are no plain values for UUIDs, durations and times of day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

EPOCH = datetime(1970, 1, 1)
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def plain_rows(batch: pa.RecordBatch) -> Iterator[dict[str, object]]:
    """Return the rows of a batch.

    Moments that have a zone are in UTC if their zone is unknown here; those outside the years 1 to 9999 are texts
    such as `10000-01-01T00:00:00`. Durations are seconds; times of day and UUIDs are texts; text that is not UTF-8
    stays bytes.
    """
    names = batch.schema.names
    columns = [plain_values(column) for column in batch.columns]
    return (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def plain_values(column: pa.Array) -> list[object]:
    """Return the values of one column."""
    if not _needs_care(column.type):
        try:
            return list(column.to_pylist())
        except (ValueError, OverflowError, LookupError, ImportError, pa.ArrowException):
            pass  # of the moments, zones and texts that `_plain` reads
    return [_plain(value) for value in column]


def _needs_care(kind: pa.DataType) -> bool:
    """Whether pyarrow gives values of this type that are not plain."""
    types = pa.types
    if isinstance(kind, pa.BaseExtensionType):
        return True
    if types.is_struct(kind):
        return any(_needs_care(field.type) for field in kind)
    if types.is_map(kind):
        return True
    if hasattr(kind, "value_type"):
        return _needs_care(kind.value_type)
    nanoseconds = types.is_timestamp(kind) and kind.unit == "ns"
    return bool(nanoseconds or types.is_time(kind) or types.is_duration(kind) or types.is_float16(kind))


def _plain(scalar: pa.Scalar) -> object:
    kind, types = scalar.type, pa.types
    if not scalar.is_valid:
        return None
    if isinstance(kind, pa.BaseExtensionType):
        value = scalar.as_py() if isinstance(scalar, pa.UuidScalar) else None
        return str(value) if value is not None else _plain(scalar.value)
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return _plain(pa.scalar(scalar.as_py(), kind.value_type))
    if types.is_struct(kind):
        row: dict[str, object] = {}
        for place, field in enumerate(kind):
            row.setdefault(field.name, _plain(scalar[place]))
        return row
    if types.is_map(kind):
        return [[_plain(pair[0]), _plain(pair[1])] for pair in scalar.values]
    if hasattr(kind, "value_type"):
        return [_plain(item) for item in scalar.values]
    if types.is_timestamp(kind):
        return _moment(scalar.value, kind.unit, zoned=kind.tz is not None)
    if types.is_date(kind):
        days = scalar.value if types.is_date32(kind) else scalar.value // 86_400_000
        return _day(days)
    if types.is_duration(kind):
        return scalar.value / PER_SECOND[kind.unit]
    if types.is_time(kind):
        microseconds = scalar.value * 10**6 // PER_SECOND[kind.unit]
        return (EPOCH + timedelta(microseconds=microseconds)).time().isoformat()
    if types.is_float16(kind):
        return float(scalar.as_py())
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return bytes(scalar.as_buffer())


def _moment(value: int, unit: str, *, zoned: bool) -> datetime | str:
    try:
        found = EPOCH + timedelta(microseconds=value * 10**6 // PER_SECOND[unit])
    except OverflowError:
        return _iso(np.array(value, f"datetime64[{unit}]").astype("datetime64[s]"))
    return found.replace(tzinfo=UTC) if zoned else found


def _day(days: int) -> date | str:
    try:
        return (EPOCH + timedelta(days=days)).date()
    except OverflowError:
        return _iso(np.array(days, "datetime64[D]"))


def _iso(moment: npt.NDArray[np.datetime64]) -> str:
    """Return ISO 8601 with four digits or more of the year: numpy counts the sign of `-001` among them."""
    text = str(moment)
    return f"-{text[1:].zfill(len(text))}" if text.startswith("-") and text[4] == "-" else text
