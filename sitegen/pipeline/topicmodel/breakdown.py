"""Topics over time and topics per category: how many documents, and what is said about the topic there and then.

Both as BERTopic's `topics_over_time` and `topics_per_class`: the words of a part of a topic are weighed with the
idf of all documents, then averaged with the topic's own and, over time, with those of the period before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts import CLASS_SCHEMA, TIMELINE_SCHEMA, Int32
from sitegen.config import TopicsConfig
from sitegen.pipeline.topicmodel.ctfidf import ClassTfidf, add_up

KEYWORDS = 5
"""Keywords of a topic in one period or category."""


def topics_over_time(
    config: TopicsConfig, ctfidf: ClassTfidf, assignment: Int32, dates: Sequence[datetime | None]
) -> pa.Table:
    """A table of `TIMELINE_SCHEMA`: topics by periods of equal length; empty where fewer than two dates are known."""
    times = np.array([np.nan if date is None else date.timestamp() for date in dates])
    known = np.flatnonzero(np.isfinite(times) & (assignment >= 0))
    if config.timeline_bins == 0 or not len(known) or np.nanmin(times) == np.nanmax(times):
        return TIMELINE_SCHEMA.empty_table()
    edges = np.linspace(np.nanmin(times), np.nanmax(times), config.timeline_bins + 1)
    periods = np.clip(np.searchsorted(edges, times[known], side="left") - 1, 0, config.timeline_bins - 1)
    parts, counts, documents = _parts(ctfidf, assignment[known], periods, known)
    weights = _tuned(ctfidf, counts, parts[:, 1], before=parts if config.evolution_tuning else None)
    words = ctfidf.keywords(weights, KEYWORDS)
    rows = [
        {"topic": topic, "start": round(edges[period] * 1e6), "documents": count, "keywords": kept}
        for (period, topic), count, kept in zip(parts.tolist(), documents, words, strict=True)
    ]
    return pa.Table.from_pylist(rows, TIMELINE_SCHEMA)


def topics_per_class(
    config: TopicsConfig, ctfidf: ClassTfidf, assignment: Int32, categories: Sequence[str | None]
) -> pa.Table:
    """A table of `CLASS_SCHEMA`: topics by category, of the `classes` most frequent ones."""
    frequent = Counter(category for category in categories if category is not None).most_common(config.classes)
    names = sorted(name for name, _ in frequent)
    number = {name: index for index, name in enumerate(names)}
    known = np.array(
        [row for row, name in enumerate(categories) if name in number and assignment[row] >= 0], dtype=np.int64
    )
    if not len(known):
        return CLASS_SCHEMA.empty_table()
    classes = np.array([number[categories[row]] for row in known])
    parts, counts, documents = _parts(ctfidf, assignment[known], classes, known)
    words = ctfidf.keywords(_tuned(ctfidf, counts, parts[:, 1]), KEYWORDS)
    rows = [
        {"topic": topic, "category": names[group], "documents": count, "keywords": kept}
        for (group, topic), count, kept in zip(parts.tolist(), documents, words, strict=True)
    ]
    return pa.Table.from_pylist(rows, CLASS_SCHEMA)


def _parts(
    ctfidf: ClassTfidf, topics: Int32, groups: npt.NDArray[Any], rows: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], Any, list[int]]:
    """The pairs (group, topic) that occur, in this order, with their words, sparse (pairs, v), and documents."""
    pairs, pair_of_row = np.unique(np.stack([groups, topics], axis=1), axis=0, return_inverse=True)
    counts = add_up(ctfidf.bag.counts[rows], pair_of_row.ravel())
    return pairs, counts, np.bincount(pair_of_row.ravel()).tolist()


def _tuned(ctfidf: ClassTfidf, counts: Any, topics: npt.NDArray[Any], before: npt.NDArray[Any] | None = None) -> Any:
    """The c-TF-IDF of parts of topics, averaged with the topic's own, and with the part `before` if there is one.

    Args:
        before: the pairs (period, topic), by period, if parts of one topic are to follow each other.
    """
    from scipy.sparse import vstack
    from sklearn.preprocessing import normalize

    local = normalize(ctfidf.weigh(counts), norm="l1")
    whole = normalize(ctfidf.weights, norm="l1")[topics]
    if before is None:
        return ((local + whole) / 2).tocsr()
    row_of = {(period, topic): row for row, (period, topic) in enumerate(before.tolist())}
    tuned: list[Any] = []
    for (period, topic), row in row_of.items():
        weights = local[row]
        previous = row_of.get((period - 1, topic))
        if previous is not None:
            weights = (weights + tuned[previous]) / 2
        tuned.append((weights + whole[row]) / 2)
    return vstack(tuned, format="csr")
