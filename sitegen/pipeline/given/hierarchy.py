"""The tree of topics that BERTopic's `hierarchical_topics` finds, from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sitegen.artifacts import HierarchyRow
from sitegen.errors import DataError
from sitegen.pipeline.given.labels import Numbered
from sitegen.pipeline.sources.local import data_file
from sitegen.pipeline.sources.options import Options
from sitegen.pipeline.sources.readers import read_rows

COLUMNS = ("Parent_ID", "Parent_Name", "Child_Left_ID", "Child_Right_ID", "Distance")
FIELD = "given.hierarchy"


def read_hierarchy(file: str, root: Path, topics: Numbered) -> list[HierarchyRow]:
    """Return the merges as rows of `HIERARCHY_SCHEMA`, closest first.

    A topic without a document here is left out, and with it the merge that it was part of.

    Raises:
        DataError: there is no such file, it has other columns, or is no tree over all topics.
        SourceError: it cannot be read.
    """
    path = root / Path(file).expanduser()
    if not path.is_file():
        raise DataError(f"{path} does not exist", FIELD)
    rows = list(read_rows(data_file(path, root), Options()))
    missing = [name for name in COLUMNS if rows and name not in rows[0]]
    if missing:
        raise DataError(f"{path.name}: no column {', '.join(missing)}; save the frame of hierarchical_topics", FIELD)
    try:
        return merge_rows(rows, topics)
    except (TypeError, ValueError) as error:
        raise DataError(f"{path.name}: {error}", FIELD) from error


def merge_rows(rows: Sequence[Mapping[str, Any]], topics: Numbered) -> list[HierarchyRow]:
    """Return the merges of a frame of `hierarchical_topics`; see `read_hierarchy`.

    Raises:
        TypeError, ValueError: it is no tree over all topics.
    """
    sizes = np.bincount(topics.assignment[topics.assignment >= 0]).tolist()
    parents = {_key(row["Parent_ID"]) for row in rows}
    node_of: dict[str, int | None] = {label: number for number, label in enumerate(topics.labels)}
    leaves = {_key(row[side]) for row in rows for side in COLUMNS[2:4]} - parents
    if lacking := [label for label in topics.labels if label not in leaves]:
        raise ValueError(f"the tree lacks {len(lacking):,} of {len(topics.labels):,} topics, the first is {lacking[0]}")
    node_of |= dict.fromkeys(leaves - node_of.keys())
    merges: list[HierarchyRow] = []
    waiting = sorted(rows, key=lambda row: float(row["Distance"]))
    while waiting:
        ready = next((row for row in waiting if all(_key(row[side]) in node_of for side in COLUMNS[2:4])), None)
        if ready is None:
            raise ValueError(f"topic {waiting[0]['Parent_ID']} is below itself")
        waiting.remove(ready)
        inside = [node for side in COLUMNS[2:4] if (node := node_of[_key(ready[side])]) is not None]
        if len(inside) == 2:
            node = len(sizes)
            sizes.append(sizes[inside[0]] + sizes[inside[1]])
            words = [word for word in str(ready["Parent_Name"]).split("_") if word]
            merges.append(
                {
                    "node": node,
                    "left": inside[0],
                    "right": inside[1],
                    "distance": float(ready["Distance"]),
                    "size": sizes[node],
                    "keywords": words,
                }
            )
            inside = [node]
        node_of[_key(ready["Parent_ID"])] = inside[0] if inside else None
    if len(merges) != len(topics.labels) - 1:
        raise ValueError(f"{len(merges):,} merges of {len(topics.labels):,} topics are no tree")
    return merges


def _key(value: Any) -> str:
    """Return a number as a file may hold it, `3`, `3.0` or `"3"`, as text."""
    return str(int(float(value)))
