"""Topics over time and topics per category: how many documents, and what is said about the topic there and then.

Both as BERTopic's `topics_over_time` and `topics_per_class`: the words of a part of a topic are weighed with the
idf of all documents, then averaged with the topic's own and, over time, with those of the period before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts import CLASS_SCHEMA, TIMELINE_SCHEMA, Int32
from sitegen.config import TopicsConfig
from sitegen.pipeline.topics.ctfidf import ClassTfidf

if TYPE_CHECKING:
    from scipy import sparse


KEYWORDS = 5
"""Keywords of a topic in one period or category."""


def topics_over_time(config: TopicsConfig, ctfidf: ClassTfidf, assignment: Int32, dates: pa.ChunkedArray) -> pa.Table:
    """Return a table of `TIMELINE_SCHEMA`: topics by periods of equal length.

    Empty where fewer than two dates are known.
    """
    times = dates.cast(pa.int64()).to_numpy() / 1e6  # NaN where there is none
    known = np.flatnonzero(np.isfinite(times) & (assignment >= 0))
    if config.timeline_bins == 0 or not len(known) or np.nanmin(times) == np.nanmax(times):
        return TIMELINE_SCHEMA.empty_table()
    edges = np.linspace(np.nanmin(times), np.nanmax(times), config.timeline_bins + 1)
    periods = np.full(len(times), -1)
    periods[known] = np.clip(np.searchsorted(edges, times[known], side="left") - 1, 0, config.timeline_bins - 1)
    rows = [
        {"topic": topic, "start": round(edges[period] * 1e6), "documents": count, "keywords": words}
        for period, topic, count, words in _parts(ctfidf, assignment, periods, evolving=config.evolution_tuning)
    ]
    return pa.Table.from_pylist(rows, TIMELINE_SCHEMA)


def topics_per_class(
    config: TopicsConfig, ctfidf: ClassTfidf, assignment: Int32, categories: pa.ChunkedArray
) -> pa.Table:
    """Return a table of `CLASS_SCHEMA`: topics by category, of the `classes` most frequent ones."""
    coded = categories.combine_chunks().dictionary_encode()
    numbers = coded.indices.fill_null(-1).to_numpy().astype(np.int64)
    counts = np.bincount(numbers[numbers >= 0], minlength=len(coded.dictionary))
    frequent = np.argsort(-counts, kind="stable")[: config.classes]
    names = sorted(coded.dictionary.take(pa.array(frequent)).to_pylist())
    number = {name: index for index, name in enumerate(names)}
    # The last is that of documents without a category.
    rank = np.array([*(number.get(name, -1) for name in coded.dictionary.to_pylist()), -1])
    rows = [
        {"topic": topic, "category": names[group], "documents": count, "keywords": words}
        for group, topic, count, words in _parts(ctfidf, assignment, rank[numbers], evolving=False)
    ]
    return pa.Table.from_pylist(rows, CLASS_SCHEMA)


def _parts(
    ctfidf: ClassTfidf, assignment: Int32, groups: npt.NDArray[np.integer], *, evolving: bool
) -> list[tuple[int, int, int, list[str]]]:
    """Group, topic, number of documents and keywords of each pair that occurs, by group, then topic.

    Topic by topic: the words of all parts of all topics at once would be many times those of the documents.

    Args:
        groups: int (n,), -1 for none.
        evolving: groups are periods, and the words of one lean on those of the period before.
    """
    rows = np.flatnonzero((assignment >= 0) & (groups >= 0))
    rows = rows[np.argsort(assignment[rows], kind="stable")]
    topics, starts = np.unique(assignment[rows], return_index=True)
    parts: list[tuple[int, int, int, list[str]]] = []
    for topic, members in zip(topics.tolist(), np.split(rows, starts)[1:], strict=True):
        numbers, row_of_member, sizes = np.unique(groups[members], return_inverse=True, return_counts=True)
        counts = ctfidf.count(members, row_of_member)
        words = ctfidf.keywords(_tuned(ctfidf, counts, topic, numbers.tolist() if evolving else None), KEYWORDS)
        parts += zip(numbers.tolist(), [topic] * len(numbers), sizes.tolist(), words, strict=True)
    return sorted(parts)


def _tuned(ctfidf: ClassTfidf, counts: sparse.csr_matrix, topic: int, periods: list[int] | None) -> sparse.csr_matrix:
    """Return the c-TF-IDF of parts of a topic, averaged with the topic's own.

    It is averaged with that of the period before as well, if given.
    """
    from scipy.sparse import vstack
    from sklearn.preprocessing import normalize

    local, whole = normalize(ctfidf.weigh(counts), norm="l1"), normalize(ctfidf.weights[topic], norm="l1")
    tuned: list[sparse.csr_matrix] = []
    for row in range(local.shape[0]):
        weights = local[row]
        if periods is not None and row and periods[row - 1] == periods[row] - 1:
            weights = (weights + tuned[-1]) / 2
        tuned.append((weights + whole) / 2)
    return vstack(tuned, format="csr")
