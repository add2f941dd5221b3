"""Applies edits to the topics that they were found to mean: which documents are in which topic afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts import EditedGroup, Int32, take_rows
from sitegen.config.edits import (
    DeleteEdit,
    Edit,
    EditsFile,
    HideEdit,
    MergeEdit,
    MoveEdit,
    ParentEdit,
    SplitEdit,
    name_key,
)

OUTSIDE = -1


@dataclass
class Applied:
    """What becomes of documents and topics; topics by the ids that they are shown by.

    Attributes:
        topics: int32 (n,), topic of each document, -1 outside.
        deleted: rows of documents that leave the map.
        origin: of each topic that was split off, the one that its documents come from.
        redirects: topics that were merged, and the topic that each is in now.
        empty: numbers of the edits that found no document.
        elsewhere: of each split, the documents that it lists and that are in other topics.
    """

    topics: Int32
    deleted: list[int] = field(default_factory=list)
    origin: dict[int, int] = field(default_factory=dict)
    redirects: dict[int, int] = field(default_factory=dict)
    empty: set[int] = field(default_factory=set)
    elsewhere: dict[int, list[str]] = field(default_factory=dict)


def apply_edits(
    file: EditsFile, topics: Int32, there: set[int], rows: Mapping[str, int], texts: pa.ChunkedArray
) -> Applied:
    """Apply all edits that change which documents are in which topic.

    Args:
        topics: int32 (n,), computed topic of each document by the id that it is shown by, -1 outside.
        there: the topics that were found; edits of others do nothing.
        rows: row of each document that was found, by its id.
        texts: those of the documents.
    """
    applied = Applied(topics.copy())
    there = set(there)
    parts = merged_parts(file, there | {edit.new_id for edit in file.edits if isinstance(edit, SplitEdit)})
    for at, edit in enumerate(file.edits):
        if isinstance(edit, SplitEdit) and edit.topic in there:
            members = np.flatnonzero(np.isin(applied.topics, [edit.topic, *parts.get(edit.topic, ())]))
            chosen = _split_rows(edit, members, rows, texts)
            if len(chosen):
                applied.topics[chosen] = edit.new_id
                applied.origin[edit.new_id] = applied.origin.get(edit.topic, edit.topic)
                taken = set(chosen.tolist())
                listed = [name for name in edit.documents_named if name in rows]
                applied.elsewhere[at] = [name for name in listed if rows[name] not in taken]
                there.add(edit.new_id)
            else:
                applied.empty.add(at)
    for at, edit in enumerate(file.edits):
        if isinstance(edit, MoveEdit) and (edit.to == "outside" or edit.to in there):
            moved = [rows[name] for name in edit.documents if name in rows]
            applied.topics[moved] = OUTSIDE if edit.to == "outside" else edit.to
            if not moved:
                applied.empty.add(at)
    applied.redirects = merge_targets(file, there)
    hidden, deleted = (
        {topic for edit in file.edits if isinstance(edit, kind) for topic in edit.topics if topic in there}
        for kind in (HideEdit, DeleteEdit)
    )
    becomes = np.arange(max([*there, *applied.redirects.values(), int(applied.topics.max()), 0]) + 2)
    becomes[-1] = OUTSIDE
    becomes[list(applied.redirects)] = list(applied.redirects.values())
    applied.topics = becomes[applied.topics].astype(np.int32)
    applied.deleted = np.flatnonzero(np.isin(applied.topics, list(deleted))).tolist()
    applied.topics[np.isin(applied.topics, [*hidden, *deleted])] = OUTSIDE
    return applied


def merge_targets(file: EditsFile, there: set[int]) -> dict[int, int]:
    """Return the topic that each merged one is in at last; merges into merged topics follow each other."""
    into = _merges(file, there)
    last = {}
    for topic, target in into.items():
        while target in into:
            target = into[target]
        last[topic] = target
    return last


def merged_parts(file: EditsFile, there: set[int]) -> dict[int, set[int]]:
    """Return the topics that each topic has taken in, also by way of others."""
    into = _merges(file, there)
    parts: dict[int, set[int]] = {}
    for topic in into:
        target = topic
        while target in into:
            target = into[target]
            parts.setdefault(target, set()).add(topic)
    return parts


def _merges(file: EditsFile, there: set[int]) -> dict[int, int]:
    return {
        topic: edit.into
        for edit in file.edits
        if isinstance(edit, MergeEdit) and edit.into in there
        for topic in edit.topics
        if topic != edit.into and topic in there
    }


def _split_rows(
    edit: SplitEdit, members: npt.NDArray[np.int64], rows: Mapping[str, int], texts: pa.ChunkedArray
) -> npt.NDArray[np.int64]:
    """Return the rows among `members` that a split takes."""
    if edit.documents is not None:
        wanted = [rows[name] for name in edit.documents if name in rows]
        return members[np.isin(members, wanted)]
    pattern = re.compile(edit.matching or "", re.IGNORECASE)
    own = take_rows(pa.table({"text": texts}), members).column("text").to_pylist()
    chosen = np.array([bool(pattern.search(text)) for text in own], bool)
    return np.asarray(members[chosen])


def order_topics(topics: Int32, first: Sequence[int], rank_of: Mapping[int, int]) -> list[int]:
    """Return the topics that have documents: those of `first` in its order, then by size, then as they were computed.

    Args:
        topics: int32 (n,), the id of the topic of each document, -1 outside.
        rank_of: rank of each computed topic.
    """
    ids, sizes = np.unique(topics[topics >= 0], return_counts=True)
    size = dict(zip(ids.tolist(), sizes.tolist(), strict=True))
    place = {topic: at for at, topic in enumerate(first)}

    def key(topic: int) -> tuple[int, int, int, int]:
        return place.get(topic, len(place)), -size[topic], rank_of.get(topic, len(rank_of)), topic

    return sorted(size, key=key)


def find_groups(
    edits: Sequence[Edit],
    order: Sequence[int],
    base: Mapping[int, int],
    computed: Sequence[Sequence[int]],
    names: Sequence[str],
) -> list[EditedGroup]:
    """Return groups of topics as `Membership.parents`: computed ones as they were, but for what people say.

    Args:
        edits: those in effect.
        order: the topics, by rank.
        base: rank of the computed topic whose group each topic is in.
        computed: ranks of the computed topics of each computed group, by number; `names` are those of the groups.
    """
    group_of_rank = {rank: number for number, ranks in enumerate(computed) for rank in ranks}
    number_of = {name_key(name): number for number, name in enumerate(names) if name}
    chosen: dict[int, tuple[int, str] | None] = {}
    for edit in edits:
        if isinstance(edit, ParentEdit):
            name = edit.name or ""
            known = number_of.get(name_key(name), -1)
            chosen |= dict.fromkeys(edit.topics, (known, "" if known >= 0 else name) if name else None)
    groups: dict[tuple[int, str], list[int]] = {}
    pinned = {group for group in chosen.values() if group}
    for rank, topic in enumerate(order):
        computed_group = group_of_rank.get(base.get(topic, -1), -1)
        group = chosen.get(topic, (computed_group, "") if computed_group >= 0 else None)
        if group is not None:
            groups.setdefault(group, []).append(rank)
    fewest = min((len(ranks) for ranks in computed), default=2)  # a layer that is given may have groups of one topic
    kept = [(group, ranks) for group, ranks in groups.items() if len(ranks) >= min(fewest, 2) or group in pinned]
    kept.sort(key=lambda each: each[1])
    return [{"parent": number, "name": name, "topics": ranks} for (number, name), ranks in kept]
