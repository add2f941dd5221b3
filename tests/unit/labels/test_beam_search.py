"""The search for the likeliest answers, against all answers that a small made-up language has."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from sitegen.pipeline.labels.language_model.beam_search import BeamSearch

WORDS, END, MOST = 5, 4, 4


@pytest.fixture
def language():
    """Logarithms of the probabilities of the next word after each beginning."""
    rng = np.random.default_rng(3)
    beginnings = [tokens for length in range(MOST) for tokens in product(range(WORDS), repeat=length)]
    return {tokens: np.log(rng.dirichlet(np.ones(WORDS))).astype(np.float32) for tokens in beginnings}


def searched(language, width, ends=frozenset({END}), most=MOST):
    """The answers, and the beginnings that the model was asked for."""
    search, beginnings, asked = BeamSearch(width, most, ends), [()], []
    while beginnings:
        asked += beginnings
        scores = np.stack([np.sort(language[each])[::-1] for each in beginnings])
        tokens = np.stack([np.argsort(-language[each], kind="stable") for each in beginnings])
        count = width + len(ends)
        going_on = search.follow(scores[:, :count], tokens[:, :count])
        beginnings = [(*beginnings[row], token) for row, token in going_on]
    return search.answers, asked


def mean_score(language, tokens):
    return float(np.mean([language[tokens[:place]][token] for place, token in enumerate(tokens)]))


def every_answer(language):
    """All answers, likeliest first by the mean of their tokens."""
    whole = [
        tokens
        for length in range(1, MOST + 1)
        for tokens in product(range(WORDS), repeat=length)
        if END not in tokens[:-1] and (tokens[-1] == END or length == MOST)
    ]
    return sorted(whole, key=lambda tokens: -mean_score(language, tokens))


def test_a_wide_search_finds_the_likeliest_answer_of_all(language):
    answers, _ = searched(language, 64)
    assert answers[0] == every_answer(language)[0]
    scores = [mean_score(language, tokens) for tokens in answers]
    assert scores == sorted(scores, reverse=True)
    assert len(set(answers)) == 64


def test_a_narrow_search_tries_few_beginnings_and_stops_early(language):
    answers, asked = searched(language, 3)
    assert len(answers) == 3
    assert len(asked) <= 1 + 3 * (MOST - 1)
    assert not any(END in tokens[:-1] for tokens in answers)
    certain = {tokens: np.log([0.001, 0.001, 0.001, 0.001, 0.996]).astype(np.float32) for tokens in language}
    answers, asked = searched(certain, 1)
    assert (answers, asked) == ([(END,)], [()])


def test_one_beam_takes_the_likeliest_token_each_time(language):
    expected = ()
    while len(expected) < MOST and (not expected or expected[-1] != END):
        expected = (*expected, int(language[expected].argmax()))
    assert searched(language, 1)[0] == [expected]


def test_each_of_several_tokens_ends_an_answer(language):
    answers, asked = searched(language, 4, ends=frozenset({3, 4}))
    assert not any({3, 4} & set(tokens) for tokens in asked)
    assert {tokens[-1] for tokens in answers if len(tokens) < MOST} <= {3, 4}


def test_a_model_that_knows_nothing_but_ends_ends_the_search():
    only = {(): np.log(np.array([0.5, 0.5], np.float32))}
    search = BeamSearch(2, MOST, frozenset({0, 1}))
    assert search.follow(only[()][None], np.array([[0, 1]])) == []
    assert search.answers == [(0,), (1,)]
