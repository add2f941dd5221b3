"""How many documents each group has in each topic, period by period."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sitegen.artifacts import Documents
from sitegen.site.pages.facts.bars import split_into_periods
from sitegen.site.pages.facts.grouped import Grouped, Ints, topic_counts

MOST_PERIODS = 12
"""More of them would hold too few documents of a group each."""


@dataclass(frozen=True)
class Periods:
    """How long each of the periods is, their names, and of each group how many documents it has in each."""

    length: str
    names: tuple[str, ...]
    documents: tuple[tuple[int, ...], ...]


def count_over_time(grouped: Grouped, documents: Documents, assignment: Ints, topics: int) -> tuple[Periods, Ints]:
    """Return the periods, and units by topic, group and period, int64 (topics + 1, g, p); no period without dates.

    A longer document counts where its first chunk does.
    """
    length, names, period_of = split_into_periods(documents, MOST_PERIODS)
    groups, count = len(grouped.names), len(names)
    if not names:
        return Periods("", (), ((),) * groups), np.zeros((topics + 1, groups, 0), np.int64)
    period = period_of[grouped.first][grouped.unit]
    part = np.where((grouped.group >= 0) & (period >= 0), grouped.group * count + period, -1)
    parts = replace(grouped, names=("",) * (groups * count), group=part)
    counts, sizes = topic_counts(parts, assignment, topics)
    in_groups = tuple(tuple(each) for each in sizes.reshape(groups, count).tolist())
    return Periods(length, names, in_groups), counts.reshape(topics + 1, groups, count)
