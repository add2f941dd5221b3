"""Which `min_cluster_size`? HDBSCAN at many settings, measured, and the rule that recommends one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
import numpy.typing as npt

from sitegen.config import ClustersConfig
from sitegen.pipeline.clusters.hdbscan_tree import DensityTree, cut_tree, grow_tree, relative_validity

Float32 = npt.NDArray[np.float32]
Int32 = npt.NDArray[np.int32]

ROUND = [factor * 10**power for power in range(6) for factor in (1, 1.5, 2, 3, 5, 7)]
SIZES = tuple(int(size) for size in ROUND if size >= 5 and size == int(size))
"""The sizes that a person would write, about evenly spaced by ratio."""
SAMPLES = (3, 5, 10)
"""The values of `min_samples` to try where none is given."""
MOST_TOPICS, FEWEST_TOPICS = 4000, 20
"""Sizes lie between n / MOST_TOPICS and n / FEWEST_TOPICS."""
POOL, SHARE = 25_000, 0.8
"""Stability is measured on two samples, each SHARE of at most POOL documents."""
COMPARED = 10_000
"""At most so many documents of both samples are compared."""
TOLERANCE = 0.05
"""Scores closer than this share of the best are taken for equal."""
MIN_DISTANCE = 0.1
"""Numbers of topics closer than this share of the target are taken for equal."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """HDBSCAN at one setting.

    Attributes:
        topics: their number.
        outliers, largest: share of the documents that are outside, and in the largest topic.
        validity: `relative_validity`, an approximation of DBCV, -1 to 1.
        stability: agreement of two fits on samples, adjusted mutual information: 1 if equal, 0 if by chance.
        assignment: int32 (n,), -1 outside.
    """

    min_cluster_size: int
    min_samples: int
    method: str
    topics: int
    outliers: float
    largest: float
    validity: float
    stability: float
    assignment: Int32

    @property
    def score(self) -> float:
        """Topics that are dense and apart (which counts documents outside against them), and found again."""
        return max(self.validity, 0.0) * max(self.stability, 0.0)


def search_parameters(
    points: Float32,
    config: ClustersConfig,
    seed: int,
    *,
    samples: Sequence[int],
    methods: Sequence[str],
    advance: Callable[[int], None],
) -> list[Candidate]:
    """Run HDBSCAN of `points`, float32 (n, d), at every size, for each of `samples` (`min_samples`) and `methods`.

    `advance` is called after each of `samples`.

    Raises:
        ModelError: the engine of `config` cannot run here.
    """
    rng = np.random.default_rng(seed)
    pool = rng.permutation(len(points))[:POOL]
    drawn = [np.sort(rng.permutation(pool)[: max(int(SHARE * len(pool)), 2)]) for _ in range(2)]
    shared = np.intersect1d(drawn[0], drawn[1])[:COMPARED]
    found = []
    for min_samples in samples:
        tree = grow_tree(points, min_samples, config)
        parts = [grow_tree(points[rows], min(min_samples, len(rows) - 1), config) for rows in drawn]
        for method in methods:
            for size in _sizes(tree, method, config):
                assignment, _ = cut_tree(tree, size, method, config)
                part_size = max(2, round(size * len(drawn[0]) / len(points)))
                views = [
                    cut_tree(part, part_size, method, config)[0][np.searchsorted(rows, shared)]
                    for part, rows in zip(parts, drawn, strict=True)
                ]
                found.append(_measure(tree, assignment, views, (size, min_samples, method)))
        advance(1)
    return found


def scale_to_documents(candidate: Candidate, share: float) -> Candidate:
    """Return the candidate with its size in documents.

    `share` is the share of all documents that it was measured on.
    """
    return replace(candidate, min_cluster_size=round(candidate.min_cluster_size / share))


def recommend(candidates: Sequence[Candidate], target: int | None) -> tuple[Candidate, str]:
    """Return the candidate to take, and why, in one sentence.

    With a target number of topics, the best score among those that come close to it. Without one, the most topics
    among those whose score is as good as the best.

    Args:
        candidates: at least one.
    """
    if target is None:
        best = max(each.score for each in candidates)
        good = [each for each in candidates if each.score >= (1 - TOLERANCE) * best]
        chosen = max(good, key=lambda each: (each.topics, each.score, each.min_cluster_size))
        reason = f"the most topics among the settings whose validity × stability is within {TOLERANCE:.0%} of the best"
    else:
        off = [abs(log(max(each.topics, 0.5) / target)) for each in candidates]
        near = max(min(off), log(1 + MIN_DISTANCE))
        good = [each for each, distance in zip(candidates, off, strict=True) if distance <= near]
        chosen = max(good, key=lambda each: (each.score, each.min_cluster_size))
        reason = f"the best validity × stability among the settings that come closest to {target} topics"
    if not chosen.topics:
        return chosen, "No setting finds a topic: the documents lie too evenly, or there are too few."
    return chosen, (
        f"{chosen.topics} topics with {chosen.outliers:.0%} of the documents outside: {reason} "
        f"(validity {chosen.validity:.2f}, stability {chosen.stability:.2f})."
    )


def _sizes(tree: DensityTree, method: str, config: ClustersConfig) -> list[int]:
    """Return the sizes to try, ascending: round numbers, and those that come closest to a target number of topics."""
    documents = len(tree.edges) + 1
    low, high = documents / MOST_TOPICS, max(documents / FEWEST_TOPICS, 2 * SIZES[0])
    sizes = {size for size in SIZES if low <= size <= high}
    if config.topics is not None:
        # The larger the size, the fewer topics, but for rare exceptions: good enough to halve the range.
        under, over = 1, documents
        while over - under > 1:
            middle = (under + over) // 2
            topics = cut_tree(tree, middle, method, config)[0].max() + 1
            under, over = (middle, over) if topics > config.topics else (under, middle)
        sizes |= {max(under, 2), over}
    return sorted(sizes)


def _measure(tree: DensityTree, assignment: Int32, views: Sequence[Int32], setting: tuple[int, int, str]) -> Candidate:
    from sklearn.metrics import adjusted_mutual_info_score

    sizes = np.bincount(assignment[assignment >= 0])
    size, min_samples, method = setting
    return Candidate(
        min_cluster_size=size,
        min_samples=min_samples,
        method=method,
        topics=len(sizes),
        outliers=float((assignment < 0).mean()),
        largest=float(sizes.max() / len(assignment)) if len(sizes) else 0.0,
        validity=relative_validity(tree, assignment),
        stability=float(adjusted_mutual_info_score(*views)),
        assignment=assignment,
    )
