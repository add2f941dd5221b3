"""Decides what became of each edit in a build: held, in part, or orphaned; and what to say of it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from sitegen.artifacts import OutcomeRow
from sitegen.config.edits import (
    ColorEdit,
    Edit,
    EditsFile,
    MergeEdit,
    MoveEdit,
    NoteEdit,
    OrderEdit,
    ParentEdit,
    RenameEdit,
    SplitEdit,
)
from sitegen.pipeline.edits.apply import Applied
from sitegen.pipeline.edits.fingerprint import Computed, Lock
from sitegen.pipeline.edits.match import Match

MOST_SHARES = 3
LEAST_SHARE = 0.05


class Told:
    """Says what became of topics."""

    def __init__(self, computed: Computed, shown: list[int], lock: Lock, matches: Mapping[int, Match]) -> None:
        self._computed, self._shown, self._lock, self._matches = computed, shown, lock, matches

    def lost(self, number: int) -> str:
        """Return what came of a topic that was not found, and what to do."""
        match = self._matches.get(number)
        name = self._lock.topics[number].name if number in self._lock.topics else ""
        told = f"topic {number} ({name!r}) is gone"
        if match is None:
            return f"topic {number} was never there; remove the edit"
        if match.claimed is not None:
            return (
                f"{told}: it has become one with topic {match.claimed}, which other edits name; remove this edit, or "
                f"make it one of topic {match.claimed}"
            )
        if not match.shares:
            return (
                f"{told}: none of its documents are left to tell by, and no topic is like it; "
                f"{self._choices(number, None)}"
            )
        parts = [
            f"{share:.0%} {self._topic(rank)}" for rank, share in match.shares[:MOST_SHARES] if share >= LEAST_SHARE
        ]
        best = next((rank for rank, _ in match.shares if rank >= 0), None)
        return (
            f"{told}: of its documents are now {', '.join(parts)} (overlap {match.likeness:.2f}); "
            f"{self._choices(number, best)}"
        )

    def now(self, number: int) -> str:
        """Return what to say of a topic that was found otherwise than by most of its documents."""
        match = self._matches.get(number)
        if match is None or match.by == "documents":
            return ""
        measure = {"lead": "overlap of documents", "centroid": "cosine of centroids"}.get(match.by, "keywords shared")
        return f"topic {number} was found by its lead ({measure} {match.likeness:.2f})"

    def _choices(self, number: int, best: int | None) -> str:
        """Return what can be done about an edit of a topic that is gone; `best` has most of its documents."""
        choices = []
        if best is not None and self._shown[best] != number:
            choices.append(f"name topic {self._shown[best]} instead")
        if number in self._shown:
            name = self._computed.names[self._shown.index(number)]
            told = f"if you mean the topic that has this number now ({name!r})"
            choices.append(f'remove the line "{number}" from the lock file {told}')
        return ", ".join([*choices, "or remove the edit" if choices else "remove the edit"])

    def _topic(self, rank: int) -> str:
        if rank < 0:
            return "outside any topic"
        return f"in topic {self._shown[rank]} ({self._computed.names[rank]!r})"


def decide_outcomes(
    file: EditsFile, matches: Mapping[int, Match], applied: Applied, rows: Mapping[str, int], told: Told
) -> Iterable[OutcomeRow]:
    """Yield what became of each edit, as `ResolvedEdits.outcomes`.

    Args:
        matches: of each computed topic that edits name, by id.
        applied: what the edits of topics that were found came to.
        rows: row of each document that was found, by its id.
    """
    new = {edit.new_id for edit in file.edits if isinstance(edit, SplitEdit)}
    for at, edit in enumerate(file.edits):
        lost = [number for number in edit.topics_named if number not in new and _is_lost(number, matches)]
        joined = joined_topics(edit, matches)
        lost = [number for number in lost if number not in joined]
        lost += [number for number in edit.topics_named if number in new and number not in applied.origin]
        missing = [name for name in edit.documents_named if name not in rows]
        said = [told.lost(number) if number not in new else f"topic {number} is not split off" for number in lost]
        said += [f"topic {number} is one with topic {matches[number].claimed} already" for number in joined]
        found = [number for number in edit.topics_named if number not in lost and number not in joined]
        said += [text for number in found if (text := told.now(number))]
        if missing:
            said.append(
                f"{len(missing)} of {len(edit.documents_named)} documents are gone, such as {missing[0][:60]!r}"
            )
        elsewhere = applied.elsewhere.get(at, [])
        if elsewhere:
            said.append(
                f"{len(elsewhere)} of {len(edit.documents_named)} documents are in other topics, such as "
                f"{elsewhere[0][:60]!r}; leave them out, or move them"
            )
        if at in applied.empty:
            said.append("no document of its topic is meant; change what is split off or moved, or remove the edit")
        needed = _needed(edit)
        nothing = bool(needed & set(lost)) or at in applied.empty
        nothing = nothing or (bool(lost) and not needed and len(lost) == len(edit.topics_named))
        nothing = nothing or (
            isinstance(edit, MergeEdit) and bool(lost) and set(edit.topics) - {edit.into} <= set(lost)
        )
        status = "orphaned" if nothing else "partly" if lost or missing or elsewhere else "held"
        yield {"edit": at, "status": status, "say": "; ".join(said)}


def edits_in_effect(file: EditsFile, outcomes: Iterable[OutcomeRow], there: Container[int]) -> list[Edit]:
    """Return the edits that are not orphaned; those of several topics name only topics that are `there`.

    The number of a topic that is gone may be that of another topic by now.
    """
    kept: list[Edit] = []
    for edit, outcome in zip(file.edits, outcomes, strict=True):
        if outcome["status"] == "orphaned":
            continue
        if isinstance(edit, ParentEdit | OrderEdit):
            kept.append(edit.model_copy(update={"topics": tuple(each for each in edit.topics if each in there)}))
        else:
            kept.append(edit)
    return kept


def _is_lost(number: int, matches: Mapping[int, Match]) -> bool:
    return number not in matches or matches[number].rank is None


def joined_topics(edit: Edit, matches: Mapping[int, Match]) -> dict[int, int]:
    """Return the topics of a merge that the clusters have merged themselves, and the one that each is in."""
    if not isinstance(edit, MergeEdit):
        return {}
    family = {edit.into, *edit.topics}
    claims = {number: matches[number].claimed for number in edit.topics if number in matches and number != edit.into}
    return {number: claimed for number, claimed in claims.items() if claimed is not None and claimed in family}


def _needed(edit: Edit) -> set[int]:
    """Return the topics without which an edit does nothing at all."""
    if isinstance(edit, RenameEdit | ColorEdit | NoteEdit | SplitEdit):
        return {edit.topic}
    if isinstance(edit, MergeEdit):
        return {edit.into}
    return {edit.to} if isinstance(edit, MoveEdit) and isinstance(edit.to, int) else set()
