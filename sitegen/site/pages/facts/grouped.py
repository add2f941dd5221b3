"""Which group each document is in, by the column that `compare:` names, and how many of each are in which topic."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts import Documents
from sitegen.config import CompareConfig
from sitegen.errors import DataError

MOST_GROUPS = 2
"""Groups that are compared if the config names none."""
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Grouped:
    """Documents by group: each unit is a document, or a longer one of which documents are chunks.

    Attributes:
        names: of the groups.
        group: int64 (n,), of each document, -1 for none.
        unit: int64 (n,), number of the unit of each document.
        first: int64 (u,), the first document of each unit.
    """

    names: tuple[str, ...]
    group: Ints
    unit: Ints
    first: Ints
    conversations: bool


def group_documents(config: CompareConfig, documents: Documents) -> Grouped:
    """Tell the groups apart. A longer document belongs to the group of its first chunk.

    Raises:
        DataError: the column holds no such values, no dates, or one group only.
    """
    column = documents.table.column(config.by)
    names, group = _periods(config, column) if pa.types.is_timestamp(column.type) else _values(config, column)
    chunked = "document" in documents.table.column_names
    if chunked:
        coded = documents.table.column("document").combine_chunks().dictionary_encode().indices
        unit = coded.to_numpy(zero_copy_only=False).astype(np.int64)
    else:
        unit = np.arange(len(group))
    first = np.unique(unit, return_index=True)[1]
    return Grouped(names, group[first][unit], unit, first, chunked)


def _values(config: CompareConfig, column: pa.ChunkedArray) -> tuple[tuple[str, ...], Ints]:
    coded = column.combine_chunks().dictionary_encode()
    numbers = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    values = coded.dictionary.to_pylist()
    counts = dict(zip(values, np.bincount(numbers[numbers >= 0], minlength=len(values)).tolist(), strict=True))
    common = sorted(counts, key=lambda value: (-counts[value], value))
    names = config.groups or tuple(common[:MOST_GROUPS])
    shown = ", ".join(map(repr, common[:8])) or "nothing"
    missing = [name for name in names if name not in counts]
    if missing:
        raise DataError(f"no document has {config.by} {missing[0]!r}; the most frequent are {shown}", "compare.groups")
    if len(names) < 2:
        raise DataError(f"all documents with a {config.by} have {shown}; there is nothing to compare", "compare.by")
    place = np.full(len(values) + 1, -1, np.int64)
    for number, name in enumerate(names):
        place[values.index(name)] = number
    return names, place[numbers]


def _periods(config: CompareConfig, column: pa.ChunkedArray) -> tuple[tuple[str, ...], Ints]:
    days = column.to_numpy(zero_copy_only=False).astype("M8[us]").astype("M8[D]")
    known = ~np.isnat(days)
    if not known.any():
        raise DataError(f"no document has a {config.by}; there are no periods to compare", "compare.by")
    split = np.array(config.split, "M8[D]") if config.split else np.sort(days[known])[[int(known.sum()) // 2]]
    group = np.where(known, np.searchsorted(split, days, side="right"), -1).astype(np.int64)
    if (np.bincount(group[known], minlength=len(split) + 1) == 0).any():
        first, last = days[known].min(), days[known].max()
        raise DataError(
            f"a period holds no document: {config.by} runs from {first} to {last}, split at "
            f"{', '.join(map(str, split))}; name other days in compare.split",
            "compare.split",
        )
    edges = [str(day) for day in split]
    names = [
        f"before {edges[0]}",
        *(f"{a} to {b}" for a, b in pairwise(edges)),
        f"from {edges[-1]}",
    ]
    return tuple(names), group


def topic_counts(grouped: Grouped, assignment: Ints, topics: int) -> tuple[Ints, Ints]:
    """Return units by topic and group, int64 (topics + 1, g), the last row outside any topic, and by group, (g,)."""
    groups = len(grouped.names)
    inside = grouped.group >= 0
    row = np.where(assignment < 0, topics, assignment)[inside]
    once = np.unique(np.stack([grouped.unit[inside], row, grouped.group[inside]]), axis=1)
    counts = np.zeros((topics + 1, groups), np.int64)
    np.add.at(counts, (once[1], once[2]), 1)
    of_units = grouped.group[grouped.first]
    return counts, np.bincount(of_units[of_units >= 0], minlength=groups).astype(np.int64)
