"""Documents in the map square."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sitegen.artifacts.square import MARGIN, OUTLYING, UNFRAMED
from sitegen.site.map.map_square import find_frame, to_map_square

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
    exact = layout.astype(float)
    low, high = np.percentile(exact, [OUTLYING, 100 - OUTLYING], axis=0)
    middle = np.percentile(exact, [UNFRAMED, 100 - UNFRAMED], axis=0).mean(axis=0)
    side = 2 * np.maximum(high - middle, middle - low).max() * (1 + 2 * MARGIN)
    if side < 1e-3:
        return
    assert (square[inside] - 0.5) * side == pytest.approx(exact[inside] - middle, abs=side * 1e-4)


def test_the_bulk_fills_the_square_and_keeps_a_margin():
    square = to_map_square(np.random.default_rng(1).uniform(-5, 20, (5000, 2)).astype(np.float32))
    assert square.min() == pytest.approx(MARGIN / (1 + 2 * MARGIN), abs=0.01)
    assert square.max() == pytest.approx(1 - MARGIN / (1 + 2 * MARGIN), abs=0.01)


@pytest.mark.parametrize("across", [1, 3])
def test_the_frame_fits_what_is_wide_and_what_is_tall(across):
    layout = np.random.default_rng(1).uniform(0, 1, (5000, 2)).astype(np.float32)
    wide = find_frame(to_map_square(layout * np.float32([across, 1])))
    tall = find_frame(to_map_square(layout * np.float32([1, across])))
    assert (wide.width, wide.height) == pytest.approx((tall.height, tall.width), abs=0.02)
    assert wide.height / wide.width == pytest.approx((1 / across + 2 * MARGIN) / (1 + 2 * MARGIN), abs=0.02)
    assert wide.scale(1120, 857) == min(1120 / wide.width, 857 / wide.height)


def test_a_few_documents_on_an_island_do_not_shrink_the_frame():
    rng = np.random.default_rng(1)
    layout = np.concatenate([rng.uniform(0, 1, (5000, 2)), rng.uniform(2, 2.1, (20, 2))]).astype(np.float32)
    square = to_map_square(layout)
    assert (square[5000:] < 1).all()
    assert find_frame(square).width < 0.6


def test_far_documents_go_to_the_border_and_the_rest_is_large():
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
