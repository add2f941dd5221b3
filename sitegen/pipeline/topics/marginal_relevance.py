"""Chooses what is relevant and unlike what is chosen already.

Carbonell and Goldstein, https://doi.org/10.1145/290941.291025.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


def maximal_marginal_relevance(
    relevance: Floats, likeness_to: Callable[[int], Floats], diversity: float, limit: int
) -> list[int]:
    """Return the numbers of at most `limit` candidates, the best first.

    Args:
        relevance: (m,), of each candidate.
        likeness_to: the likeness of all candidates to the one of a number, (m,).
        diversity: 0 looks at the relevance only, 1 at the likeness only.
    """
    chosen = [int(relevance.argmax())]
    likeness = likeness_to(chosen[0])
    while len(chosen) < min(limit, len(relevance)):
        score = (1 - diversity) * relevance - diversity * likeness
        score[chosen] = -np.inf
        chosen.append(int(score.argmax()))
        likeness = np.maximum(likeness, likeness_to(chosen[-1]))
    return chosen[:limit]
