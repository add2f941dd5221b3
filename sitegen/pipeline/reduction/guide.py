"""Labels of some documents that guide the layouts, as `y` guides UMAP (supervised UMAP, `target_metric="categorical"`).

UMAP: McInnes, Healy, Melville, https://arxiv.org/abs/1802.03426, and
https://umap-learn.readthedocs.io/en/latest/supervised.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sitegen.artifacts import Documents, Int32
from sitegen.config import GivenConfig
from sitegen.errors import DataError
from sitegen.pipeline.given.labels import given_column, read_labels
from sitegen.pipeline.models.private_functions import private

if TYPE_CHECKING:
    from scipy import sparse

FIELD = "given.labels"
FAR = 2.5 / (1 - 0.5)
"""Distance of different labels; UMAP's own for its default `target_weight` of 0.5."""


def known_labels(documents: Documents, config: GivenConfig) -> Int32:
    """Return the label of each document as a number, int32 (n,), -1 where it has none.

    Raises:
        DataError: no document has a label, or no two have the same.
    """
    coded = read_labels(given_column(documents, "labels"), config.outside).combine_chunks().dictionary_encode()
    labels: Int32 = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    known, different = int((labels >= 0).sum()), len(coded.dictionary)
    if not known:
        raise DataError(f"the column {config.labels} has no label; leave given.labels out", FIELD)
    if known == different:
        raise DataError(
            f"the {known:,} labels in the column {config.labels} are all different, so they draw no documents "
            "together; is it the right column?",
            FIELD,
        )
    return labels


def guided_graph(graph: sparse.csr_matrix, labels: Int32) -> sparse.csr_matrix:
    """Return the weighted graph of neighbours, sparse (n, n), with ties of different labels weakened, as UMAP does it.

    Args:
        labels: int32 (n,), -1 where unknown.
    """
    intersect = private("umap.umap_.discrete_metric_simplicial_set_intersection")
    return intersect(graph.copy(), labels, far_dist=FAR).tocsr()
