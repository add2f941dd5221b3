"""Which documents are shown first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sitegen.site.map.point_tiles import ALL_SHOWN, FLOOR, sampling_order, shown_unasked
from sitegen.site.map.quadtree import build_quadtree

ASSIGNMENTS = st.integers(0, 300).flatmap(lambda n: arrays(np.int32, n, elements=st.integers(-1, 9)))


@given(ASSIGNMENTS, st.integers(1, 400), st.integers(0, 9))
def test_the_order_holds_every_document_once(assignment, points, seed):
    assert sorted(sampling_order(assignment, points, seed)) == list(range(len(assignment)))


@given(ASSIGNMENTS, st.integers(1, 400), st.integers(0, 9))
def test_each_topic_has_its_floor_among_the_points(assignment, points, seed):
    shown = assignment[sampling_order(assignment, points, seed)[:points]]
    topics = np.unique(assignment)
    for topic in topics:
        floor = min(FLOOR, points // (2 * len(topics)), (assignment == topic).sum())
        assert (shown == topic).sum() >= floor


@pytest.mark.parametrize("size", [500, 1000, 4000, 12000])
def test_every_beginning_is_a_fair_sample(size):
    assignment = np.repeat(np.array([0, 1, -1], np.int32), [14000, 4000, 2000])
    order = sampling_order(assignment, 1000, 42)[:size]
    for topic, share in ((0, 0.7), (1, 0.2), (-1, 0.1)):
        assert (assignment[order] == topic).mean() == pytest.approx(share, abs=0.06)
    assert order.mean() == pytest.approx(10000, rel=0.06)


def test_a_rare_topic_is_not_lost():
    assignment = np.zeros(50_000, np.int32)
    assignment[[7, 21_000, 49_999]] = 1
    assert {7, 21_000, 49_999} <= set(sampling_order(assignment, 4000, 1)[:4000])


def test_the_order_depends_on_nothing_but_the_seed():
    assignment = np.random.default_rng(1).integers(-1, 5, 1000).astype(np.int32)
    first = sampling_order(assignment, 100, 42)
    np.random.seed(5)
    assert (sampling_order(assignment, 100, 42) == first).all()
    assert (sampling_order(assignment, 100, 43) != first).any()


@pytest.mark.parametrize(
    ("documents", "points", "shown"),
    [(0, 4000, 0), (ALL_SHOWN, 4000, ALL_SHOWN), (ALL_SHOWN + 1, 4000, 4000), (600, 40, 40), (600, 500, 600)],
)
def test_all_are_shown_where_they_are_few_in_few_files(documents, points, shown):
    xy = np.random.default_rng(0).random((documents, 2)).astype(np.float32)
    tree = build_quadtree(xy, np.arange(documents), points, points // 4)
    assert shown_unasked(tree, points) == shown
