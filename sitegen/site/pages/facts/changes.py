"""What became of the topics since the build before and over the last builds: for a page and for feeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypedDict

from sitegen.artifacts import Continuity
from sitegen.site.privacy.redact import Redact

KINDS = ("new", "gone", "grown", "shrunk", "renamed")


@dataclass(frozen=True)
class Change:
    """What became of the topic with this permanent id: `new`, `gone`, `grown`, `shrunk` or `renamed`.

    Names are empty and sizes 0 where it was not there.
    """

    kind: str
    topic: int
    name_before: str
    name: str
    size_before: int
    size: int


def find_changes(continuity: Continuity, redact: Redact) -> tuple[Change, ...]:
    """Return all changes in the order of the topics; none at the first build."""
    return tuple(
        Change(
            row["change"],
            row["topic"],
            redact(row["name_before"] or ""),
            redact(row["name"] or ""),
            row["size_before"] or 0,
            row["size"] or 0,
        )
        for row in continuity.changes.to_pylist()
    )


class BuildRow(TypedDict):
    """The changes of one build as they are remembered: fields of `BuildChanges` and `Change` as JSON values."""

    updated: int
    changes: list[dict[str, Any]]


@dataclass(frozen=True)
class BuildChanges:
    """The changes of one build, published at `updated`, in seconds since 1970."""

    updated: int
    changes: tuple[Change, ...]

    @property
    def day(self) -> str:
        """The day on which it was published, as `2026-05-12`."""
        return datetime.fromtimestamp(self.updated, UTC).date().isoformat()

    @property
    def summary(self) -> str:
        """Say in one line what changed: `2 new, 1 gone, 3 grown`."""
        return summarize(self.changes)

    def lines(self) -> list[str]:
        """Return a line of plain text for each change."""
        return [describe_change(change) for change in self.changes]


def summarize(changes: Sequence[Change]) -> str:
    """Return how many changes of each kind there are: `2 new, 1 gone, 3 grown`."""
    counts = Counter(change.kind for change in changes)
    return ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind])


def describe_change(change: Change) -> str:
    """Describe a change in one line of plain text."""
    match change.kind:
        case "new":
            return f"New: {change.name} (documents: {change.size:,})"
        case "gone":
            return f"Gone: {change.name_before} (documents: {change.size_before:,})"
        case "renamed":
            return f"Renamed: {change.name_before} is now {change.name}"
        case _:
            return f"{change.kind.capitalize()}: {change.name} (documents: {change.size_before:,} to {change.size:,})"


def read_history(rows: Sequence[BuildRow], redact: Redact) -> tuple[BuildChanges, ...]:
    """Return the changes of the last builds, newest first; names are redacted by the rules of today."""
    return tuple(
        BuildChanges(
            row["updated"],
            tuple(
                replace(change, name=redact(change.name), name_before=redact(change.name_before))
                for change in (Change(**each) for each in row["changes"])
            ),
        )
        for row in rows
    )
