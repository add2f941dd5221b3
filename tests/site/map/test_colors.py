"""Colours of topics."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sitegen.artifacts import COLOR_HUES, COLOR_SHADES, FIRST_COLOR
from sitegen.pipeline.color_slots import FEW_TOPICS, color_slots
from sitegen.site.map.palette import (
    HUES,
    OUTLIER,
    PALETTE,
    PANES,
    SHADES,
    contrast,
    document_colors,
    from_oklch,
    inks,
    oklch,
    rgb,
    topic_color,
)

CENTERS = st.integers(0, 40).flatmap(lambda k: arrays(np.float64, (k, 2), elements=st.floats(0, 1), unique=True))
SLOTS = range(FIRST_COLOR, FIRST_COLOR + COLOR_HUES * COLOR_SHADES)
VISIONS = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
"""Of linear RGB: Machado, Oliveira and Fernandes (2009), severity 1.0."""


def slots_of(centers):
    return color_slots(centers, [None] * len(centers))


def hue_and_shade(slot):
    return divmod(slot - FIRST_COLOR, COLOR_SHADES)


def in_oklab(color, vision):
    """Lightness, a and b of a colour as it is seen."""
    encoded = np.array(rgb(color)) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    seen = (np.array(VISIONS[vision]) @ linear).clip(0, 1)
    encoded = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
    lightness, chroma, hue = oklch("#{:02x}{:02x}{:02x}".format(*np.rint(255 * encoded).astype(int)))
    return np.array([lightness, chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue))])


@pytest.mark.parametrize("count", [0, 1, 3, FEW_TOPICS])
def test_each_of_few_topics_has_a_hue_of_its_own(count):
    slots = slots_of(np.random.default_rng(count).uniform(0, 1, (count, 2)))
    assert len({hue_and_shade(slot)[0] for slot in slots}) == count


@pytest.mark.parametrize("count", [60, 500, 3000])
def test_topics_close_together_share_a_hue_and_all_hues_occur(count):
    rng = np.random.default_rng(3)
    places = rng.uniform(0, 100, (COLOR_HUES, 2))
    centers = places[np.arange(count) % COLOR_HUES] + rng.normal(0, 0.1, (count, 2))
    hues = [hue_and_shade(slot)[0] for slot in slots_of(centers)]
    assert {len(set(hues[place::COLOR_HUES])) for place in range(COLOR_HUES)} == {1}
    assert set(hues) == set(range(COLOR_HUES))


@given(CENTERS)
def test_a_topic_never_takes_the_shade_of_the_nearest_before_it(centers):
    slots = slots_of(centers)
    for topic in range(1, len(centers)):
        before = np.hypot(*(centers[:topic] - centers[topic]).T)
        nearest = np.flatnonzero(before == before.min())
        shades = {hue_and_shade(slots[other])[1] for other in nearest}
        assert hue_and_shade(slots[topic])[1] not in shades or len(shades) == COLOR_SHADES


def test_topics_at_one_place_share_the_shades_evenly():
    shades = [hue_and_shade(slot)[1] for slot in slots_of(np.full((24, 2), 0.5))]
    assert [shades.count(shade) for shade in range(COLOR_SHADES)] == [6] * COLOR_SHADES


@pytest.mark.parametrize("vision", VISIONS)
def test_shades_of_a_hue_are_told_apart_by_colour_blind_readers(vision):
    seen = {slot: in_oklab(topic_color(slot), vision) for slot in SLOTS}
    closest = min(
        np.linalg.norm(seen[one] - seen[other])
        for one, other in itertools.combinations(SLOTS, 2)
        if hue_and_shade(one)[0] == hue_and_shade(other)[0]
    )
    assert closest > 0.05


@pytest.mark.parametrize("vision", VISIONS)
def test_colour_blind_readers_tell_crowded_neighbours_apart(vision):
    centers = np.random.default_rng(3).uniform(0, 1, (500, 2))
    seen = np.array([in_oklab(topic_color(slot), vision) for slot in slots_of(centers)])
    distance = np.hypot(*(centers[:, None] - centers[None]).transpose(2, 0, 1))
    np.fill_diagonal(distance, np.inf)
    apart = np.linalg.norm(seen - seen[distance.argmin(axis=1)], axis=1)
    assert (apart < 0.03).mean() < 0.01


@pytest.mark.parametrize("shade", range(COLOR_SHADES))
def test_hues_are_told_apart(shade):
    seen = [in_oklab(topic_color(FIRST_COLOR + hue * COLOR_SHADES + shade), "normal") for hue in range(COLOR_HUES)]
    assert min(np.linalg.norm(one - other) for one, other in itertools.combinations(seen, 2)) > 0.05


def test_colours_are_six_digits_and_none_is_that_of_outliers():
    of_topics = [topic_color(slot) for slot in SLOTS]
    assert len(set(of_topics)) == len(HUES) * len(SHADES) == len(SLOTS)
    assert len(set(PALETTE)) == len(PALETTE)
    assert OUTLIER not in {*PALETTE, *of_topics}
    for color in (*PALETTE, *of_topics, OUTLIER):
        assert re.fullmatch("#[0-9a-f]{6}", color)
        assert "#{:02x}{:02x}{:02x}".format(*rgb(color)) == color


def test_documents_outside_weigh_less_unless_all_are():
    assert document_colors(["#010203"]).tolist()[0] == [1, 2, 3, 255]
    assert document_colors(["#010203"])[-1, 3] < 128
    assert document_colors([]).tolist() == [[*rgb(OUTLIER), 255]]


@pytest.mark.parametrize("color", [*PALETTE, *map(topic_color, SLOTS)])
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
