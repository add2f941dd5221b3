"""Landmarks: who stands for all documents, what size a topic has among them, and what the others join."""

import pickle

import numpy as np
import pytest

from sitegen.artifacts import Reduction
from sitegen.config import ClustersConfig
from sitegen.pipeline.clusters.find_clusters import find_clusters, scale_to_landmarks
from sitegen.pipeline.clusters.knn_assignment import KnnIndex, assign_by_neighbors, neighbor_vote
from sitegen.pipeline.reduction.landmarks import AUTO, AUTO_ABOVE, choose_landmarks, landmarks_wanted
from tests.unit.helpers import ENTRY, problems_at

CONFIG = ClustersConfig(min_cluster_size=20, min_samples=3)


@pytest.fixture(scope="module")
def vectors():
    """Three groups of like documents, of 3000, 900 and 30, on the unit sphere."""
    rng = np.random.default_rng(2)
    groups = [rng.normal(0, 0.05, (size, 8)) + np.eye(8)[axis] for axis, size in enumerate((3000, 900, 30))]
    found = np.concatenate(groups)
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def placed():
    """Places of 1200 documents in four groups and of 60 between them, every third a landmark."""
    rng = np.random.default_rng(3)
    groups = [rng.normal(0, 0.3, (300, 2)) + 6 * np.array(corner) for corner in ((0, 0), (0, 1), (1, 0), (1, 1))]
    points = np.concatenate([*groups, rng.uniform(-30, 36, (60, 2))]).astype(np.float32)
    return Reduction(points, points.copy(), np.arange(0, len(points), 3, dtype=np.int32))


def test_auto_fits_all_documents_until_they_are_many():
    assert landmarks_wanted("auto", AUTO_ABOVE) is None
    assert landmarks_wanted("auto", AUTO_ABOVE + 1) == AUTO
    assert landmarks_wanted(None, 10**7) is None
    assert landmarks_wanted(500, 500) is None
    assert landmarks_wanted(500, 501) == 500


def test_landmarks_are_the_same_until_the_seed_changes(vectors):
    one, same, other = (choose_landmarks(vectors, 400, seed) for seed in (1, 1, 2))
    assert one.tobytes() == same.tobytes()
    assert one.tobytes() != other.tobytes()
    assert len(one) == 400 == len(set(one.tolist()))
    assert (np.diff(one) > 0).all()


def test_a_small_group_keeps_more_landmarks_than_its_share(vectors):
    rows = choose_landmarks(vectors, 400, 1)
    counts = [((rows >= start) & (rows < end)).sum() for start, end in ((0, 3000), (3000, 3900), (3900, 3930))]
    assert counts[0] > counts[1] > counts[2]
    assert counts[2] > 2 * 400 * 30 / len(vectors)


def test_the_size_of_the_blocks_decides_nothing(vectors, placed, context, monkeypatch):
    from sitegen.pipeline.clusters import knn_assignment
    from sitegen.pipeline.executor import blocks
    from sitegen.pipeline.reduction import landmarks

    def chosen_and_joined():
        return choose_landmarks(vectors, 400, 1).tolist(), [each.tolist() for each in joined(placed, context)]

    expected = chosen_and_joined()
    for module in (landmarks, knn_assignment):
        monkeypatch.setattr(module, "blocks", lambda rows: blocks.blocks(rows, 37))
    assert chosen_and_joined() == expected


def joined(reduction, context):
    rows = reduction.landmarks
    assignment = (np.arange(len(rows)) // 100 % 4).astype(np.int32)
    assignment[400:] = -1
    return assign_by_neighbors(
        reduction, assignment, np.linspace(0.1, 1, len(rows)).astype(np.float32), CONFIG, context
    )


def test_landmarks_keep_what_they_were_given(placed, context):
    assignment, strength = joined(placed, context)
    rows = placed.landmarks
    assert assignment[rows].tolist() == [*np.repeat([0, 1, 2, 3], 100), *[-1] * 20]
    assert np.array_equal(strength[rows], np.linspace(0.1, 1, len(rows)).astype(np.float32))


def test_the_others_join_what_lies_around_them(placed, context):
    clusters = find_clusters(clusters_config=CONFIG, seed=1, reduction=placed, context=context)
    groups = [clusters.assignment[start : start + 300] for start in range(0, 1200, 300)]
    main = [np.bincount(group[group >= 0]).argmax() for group in groups]
    assert sorted(main) == [0, 1, 2, 3]
    assert all((group == topic).mean() > 0.9 for group, topic in zip(groups, main, strict=True))
    assert (clusters.assignment[1200:] == -1).mean() > 0.4
    assert ((clusters.strength > 0) == (clusters.assignment >= 0)).all()
    assert clusters.strength.max() <= 1


def voters(places, assignment):
    from scipy.spatial import KDTree

    topics = np.array(assignment, np.int32)
    return KnnIndex(KDTree(np.array(places, float)[:, None]), topics, np.full(len(topics), 0.5, np.float32), 2.0)


@pytest.mark.parametrize(
    ("assignment", "topic", "strength"),
    [
        ([3, 3, 3, 3, 3], 3, 0.5),
        ([3, 1, 1, 1, 3], 1, 0.3),
        ([2, -1, -1, -1, 2], -1, 0.0),
        ([2, 1, 2, 1, 0], 2, 0.2),  # a draw: the nearest decides
        ([-1, 1, 1, -1, 0], -1, 0.0),
    ],
)
def test_a_document_joins_what_most_of_the_nearest_are_in(assignment, topic, strength):
    ballot = voters([1, 2, 3, 4, 5, 90, 91, 92], [*assignment, 7, 7, 7])
    found, how_strongly = neighbor_vote(np.zeros((1, 1), np.float32), ballot)
    assert found.tolist() == [topic]
    assert how_strongly.tolist() == pytest.approx([strength])


def test_work_on_a_block_can_be_sent_to_another_process():
    ballot = voters([1, 2, 3], [0, 0, 0])
    again = pickle.loads(pickle.dumps((neighbor_vote, ballot)))
    assert again[0](np.zeros((2, 1), np.float32), again[1])[0].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("size", "share", "expected"),
    [(15, 1, 15), (15, 0.5, 8), (15, 0.05, 5), (1000, 0.05, 50), (3, 0.05, 3)],
)
def test_the_smallest_topic_is_the_same_share_of_the_landmarks(size, share, expected):
    assert scale_to_landmarks(size, share) == expected


def test_auto_tells_its_size_in_documents(placed, context, screen):
    config = ClustersConfig(min_cluster_size="auto", min_samples=3)
    chosen = find_clusters(clusters_config=config, seed=1, reduction=placed, context=context)
    told = int(chosen.chosen.split()[1].rstrip(","))
    given = ClustersConfig(min_cluster_size=told, min_samples=3)
    again = find_clusters(clusters_config=given, seed=1, reduction=placed, context=context)
    assert again.assignment.tolist() == chosen.assignment.tolist()


@pytest.mark.parametrize("value", ["many", "true", "99", "1000.5"])
def test_a_wrong_number_of_landmarks_is_told(value):
    assert any(
        "greater than or equal to 100" in told
        for told in problems_at(f"{ENTRY}    reduction: {{¦landmarks: {value}}}\n")
    )
