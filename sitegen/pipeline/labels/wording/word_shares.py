"""Whose words a name's words are: how many documents of its own topic hold them, and how many of any other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sitegen.pipeline.labels.wording.name_words import content_words, stem


class WordShares:
    """The share of each topic's documents that hold each of some stems."""

    def __init__(self, shares: Sequence[Mapping[str, float]], names: Collection[str]) -> None:
        """Keep what the names need.

        Args:
            shares: of each topic, by stem.
        """
        needed = {root for name in names for root in _roots(name)}
        self._shares: dict[str, npt.NDArray[np.float32]] = {
            root: np.array([of.get(root, 0.0) for of in shares], np.float32) for root in sorted(needed)
        }

    def lead(self, name: str, own: int) -> float:
        """Return the share of the name's rarest word in its own topic, above that in the best other one: -1 to 1."""
        rarest = np.min([self._shares[root] for root in _roots(name)], axis=0)
        return float(rarest[own] - np.delete(rarest, own).max(initial=0.0))

    def common(self, name: str, own: int) -> float:
        """Return how common its words are in all topics, in the mean, as a part of their share in its own: 0 to 1."""
        shares = [self._shares[root] for root in _roots(name)]
        return float(np.mean([min(of.mean() / of[own], 1.0) if of[own] else 1.0 for of in shares]))


def _roots(name: str) -> list[str]:
    return [stem(word) for word in content_words(name)]
