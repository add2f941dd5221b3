"""Which names show at which scale."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.site.map.label_placement import (
    FONT_PX,
    NEVER,
    PARENTS_UNTIL,
    TIER_SCALES,
    WRAP_AT,
    ParentName,
    PlacedLabel,
    box_px,
    label_size,
    place_labels,
    wrap,
)

# A coarse grid among the places makes equal and aligned ones likely.
PLACE = st.floats(0, 1).map(lambda n: round(n, 5)) | st.integers(0, 8).map(lambda n: n / 8)
NAME = st.text(min_size=1, max_size=40) | st.sampled_from(["x", "W" * 60, "many words in a name", "機械学習の会話"])
TOPICS = st.lists(st.tuples(NAME, st.tuples(PLACE, PLACE)), max_size=14)

# Parents anywhere, of any topics: a group of words need not be a place.
PARENTS = st.lists(st.tuples(NAME, PLACE, PLACE, st.frozensets(st.integers(0, 13))), max_size=5)


def placed(topics):
    return place_labels([name for name, _ in topics], [place for _, place in topics])


def placed_with_parents(topics, parents):
    count = len(topics)
    names = [ParentName(name, x, y, tuple(sorted(t for t in ids if t < count))) for name, x, y, ids in parents]
    return place_labels([name for name, _ in topics], [place for _, place in topics], names), names


def shown(labels, scale):
    return {label.topic for label in labels if label.min_scale <= scale}


def overlap(a, b, scale):
    """By how many pixels the boxes of two labels do."""
    (a_width, a_height), (b_width, b_height) = (box_px(each.lines, each.size, parent=each.parent) for each in (a, b))
    return min(
        (a_width + b_width) / 2 - abs(a.x - b.x) * scale,
        (a_height + b_height) / 2 - abs(a.y - b.y) * scale,
    )


@given(TOPICS, st.lists(st.floats(1, 1e5), max_size=4))
def test_no_two_shown_names_overlap_at_any_scale(topics, scales):
    labels = placed(topics)
    for scale in {300, 740, 1e6, *scales, *(label.min_scale for label in labels)} - {NEVER}:
        visible = [label for label in labels if label.min_scale <= scale]
        for a, b in itertools.combinations(visible, 2):
            assert overlap(a, b, scale) < 1e-6, (a, b, scale)


@given(TOPICS, PARENTS, st.lists(st.floats(1, 1e5), max_size=4))
def test_no_two_shown_names_overlap_at_any_scale_with_parents(topics, parents, scales):
    labels, _ = placed_with_parents(topics, parents)
    borders = {
        border for label in labels for border in (label.min_scale, label.max_scale, label.max_scale * (1 - 1e-9))
    }
    for scale in {300, 740, 1e6, *scales, *borders} - {NEVER}:
        visible = [label for label in labels if label.min_scale <= scale < label.max_scale]
        for a, b in itertools.combinations(visible, 2):
            assert overlap(a, b, scale) < 1e-3, (a, b, scale)


@given(TOPICS, PARENTS)
def test_parents_go_where_half_of_their_topics_would_show_and_not_before(topics, parents):
    alone = placed(topics)
    labels, names = placed_with_parents(topics, parents)
    for label in labels[len(topics) :]:
        members = names[label.topic].topics
        assert label.parent
        assert label.max_scale >= PARENTS_UNTIL
        if label.max_scale < NEVER:
            there = sum(alone[topic].min_scale <= label.max_scale for topic in members)
            assert 2 * there >= len(members) > 0
        if label.max_scale > PARENTS_UNTIL:
            closer = label.max_scale * (1 - 1e-9)
            assert 2 * sum(alone[topic].min_scale <= closer for topic in members) < max(1, len(members))


@given(TOPICS, PARENTS)
def test_every_topic_keeps_its_name_and_one_interval_with_parents(topics, parents):
    labels, _ = placed_with_parents(topics, parents)
    assert [label.topic for label in labels[: len(topics)]] == list(range(len(topics)))
    assert all(label.max_scale == NEVER for label in labels[: len(topics)])
    # at the end of the zoom nothing but topics is left, unless a parent has hardly any that ever show
    last = max([label.max_scale for label in labels if label.parent and label.max_scale < NEVER], default=0.0)
    if not any(label.parent and label.max_scale == NEVER for label in labels):
        for label, alone in zip(labels, placed(topics), strict=False):
            assert label.min_scale <= max(alone.min_scale, last)


@given(TOPICS)
def test_without_parents_nothing_changes(topics):
    assert placed_with_parents(topics, [])[0] == placed(topics)


@given(TOPICS, PARENTS)
def test_a_static_picture_is_free_of_overlaps_at_any_size_with_parents(topics, parents):
    labels, _ = placed_with_parents(topics, parents)
    for tier, scale in enumerate(TIER_SCALES):
        visible = [label for label in labels if label.tier <= tier]
        for size, (a, b) in itertools.product((scale, 2 * scale, 5000), itertools.combinations(visible, 2)):
            assert overlap(a, b, size) < 1e-3, (a, b, size)


@given(TOPICS, st.lists(st.floats(1, 1e6), min_size=2, max_size=6))
def test_names_only_appear_as_one_zooms_in(topics, scales):
    labels = placed(topics)
    for smaller, larger in itertools.pairwise(sorted(scales)):
        assert shown(labels, smaller) <= shown(labels, larger)


@given(TOPICS)
def test_a_name_waits_only_for_names_that_it_would_touch(topics):
    labels = placed(topics)
    for label in labels:
        if 0 < label.min_scale < float("inf"):
            closer = label.min_scale * (1 - 1e-6)
            width, height = box_px(label.lines, label.size)
            assert any(
                abs(label.x - other.x) * closer < (width + box_px(other.lines, other.size)[0]) / 2
                and abs(label.y - other.y) * closer < (height + box_px(other.lines, other.size)[1]) / 2
                for other in labels[: label.topic]
                if other.min_scale <= closer * (1 + 1e-5)
            )


@given(TOPICS)
def test_names_of_large_topics_do_not_wait_for_smaller_ones(topics):
    labels = placed(topics)
    assert [label.topic for label in labels] == list(range(len(topics)))
    if labels:
        assert labels[0].min_scale == 0


@given(TOPICS)
def test_every_distinct_place_gets_its_name_in_the_end(topics):
    for label in placed(topics):
        if all(max(abs(label.x - x), abs(label.y - y)) > 1e-3 for _, (x, y) in topics[: label.topic]):
            assert label.min_scale < 1e6


@given(st.text(max_size=80))
def test_wrapping_loses_no_letter_and_makes_two_lines_at_most(name):
    lines = wrap(name)
    assert " ".join(lines) == name
    assert 1 <= len(lines) <= 2
    assert len(lines) == 1 or len(name) > WRAP_AT


def test_long_names_are_broken_in_the_middle():
    assert wrap("conversations about music") == ("conversations", "about music")


@pytest.mark.parametrize("text", ["Wide", "機械学習", "e\u0301", "iiii", "THE MOST"])
@pytest.mark.parametrize("size", range(len(FONT_PX)))
def test_larger_letters_and_more_lines_need_more_room(text, size):
    width, height = box_px([text], size)
    assert width > FONT_PX[size] * 0.3
    assert height > FONT_PX[size]
    assert box_px([text, text], size)[1] > height * 1.4
    if size:
        assert box_px([text], size - 1) < (width, height)


def test_larger_topics_have_larger_letters():
    sizes = [label_size(rank, 40) for rank in range(40)]
    assert sizes == sorted(sizes, reverse=True)
    assert set(sizes) == set(range(len(FONT_PX)))


@pytest.mark.parametrize(
    ("min_scale", "x", "tier"),
    [
        (0.0, 0.5, 0),
        (TIER_SCALES[0], 0.5, 0),
        (TIER_SCALES[0] + 1, 0.5, 1),
        (TIER_SCALES[1] + 1, 0.5, 2),
        (TIER_SCALES[2] + 1, 0.5, 3),
        (float("inf"), 0.5, 3),
        # 100 pixels wide, so 50 must fit between its middle and the nearer side.
        (0.0, 50 / TIER_SCALES[0], 0),
        (0.0, 49 / TIER_SCALES[0], 1),
        (0.0, 1 - 49 / TIER_SCALES[1], 2),
        (0.0, 1.0, 3),
    ],
)
def test_the_static_picture_shows_a_name_only_where_it_fits(min_scale, x, tier):
    assert PlacedLabel(0, ("name",), x, 0.5, 0, 100.0, min_scale).tier == tier
