"""The words of each topic by period and by category, as pages tell them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sitegen.artifacts import Topics
from sitegen.site.privacy.published_documents import published_keywords
from sitegen.site.privacy.redact import Redact

MOST_CATEGORIES = 12


@dataclass(frozen=True)
class Part:
    """The documents of a topic in a period or a category, and their words, best first."""

    name: str
    documents: int
    keywords: tuple[str, ...]


Parts = Mapping[int, tuple[Part, ...]]
"""Parts by the rank of their topic."""


def parts_by_period(topics: Topics, redact: Redact) -> tuple[tuple[str, ...], Parts]:
    """Return the names of all periods, and of each topic those in which it has documents.

    A period is named by its start.
    """
    rows = topics.timeline.to_pylist()
    starts = sorted({row["start"] for row in rows})
    step = min((after - before for before, after in pairwise(starts)), default=timedelta(0))
    if not step:
        return (), {}
    # A period in which no topic has a document has no row.
    count = round((starts[-1] - starts[0]) / step) + 1
    names = [_name(starts[0] + number * step, step) for number in range(count)]
    number = {start: round((start - starts[0]) / step) for start in starts}
    found: dict[int, list[Part]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["start"]):
        found[row["topic"]].append(_part(names[number[row["start"]]], row, redact))
    return tuple(names), {topic: tuple(parts) for topic, parts in found.items()}


def parts_by_category(topics: Topics, redact: Redact) -> Parts:
    """Return the commonest categories of each topic."""
    found: dict[int, list[Part]] = defaultdict(list)
    for row in topics.classes.to_pylist():
        found[row["topic"]].append(_part(redact(row["category"]), row, redact))
    return {
        topic: tuple(sorted(parts, key=lambda part: (-part.documents, part.name))[:MOST_CATEGORIES])
        for topic, parts in found.items()
    }


def _part(name: str, row: dict[str, Any], redact: Redact) -> Part:
    return Part(name, row["documents"], tuple(published_keywords(row["keywords"], redact)))


def _name(start: datetime, step: timedelta) -> str:
    return start.date().isoformat() if step >= timedelta(days=1) else start.strftime("%Y-%m-%d %H:%M")
