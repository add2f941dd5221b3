"""Coarser layers of given topics: groups of topics, and groups of these."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from sitegen.artifacts import Documents, GivenParentRow, Int32
from sitegen.config import GivenConfig
from sitegen.pipeline.given.labels import Numbered, count_pairs, given_column, numbered, read_labels

NUMBER = re.compile(r"\d+")


def group_topics(documents: Documents, config: GivenConfig, topics: Numbered) -> tuple[list[GivenParentRow], list[str]]:
    """Group topics by the next coarser layer, these groups by the next one, and so on.

    A topic or group is in the one that most of its documents are in.

    Returns:
        rows of `GIVEN_PARENT_SCHEMA`, and notes on what does not nest.
    """
    notes = []
    inner, kind = topics, "topics"
    above: list[tuple[dict[int, int], dict[int, str]]] = []
    for number, layer in enumerate(config.layers):
        outer = numbered(read_labels(given_column(documents, f"topic_{number}"), config.outside))
        around, torn = _nest(inner.assignment, outer.assignment)
        if torn:
            notes.append(
                f"layers do not nest: {torn:,} of {len(inner.labels):,} {kind} have documents in several groups of "
                f"{layer.topic}; each is in the one that most of its documents are in"
            )
        above.append((around, _names(documents, number, outer, layer.name is not None)))
        inner, kind = outer, f"groups of {layer.topic}"
    if not above:
        return [], []
    group_of, names = above[0]
    members: dict[int, list[int]] = {}
    for topic in sorted(group_of):
        members.setdefault(group_of[topic], []).append(topic)
    rows: list[GivenParentRow] = []
    for group, inside in sorted(members.items(), key=lambda each: each[1]):
        outer_names = []
        of: int | None = group
        for (around, called), layer in zip(above[1:], config.layers[1:], strict=True):
            of = None if of is None else around.get(of)
            outer_names += [] if of is None else [called[of] or f"{layer.topic} {of}"]
        rows.append({"name": names[group], "topics": inside, "above": outer_names})
    return rows, notes


def _nest(inner: Int32, outer: Int32) -> tuple[dict[int, int], int]:
    """Return the group that most documents of each topic are in, and how many topics are in several."""
    labels = pa.array(outer).cast(pa.string())
    labels = pa.chunked_array([pa.array(np.where(outer < 0, None, labels.to_numpy(zero_copy_only=False)), pa.string())])
    found: dict[int, int] = {}
    torn = set()
    for topic, group, _ in count_pairs(inner, labels):  # most documents first
        if topic in found:
            torn.add(topic)
        else:
            found[topic] = int(group)
    return found, len(torn)


def _names(documents: Documents, number: int, groups: Numbered, given: bool) -> dict[int, str]:
    """Return the name of each group: the one that most of its documents have, or its label; empty of a mere number."""
    names = {group: "" if NUMBER.fullmatch(label) else label for group, label in enumerate(groups.labels)}
    counted = count_pairs(groups.assignment, given_column(documents, f"name_{number}")) if given else []
    return names | {group: name for group, name, _ in reversed(counted)}
