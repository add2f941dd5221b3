"""A map that grows: documents keep their place, new ones are placed beside them.

A newcomer is tied to its nearest documents, old and new, by UMAP's own weights. It begins at the mean of those it is
tied to, and is then moved as UMAP's `transform` moves it, all newcomers at once, while old documents stay. So a group
of newcomers that is unlike everything old comes to lie together.
UMAP: McInnes, Healy, Melville, https://arxiv.org/abs/1802.03426.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sitegen.artifacts import (
    Documents,
    Drift,
    Embeddings,
    Float32,
    Int32,
    Int64,
    Reduction,
    ReductionGrowth,
    content_hashes,
    digest,
)
from sitegen.config import GivenConfig, ReductionConfig
from sitegen.pipeline.documents.fingerprints import fingerprints, rows_of
from sitegen.pipeline.models.private_functions import private
from sitegen.pipeline.reduction.exact_neighbors import Ints, mean_distances, neighbors_of_choices
from sitegen.pipeline.reduction.reduce import curve, reduce, reduce_guided
from sitegen.pipeline.reduction.transform import (
    EPOCHS,
    LEARNING_RATE,
    NEGATIVES,
    REPULSION,
    Layout,
    fuzzy_weights,
    layout_optimizer,
)
from sitegen.pipeline.stage import Context

if TYPE_CHECKING:
    from scipy import sparse


ENOUGH_LEFT = 0.2
"""Share of the documents of the last build that must be there for the map to grow."""
ANCHORS, ANCHOR_WEIGHT = 3, 0.05
"""Old documents that each newcomer is tied to at least, and how weakly: without them a group would lie nowhere."""
AVERAGINGS = 50
MEASURED = 1000
"""Documents, of the fit and of newcomers each, by which drift is measured."""
USUAL = 0.95
"""Share of the fitted documents whose distance to their neighbours is usual."""


def reduce_or_grow(
    *,
    reduction_config: ReductionConfig,
    seed: int,
    documents: Documents,
    embeddings: Embeddings,
    previous: Reduction | None,
    context: Context,
    given_config: GivenConfig | None = None,
) -> Reduction:
    """Return the places of the last build for documents that it had, and new ones beside them.

    The map is fitted anew, as `reduce` does it, if there is no last build, if its settings or vectors were others, or
    if too few of its documents are left. Labels that guide it count when it is fitted.

    Raises:
        DataError: as `reduce`.
    """
    vectors = embeddings.vectors
    prints = np.stack([fingerprints(documents), content_hashes(vectors).view(np.int64)], axis=1)
    guide = [] if given_config is None else [given_config.labels, given_config.outside]
    settings = digest([reduction_config.model_dump(mode="json"), seed, *guide])
    if reason := _why_refit(previous, prints, settings, reduction_config.n_neighbors):
        context.report.info(f"  the map is fitted to all documents: {reason}")
        fit = reduce if given_config is None else partial(reduce_guided, given_config=given_config, documents=documents)
        fitted = fit(reduction_config=reduction_config, seed=seed, embeddings=embeddings, context=context)
        growth: ReductionGrowth = {
            "settings": settings,
            "fit": digest([settings, content_hashes(fitted.layout).tolist()]),
            "fitted": len(vectors),
            "builds": 0,
        }
        return replace(fitted, growth=growth, since=np.zeros(len(vectors), np.int32), prints=prints)
    if previous is None or previous.growth is None or previous.since is None or previous.prints is None:
        raise AssertionError("a map without these is fitted anew")
    rows = rows_of(prints[:, 0], previous.prints[:, 0])
    new = np.flatnonzero(rows < 0)
    builds = int(previous.growth["builds"]) + bool(len(new))
    spaces = np.hstack([previous.cluster_space, previous.layout])[rows]
    if len(new):
        context.report.info(f"  {len(new):,} new documents are placed; {len(rows) - len(new):,} keep their place")
        spaces[new] = place_beside(vectors, spaces, new, reduction_config, seed)
    since = np.where(rows < 0, builds, previous.since[rows]).astype(np.int32)
    growth = {
        **previous.growth,
        "builds": builds,
        **measure_drift(vectors, since, prints[:, 0], reduction_config.n_neighbors),
    }
    landmarks = np.flatnonzero(np.isin(rows, previous.landmarks)).astype(np.int32)
    return Reduction(spaces[:, :-2].copy(), spaces[:, -2:].copy(), landmarks, growth, since, prints, previous.guide)


def _why_refit(previous: Reduction | None, prints: Int64, settings: str, n_neighbors: int) -> str:
    """Say why the map cannot grow; empty if it can."""
    if previous is None or previous.growth is None or previous.prints is None:
        return "there is no earlier map of this kind"
    if previous.growth["settings"] != settings:
        return "settings of the reduction changed"
    rows = rows_of(prints[:, 0], previous.prints[:, 0])
    there = rows >= 0
    if there.sum() < max(ENOUGH_LEFT * len(previous.prints), n_neighbors + 2):
        return f"only {there.sum():,} of its {len(previous.prints):,} documents are left"
    same = prints[there, 1] == previous.prints[rows[there], 1]
    if same.mean() < 0.5:
        return "the documents have other vectors than it was made from"
    return ""


def place_beside(vectors: Float32, spaces: Float32, new: Ints, config: ReductionConfig, seed: int) -> Float32:
    """Return the places of newcomers in the space that is clustered and on the map, float32 (m, n_components + 2).

    Args:
        vectors: float32 (n, d), of all documents.
        spaces: float32 (n, n_components + 2), places of all documents; those of newcomers are not used.
        new: int (m,), rows of the newcomers.
    """
    from scipy.sparse import coo_matrix
    from sklearn.preprocessing import normalize

    everyone = np.arange(len(vectors))
    old = np.setdiff1d(everyone, new)
    (near, distances), (anchors, _) = neighbors_of_choices(
        vectors, new, (everyone, config.n_neighbors), (old, min(ANCHORS, len(old) - 1))
    )
    if config.metric == "euclidean":
        distances = np.sqrt(2 * distances)
    position = np.empty(len(vectors), np.int64)  # old documents first, then newcomers
    position[old], position[new] = np.arange(len(old)), len(old) + np.arange(len(new))
    graph = fuzzy_weights(position[near].astype(np.int32), distances, len(vectors))
    tied = coo_matrix(
        (
            np.full(anchors.size, ANCHOR_WEIGHT, np.float32),
            (np.arange(len(new)).repeat(anchors.shape[1]), position[anchors].ravel()),
        ),
        shape=graph.shape,
    )
    weights = normalize((graph + tied).tocsr(), norm="l1")
    to_old, to_new = weights[:, : len(old)], weights[:, len(old) :]
    fixed, here = to_old @ spaces[old], spaces[anchors].mean(axis=1)
    for _ in range(AVERAGINGS):
        here = fixed + to_new @ here
    places = [
        move_newcomers(graph, Layout(spaces[old][:, columns], *curve(min_dist)), here[:, columns], seed)
        for columns, min_dist in ((slice(None, -2), 0.0), (slice(-2, None), config.min_dist))
    ]
    return np.hstack(places)


def move_newcomers(graph: sparse.coo_matrix, old: Layout, start: Float32, seed: int) -> Float32:
    """Return the places, float32 (m, c), of newcomers that begin at `start` and are tied as `graph` says.

    Args:
        graph: sparse (m, n), columns of old documents first, then of newcomers.
    """
    optimize_layout_euclidean = layout_optimizer()
    smallest, largest = private("umap.umap_.INT32_MIN"), private("umap.umap_.INT32_MAX")
    make_epochs_per_sample = private("umap.umap_.make_epochs_per_sample")
    everyone = np.ascontiguousarray(np.concatenate([old.places, start]), np.float32)
    newcomers = everyone[len(old.places) :]  # a view, so that newcomers see each other move
    strong = graph.data >= 1 / EPOCHS
    optimize_layout_euclidean(
        newcomers,
        everyone,
        graph.row[strong],
        graph.col[strong],
        EPOCHS,
        len(everyone),
        make_epochs_per_sample(graph.data[strong], EPOCHS),
        old.a,
        old.b,
        np.random.RandomState(seed).randint(smallest, largest, 3).astype(np.int64),
        REPULSION,
        LEARNING_RATE,
        NEGATIVES,
    )
    return newcomers.copy()


def measure_drift(vectors: Float32, since: Int32, prints: Int64, n_neighbors: int) -> Drift:
    """Measure, by up to `MEASURED` documents of each kind, how well newcomers fit and how much a refit would change.

    `placed` is how many came after the fit. `misfits` is the share of them that lie farther from their nearest fitted
    documents than `USUAL` of the fitted ones do: 0.05 if they are like them. `neighbors_new` is the share of newcomers
    among the nearest neighbours of fitted documents, which the fit did not know.
    """
    fitted, newcomers = np.flatnonzero(since == 0), np.flatnonzero(since > 0)
    if not len(newcomers) or len(fitted) <= n_neighbors:
        return {"placed": len(newcomers), "misfits": None, "neighbors_new": None}
    sample, sample_new = (rows[np.argsort(prints[rows], kind="stable")[:MEASURED]] for rows in (fitted, newcomers))
    (near, _), (_, distances) = neighbors_of_choices(
        vectors, sample, (np.arange(len(vectors)), n_neighbors), (fitted, n_neighbors)
    )
    limit = np.quantile(distances.mean(axis=1), USUAL)
    misfits = mean_distances(vectors, sample_new, fitted, n_neighbors) > limit
    return {
        "placed": len(newcomers),
        "misfits": round(float(misfits.mean()), 4),
        "neighbors_new": round(float((since[near] > 0).mean()), 4),
    }
