"""What the author of a map may want to change."""

from __future__ import annotations

from sitegen.site.map.summary import MapSummary
from sitegen.site.pages.facts.comparison import FEW, Comparison

MAX_TOPIC_SHARE = 0.5
"""A topic with more than this share of the documents divides them too little."""


def hint(slug: str, summary: MapSummary, given: bool = False) -> str:
    """Say what to try where topics say little about the documents; empty where they are fine.

    `given` topics are what they are.
    """
    if given:
        return (
            "" if summary.topics else f"{slug}: no document came with a topic; does given.topic name the right column?"
        )
    if not summary.topics:
        return f"{slug}: no topic was found; `sitegen tune {slug}` looks for a smaller clusters.min_cluster_size"
    largest = max(topic.size for topic in summary.topics) / summary.documents
    if largest <= MAX_TOPIC_SHARE:
        return ""
    return (
        f"{slug}: the largest topic holds {largest:.0%} of the documents; `sitegen tune {slug}` looks for settings "
        "that divide it, or try clusters.method: leaf"
    )


def comparison_hint(slug: str, comparison: Comparison | None) -> str:
    """Say which groups have too few documents to compare; empty if there is no comparison, or none has."""
    few = [group for group in comparison.groups if group.documents < FEW] if comparison else []
    if comparison is None or not few:
        return ""
    told = ", ".join(f"{group.name!r} ({group.documents:,})" for group in few)
    return (
        f"{slug}: groups with fewer than {FEW} documents say little, but {told} of {comparison.by} are compared; see "
        "compare.by, compare.groups and compare.split"
    )
