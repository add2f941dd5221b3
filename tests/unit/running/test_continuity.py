"""What topics and map keep from build to build."""

import tracemalloc
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array

from sitegen.artifacts import (
    COLOR_HUES,
    COLOR_SHADES,
    FIRST_COLOR,
    LABEL_SCHEMA,
    TOPIC_SCHEMA,
    Reduction,
    TopicLabels,
    Topics,
)
from sitegen.pipeline.alignment import align_to_previous_build, changes, heaviest_pairs, match_topics, procrustes_align
from sitegen.pipeline.color_slots import color_slots
from sitegen.report import Report
from tests.unit.helpers import documents, embeddings

K, PER_TOPIC = 4, 30
LAST_COLOR = FIRST_COLOR + COLOR_HUES * COLOR_SHADES - 1


def build(texts, assignment, names=None, previous=None, axes=(0, 1, 2, 3, 4, 5), report=None):
    """The continuity of a build; the vectors of topic t lie near axis `axes[t]`."""
    assignment = np.array(assignment, np.int32)
    k = int(assignment.max()) + 1
    rng = np.random.default_rng(0)
    places = rng.normal(size=(len(texts), 2)).astype(np.float32)
    vectors = np.eye(8)[np.array(axes)[assignment]] + 0.01 * rng.normal(size=(len(texts), 8))
    rows = [
        {
            "topic": t,
            "size": int((assignment == t).sum()),
            "keywords": [],
            "keybert": [],
            "mmr": [],
            "representatives": [],
        }
        for t in range(k)
    ]
    labels = [
        {
            "topic": t,
            "name": (names or {}).get(t, f"Topic {t}"),
            "named_by": "llm",
            "answers": [],
            "tries": 1,
            "keywords": [],
            "documents": [],
        }
        for t in range(k)
    ]
    return align_to_previous_build(
        documents=documents(texts),
        embeddings=embeddings(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)),
        reduction=Reduction(np.zeros((len(texts), 5), np.float32), places),
        topics=Topics(pa.Table.from_pylist(rows, TOPIC_SCHEMA), assignment),
        labels=TopicLabels(pa.Table.from_pylist(labels, LABEL_SCHEMA), {}),
        previous=previous,
        context=SimpleNamespace(report=report or Report(-1), slug="notes"),
    )


def test_documents_that_are_gone_are_counted_in_a_warning(texts, truth, capsys):
    first, report = build(texts, truth, names={1: "Trains"}), Report(-1)
    kept = np.flatnonzero((truth != 1) | (np.arange(len(texts)) >= 48))
    build([texts[row] for row in kept], truth[kept], previous=first, report=report)
    assert report.warnings == 1
    told = " ".join(capsys.readouterr().err.split())
    assert "notes: 12 of the 120 documents of the last build are gone or have another text (10%)" in told
    assert "most: 12 from Trains; 108 are left and new" in told


def test_few_gone_documents_or_as_many_new_ones_are_no_warning(texts, truth, capsys):
    first, report = build(texts, truth), Report()
    build(texts[:-11], truth[:-11], previous=first, report=report)
    assert capsys.readouterr().err == ""
    others = [f"new {text}" for text in texts[:60]]
    build([*texts[60:], *others], truth, previous=first, report=report)
    assert report.warnings == 0
    assert "60 of the 120 documents of the last build are gone" in capsys.readouterr().err


@pytest.fixture
def texts():
    return [f"text {number}" for number in range(K * PER_TOPIC)]


@pytest.fixture
def truth():
    return np.arange(K * PER_TOPIC) % K


def test_a_first_build_counts_from_zero_and_tells_no_change(texts, truth):
    first = build(texts, truth)
    assert first.ids == [0, 1, 2, 3]
    assert first.first_new == K
    assert first.changes.num_rows == 0
    assert (first.assignment == truth).all()


def test_topics_in_another_order_keep_id_and_color(texts, truth):
    first = build(texts, truth)
    order = np.array([2, 0, 3, 1])
    again = build(texts, order[truth], previous=first)
    assert (again.assignment == first.assignment).all()
    before = dict(zip(first.ids, first.slots, strict=True))
    assert {topic: before[topic] for topic in again.ids} == dict(zip(again.ids, again.slots, strict=True))


def test_documents_come_and_rows_move(texts, truth):
    """5 % more documents, put in front, so that each row number and id changes."""
    first = build(texts, truth)
    more = [f"new {number}" for number in range(6)]
    again = build(more + texts, np.concatenate([[0, 1, 2, 3, 0, -1], truth]), previous=first)
    assert again.ids == first.ids
    assert (again.assignment[6:] == first.assignment).all()
    assert again.assignment[5] == -1


def test_a_gone_topic_leaves_its_id_for_ever(texts, truth):
    first = build(texts, truth)
    second = build(texts, np.where(truth == 3, -1, truth), previous=first)
    third = build(texts, truth, previous=second)
    assert [row["change"] for row in second.changes.to_pylist()] == ["gone"]
    assert third.ids == [0, 1, 2, 4]
    assert [(row["change"], row["topic"], row["size"]) for row in third.changes.to_pylist()] == [("new", 4, PER_TOPIC)]


def test_without_shared_documents_centroids_tell_topics(texts, truth):
    first = build(texts, truth)
    again = build([f"other {text}" for text in texts], truth, previous=first, axes=(1, 5, 3, 2))
    assert again.ids == [1, 4, 3, 2]


def test_unlike_topics_are_new(texts, truth):
    first = build(texts, truth)
    scrambled = np.random.default_rng(5).permutation(truth)
    again = build(texts, scrambled, previous=first)
    assert set(again.ids).isdisjoint(first.ids)


@given(st.integers(1, 12), st.integers(1, 12), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_pairs_are_those_of_the_matrix_of_all(rows, columns, share, seed):
    rng = np.random.default_rng(seed)
    likeness = np.where(rng.random((rows, columns)) < share, rng.uniform(0.01, 1, (rows, columns)), 0)
    chosen = linear_sum_assignment(likeness, maximize=True)
    wanted = {(row, column) for row, column in zip(*chosen, strict=True) if likeness[row, column]}
    assert set(zip(*heaviest_pairs(csr_array(likeness)), strict=True)) == wanted


@pytest.mark.parametrize("shared", [True, False])
def test_very_many_topics_take_no_matrix_of_all(shared):
    count = 6_000  # the likeness of all pairs is 288 MB
    rng = np.random.default_rng(0)
    before = np.repeat(np.arange(count), 2).astype(np.int32)
    order = rng.permutation(count)
    centroids = rng.normal(size=(count, 16)).astype(np.float32)
    centroids /= np.linalg.norm(centroids, axis=1, keepdims=True)
    table = pa.table({"topic": np.arange(count), "centroid": list(centroids)})
    previous = SimpleNamespace(topics=table, assignment=before, fingerprints=before)
    rows = np.arange(2 * count if shared else 0)
    now = Numbered(count, order.argsort()[before].astype(np.int32))
    tracemalloc.start()
    matched = match_topics(now, centroids[order], previous, rows, rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert matched.tolist() == order.tolist()
    assert peak < 150_000_000


class Numbered:
    """Topics of which only the number and the assignment are read."""

    def __init__(self, count, assignment):
        self.count, self.assignment = count, assignment

    def __len__(self):
        return self.count


def test_changes_are_told(texts, truth):
    first = build(texts, truth)
    smaller = np.where((truth == 1) & (np.arange(len(truth)) < 40), -1, truth)
    again = build(texts, smaller, names={2: "Another name"}, previous=first)
    told = {(row["change"], row["topic"]) for row in again.changes.to_pylist()}
    assert told == {("shrunk", 1), ("renamed", 2)}


@given(st.floats(-3, 3), st.booleans(), st.floats(0.1, 9), st.floats(-50, 50), st.floats(-50, 50))
def test_a_layout_turned_mirrored_scaled_and_moved_is_laid_back(angle, mirrored, scale, dx, dy):
    onto = np.random.default_rng(3).normal(size=(50, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = scale * (onto * [1, -1 if mirrored else 1]) @ turn + [dx, dy]
    rows = np.arange(50)
    laid = procrustes_align(moved.astype(np.float32), onto.astype(np.float32), rows, rows)
    assert np.abs(laid - onto).max() < 0.01


def test_layouts_without_anything_to_hold_on_to_stay():
    layout = np.random.default_rng(3).normal(size=(5, 2)).astype(np.float32)
    none, all_rows = np.array([], np.int64), np.arange(5)
    assert procrustes_align(layout, layout + 1, none, none) is layout
    same_spot = np.ones((5, 2), np.float32)
    assert procrustes_align(same_spot, layout, all_rows, all_rows) is same_spot
    assert procrustes_align(layout, same_spot, all_rows, all_rows) is layout


@given(st.lists(st.one_of(st.none(), st.integers(FIRST_COLOR, LAST_COLOR)), max_size=40))
def test_kept_colors_stay(kept):
    centers = np.random.default_rng(len(kept)).normal(size=(len(kept), 2))
    slots = color_slots(centers, kept)
    assert all(slot == each for slot, each in zip(slots, kept, strict=True) if each is not None)
    assert all(FIRST_COLOR <= slot <= LAST_COLOR for slot in slots)


def test_a_new_topic_takes_the_hue_of_its_region():
    """Four groups of topics far apart; in each build one more comes to each."""
    rng = np.random.default_rng(2)
    groups = np.repeat([[0, 0], [50, 0], [0, 50], [50, 50]], 9, axis=0) + rng.normal(0, 1, (36, 2))
    known = np.arange(36) % 9 < 8
    first = dict(zip(np.flatnonzero(known).tolist(), color_slots(groups[known], [None] * 32), strict=True))
    slots = color_slots(groups, [first.get(topic) for topic in range(36)])
    hues = (np.array(slots) - FIRST_COLOR) // COLOR_SHADES
    for group in range(4):
        assert hues[group * 9 + 8] in hues[group * 9 : group * 9 + 8]
        assert not set(hues[group * 9 : group * 9 + 9]) & set(np.delete(hues, np.s_[group * 9 : group * 9 + 9]))


def test_colors_of_builds_with_chance_hues_are_given_anew():
    centers = np.random.default_rng(2).normal(size=(20, 2))
    assert color_slots(centers, list(range(FIRST_COLOR)) + [None] * 8) == color_slots(centers, [None] * 20)


def test_nothing_changes_where_nothing_did(texts, truth):
    first = build(texts, truth)
    rows = first.topics.to_pylist()
    assert changes(rows, rows) == []
