"""`documents.sample`: which documents stay, from a few light facts about each."""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sitegen.config import CapConfig, SampleConfig
from sitegen.errors import DataError
from sitegen.pipeline.documents.values import BadValueError, as_category, as_number, is_missing

Int = npt.NDArray[np.int64]
Float = npt.NDArray[np.float64]

NO_VALUE = ""


class Facts:
    """What sampling needs to know of each document: 24 bytes, however long its text."""

    def __init__(self, config: SampleConfig) -> None:
        self._config = config
        self._column = config.stratify or config.balance
        self._rows, self._pieces = array("q"), array("i")
        self._categories, self._names = array("i"), dict[str, int]()
        self._numbers = array("d")

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, number: int, pieces: int, row: dict[str, object]) -> None:
        """Remember the documents made of row `number`, one for each of its pieces."""
        category, value = 0, np.nan
        if self._column is not None:
            category = self._names.setdefault(_category(row.get(self._column)), len(self._names))
        if self._config.cap is not None:
            value = _number(row.get(self._config.cap.column))
        for piece in range(pieces):
            self._rows.append(number)
            self._pieces.append(piece)
            self._categories.append(category)
            self._numbers.append(value)

    def choose(self, seed: int) -> Sequence[tuple[int, int]]:
        """Return the row number and piece of each document that stays, in the source's order.

        Raises:
            DataError: a weight names a value that no row has.
        """
        config = self._config
        if self._column is None and config.cap is None:
            size = min(config.size, len(self))
            chosen = np.array(sorted(random.Random(seed).sample(range(len(self)), size)), dtype=np.int64)
        else:
            categories = np.frombuffer(self._categories, dtype=np.int32).astype(np.int64)
            bins = _bins(np.frombuffer(self._numbers), config.cap) if config.cap else None
            most = config.cap.most if config.cap else len(self)
            chosen = choose(config.size, categories, self._weights(categories), bins, most, seed)
        rows, pieces = np.frombuffer(self._rows, np.int64), np.frombuffer(self._pieces, np.int32)
        return list(zip(rows[chosen].tolist(), pieces[chosen].tolist(), strict=True))

    def _weights(self, categories: Int) -> Float:
        if self._config.balance is None:
            return np.bincount(categories, minlength=1).astype(np.float64)
        unknown = [name for name in self._config.weights if name not in self._names]
        if unknown:
            raise DataError(
                f"no document that could be sampled has {self._config.balance} {unknown[0]!r}; "
                f"values are {', '.join(sorted(self._names)[:20])}",
                "documents.sample.weights",
            )
        return np.array([self._config.weights.get(name, 1.0) for name in self._names])


def choose(size: int, categories: Int, weights: Float, bins: Int | None, most: int, seed: int) -> Int:
    """Return indices of a sample, ascending: categories by weight, and at most `most` of each bin.

    Documents are put in an order in which, wherever one stops, the categories have come in the proportion of their
    weights, those that have run out aside. So each bin keeps its first `most`, and of these the first `size` stay.

    Args:
        size: documents at most.
        categories: code of each document's category.
        weights: of each category; documents of weight 0 never stay.
        bins: code of each document's bin, or None.
        most: documents per bin at most.
        seed: of the order inside a category.
    """
    left = np.random.default_rng(seed).permutation(len(categories))
    left = left[weights[categories[left]] > 0]
    if bins is not None:
        groups = bins[left] * len(weights) + categories[left]
        place = _rank(groups) / weights[categories[left]]
        left = left[_rank_by(bins[left], place) < most]
    place = _rank(categories[left]) / weights[categories[left]]
    return np.sort(left[np.argsort(place, kind="stable")[:size]])


def _rank(groups: Int) -> Float:
    """Place of each element among those of its group, in their order: 0.5, 1.5 and on."""
    return _rank_by(groups, np.zeros(len(groups))) + 0.5


def _rank_by(groups: Int, key: Float) -> Float:
    """Place of each element among those of its group, by key: 0, 1 and on."""
    order = np.lexsort((key, groups))
    starts = np.flatnonzero(np.diff(groups[order], prepend=-2))
    ranks = np.empty(len(groups))
    ranks[order] = np.arange(len(groups)) - np.repeat(starts, np.diff(starts, append=len(groups)))
    return ranks


def _bins(numbers: Float, cap: CapConfig) -> Int:
    """Code of each number's bin, 0 and more; no number is a bin of its own."""
    codes = np.floor(numbers / cap.width) if cap.width else np.searchsorted(cap.edges or (), numbers, side="right")
    return np.unique(np.where(np.isnan(numbers), np.inf, codes), return_inverse=True)[1].reshape(-1)


def _category(value: object) -> str:
    try:
        return as_category(value) or NO_VALUE
    except BadValueError:
        return NO_VALUE


def _number(value: object) -> float:
    try:
        return np.nan if is_missing(value) else as_number(value)
    except BadValueError:
        return np.nan
