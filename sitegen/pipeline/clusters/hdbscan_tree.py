"""HDBSCAN in two halves: a spanning tree of the points, costly, and cuts through it, cheap.

The tree depends on `min_samples`, `metric` and `alpha` only, so one tree serves every `min_cluster_size` and both
methods of selection. The engines differ in how they make the tree; all trees are cut by hdbscan.

HDBSCAN: Campello, Moulavi, Sander, https://doi.org/10.1007/978-3-642-37456-2_14.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from sitegen.config import ClustersConfig
from sitegen.pipeline.models.libraries import require
from sitegen.pipeline.models.private_functions import private

Float64 = npt.NDArray[np.float64]
Int32 = npt.NDArray[np.int32]
Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class DensityTree:
    """The minimum spanning tree of n points by mutual reachability distance.

    Attributes:
        edges: float64 (n - 1, 3), from, to, distance; shortest first.
        linkage: float64 (n - 1, 4), the same as a single linkage tree in scipy's form.
    """

    edges: Float64
    linkage: Float64


def grow_tree(points: Float32, min_samples: int, config: ClustersConfig) -> DensityTree:
    """Return the tree of `points`, float32 (n, d), by the engine of `config`.

    Raises:
        ModelError: the engine is not installed, or there is no device for it.
    """
    require("clusters", config.engine, "clusters.engine")
    edges = GROWERS[config.engine](points.astype(np.float64), min_samples, config)
    edges = edges[np.argsort(edges[:, 2], kind="stable")]
    return DensityTree(edges, private("hdbscan._hdbscan_linkage.label")(np.ascontiguousarray(edges)))


def cut_tree(tree: DensityTree, min_cluster_size: int, method: str, config: ClustersConfig) -> tuple[Int32, Float32]:
    """Return the clusters of a tree: assignment, int32 (n,), -1 outside, and strength, float32 (n,), 0 to 1."""
    labels, strengths, _ = _cut(tree, min_cluster_size, method, config)
    return labels.astype(np.int32), strengths.astype(np.float32)


def most_probable(
    tree: DensityTree, points: Float32, min_cluster_size: int, min_samples: int, config: ClustersConfig
) -> tuple[Int32, Float32]:
    """Return the most probable cluster of each point, int32 (n,), and its probability, float32 (n,).

    The clusters are those of the same cut.

    The cut has two clusters or more. It is hdbscan's soft clustering, of distance to the clusters and of density:
    https://hdbscan.readthedocs.io/en/latest/how_soft_clustering_works.html.
    """
    from hdbscan import all_points_membership_vectors

    labels, _, raw = _cut(tree, min_cluster_size, config.method, config)
    condensed = private("hdbscan.plots.CondensedTree")(raw, labels)
    known = private("hdbscan.prediction.PredictionData")(points, condensed, min_samples, metric=config.metric)
    fitted = SimpleNamespace(condensed_tree_=condensed, prediction_data_=known)
    shares = np.nan_to_num(all_points_membership_vectors(fitted))
    return shares.argmax(axis=1).astype(np.int32), shares.max(axis=1).astype(np.float32)


def relative_validity(tree: DensityTree, assignment: Int32) -> float:
    """Measure how far apart clusters are for how dense they are, -1 to 1, larger is better; 0 without clusters.

    DBCV, computed over the edges of one spanning tree instead of one per cluster, as hdbscan's `relative_validity_`
    does. DBCV: Moulavi et al., https://doi.org/10.1137/1.9781611973440.96.
    """
    sizes = np.bincount(assignment[assignment >= 0])
    if not len(sizes):
        return 0.0
    start, end = (assignment[tree.edges[:, side].astype(np.intp)] for side in (0, 1))
    distance = tree.edges[:, 2]
    within, between = (start == end) & (start >= 0), (start != end) & (start >= 0) & (end >= 0)
    rim = (start < 0) != (end < 0)
    sparseness = np.zeros(len(sizes))
    np.maximum.at(sparseness, start[within], distance[within])
    separation = np.full(len(sizes), np.inf)
    for side in (start, end):
        np.minimum.at(separation, side[between], distance[between])
    reach = distance[rim].min() if len(sizes) == 1 and rim.any() else distance.max()
    separation[np.isinf(separation)] = 2 * reach
    scale = np.maximum(separation, sparseness)
    scores = np.divide(separation - sparseness, scale, out=np.zeros_like(scale), where=scale > 0)
    return float((sizes * scores).sum() / len(assignment))


def _cut(tree: DensityTree, min_cluster_size: int, method: str, config: ClustersConfig) -> tuple[Any, Any, Any]:
    """Labels, strengths and the condensed tree."""
    labels, strengths, _, condensed, _ = private("hdbscan.hdbscan_._tree_to_labels")(
        None,
        tree.linkage,
        min_cluster_size=min_cluster_size,
        cluster_selection_method=method,
        allow_single_cluster=config.allow_single_cluster,
        cluster_selection_epsilon=config.cluster_selection_epsilon,
        max_cluster_size=config.max_cluster_size or 0,
    )
    return labels, strengths, condensed


def tree_algorithm(config: ClustersConfig) -> str:
    """Return hdbscan's algorithm for the tree: Boruvka's, or Prim's where `alpha` is not 1, which Boruvka's ignores."""
    return "boruvka_kdtree" if config.alpha == 1 else "prims_kdtree"


def _hdbscan(points: Float64, min_samples: int, config: ClustersConfig) -> Float64:
    from hdbscan import HDBSCAN

    # The approximate tree that hdbscan makes by default is no faster here, and changes with the order of rows.
    fitted = HDBSCAN(
        min_samples=min_samples,
        alpha=config.alpha,
        metric=config.metric,
        algorithm=tree_algorithm(config),
        approx_min_span_tree=False,
        gen_min_span_tree=True,
        core_dist_n_jobs=1,
    ).fit(points)
    return np.asarray(fitted.minimum_spanning_tree_.to_numpy(), dtype=np.float64)


def _fast_hdbscan(points: Float64, min_samples: int, config: ClustersConfig) -> Float64:
    compute_minimum_spanning_tree = private("fast_hdbscan.hdbscan.compute_minimum_spanning_tree")
    edges, _, _ = compute_minimum_spanning_tree(points, min_samples=min_samples, reproducible=True)
    return np.asarray(edges, dtype=np.float64)


def _cuml(points: Float64, min_samples: int, config: ClustersConfig) -> Float64:
    from cuml.cluster import HDBSCAN

    # Written by https://docs.rapids.ai/api/cuml/stable/, and not run yet.
    fitted = HDBSCAN(min_samples=min_samples, alpha=config.alpha, gen_min_span_tree=True).fit(points.astype(np.float32))
    return np.asarray(fitted.minimum_spanning_tree_.to_numpy(), dtype=np.float64)


GROWERS: dict[str, Callable[[Float64, int, ClustersConfig], Any]] = {
    "hdbscan": _hdbscan,
    "fast_hdbscan": _fast_hdbscan,
    "cuml": _cuml,
}
