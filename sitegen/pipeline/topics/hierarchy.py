"""Which topics belong together: the tree of topics, and a cut of it into parent topics.

Ward's linkage as in BERTopic's `hierarchical_topics`, on the cosine distances of the topics' c-TF-IDF or, unless
`group_by` is `words`, on the mean of these and those of their mean embeddings. So a group shares words, and lies
together on the map.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts import HIERARCHY_SCHEMA, PARENT_SCHEMA, Float32, Int32
from sitegen.config import TopicsConfig
from sitegen.pipeline.topics.ctfidf import ClassTfidf, add_up
from sitegen.pipeline.topics.topic_vectors import mean_vectors

MIN_TOPICS = 6
"""Fewer topics are read at a glance and need no tree."""
MOST_TOPICS_IN_TREE = 5_000
"""Of more, all distances do not fit into memory: those of 40,000 take 13 GB, several times."""
FEWEST_PARENTS, MOST_PARENTS = 3, 25


def find_hierarchy(
    config: TopicsConfig, ctfidf: ClassTfidf, assignment: Int32, vectors: Float32
) -> tuple[pa.Table, pa.Table]:
    """Return the tree as a table of `HIERARCHY_SCHEMA` and its cut as one of `PARENT_SCHEMA`.

    Both empty for few topics, and for very many.

    A topic that the cut leaves alone has no parent.

    Args:
        assignment: int32 (n,), topic of each document, -1 outside.
        vectors: float32 (n, d), embeddings of the documents.
    """
    sizes = np.bincount(assignment[assignment >= 0])
    if not MIN_TOPICS <= len(sizes) <= MOST_TOPICS_IN_TREE:
        return HIERARCHY_SCHEMA.empty_table(), PARENT_SCHEMA.empty_table()
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform
    from sklearn.metrics.pairwise import cosine_similarity

    likeness = cosine_similarity(ctfidf.weights)
    if config.group_by == "both" and vectors.shape[1]:
        means = mean_vectors(vectors, assignment, len(sizes)).astype(np.float64)
        likeness = (likeness + cosine_similarity(means - means.mean(axis=0))) / 2
    distances = 1 - likeness
    np.fill_diagonal(distances, 0)
    merges = linkage(squareform(distances, checks=False).clip(0), "ward", optimal_ordering=True)
    members = _members(merges)
    nodes = _described(config, ctfidf, sizes, members[len(sizes) :])
    for number, (node, (left, right, distance, _)) in enumerate(zip(nodes, merges, strict=True), len(sizes)):
        node |= {"node": number, "left": int(left), "right": int(right), "distance": float(distance)}
    groups = [group for group in cut(merges, config.parents) if len(group) > 1]
    shared = ctfidf.shared_counts(assignment, groups) if groups else None
    words = ctfidf.keywords(ctfidf.weigh(shared), config.keywords) if groups else []
    parents = [
        {"parent": number, "topics": topics, "size": int(sizes[topics].sum()), "keywords": keywords}
        for number, (topics, keywords) in enumerate(zip(groups, words, strict=True))
    ]
    return pa.Table.from_pylist(nodes, HIERARCHY_SCHEMA), pa.Table.from_pylist(parents, PARENT_SCHEMA)


def cut(merges: npt.NDArray[np.float64], parents: int | Literal["auto"]) -> list[list[int]]:
    """Return groups of topics, that with the largest topic first.

    `auto` looks for a number that is easy to read, between the square root and a fifth of the number of topics, and
    stops merging before the merge that is costliest beside the one before it.

    Args:
        merges: scipy's linkage, (k - 1, 4).
        parents: how many groups, or 0 for none.
    """
    topics = len(merges) + 1
    if parents == 0:
        return []
    if parents == "auto":
        ends = sorted(int(np.clip(round(end), FEWEST_PARENTS, MOST_PARENTS)) for end in (topics**0.5, topics / 5))
        steps = np.diff(merges[:, 2]).tolist()
        parents = int(max(range(ends[0], ends[1] + 1), key=lambda groups: steps[topics - groups - 1]))
    done = max(topics - parents, 0)
    members = _members(merges[:done], topics)
    used = {int(node) for merge in merges[:done] for node in merge[:2]}
    return sorted(members[node] for node in range(len(members)) if node not in used)


def _members(merges: npt.NDArray[np.float64], topics: int | None = None) -> list[list[int]]:
    """Return the topics, ascending, below each topic and each merge."""
    members = [[topic] for topic in range(topics or len(merges) + 1)]
    for left, right, *_ in merges:
        members.append(sorted(members[int(left)] + members[int(right)]))
    return members


def _described(
    config: TopicsConfig, ctfidf: ClassTfidf, sizes: npt.NDArray[np.int64], groups: list[list[int]]
) -> list[dict[str, Any]]:
    """Size and keywords of groups of topics, counted as if each group were one topic."""
    described = []
    for group in groups:  # one at a time: together they hold each topic many times
        counts = add_up(ctfidf.counts[group], np.zeros(len(group), np.int64))
        (words,) = ctfidf.keywords(ctfidf.weigh(counts), config.keywords)
        described.append({"size": int(sizes[group].sum()), "keywords": words})
    return described
