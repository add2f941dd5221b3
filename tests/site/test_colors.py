"""Colours of topics."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sitegen.pipeline.alignment import color_slots
from sitegen.site.map.palette import OUTLIER, PALETTE, PANES, contrast, from_oklch, inks, oklch, rgb

CENTERS = st.integers(0, 40).flatmap(lambda k: arrays(np.float64, (k, 2), elements=st.floats(0, 1), unique=True))


def topic_colors(centers):
    return [PALETTE[slot] for slot in color_slots(centers, [None] * len(centers))]


@pytest.mark.parametrize("count", [0, 1, 12, 13, 500])
def test_every_topic_has_a_colour_of_the_palette_and_all_are_used(count):
    colors = topic_colors(np.random.default_rng(count).uniform(0, 1, (count, 2)))
    assert len(colors) == count
    assert len(set(colors)) == min(count, len(PALETTE))
    assert set(colors) <= set(PALETTE)


def test_neighbours_on_a_crowded_map_differ():
    centers = np.random.default_rng(3).uniform(0, 1, (500, 2))
    colors = topic_colors(centers)
    distance = np.hypot(*(centers[:, None] - centers[None]).transpose(2, 0, 1))
    np.fill_diagonal(distance, np.inf)
    alike = [topic for topic, nearest in enumerate(distance.argmin(axis=1)) if colors[topic] == colors[nearest]]
    assert alike == []


@given(CENTERS)
def test_a_topic_never_takes_the_colour_of_the_nearest_one_before_it(centers):
    colors = topic_colors(centers)
    for topic in range(1, len(centers)):
        before = np.hypot(*(centers[:topic] - centers[topic]).T)
        assert colors[topic] != colors[int(before.argmin())]


@given(CENTERS, st.integers(0, 40))
def test_colours_of_large_topics_do_not_depend_on_smaller_ones(centers, count):
    assert topic_colors(centers[:count]) == topic_colors(centers)[:count]


def test_topics_at_one_place_share_the_colours_evenly():
    colors = topic_colors(np.full((24, 2), 0.5))
    assert [colors.count(color) for color in PALETTE] == [2] * len(PALETTE)


def test_colours_are_six_digits_and_none_is_that_of_outliers():
    assert len(set(PALETTE)) == len(PALETTE)
    assert OUTLIER not in PALETTE
    for color in (*PALETTE, OUTLIER):
        assert re.fullmatch("#[0-9a-f]{6}", color)
        assert "#{:02x}{:02x}{:02x}".format(*rgb(color)) == color


@pytest.mark.parametrize("color", PALETTE)
def test_names_are_legible_in_the_hue_of_their_topic(color):
    for ink, pane in zip(inks(color), PANES, strict=True):
        assert contrast(ink, pane) >= 4.5
        apart = abs(oklch(ink)[2] - oklch(color)[2])
        assert min(apart, 360 - apart) < 12


def test_contrast_and_oklch_are_those_of_the_standards():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert oklch("#ff0000") == pytest.approx((0.628, 0.2577, 29.23), abs=0.01)
    assert from_oklch(*oklch("#4477aa")) == "#4477aa"
