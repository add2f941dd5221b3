"""Computed topics and a file of edits -> ResolvedEdits: what each edit comes to in this build."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from sitegen.artifacts import (
    NO_WORDS,
    Continuity,
    Documents,
    EditedWords,
    Int32,
    Int64,
    Membership,
    ResolvedEdits,
    TopicLabels,
    Topics,
    digest,
    split_by_topic,
    topic_centers,
)
from sitegen.config import DocumentsConfig, EmbeddingsConfig
from sitegen.config.edits import (
    ColorEdit,
    Edit,
    EditsFile,
    MergeEdit,
    NoteEdit,
    OrderEdit,
    RenameEdit,
    SplitEdit,
    name_key,
)
from sitegen.config.edits_file import Edits, named_documents, named_topics, read_edits
from sitegen.errors import ConfigError
from sitegen.pipeline.color_slots import color_slots
from sitegen.pipeline.edits.apply import Applied, apply_edits, find_groups, order_topics
from sitegen.pipeline.edits.fingerprint import Computed, Lock, read_lock, short_hashes
from sitegen.pipeline.edits.match import Match, match_fingerprints
from sitegen.pipeline.edits.outcomes import Told, decide_outcomes, edits_in_effect, joined_topics
from sitegen.pipeline.stage import Context

Word = Literal["name", "description", "note"]
By = Literal["who", "why", "described_by", "described_why", "noted_by", "noted_why"]
SIGNED: dict[Word, tuple[By, By]] = {
    "description": ("described_by", "described_why"),
    "note": ("noted_by", "noted_why"),
    "name": ("who", "why"),
}
"""What people say of a topic, and where it is kept who said so and why."""


def edits_revision(*, slug: str, root: Path, **_: object) -> str:
    """Return a digest of what the files of edits and of fingerprints say.

    Raises:
        ConfigError: one of them cannot be used.
    """
    return revision_of(read_edits(root, slug), read_lock(root, slug))


def revision_of(edits: Edits | None, lock: Lock) -> str:
    """Return a digest of edits and fingerprints, whatever the comments and lines of their files."""
    prints = {number: [each.documents.tolist(), each.centroid.tolist()] for number, each in lock.topics.items()}
    return digest([edits and edits.file.model_dump(mode="json"), prints, lock.documents])


def computed_topics(
    embeddings_config: EmbeddingsConfig, topics: Topics, labels: TopicLabels, continuity: Continuity
) -> Computed:
    """Return what topics are matched by."""
    rows = continuity.topics.to_pylist()
    return Computed(
        hashes=continuity.fingerprints,
        assignment=topics.assignment,
        ids=continuity.ids,
        centroids=np.array([row["centroid"] for row in rows], np.float32).reshape(len(rows), -1),
        keywords=[row["keywords"] for row in topics.rows()],
        names=[row["name"] for row in labels.rows()],
        model=embeddings_config.model or "given",
    )


def resolve_edits(
    *,
    slug: str,
    embeddings_config: EmbeddingsConfig,
    documents_config: DocumentsConfig,
    documents: Documents,
    topics: Topics,
    labels: TopicLabels,
    continuity: Continuity,
    context: Context,
) -> ResolvedEdits:
    """Find the topics that edits mean, and apply those whose topics were found.

    Raises:
        ConfigError: a file cannot be used, or an edit names what no build had.
    """
    edits, lock = read_edits(context.root, slug), read_lock(context.root, slug)
    if edits is None:
        raise ConfigError(f"the edits of {slug} were removed while they were read; build again")
    file = edits.file
    computed = computed_topics(embeddings_config, topics, labels, continuity)
    named = named_topics(file)
    matches = match_fingerprints({number: lock.topics[number] for number in named if number in lock.topics}, computed)
    shown = shown_ids(computed.ids, matches)
    check_new_ids(edits, shown)
    rows = find_documents(named_documents(file), lock, documents, continuity.fingerprints, documents_config)
    there = {number for number, match in matches.items() if match.rank is not None}
    before = np.array([*shown, -1], np.int32)[topics.assignment]
    applied = apply_edits(file, before, there, rows, documents.table.column("text"))
    rank_of = {number: rank for rank, number in enumerate(shown)}
    outcomes = list(decide_outcomes(file, matches, applied, rows, Told(computed, shown, lock, matches)))
    in_effect = edits_in_effect(file, outcomes, there | applied.origin.keys())
    first = [topic for edit in in_effect if isinstance(edit, OrderEdit) for topic in edit.topics]
    order = order_topics(applied.topics, first, rank_of)
    rank_now = {topic: rank for rank, topic in enumerate(order)}
    base = {topic: rank_of[applied.origin.get(topic, topic)] for topic in order}
    number = np.full(max([*order, int(applied.topics.max()), 0]) + 2, -1, np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    assignment = number[applied.topics]
    sources = [-1 if topic in applied.origin else base[topic] for topic in order]
    words = _words(in_effect, order)
    return ResolvedEdits(
        assignment=assignment,
        origins=_origins(assignment, topics, sources),
        parents=find_groups(
            in_effect,
            order,
            base,
            topics.parents.column("topics").to_pylist(),
            [row["name"] for row in labels.parents.to_pylist()],
        ),
        deleted=np.array(sorted(applied.deleted), np.int32),
        ids=order,
        slots=_slots(continuity, assignment, sources),
        words=words,
        sources=sources,
        unnamed=sorted({rank_now[topic] for topic in applied.redirects.values() if topic in rank_now} - _named(words)),
        computed=[[own, now] for own, now in zip(computed.ids, shown, strict=True) if own != now],
        redirects=_redirects(file, applied, matches, rank_now),
        outcomes=outcomes,
        warnings=list(_same_names(words, sources, order, computed.names)),
    )


def pick_membership(*, edits: ResolvedEdits, context: Context) -> Membership:
    """Return what decides the words of topics, so that renaming one describes none anew."""
    return edits.membership


def shown_ids(ids: list[int], matches: Mapping[int, Match]) -> list[int]:
    """Return the id that each computed topic is shown by: an edited one keeps the id that its edits name.

    So an address stays, also where all ids were counted anew because nothing of the build before was left. A topic
    whose id is taken by an edited one has one of those that became free.
    """
    held = {match.rank: number for number, match in matches.items() if match.rank is not None}
    taken = set(held.values())
    free = iter([number for rank, number in enumerate(ids) if rank in held and number not in taken])
    return [
        held[rank] if rank in held else next(free) if number in taken else number for rank, number in enumerate(ids)
    ]


def check_new_ids(edits: Edits, shown: list[int]) -> None:
    """Refuse splits into a topic that is there.

    Raises:
        ConfigError: a computed topic has the id of a split.
    """
    for at, edit in enumerate(edits.file.edits):
        if isinstance(edit, SplitEdit) and edit.new_id in shown:
            used = {*shown, *(each.new_id for each in edits.file.edits if isinstance(each, SplitEdit))}
            free = next(number for number in range(edit.new_id, 2**31) if number not in used)
            where = edits.place("edits", at, "new_id")
            raise ConfigError(f"{where}: a computed topic has the id {edit.new_id}; choose another, such as {free}")


def find_documents(
    wanted: list[str], lock: Lock, documents: Documents, hashes: Int64, config: DocumentsConfig
) -> dict[str, int]:
    """Return the row of each document that is there, by the id that edits call it.

    Where the data has ids, a document is the one of this id, whatever its text is now; if there is none, the one with
    the text that it had. Where ids are numbers of rows, only the text tells, first of the document of this number.
    """
    if not wanted:
        return {}
    row_of = {name: row for row, name in enumerate(documents.column("id"))}
    short = short_hashes(hashes)
    by_text = {int(value): row for row, value in reversed(list(enumerate(short.tolist())))}
    found = {}
    for name in wanted:
        row, text = row_of.get(name), lock.documents.get(name)
        if row is None or (config.id is None and text is not None and int(short[row]) != text):
            row = by_text.get(text) if text is not None else None
        if row is not None:
            found[name] = row
    return found


def _origins(assignment: Int32, topics: Topics, sources: list[int]) -> list[int]:
    """Return the computed topic with the same documents, of each topic."""
    sizes = topics.table.column("size").to_pylist()
    members = split_by_topic(topics.assignment, assignment, len(sources))
    return [
        source if source >= 0 and len(own) == sizes[source] and bool((own == source).all()) else -1
        for source, own in zip(sources, members, strict=True)
    ]


def _slots(continuity: Continuity, assignment: Int32, sources: list[int]) -> list[int]:
    """Return the colour of each topic: a topic that was split off gets one as a new topic does."""
    if not sources:
        return []
    places = split_by_topic(continuity.layout, assignment, len(sources))
    centers = topic_centers(places).astype(np.float64)
    return color_slots(centers, [continuity.slots[source] if source >= 0 else None for source in sources])


def _redirects(
    file: EditsFile, applied: Applied, matches: Mapping[int, Match], shown: Container[int]
) -> list[list[int]]:
    """Return pairs of each topic that was merged, by an edit or already by the clusters, and where it is now.

    Without those whose number another topic of those `shown` has by now.
    """
    joined = {old: now for edit in file.edits for old, now in joined_topics(edit, matches).items()}
    last = {old: applied.redirects.get(now, now) for old, now in joined.items()}
    return sorted([old, now] for old, now in (applied.redirects | last).items() if old not in shown)


def _words(edits: Sequence[Edit], order: list[int]) -> list[EditedWords]:
    """Return what people say of each topic."""
    said: dict[int, EditedWords] = {topic: {**NO_WORDS} for topic in order}
    for edit in edits:
        topic = topic_described(edit)
        if topic not in said:
            continue
        words = said[topic]
        if isinstance(edit, ColorEdit):
            words["color"] = edit.color
        for word, (by, why) in SIGNED.items():
            value = getattr(edit, word, None)
            if value is not None:
                words[word] = value
                if word != "description" or getattr(edit, "name", None) is None:
                    words[by], words[why] = edit.who, edit.why
    return [said[topic] for topic in order]


def topic_described(edit: Edit) -> int | None:
    """Return the one topic that an edit describes; None for edits of several, and of documents."""
    if isinstance(edit, MergeEdit):
        return edit.into
    if isinstance(edit, SplitEdit):
        return edit.new_id
    return edit.topic if isinstance(edit, RenameEdit | ColorEdit | NoteEdit) else None


def _named(words: list[EditedWords]) -> set[int]:
    return {rank for rank, each in enumerate(words) if each["name"]}


def _same_names(words: list[EditedWords], sources: list[int], order: list[int], computed: list[str]) -> Iterable[str]:
    """Yield a warning for each name of a person's that a computed topic has as well."""
    own = {name_key(each["name"]): order[rank] for rank, each in enumerate(words) if each["name"]}
    for rank, (each, source) in enumerate(zip(words, sources, strict=True)):
        name = "" if each["name"] or source < 0 else computed[source]
        if name_key(name) in own:
            yield f"topic {own[name_key(name)]} and topic {order[rank]} are both called {name!r}; rename one of them"
