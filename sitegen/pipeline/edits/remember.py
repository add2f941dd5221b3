"""Writes down what an edited topic is known by, when its first edit is applied."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np

from sitegen.artifacts import Artifact, Continuity, Documents, TopicLabels, Topics
from sitegen.config import DatasetConfig
from sitegen.config.edits_file import Edits, named_documents, named_topics, read_edits
from sitegen.errors import ConfigError
from sitegen.pipeline.edits.fingerprint import Lock, lock_path, read_lock, short_hashes, write_lock
from sitegen.pipeline.edits.match import match_fingerprints
from sitegen.pipeline.edits.resolve import computed_topics, shown_ids

LISTED_IDS = 12


def remember_topics(root: Path, dataset: DatasetConfig, load: Callable[[str], Artifact]) -> None:
    """Add to the lock the topics and documents that the edits of a dataset name for the first time.

    Those that no edit names any more are forgotten; without edits all are, or a later edit of the same number would be
    held to an old topic. The others stay as they are, even if their topics changed.

    Args:
        load: returns the artifact of a stage; not called where nothing is new.

    Raises:
        ConfigError: an edit names a topic or a document that is not there.
    """
    while not _remember(root, dataset, load):
        pass


def _remember(root: Path, dataset: DatasetConfig, load: Callable[[str], Artifact]) -> bool:
    """Do it once; False if the preview's editor wrote the lock meanwhile, so that nothing was written over it."""
    edits = read_edits(root, dataset.slug)
    if edits is None:
        lock_path(root, dataset.slug).unlink(missing_ok=True)
        return True
    before = _bytes(root, dataset)
    lock = read_lock(root, dataset.slug)
    topics, documents = named_topics(edits.file), named_documents(edits.file)
    named = set(documents)
    known = Lock(
        {number: each for number, each in lock.topics.items() if number in topics},
        {name: value for name, value in lock.documents.items() if name in named},
    )
    new_topics = [number for number in topics if number not in known.topics]
    new_documents = [name for name in documents if name not in known.documents]
    if new_topics or new_documents:
        continuity = cast(Continuity, load("continuity"))
        if new_topics:
            computed = computed_topics(
                dataset.embeddings, cast(Topics, load("topics")), cast(TopicLabels, load("labels")), continuity
            )
            shown = shown_ids(computed.ids, match_fingerprints(known.topics, computed))
            _check_topics(edits, new_topics, topics, shown, continuity.first_new)
            rank_of = {number: rank for rank, number in enumerate(shown)}
            prints = computed.fingerprints([rank_of[number] for number in new_topics])
            known.topics.update(zip(new_topics, prints, strict=True))
        if new_documents:
            known.documents.update(_hashes(edits, new_documents, cast(Documents, load("documents")), continuity))
    if known.topics.keys() != lock.topics.keys() or known.documents != lock.documents:
        if _bytes(root, dataset) != before:
            return False
        write_lock(root, dataset.slug, known)
    return True


def _bytes(root: Path, dataset: DatasetConfig) -> bytes:
    path = lock_path(root, dataset.slug)
    return path.read_bytes() if path.exists() else b""


def _check_topics(edits: Edits, new: list[int], first_edit: dict[int, int], shown: list[int], first_new: int) -> None:
    """Raise a ConfigError with a line for each topic that is not there."""
    lines = []
    there = sorted(shown)
    for number in sorted(set(new).difference(there), key=first_edit.__getitem__):
        at = first_edit[number]
        edit = edits.file.edits[at]
        field = next(
            name for name in ("topic", "topics", "into", "to") if number in _numbers(getattr(edit, name, None))
        )
        place = bisect(there, number)
        around = there[max(0, place - LISTED_IDS) : place + LISTED_IDS]
        near = sorted(sorted(around, key=lambda each: abs(each - number))[:LISTED_IDS])
        told = "was on the map once and is gone" if number < first_new else "is not on the map"
        hint = f"there are {', '.join(map(str, near))}{' and others' if len(shown) > len(near) else ''}"
        lines.append(f"{edits.place('edits', at, field)}: topic {number} {told}; {hint if shown else 'there is none'}")
    if lines:
        raise ConfigError("\n".join(lines))


def _numbers(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _hashes(edits: Edits, names: list[str], documents: Documents, continuity: Continuity) -> dict[str, int]:
    row_of = {name: row for row, name in enumerate(documents.column("id"))}
    missing = [name for name in names if name not in row_of]
    if missing:
        at, number = next(
            (at, edit.documents_named.index(missing[0]))
            for at, edit in enumerate(edits.file.edits)
            if missing[0] in edit.documents_named
        )
        others = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        raise ConfigError(
            f"{edits.place('edits', at, 'documents', number)}: no document has the id {missing[0][:60]!r}{others}; "
            "the ids are in documents.parquet, below Downloads"
        )
    short = short_hashes(np.asarray(continuity.fingerprints))
    return {name: int(short[row_of[name]]) for name in names}
