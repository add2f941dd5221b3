"""How well names point to their own topics."""

import numpy as np
import pytest

from sitegen.pipeline.labels.wording.name_fit import (
    NameFit,
    likeness_by_embedder,
    likeness_by_words,
    name_fits,
)
from sitegen.pipeline.topics.topic_vectors import mean_vectors


def test_a_name_fits_by_how_much_closer_it_is_to_its_own_topic():
    likeness = np.array([[0.9, 0.3, 0.0], [0.6, 0.5, 0.1]], np.float32)
    assert name_fits(likeness, [0, 1]) == [
        NameFit(fit=0.5, margin=0.6, rank=1, nearest=1),
        NameFit(fit=0.1, margin=-0.1, rank=2, nearest=0),
    ]


def test_the_nearest_other_topic_is_numbered_as_topics_are():
    assert [each.nearest for each in name_fits(np.array([[0.1, 0.2, 0.9]] * 3), [0, 1, 2])] == [2, 2, 1]


def test_the_only_topic_is_first():
    assert name_fits(np.array([[0.7]]), [0]) == [NameFit(0.0, 0.0, 1, None)]


def test_a_tie_is_won():
    assert name_fits(np.array([[0.5, 0.5]]), [1])[0].rank == 1


def test_no_name_is_no_fit():
    assert name_fits(np.empty((0, 3)), []) == []


def test_topics_are_the_mean_of_their_documents_alone():
    vectors = np.array([[1, 0], [0, 1], [0, 2], [-5, -5]], np.float32)
    means = mean_vectors(vectors, np.array([0, 1, 1, -1], np.int32), 3)
    assert means.tolist() == [[1, 0], [0, 1], [0, 0]]


def test_the_embedder_compares_a_text_with_each_topic():
    likeness = likeness_by_embedder(
        lambda texts: np.eye(2, dtype=np.float32)[[len(text) % 2 for text in texts]], np.eye(2)
    )
    assert likeness(["a", "bb"]).tolist() == [[0, 1], [1, 0]]
    assert likeness([]).shape == (0, 2)


TEXTS = ["I cook pasta with sauce", "more pasta sauces", "the train is late", "trains and tickets", "it is what it is"]


@pytest.mark.parametrize(
    ("name", "topic"), [("Pasta Sauce", 0), ("Cooking", 0), ("Late Trains", 1), ("A Ticket", 1), ("What It Is", 2)]
)
def test_without_an_embedder_words_tell_where_a_name_points_to(name, topic):
    assert likeness_by_words(TEXTS, [0, 0, 1, 1, 2], 3)([name])[0].argmax() == topic


def test_a_name_of_unknown_words_is_like_no_topic():
    assert likeness_by_words(TEXTS, [0, 0, 1, 1, 2], 3)(["Quantum", ""]).tolist() == [[0, 0, 0], [0, 0, 0]]
