"""Documents in the map square."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sitegen.site.map.map_square import MARGIN, OUTLYING, to_map_square

COORDINATES = st.floats(-1e6, 1e6, width=32)
LAYOUTS = st.integers(1, 60).flatmap(lambda n: arrays(np.float32, (n, 2), elements=COORDINATES))


@given(arrays(np.float32, (7, 2), elements=st.floats(width=32, allow_nan=False, allow_infinity=False)))
def test_every_document_lies_in_the_square_whatever_the_layout(layout):
    square = to_map_square(layout)
    assert square.dtype == np.float32
    assert square.shape == layout.shape
    assert np.isfinite(square).all()
    assert (square >= 0).all()
    assert (square <= 1).all()


@given(LAYOUTS)
def test_both_axes_are_scaled_alike(layout):
    square = to_map_square(layout).astype(float)
    inside = ((square > 0) & (square < 1)).all(axis=1)
    low, high = np.percentile(layout.astype(float), [OUTLYING, 100 - OUTLYING], axis=0)
    side = (high - low).max() * (1 + 2 * MARGIN)
    if side < 1e-3:
        return
    moved = (square[inside] - square[inside].mean(axis=0)) * side if inside.any() else np.empty((0, 2))
    wanted = layout[inside] - layout[inside].astype(float).mean(axis=0) if inside.any() else moved
    assert moved == pytest.approx(wanted, abs=side * 1e-4)


def test_the_bulk_fills_the_square_and_keeps_a_margin():
    square = to_map_square(np.random.default_rng(1).uniform(-5, 20, (5000, 2)).astype(np.float32))
    assert square.min() == pytest.approx(MARGIN / (1 + 2 * MARGIN), abs=0.01)
    assert square.max() == pytest.approx(1 - MARGIN / (1 + 2 * MARGIN), abs=0.01)


def test_documents_far_out_are_moved_to_the_border_and_leave_the_rest_large():
    layout = np.random.default_rng(1).normal(0, 1, (2000, 2)).astype(np.float32)
    alone = to_map_square(layout)
    with_far = to_map_square(np.vstack([layout, [[1e6, 0], [0, -1e6]]]).astype(np.float32))
    assert with_far[2000, 0] == 1
    assert with_far[2001, 1] == 0
    assert np.abs(with_far[:2000] - alone).max() < 0.05


@pytest.mark.parametrize("count", [1, 50])
def test_documents_at_one_place_lie_in_the_middle(count):
    assert to_map_square(np.full((count, 2), 7, np.float32)) == pytest.approx(0.5)


def test_up_stays_up_and_right_stays_right():
    (left, bottom), (right, top) = to_map_square(np.array([[0, 0], [1, 1]], np.float32))
    assert left < right
    assert bottom < top
