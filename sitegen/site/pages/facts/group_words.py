"""Words that set two groups of documents apart within a topic.

Log-odds ratios with a prior of all documents of the topic: Monroe, Colaresi and Quinn, "Fightin' Words",
https://doi.org/10.1093/pan/mpn018. A word counts once per document, so that no document speaks for its group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from sitegen.site.search.tokens import tokens

PRIOR = 20
"""Documents that the prior counts for in each group."""
FEWEST = 5
"""Documents that must hold a word, of both groups together."""
MOST_WORDS = 8
ERROR = 0.05


def document_words(text: str) -> set[str]:
    """Return the words of a text, each once; no numbers and no single letters."""
    return {word for word in tokens(text) if len(word) > 1 and not word.isdigit()}


def words_apart(pairs: Sequence[tuple[Sequence[set[str]], Sequence[set[str]]]]) -> list[tuple[list[str], list[str]]]:
    """Return the words of either group in each topic, those that set it apart most first.

    A word is told if its z-score is beyond what 95 % of comparisons without any difference reach in all topics and
    words together (Bonferroni).

    Args:
        pairs: of each topic, the words of the documents of one group and of the others.
    """
    scored = [_scores(*pair) for pair in pairs]
    tests = sum(map(len, scored))
    limit = NormalDist().inv_cdf(1 - ERROR / 2 / tests) if tests else np.inf
    found = []
    for scores in scored:
        ranked = sorted(scores.items(), key=lambda each: (-abs(each[1]), each[0]))
        more = [word for word, z in ranked if z > limit][:MOST_WORDS]
        less = [word for word, z in ranked if z < -limit][:MOST_WORDS]
        found.append((more, less))
    return found


def _scores(one: Sequence[set[str]], other: Sequence[set[str]]) -> dict[str, float]:
    """Return the z-score of each word, positive where `one` has it more often."""
    if not one or not other:
        return {}
    counts = [Counter(word for words in group for word in words) for group in (one, other)]
    total = counts[0] + counts[1]
    documents = len(one) + len(other)
    scores = {}
    for word, count in total.items():
        if count < FEWEST or count == documents:
            continue
        prior = PRIOR * count / documents
        odds, variance = [], 0.0
        for group, size in zip(counts, (len(one), len(other)), strict=True):
            having, without = group[word] + prior, size - group[word] + PRIOR - prior
            odds.append(np.log(having / without))
            variance += 1 / having + 1 / without
        scores[word] = float((odds[0] - odds[1]) / np.sqrt(variance))
    return scores
