"""A source that shrank: how many documents of the last build are gone, and from which topics."""

from __future__ import annotations

import numpy as np

from sitegen.artifacts import Continuity, Int64
from sitegen.pipeline.stage import Context

NOTEWORTHY = 0.1
"""Share of the documents of the last build from which it is told that they are gone."""
MOST_TOPICS = 3


def tell_gone(prints: Int64, previous: Continuity, context: Context) -> None:
    """Warn if there are fewer documents than before, and many of those before are gone; mention it if others came.

    Args:
        prints: int64 (n,), fingerprints of the documents there are now.
    """
    gone, before = ~np.isin(previous.fingerprints, prints), len(previous.fingerprints)
    count = int(gone.sum())
    if count < NOTEWORTHY * before:
        return
    told = (
        f"{count:,} of the {before:,} documents of the last build are gone or have another text ({count / before:.0%})"
    )
    names = {topic["topic"]: topic["name"] for topic in previous.topics.to_pylist()}
    topics, counts = np.unique(previous.assignment[gone], return_counts=True)
    most = sorted(zip(counts.tolist(), topics.tolist(), strict=True), key=lambda each: (-each[0], each[1]))
    where = [f"{lost:,} from {names[topic]}" for lost, topic in most if topic in names][:MOST_TOPICS]
    if where:
        told += f"; most: {', '.join(where)}"
    if len(prints) >= before:
        context.report.info(f"  {told}")
    else:
        context.report.warn(f"{context.slug}: {told}; {len(prints):,} are left and new: is its source complete?")
