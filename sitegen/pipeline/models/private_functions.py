"""Functions of other libraries that they do not promise to keep: every use of one goes through here.

`READ_IN` says in which release they were read. A test fails with any other release, so that they are read again before
a pin moves; upper bounds in pyproject.toml keep installations without pins near it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

READ_IN = {"umap-learn": "0.5.12", "hdbscan": "0.8.44", "fast-hdbscan": "0.3.4", "bertopic": "0.17.4"}
"""Release by distribution."""
PRIVATE = frozenset(
    {
        "bertopic._bertopic.TopicMapper",
        "fast_hdbscan.hdbscan.compute_minimum_spanning_tree",
        "hdbscan._hdbscan_linkage.label",
        "hdbscan.hdbscan_._tree_to_labels",
        "hdbscan.plots.CondensedTree",
        "hdbscan.prediction.PredictionData",
        "umap.layouts._nb_optimize_layout_euclidean_single_epoch",
        "umap.layouts.optimize_layout_euclidean",
        "umap.umap_.INT32_MAX",
        "umap.umap_.INT32_MIN",
        "umap.umap_.discrete_metric_simplicial_set_intersection",
        "umap.umap_.compute_membership_strengths",
        "umap.umap_.find_ab_params",
        "umap.umap_.fuzzy_simplicial_set",
        "umap.umap_.make_epochs_per_sample",
        "umap.umap_.nearest_neighbors",
        "umap.umap_.smooth_knn_dist",
    }
)
"""Every one in use: package, module and name."""


def private(path: str) -> Any:
    """Import one of `PRIVATE` and return it; what numba compiles of it is kept, so that the next process need not.

    Raises:
        KeyError: it is not listed there.
    """
    if path not in PRIVATE:
        raise KeyError(path)
    module, _, name = path.rpartition(".")
    found = getattr(import_module(module), name)
    if hasattr(found, "enable_caching"):  # a function that numba compiles
        found.enable_caching()
    return found
