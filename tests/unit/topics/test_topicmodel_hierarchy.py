"""Cutting a tree of topics into parents."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import linkage

from sitegen.config import TopicsConfig
from sitegen.pipeline.topics.describe_topics import largest_first
from sitegen.pipeline.topics.hierarchy import MIN_TOPICS, MOST_TOPICS_IN_TREE, cut, find_hierarchy


def tree(*points):
    """Ward's tree of topics that lie at these places on a line."""
    return linkage(np.array(points, dtype=float).reshape(-1, 1), "ward")


def test_groups_that_lie_apart_are_found():
    apart = tree(0, 100, 1, 101, 2, 102, 50, 51, 52, 53, 150, 151)
    assert cut(apart, 4) == [[0, 2, 4], [1, 3, 5], [6, 7, 8, 9], [10, 11]]


def test_auto_stops_before_the_costliest_merge():
    centers = (0, 100, 200, 300, 400, 500, 600)
    assert len(cut(tree(*(center + step for step in range(7) for center in centers)), "auto")) == 7


@pytest.mark.parametrize(("topics", "least", "most"), [(6, 3, 3), (30, 5, 6), (100, 10, 20), (400, 20, 25)])
def test_auto_gives_a_number_that_is_easy_to_read(topics, least, most):
    places = np.random.default_rng(3).uniform(0, 1, topics)
    assert least <= len(cut(tree(*places), "auto")) <= most


def test_none_are_cut_if_none_are_asked_for():
    assert cut(tree(1, 2, 3), 0) == []


def test_more_parents_than_topics_are_as_many_as_topics():
    assert cut(tree(1, 2, 4), 99) == [[0], [1], [2]]


@pytest.mark.parametrize("topics", [MIN_TOPICS - 1, MOST_TOPICS_IN_TREE + 1])
def test_few_and_very_many_topics_have_no_tree(topics):
    assignment = np.arange(topics, dtype=np.int32)
    vectors = np.ones((topics, 2), np.float32)
    tree, parents = find_hierarchy(TopicsConfig(), None, assignment, vectors)  # nothing is asked of the words
    assert (tree.num_rows, parents.num_rows) == (0, 0)


@given(st.lists(st.floats(0, 1000), min_size=6, max_size=60), st.integers(1, 60))
def test_every_topic_has_one_parent(places, parents):
    groups = cut(tree(*places), parents)
    assert sorted(topic for group in groups for topic in group) == list(range(len(places)))
    assert len(groups) == min(parents, len(places))
    assert groups == sorted(groups)


@given(st.lists(st.integers(-1, 8), min_size=1, max_size=80))
def test_topics_are_numbered_by_size(labels):
    before = np.array([*labels, 0], dtype=np.int32)
    after = largest_first(before)
    sizes = np.bincount(after[after >= 0])
    assert sizes.tolist() == sorted(sizes.tolist(), reverse=True)
    assert sizes.all()
    assert ((after < 0) == (before < 0)).all()
    assert len(set(zip(before.tolist(), after.tolist(), strict=True))) == len(set(before.tolist()))
