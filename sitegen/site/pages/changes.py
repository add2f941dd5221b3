"""What became of the topics since the build before, as the About page tells it."""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.artifacts import Continuity
from sitegen.site.privacy.redact import Redact


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
    """All changes in the order of the topics; none at the first build."""
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
