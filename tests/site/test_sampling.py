"""Which documents become points, and how points are packed."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sitegen.site.points import FLOOR, pack_points, sampling_order

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


POINTS = st.integers(0, 80).flatmap(
    lambda n: st.tuples(
        arrays(np.float32, (n, 2), elements=st.floats(0, 1, width=32)),
        arrays(np.int32, n, elements=st.integers(-1, 65534)),
    )
)


def unpacked(data):
    (n,) = struct.unpack_from("<I", data)
    assert len(data) == 4 + 6 * n
    x, y, topic = (struct.unpack_from(f"<{n}H", data, 4 + 2 * n * k) for k in range(3))
    return np.array([x, y]).T / 65535, np.array([-1 if t == 65535 else t for t in topic])


@given(POINTS)
def test_packed_points_read_back(points):
    xy, topics = points
    places, found = unpacked(pack_points(xy, topics))
    assert places.shape == xy.shape
    assert np.abs(places - xy).max(initial=0) <= 0.51 / 65535
    assert (found == topics).all()


def test_places_outside_the_square_are_packed_at_its_border():
    places, _ = unpacked(pack_points(np.array([[-0.5, 1.5]], np.float32), np.array([0], np.int32)))
    assert places.tolist() == [[0, 1]]
