"""How good a candidate is as a name: how well it fits, how many documents it covers, how it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from sitegen.pipeline.labels.wording.name_fit import NameFit
from sitegen.pipeline.labels.wording.name_words import SMALL_WORDS, content_words, name_words

Source = Literal["llm", "phrase"]
FAR_ENOUGH = 0.15
"""A margin above which a name is hardly clearer for being farther from other topics."""
CLEAR_LEAD = 0.3
"""A lead above which it is not clearer for leading by more."""
ENOUGH = 0.09
"""Coverage below which hardly any document supports a name."""
COMMON = 0.3
"""A word is common if all topics hold it so often, as a part of its share in its own topic."""
NOUN = 0.4
"""A last word that is a noun less often than this is a verb or an adjective."""
ENDS = 0.5
"""A phrase that may end less often than this is cut."""
GOES_ON = 0.5
"""A phrase that has the same word beside it more often than this is a part of a longer one."""
ARTICLES = frozenset(["a", "an", "the", "your"])


@dataclass(frozen=True)
class Candidate:
    """What a topic might be called. What is not known of it is at the value that decides nothing.

    Attributes:
        name: as it would stand on the map.
        source: an answer of the model, or a phrase of the documents.
        coverage: the share of the topic's documents that hold all of its words, in any form and order.
        written: the share of them that hold it as it is.
        lead: the share of documents that hold its rarest word, above that of the best other topic.
        common: how common its words are in all topics, as a part of their share in its own: 0 to 1.
        noun: how often the documents have it where nouns stand, 0 to 1.
        head: how often they use its last word as a noun, 0 to 1.
        ends: how often they let it end where it does.
        goes_on: how often one and the same word stands beside it.
        whole: whether it is all that the model answered.
        inflected: whether its last word is a form that hardly ends a name, such as `started`.
        plural: whether it is the plural, which documents write often, of another candidate.
        code: whether they write all its words as code.
        broken: whether it holds a keyword that lacks a stop word.
    """

    name: str
    source: Source
    coverage: float
    written: float = 0.0
    lead: float = 0.0
    common: float = 0.0
    noun: float = 0.5
    head: float = 0.5
    ends: float = 0.5
    goes_on: float = 0.0
    whole: bool = False
    inflected: bool = False
    plural: bool = False
    code: bool = False
    broken: bool = False


def score(candidate: Candidate, fit: NameFit, *, trusted: bool) -> float:
    """Rate how good a name is; the best candidate has the highest score.

    Args:
        trusted: the model is large enough to know better than the documents' own words.
    """
    share = min(fit.margin, FAR_ENOUGH) / FAR_ENOUGH
    farther = 0.3 * float(np.clip((fit.margin - FAR_ENOUGH) / FAR_ENOUGH, 0, 1))
    margin = 2 * share + farther if fit.rank == 1 else 4 * share - 1
    model = (1.5 if trusted else 0.35 if candidate.whole else 0.1) if candidate.source == "llm" else 0.0
    lead = 0.7 * float(np.clip(candidate.lead, -CLEAR_LEAD, CLEAR_LEAD)) / CLEAR_LEAD
    rare = 0.0 if trusted and candidate.source == "llm" else 8 * max(ENOUGH - candidate.coverage, 0)
    return margin + lead + 1.5 * fit.fit + model + covering(candidate) - rare + form(candidate)


def covering(candidate: Candidate) -> float:
    """Score a name by how many documents share it."""
    return 1.3 * float(((candidate.coverage + 3 * candidate.written) / 4) ** 0.5)


def form(candidate: Candidate) -> float:
    """Rate how well a name reads by its form and its use in the documents: about 0 is plain, below is worse.

    A name that ends where documents go on is cut: Feng and others, https://doi.org/10.1162/089120104773633394, find
    words by how many different ones stand beside them. One that hardly occurs but beside the same word is a part of a
    term: Frantzi and others, https://doi.org/10.1007/s007999900023.
    """
    words, content = name_words(candidate.name), content_words(candidate.name)
    points = 1.1 * (candidate.noun - 0.5) + 0.4 * candidate.plural
    points -= max(candidate.common - COMMON, 0)
    points += min(candidate.head - NOUN, 0)
    points += 3 * min(candidate.ends - ENDS, 0) - 2 * max(candidate.goes_on - GOES_ON, 0)
    points -= 0.7 * candidate.code + 0.7 * candidate.broken
    points -= 0.3 * any(b in ARTICLES and a not in SMALL_WORDS for a, b in pairwise(words))
    points += {1: -0.25, 2: 0.15, 3: 0.1, 4: 0.0}.get(len(words), -0.25 * (len(words) - 4))
    points -= 0.02 * max(len(candidate.name) - 24, 0)
    points -= 0.2 * (words.count("and") + words.count("or")) + 0.5 * words.count("to")
    points -= candidate.inflected
    points -= 1.5 * ("," in candidate.name)
    points -= 0.5 * (words[0] in SMALL_WORDS and words[0] not in ("a", "an", "the"))
    points -= 0.3 * sum(any(map(str.isdigit, word)) for word in content)
    return points


def in_order(found: Sequence[Candidate], fits: Sequence[NameFit], *, trusted: bool) -> list[tuple[Candidate, NameFit]]:
    """Return the candidates of a topic with their fits, best first."""
    points = [score(each, fit, trusted=trusted) for each, fit in zip(found, fits, strict=True)]
    ranked = sorted(range(len(found)), key=lambda at: (-points[at], at))
    return [(found[at], fits[at]) for at in ranked]
