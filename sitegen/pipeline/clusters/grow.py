"""Topics of a map that grows: documents keep their topic, new ones join one, stay outside or make a new one.

A newcomer is compared with its nearest documents by vectors. Newcomers that are mostly near each other, and not to old
documents, make a new topic if they are enough. Every other one joins what most of its nearest documents are in, if it
is as close to old documents as they are to each other; else it stays outside.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import ClusterGrowth, Clusters, Embeddings, Float32, Int32, Predefined, Reduction, digest
from sitegen.config import ClustersConfig
from sitegen.pipeline.clusters.beside_names import find_clusters_beside
from sitegen.pipeline.clusters.find_clusters import find_clusters
from sitegen.pipeline.documents.fingerprints import rows_of
from sitegen.pipeline.reduction.exact_neighbors import Ints, mean_distances, neighbors_of_choices
from sitegen.pipeline.reduction.grow import MEASURED, USUAL
from sitegen.pipeline.stage import Context

NEIGHBORS = 15
MOSTLY = 0.5
"""Share of its neighbours that must be newcomers for a newcomer to make a new topic."""
MOST_NEWCOMERS = 0.2
"""Share of all documents from which newcomers outside any topic make none: then being near each other tells nothing."""
UNDECIDED = -2


def cluster_or_join(
    *,
    clusters_config: ClustersConfig,
    seed: int,
    embeddings: Embeddings,
    reduction: Reduction,
    previous: Clusters | None,
    context: Context,
    predefined: Predefined | None = None,
) -> Clusters:
    """Return the clusters of the last build with newcomers, under the same numbers; as `find_clusters` after a fit.

    A newcomer that is similar enough to a name given beforehand is in its topic, and no other one joins that.

    Raises:
        DataError, ModelError: as `find_clusters`.
    """
    if reduction.growth is None or reduction.since is None or reduction.prints is None:
        raise AssertionError("a map that grows has these")
    prints = reduction.prints[:, 0].copy()
    names = predefined.names if predefined is not None else []
    numbers_of = digest(
        [reduction.growth["fit"], clusters_config.model_dump(mode="json"), seed, *_named_beforehand(predefined)]
    )
    if (
        previous is None
        or previous.prints is None
        or previous.growth is None
        or previous.growth["numbers_of"] != numbers_of
    ):
        fit = find_clusters if predefined is None else partial(find_clusters_beside, predefined=predefined)
        found = fit(clusters_config=clusters_config, seed=seed, reduction=reduction, context=context)
        made: ClusterGrowth = {
            "numbers_of": numbers_of,
            "smallest": _smallest(clusters_config, found.assignment[found.assignment >= len(names)]),
        }
        return replace(found, growth=made, prints=prints)
    rows = rows_of(prints, previous.prints)
    kept = rows >= 0
    assignment = np.where(kept, previous.assignment[rows], -1).astype(np.int32)
    strength = np.where(kept, previous.strength[rows], 0).astype(np.float32)
    if predefined is not None:
        named = ~kept & (predefined.assignment >= 0)
        assignment[named], strength[named] = predefined.assignment[named], predefined.similarity[named]
    waiting = np.flatnonzero((~kept | (reduction.since > 0)) & (assignment < 0))
    smallest = int(previous.growth["smallest"])
    growth = previous.growth.copy()
    if len(waiting) and len(waiting) < len(prints) - NEIGHBORS:
        highest = max(int(previous.assignment.max(initial=-1)), int(growth.get("highest", -1)), len(names) - 1)
        next_number = highest + 1
        found_topics = np.where(assignment < len(names), -1, assignment)
        joined, strongly, groups = join_topics(
            embeddings.vectors, found_topics, waiting, kept[waiting], prints, smallest, next_number
        )
        assignment[waiting], strength[waiting] = joined, strongly
        growth |= {"highest": next_number + groups - 1}
        context.report.info(
            f"  of {(~kept).sum():,} new documents {(assignment[~kept] >= 0).sum():,} are in topics; {groups} new "
            "topic(s)"
        )
    return Clusters(assignment, strength, previous.chosen, growth, prints, previous.names)


def _named_beforehand(predefined: Predefined | None) -> list[object]:
    """Return what of topics named beforehand decides the numbers of clusters."""
    return [] if predefined is None else [predefined.names, predefined.least]


def _smallest(config: ClustersConfig, assignment: Int32) -> int:
    """Return how many documents a new topic needs: `min_cluster_size`, or as many as the smallest topic has."""
    if config.min_cluster_size != "auto":
        return config.min_cluster_size
    _, sizes = np.unique(assignment[assignment >= 0], return_counts=True)
    return int(sizes.min()) if len(sizes) else NEIGHBORS


def join_topics(
    vectors: Float32,
    assignment: Int32,
    waiting: Ints,
    stays: npt.NDArray[np.bool_],
    prints: npt.NDArray[np.int64],
    smallest: int,
    first_number: int,
) -> tuple[Int32, Float32, int]:
    """Return the topic, int32 (m,), and strength, float32 (m,), of each waiting document, and how many are new.

    Args:
        vectors: float32 (n, d).
        assignment: int32 (n,), -1 outside and of those that wait.
        waiting: int (m,), rows of documents that came after the fit and are in no topic, ascending.
        stays: bool (m,), which of them came with an earlier build: they may make a new topic but join no old one.
        prints: int64 (n,), by which a sample is taken.
        smallest: documents that a new topic needs.
        first_number: of the first new topic.
    """
    everyone = np.arange(len(vectors))
    old = np.setdiff1d(everyone, waiting)
    (near, _), (_, distances) = neighbors_of_choices(vectors, waiting, (everyone, NEIGHBORS), (old, NEIGHBORS))
    state = assignment.copy()
    state[waiting] = UNDECIDED
    groups = 0
    if len(waiting) <= MOST_NEWCOMERS * len(vectors):
        numbers, groups = dense_groups(near, waiting, smallest)
        in_group = numbers >= 0
        state[waiting[in_group]] = first_number + numbers[in_group]
    sample = old[np.argsort(prints[old], kind="stable")[:MEASURED]]
    limit = np.quantile(mean_distances(vectors, sample, old, NEIGHBORS), USUAL)
    fits = distances.mean(axis=1) <= limit
    votes = state[near]
    counts = ((votes[:, :, None] == votes[:, None, :]) & (votes != UNDECIDED)[:, :, None]).sum(axis=2)
    rows = np.arange(len(waiting))
    first = counts.argmax(axis=1)  # the first of equals, which is the nearest
    winner = np.where(counts[rows, first] > 0, votes[rows, first], -1)
    new = winner >= first_number
    joined = np.where(new | (fits & ~stays), winner, -1)
    grouped = state[waiting] >= first_number
    joined = np.where(grouped, state[waiting], joined)
    strength = np.where(joined >= 0, (votes == joined[:, None]).mean(axis=1), 0)
    return joined.astype(np.int32), strength.astype(np.float32), groups


def dense_groups(near: Ints, waiting: Ints, smallest: int) -> tuple[Ints, int]:
    """Return the group of each waiting document, int64 (m,), -1 for none, and how many groups there are.

    A document is in the middle of a group if `MOSTLY` of its neighbours wait as well. Such documents that are
    neighbours of each other are one group; one with fewer than `smallest` is none. The largest is number 0.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    at = np.minimum(np.searchsorted(waiting, near), len(waiting) - 1)
    waits = waiting[at] == near
    middle = waits.mean(axis=1) >= MOSTLY
    row, column = np.nonzero(waits & middle[:, None])
    other = at[row, column]
    row, other = row[middle[other]], other[middle[other]]
    size = len(waiting)
    ties = coo_matrix((np.ones(len(row), np.int8), (row, other)), shape=(size, size))
    _, piece = connected_components(ties, directed=True, connection="weak")
    sizes = np.bincount(piece[middle], minlength=1)
    large = np.flatnonzero(sizes >= smallest)
    large = large[np.argsort(-sizes[large], kind="stable")]
    number = np.full(max(len(sizes), int(piece.max()) + 1), -1, np.int64)
    number[large] = np.arange(len(large))
    return np.where(middle, number[piece], -1), len(large)
