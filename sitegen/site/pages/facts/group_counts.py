"""Shares of topics in groups of documents, and which of them differ by more than chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ERROR = 0.05
"""How often a comparison of groups that do not differ may claim that they do, over all topics and groups together."""


@dataclass(frozen=True)
class Difference:
    """How the share of a topic in a group differs from that in the other group, or in all others together.

    Attributes:
        row: the topic, a row of the counts.
        group: the group in which it is more frequent.
        value: the share there less the share elsewhere.
        low, high: its interval. All intervals of a comparison hold at once with 95 %.
        p: of Fisher's exact test, corrected for all tests.
        claimed: whether the difference is more than chance: by the test, and its interval excludes zero.
    """

    row: int
    group: int
    value: float
    low: float
    high: float
    p: float
    claimed: bool


def find_differences(counts: Ints, sizes: Ints) -> list[Difference]:
    """Compare each topic between two groups, or in each of several with all others together.

    Those that are claimed come first, the largest difference first; the others by their p-value.

    A difference is claimed by Fisher's exact test (https://doi.org/10.2307/2340521), corrected for the number of topics
    and groups by Holm's method (https://www.jstor.org/stable/4615733). Given the sizes of the groups and of the topic
    the test is exact, so that among groups drawn at random at most `ERROR` of the comparisons claim anything. Intervals
    are Newcombe's hybrid score intervals (https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I)
    at the level of Bonferroni's correction.

    Args:
        counts: int64 (k, g), documents of each topic in each group.
        sizes: int64 (g,), documents of each group.
    """
    from scipy.stats import fisher_exact, norm

    topics, groups = counts.shape
    others = sizes.sum() - sizes
    elsewhere = counts.sum(axis=1, keepdims=True) - counts
    sides = range(groups) if groups > 2 else range(1)
    tests = [(row, group) for row in range(topics) for group in sides]
    values = np.array(
        [
            fisher_exact(
                [
                    [counts[row, group], sizes[group] - counts[row, group]],
                    [elsewhere[row, group], others[group] - elsewhere[row, group]],
                ]
            )[1]
            for row, group in tests
        ]
    )
    corrected = holm(values)
    z = float(norm.isf(ERROR / 2 / max(len(tests), 1)))
    best: dict[int, Difference] = {}
    for (row, group), p in zip(tests, corrected.tolist(), strict=True):
        share, rest = counts[row, group] / sizes[group], elsewhere[row, group] / others[group]
        more = group
        if share < rest:
            if groups > 2:  # a group that has less of it: another one has more
                continue
            more = 1 - group
        low, high = difference_interval(
            int(counts[row, more]), int(sizes[more]), int(elsewhere[row, more]), int(others[more]), z
        )
        found = Difference(row, more, abs(share - rest), low, high, p, p <= ERROR and low > 0)
        if row not in best or (found.p, -found.value) < (best[row].p, -best[row].value):
            best[row] = found
    ranked = sorted(best.values(), key=lambda each: (-each.value, each.row))
    claimed = [each for each in ranked if each.claimed]
    return claimed + sorted((each for each in ranked if not each.claimed), key=lambda each: each.p)


def holm(values: Floats) -> Floats:
    """Return p-values corrected for their number, float64 (m,), by Holm's step-down method."""
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    corrected = np.empty_like(values)
    corrected[order] = np.minimum(stepped, 1)
    return corrected


def share_intervals(counts: Ints, sizes: Ints, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the exact (Clopper-Pearson) interval of each share, float64 as `counts`.

    Clopper and Pearson, https://doi.org/10.1093/biomet/26.4.404.
    """
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = np.where(counts > 0, beta.ppf(tail, np.maximum(counts, 1), sizes - counts + 1), 0.0)
    high = np.where(counts < sizes, beta.ppf(1 - tail, counts + 1, np.maximum(sizes - counts, 1)), 1.0)
    return low, high


def difference_interval(count: int, size: int, other: int, other_size: int, z: float) -> tuple[float, float]:
    """Return Newcombe's interval of `count / size` less `other / other_size`; `z` is the quantile of its level."""
    share, rest = count / size, other / other_size
    low, high = _wilson(count, size, z)
    other_low, other_high = _wilson(other, other_size, z)
    apart = share - rest
    return (
        apart - float(np.hypot(share - low, other_high - rest)),
        apart + float(np.hypot(high - share, rest - other_low)),
    )


def _wilson(count: int, size: int, z: float) -> tuple[float, float]:
    share = count / size
    middle = share + z**2 / (2 * size)
    half = z * float(np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2)))
    return (middle - half) / (1 + z**2 / size), (middle + half) / (1 + z**2 / size)
