"""Documents that HDBSCAN was not fitted to join the topics of the landmarks near them, or stay outside with them.

A vote of the k nearest neighbours, in which "outside" is a candidate like any topic: Fix and Hodges,
https://doi.org/10.2307/1403797.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from sitegen.artifacts import Float32, Int32, Reduction
from sitegen.config import ClustersConfig
from sitegen.pipeline.executor.blocks import blocks
from sitegen.pipeline.stage import Context

VOTERS = 5
"""Landmarks that are asked; odd, so that two candidates alone never draw."""
POWER = {"euclidean": 2.0, "manhattan": 1.0, "chebyshev": np.inf}
"""Minkowski's p of each metric."""


@dataclass(frozen=True)
class KnnIndex:
    """Landmarks and what they are in.

    Attributes:
        tree: scipy's k-d tree of m landmarks.
        assignment: int32 (m,), -1 outside.
        strength: float32 (m,), 0 to 1.
        power: Minkowski's p of the distance.
    """

    tree: Any
    assignment: Int32
    strength: Float32
    power: float


def assign_by_neighbors(
    reduction: Reduction, assignment: Int32, strength: Float32, config: ClustersConfig, context: Context
) -> tuple[Int32, Float32]:
    """Return assignment and strength of all documents, each (n,), from those of the landmarks, each (m,)."""
    from scipy.spatial import KDTree

    points, landmarks = reduction.cluster_space, reduction.landmarks
    voters = KnnIndex(KDTree(points[landmarks]), assignment, strength, POWER[config.metric])
    joined, strengths = np.empty(len(points), np.int32), np.empty(len(points), np.float32)
    parts = blocks(len(points))
    vote = partial(neighbor_vote, voters=voters)
    votes = context.executor.map(vote, (points[part] for part in parts), join_votes)
    with context.report.task("joining topics", len(points)) as advance:
        for part, (joins, strongly) in zip(parts, votes, strict=True):
            joined[part], strengths[part] = joins, strongly
            advance(len(joins))
    joined[landmarks], strengths[landmarks] = assignment, strength
    return joined, strengths


def join_votes(parts: Sequence[tuple[Int32, Float32]]) -> tuple[Int32, Float32]:
    """Make one block's votes of those of its parts."""
    joined, strengths = zip(*parts, strict=True)
    return np.concatenate(joined), np.concatenate(strengths)


def neighbor_vote(block: Float32, voters: KnnIndex) -> tuple[Int32, Float32]:
    """Return the cluster that each document of a block, float32 (rows, d), joins, and its strength.

    The cluster is int32 (rows,), -1 outside; the strength float32 (rows,).

    A document joins what most of its nearest landmarks are in; on a draw, that whose landmark is nearest. Its strength
    is the mean of theirs, counting 0 for those that voted otherwise.
    """
    count = min(VOTERS, len(voters.assignment))
    _, near = voters.tree.query(block, k=[*range(1, count + 1)], p=voters.power)
    candidates, strengths = voters.assignment[near], voters.strength[near]
    same = candidates[:, :, None] == candidates[:, None, :]
    winner = same.sum(axis=2).argmax(axis=1)  # the first of equals, which is the nearest
    rows = np.arange(len(block))
    joined = candidates[rows, winner]
    strength = np.where(same[rows, winner], strengths, 0).mean(axis=1)
    return joined, np.where(joined >= 0, strength, 0).astype(np.float32)
