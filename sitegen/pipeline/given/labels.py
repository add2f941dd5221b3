"""Labels of given topics as numbers, and what goes with them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import MOST_TOPICS, Documents, Int32
from sitegen.errors import DataError

WHOLE = re.compile(r"-?\d+\.0+")
INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)


@dataclass(frozen=True)
class Numbered:
    """Topics by size: `assignment` int32 (n,), -1 outside; `labels` what the data calls each."""

    assignment: Int32
    labels: list[str]


def numbered(labels: pa.ChunkedArray) -> Numbered:
    """Return labels, null outside, as numbers: the largest topic first, of equal ones the one that comes first."""
    coded = labels.combine_chunks().dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    sizes = np.bincount(codes[codes >= 0], minlength=len(coded.dictionary))
    if len(sizes) >= MOST_TOPICS:
        raise DataError(
            f"{len(sizes):,} topics are given, and a map has room for {MOST_TOPICS - 1:,}; is it the right column?",
            "given.topic",
        )
    order = np.argsort(-sizes, kind="stable")
    number = np.empty(len(sizes) + 1, np.int32)
    number[order], number[-1] = np.arange(len(sizes), dtype=np.int32), -1
    return Numbered(number[codes], coded.dictionary.take(pa.array(order)).to_pylist())


def numbers_without_room(labels: list[str]) -> list[str]:
    """Return those of the labels that are no number of a map's topic, if all are whole numbers; else none."""
    if not all(INTEGER.fullmatch(label) for label in labels):
        return []
    return [label for label in labels if not 0 <= int(label) < MOST_TOPICS]


def given_column(documents: Documents, role: str) -> pa.ChunkedArray:
    """Return what the source gives of each document in this role.

    Raises:
        DataError: it was read without.
    """
    if documents.given is None or role not in documents.given.column_names:
        raise DataError(f"the documents bring no {role}; build once more with --force documents", "given")
    return documents.given.column(role)


def read_labels(column: pa.ChunkedArray, outside: str) -> pa.ChunkedArray:
    """Return labels with null for those outside; numbers that a file holds as `3.0` become `3`."""
    values = pc.unique(column).drop_null().to_pylist()
    numbers = [value for value in values if value.casefold() != "nan"]
    if numbers and all(WHOLE.fullmatch(value) for value in numbers):
        column = pc.replace_substring_regex(column, r"\.0+$", "")
        values = [*{*(value.partition(".")[0] for value in numbers), *values}]
        nowhere = {"-1", "nan", "NaN", outside}
    else:
        nowhere = {"-1", outside}
    none = pc.is_in(column, value_set=pa.array(sorted(nowhere), pa.string()))
    return pc.if_else(none, pa.scalar(None, pa.string()), column)


def count_pairs(assignment: Int32, values: pa.ChunkedArray) -> list[tuple[int, str, int]]:
    """Count how many documents of each topic have each value, most first; neither is null."""
    table = pa.table({"topic": pa.array(assignment), "value": values, "row": pa.array(np.arange(len(assignment)))})
    table = table.filter(pc.and_(pc.greater_equal(table["topic"], 0), pc.is_valid(table["value"])))
    counted = table.group_by(["topic", "value"]).aggregate([("row", "count"), ("row", "min")]).to_pydict()
    rows = zip(counted["topic"], counted["value"], counted["row_count"], counted["row_min"], strict=True)
    return [(topic, value, count) for topic, value, count, _ in sorted(rows, key=lambda row: (-row[2], row[3]))]
