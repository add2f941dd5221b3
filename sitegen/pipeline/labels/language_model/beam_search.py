"""Beam search for the likeliest answers to one prompt, apart from the model that tells how likely tokens are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Hypothesis(NamedTuple):
    """The beginning of an answer, or a whole one.

    Attributes:
        score: the sum of the logarithms of its tokens' probabilities; of a whole answer their mean.
        tokens: so far, with the one that ended it.
    """

    score: float
    tokens: tuple[int, ...]


class BeamSearch:
    """The search of transformers' `generate` with `num_beams` and its defaults, so that the answers are the same.

    Args:
        width: how many beginnings are followed, and how many answers are returned.
        most: tokens that an answer may have.
        ends: tokens that end an answer.
    """

    def __init__(self, width: int, most: int, ends: frozenset[int]) -> None:
        self._width = width
        self._most = most
        self._ends = ends
        self._open = [Hypothesis(0.0, ())]
        self._whole: list[Hypothesis] = []

    @property
    def answers(self) -> list[tuple[int, ...]]:
        """The answers that are whole, likeliest first."""
        return [each.tokens for each in self._whole]

    def follow(self, scores: npt.NDArray[np.float32], tokens: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
        """Take the likeliest next tokens of each open beginning, and say which to go on with.

        Args:
            scores: logarithms of probabilities (beginnings, candidates), with a candidate for each beam and each end.
            tokens: the candidates.

        Returns:
            the beginning and the next token of each new beginning; nothing when the search is over.
        """
        found = [
            (Hypothesis(before.score + float(score), (*before.tokens, int(token))), row)
            for row, before in enumerate(self._open)
            for score, token in zip(scores[row], tokens[row], strict=True)
        ]
        found.sort(key=lambda each: -each[0].score)
        length = len(self._open[0].tokens) + 1
        self._whole += [
            Hypothesis(each.score / length, each.tokens)
            for each, _ in found[: self._width]
            if length == self._most or each.tokens[-1] in self._ends
        ]
        self._whole = sorted(self._whole, key=lambda each: -each.score)[: self._width]
        going_on = [(each, row) for each, row in found if each.tokens[-1] not in self._ends][: self._width]
        self._open = [each for each, _ in going_on]
        return [] if self._is_over(length) else [(row, each.tokens[-1]) for each, row in going_on]

    def _is_over(self, length: int) -> bool:
        if length == self._most or not self._open:
            return True
        if len(self._whole) < self._width:
            return False
        # One beam is no search: `generate` takes the likeliest token each time, until it is an end.
        return self._width == 1 or self._open[0].score / length <= self._whole[-1].score
