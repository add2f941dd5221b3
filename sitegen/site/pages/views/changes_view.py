"""What the template of the page of changes receives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sitegen.config import DatasetConfig
from sitegen.site.pages.facts.changes import BuildChanges, Change
from sitegen.site.pages.facts.statistics import DatasetStatistics


@dataclass(frozen=True)
class ChangesView:
    """`changes.html.j2`: changes of topics since the build before, and those of the last builds, newest first."""

    root: str
    title: str
    changes: tuple[Change, ...]
    history: tuple[BuildChanges, ...]


def changes_view(
    dataset: DatasetConfig, statistics: DatasetStatistics, history: Sequence[BuildChanges]
) -> ChangesView | None:
    """Return the page of changes; None if no build has changed any topic yet."""
    if not (statistics.changes or history):
        return None
    return ChangesView("../../", dataset.title, statistics.changes, tuple(history))
