"""Where names stand at which scale."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.site.map.labels.label_type import (
    COMPACT_BELOW,
    LARGEST_PX,
    LONG_WORD_EM,
    SMALLEST_PX,
    THREE_LINES_AT,
    WRAP_AT,
    LabelType,
    font_sizes,
    line_em,
    wrap,
)
from sitegen.site.map.labels.layout import (
    ASTRAY_PX,
    FARTHEST_PX,
    FEW,
    LEADER_FROM_PX,
    PARENT_REACH_PX,
    PARENT_SHARE,
)
from sitegen.site.map.labels.obstacles import GRID, DocumentCounts
from sitegen.site.map.labels.placed_label import HOME_TIERS, TIERS, Place, PlacedLabel, leader_start, shown_at, tier_of
from sitegen.site.map.labels.placement import TopicName, place_labels
from sitegen.site.map.map_square import Frame
from sitegen.site.map.parents import MapParent

FRAME = Frame(1.0, 0.8)
# A coarse grid among the places makes equal and aligned ones likely.
PLACE = st.floats(0.05, 0.95).map(lambda n: round(n, 5)) | st.integers(1, 7).map(lambda n: n / 8)
NAME = st.text(min_size=1, max_size=40) | st.sampled_from(["x", "W" * 60, "many words in a name", "機械学習の会話" * 6])
TOPICS = st.lists(st.tuples(NAME, PLACE, PLACE, st.integers(1, 900)), max_size=9)
PARENTS = st.lists(st.tuples(NAME, PLACE, PLACE, st.frozensets(st.integers(0, 8))), max_size=3)


def made(topics, parents=(), spread=0.01):
    """Labels of made-up topics, and the documents of all."""
    rng = np.random.default_rng(5)
    topics = sorted(topics, key=lambda each: -each[3])
    members = [np.clip(rng.normal((x, y), spread, (12, 2)), 0, 1) for _, x, y, _ in topics]
    xy = np.concatenate([*members, rng.uniform(0, 1, (20, 2))])
    assignment = np.array([*np.repeat(np.arange(len(topics)), 12), *[-1] * 20], np.int32)
    names = [TopicName(name, size, places) for (name, _, _, size), places in zip(topics, members, strict=True)]
    of = [MapParent(name, 1, x, y, tuple(sorted(i for i in ids if i < len(topics)))) for name, x, y, ids in parents]
    return place_labels(names, xy, assignment, FRAME, of), xy, assignment, of


def test_of_very_many_topics_the_largest_are_named(monkeypatch):
    monkeypatch.setattr("sitegen.site.map.labels.placement.MOST_NAMED", 3)
    topics = [(f"Topic {number}", number / 8, 0.5, 90 - number) for number in range(1, 7)]
    labels, *_ = made(topics, [("Parent", 0.5, 0.9, frozenset({0, 1}))])
    assert [label.topic for label in labels] == [0, 1, 2, 3, 4, 5, 0]
    assert [bool(label.places) for label in labels[:6]] == [True] * 3 + [False] * 3
    assert labels[6].type.parent


def boxes(labels, scale):
    """Low and high corner of each name that shows, in pixels."""
    found = []
    for label, place in shown_at(labels, scale):
        half = np.array(label.type.box_px(scale)) / 2
        middle = np.array(place.spot) * scale
        found.append((label, middle - half, middle + half))
    return found


@settings(max_examples=12, deadline=None)
@given(TOPICS, PARENTS, st.floats(TIERS[0], 1e6))
def test_no_two_names_overlap_at_any_scale(topics, parents, scale):
    labels, *_ = made(topics, parents)
    for at in (300.0, 840.0, scale):
        for (_, low, high), (_, other_low, other_high) in itertools.combinations(boxes(labels, at), 2):
            assert min(np.minimum(high, other_high) - np.maximum(low, other_low)) < 0.05


@settings(max_examples=8, deadline=None)
@given(TOPICS, st.sampled_from(HOME_TIERS))
def test_names_stay_within_the_frame_and_off_the_buttons(topics, scale):
    labels, *_ = made(topics)
    width = 2 * FRAME.height if scale < 300 else FRAME.width
    height = 1.2 * FRAME.width if 300 <= scale < COMPACT_BELOW else FRAME.height
    half = np.array([width, height]) / 2 * scale
    for _, low, high in boxes(labels, scale):
        assert (low >= scale / 2 - half - 0.01).all()
        assert (high <= scale / 2 + half + 0.01).all()
        right, top = scale / 2 + half - high
        across, above, below = (172, 64, 64) if 300 <= scale < COMPACT_BELOW else (64, 176, 136)
        assert right > across or (top > above and low[1] - (scale / 2 - half[1]) > below)


@settings(max_examples=8, deadline=None)
@given(TOPICS, st.sampled_from(TIERS))
def test_a_name_stands_beside_its_cluster_or_has_a_line_to_it(topics, scale):
    labels, xy, assignment, _ = made(topics)
    for label, low, high in boxes(labels, scale):
        places = xy[assignment == label.topic] * scale
        gap = np.maximum(np.maximum(low - places, places - high), 0)
        apart = np.hypot(*gap.T).min()
        if scale < HOME_TIERS[-1]:
            assert apart <= FARTHEST_PX + 1
            assert apart <= LEADER_FROM_PX + 1 or label.at(scale).leader is not None


@pytest.fixture(scope="module")
def crowded():
    rng = np.random.default_rng(3)
    return made([("A name of words", *rng.uniform(0.1, 0.9, 2).round(3).tolist(), 400 - i) for i in range(40)])


@pytest.mark.parametrize("scale", [350.0, 540.0, 840.0])
def test_a_name_among_other_topics_has_a_line_to_its_own(crowded, scale):
    labels, xy, assignment, _ = crowded
    without = []
    for label, low, high in boxes(labels, scale):
        near = (np.maximum(low - xy * scale, xy * scale - high) <= ASTRAY_PX - 1).all(axis=1)
        own = int((assignment[near] == label.topic).sum())
        others = int((assignment[near] >= 0).sum()) - own
        # own documents are counted by the core of the topic
        if others > own + FEW + 1 and label.at(scale).leader is None:
            without.append((label.topic, own, others))
    assert without == []


def test_names_stand_beside_their_cluster_rather_than_on_others(crowded):
    labels, xy, assignment, _ = crowded
    covered = 0
    for label, low, high in boxes(labels, 850.0):
        inside = ((xy * 850.0 > low) & (xy * 850.0 < high)).all(axis=1)
        covered += int(((assignment[inside] >= 0) & (assignment[inside] != label.topic)).sum())
    assert covered <= 0.05 * (assignment >= 0).sum()


@pytest.mark.parametrize("count", [12, 40, 60])
def test_the_largest_are_named_on_a_desktop_and_a_phone(count):
    rng = np.random.default_rng(count)
    topics = [("A name of words", *rng.uniform(0.1, 0.9, 2).round(3).tolist(), 400 - i) for i in range(count)]
    labels, *_ = made(topics)
    desktop = {label.topic for label, _ in shown_at(labels, 850)}
    assert set(range(12)) <= desktop
    assert len(desktop) >= 0.9 * count
    assert len(shown_at(labels, 391)) >= min(count, 20) - 1


def test_topics_at_one_spot_all_get_their_names():
    labels, *_ = made([("One of many", 0.5, 0.5, 100 - i) for i in range(8)])
    assert len(shown_at(labels, 1000)) == 8


def test_a_topic_with_nearly_all_documents_is_named():
    rng = np.random.default_rng(1)
    xy = np.concatenate([rng.normal(0.5, 0.12, (990, 2)), rng.normal(0.2, 0.01, (10, 2))]).clip(0, 1)
    assignment = np.repeat([0, 1], [990, 10]).astype(np.int32)
    topics = [TopicName("Nearly all", 990, xy[:990]), TopicName("The rest", 10, xy[990:])]
    labels = place_labels(topics, xy, assignment, Frame())
    assert [label.topic for label, _ in shown_at(labels, 390)] == [0, 1]


def test_no_topics_have_no_names():
    assert place_labels([], np.full((5, 2), 0.5), np.full(5, -1, np.int32), Frame()) == []


@settings(max_examples=8, deadline=None)
@given(TOPICS, PARENTS)
def test_parents_stand_among_their_documents_and_evict_no_topic(topics, parents):
    labels, xy, assignment, named = made(topics, parents)
    alone, *_ = made(topics)
    for scale in (410.0, 840.0, 1500.0):
        assert {label.topic for label, _ in shown_at(labels, scale) if not label.type.parent} == {
            label.topic for label, _ in shown_at(alone, scale)
        }
        for label, low, high in boxes(labels, scale):
            if label.type.parent:
                reach = PARENT_REACH_PX
                inside = ((xy * scale > low - reach) & (xy * scale < high + reach)).all(axis=1)
                own = np.isin(assignment[inside], named[label.topic].topics)
                # documents are counted in cells of the map
                assert own.sum() >= PARENT_SHARE * inside.sum() - 3


def test_names_keep_their_places_in_a_tier_and_mostly_beyond():
    rng = np.random.default_rng(2)
    labels, *_ = made([("A name", *rng.uniform(0.1, 0.9, 2).tolist(), 90 - i) for i in range(40)])
    assert [label.at(840.0) for label in labels] == [label.at(969.9) for label in labels]
    assert sum(len(label.places) for label in labels) < 40 * 10


def test_the_same_input_gives_the_same_places():
    topics = [(f"Name {i}", 0.1 + 0.8 * (i * 7 % 10) / 10, 0.1 + 0.8 * i / 10, 50 - i) for i in range(10)]
    assert made(topics)[0] == made(topics)[0]


def test_a_line_begins_at_the_border_of_its_name():
    kind = LabelType(("name",), 20.0)
    place = Place(tier_of(1000.0), (0.5, 0.5), (0.5, 0.3))
    x, y = leader_start(PlacedLabel(0, kind, (place,)), place, 1000.0)
    assert (x, y) == (0.5, pytest.approx(0.5 - kind.box_px(1000.0)[1] / 2000))


@given(st.text(max_size=80))
def test_wrapping_loses_no_letter_and_makes_three_lines_at_most(name):
    lines = wrap(name)
    assert "".join(lines).replace(" ", "") == name.replace(" ", "")
    if all(line_em(word) <= LONG_WORD_EM for word in name.split(" ")):
        assert " ".join(lines) == name
        assert 1 <= len(lines) <= 3
        assert len(lines) == 1 or len(name) > WRAP_AT
        assert len(lines) < 3 or len(name) >= THREE_LINES_AT


@pytest.mark.parametrize("name", ["機械学習の会話と日常の" * 4, "W" * 40, "A " + "Kapitän" * 6 + " of music"])
def test_words_wider_than_a_phone_are_broken_evenly(name):
    widths = [line_em(line) for line in wrap(name)]
    assert max(widths) <= LONG_WORD_EM
    assert min(widths) > 0.7 * max(widths)


def test_no_line_begins_with_the_punctuation_that_ends_one():
    name = "音楽、映画、旅行。料理（健康）教育、経済と政治と科学、歴史"
    assert not any(line[0] in "、。）" for kept in range(12, len(name)) for line in wrap(name[:kept]))


def test_long_names_are_broken_in_the_middle():
    assert wrap("conversations about music") == ("conversations", "about music")


@pytest.mark.parametrize("text", ["Wide", "機械学習", "e\u0301", "iiii", "THE MOST"])
def test_larger_letters_and_more_lines_need_more_room(text):
    width, height = LabelType((text,), 12.0).box_px(900)
    assert width > 12 * 0.3
    assert height > 12
    assert LabelType((text, text), 12.0).box_px(900)[1] > height * 1.4
    assert LabelType((text,), 11.0).box_px(900) < (width, height)
    assert LabelType((text,), 20.0).box_px(390) < LabelType((text,), 20.0).box_px(900)


def test_characters_newer_than_python_3_11_have_their_widths():
    assert line_em("\U0002ebf0") == line_em("機")  # an ideograph of Unicode 15.1
    assert line_em("a\U00011f41") == line_em("a")  # a killer of Kawi, which stands on its letter


def test_letters_grow_with_the_number_of_documents():
    sizes = font_sizes([900, 400, 399, 50, 20])
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0], sizes[-1]) == (LARGEST_PX, SMALLEST_PX)
    assert len(set(sizes)) == 5
    assert font_sizes([7, 7]) == [SMALLEST_PX, SMALLEST_PX]
    assert font_sizes([]) == []


def test_the_style_sheet_knows_the_tiers():
    css = (Path(__file__).parents[3] / "static" / "css" / "map.css").read_text("utf-8")
    widths = re.findall(r"@container names \(min-width: (\d+)px\)", css)
    assert tuple(map(float, widths)) == HOME_TIERS


def test_documents_in_boxes_are_counted_for_hundreds_of_groups():
    rng = np.random.default_rng(4)
    xy, topics = rng.random((4000, 2)), rng.integers(-1, 600, 4000)
    xy[topics == 5] = [0.25, 0.75]
    counts = DocumentCounts.of(xy, topics, [(topic,) for topic in range(600)] + [(5, 6), (600,)], 601)
    low = np.vstack([rng.random((50, 2)) - 0.1, [[0.2, 0.7]]])
    high = low + np.array([0.2, 0.1])
    cells = np.floor(xy * GRID)
    inside = [
        ((cells >= np.rint(a * GRID)) & (cells < np.rint(b * GRID))).all(1) for a, b in zip(low, high, strict=True)
    ]
    for sums, which in [
        (counts.all, topics >= -1),
        (counts.in_topics, topics >= 0),
        (counts.parents[5], topics == 5),
        (counts.parents[600], np.isin(topics, [5, 6])),
        (counts.parents[601], topics == 600),
    ]:
        assert DocumentCounts.within(sums, low, high).tolist() == [int((each & which).sum()) for each in inside]
    assert sum(sums.totals.nbytes for sums in counts.parents) < 0.7 * 602 * 8 * GRID**2
