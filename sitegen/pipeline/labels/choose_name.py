"""Chooses the name of each topic among candidates: how well it fits, how many documents it covers, how it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np

from sitegen.pipeline.labels.language_model.ask_names import Asked
from sitegen.pipeline.labels.wording.document_phrases import ParentTexts, TopicTexts
from sitegen.pipeline.labels.wording.name_fit import Likeness, NameFit, measure_names
from sitegen.pipeline.labels.wording.name_rules import (
    NameRules,
    Subject,
    flaw,
    keyword_name,
    name_key,
    tidy,
    title_case,
    told_apart,
)
from sitegen.pipeline.labels.wording.name_words import SMALL_WORDS, content_words, name_words, stems
from sitegen.pipeline.labels.wording.word_shares import WordShares

Source = Literal["llm", "phrase"]
FAR_ENOUGH = 0.15
"""A margin above which a name is not clearer for being farther from other topics."""
CLEAR_LEAD = 0.3
"""The same for a lead."""
FEW_DOCUMENTS = 5
"""Of fewer documents it cannot be said that only one supports a name."""
PHRASES = 24
"""Phrases of the documents that are compared with a topic."""
ENOUGH, MOST = 0.09, 0.5
"""Coverage that a parent's name needs if it fits the parent best, and if it does not."""
JOINED = 4
"""Of so many of the best phrases, two are joined where none tells the topic from others."""


@dataclass(frozen=True)
class Candidate:
    """What a topic might be called.

    Attributes:
        name: as it would stand on the map.
        source: an answer of the model, or a phrase of the documents.
        coverage: the share of the topic's documents that hold all of its words.
        noun: how often the documents have it where nouns stand, 0 to 1; 0.5 if that is not known.
        whole: whether it is all that the model answered.
        inflected: whether its last word is a form that hardly ends a name, such as `started`.
        plural: whether it is the plural, which documents write, of another candidate.
        lead: the share of documents that hold its rarest word, above that of the best other topic.
    """

    name: str
    source: Source
    coverage: float
    noun: float = 0.5
    whole: bool = False
    inflected: bool = False
    plural: bool = False
    lead: float = 0.0


@dataclass(frozen=True)
class Chosen:
    """A name: `llm`, `phrase`, `keywords`, or `none` with an empty name; `reason` says why it is not the model's."""

    name: str
    named_by: str
    reason: str | None = None


def choose_names(
    subjects: Sequence[Subject],
    asked: Sequence[Asked],
    texts: Sequence[TopicTexts | ParentTexts],
    likeness: Likeness,
    rules: NameRules,
    taken: dict[tuple[str, ...], Subject],
    *,
    covering_only: bool = False,
) -> list[Chosen]:
    """Return a name for each subject that no other has; their keys are added to `taken`.

    Args:
        texts: the documents of each subject.
        likeness: of texts to the documents of each subject.
        covering_only: a name that fits another subject better, and that few documents share, is none.
    """
    pools = [candidates(each, subject, of, rules) for subject, each, of in zip(subjects, asked, texts, strict=True)]
    if not covering_only:
        words = WordShares([each.shares() for each in texts], [each.name for pool in pools for each in pool])
        pools = [[replace(each, lead=words.lead(each.name, at)) for each in pool] for at, pool in enumerate(pools)]
    ranked = _ranked(pools, likeness, trusted=not rules.grounded)
    vague = {at for at, found in enumerate(ranked) if not any(fit.rank == 1 for _, fit in found)}
    pairs = [
        joined([each for each, _ in found], of, rules, subject) if at in vague else []
        for at, (found, of, subject) in enumerate(zip(ranked, texts, subjects, strict=True))
    ]
    if any(pairs):
        more = [[*pool, *of] for pool, of in zip(pools, pairs, strict=True)]
        ranked = _ranked(more, likeness, trusted=not rules.grounded)
    chosen = []
    for subject, each, found in zip(subjects, asked, ranked, strict=True):
        name = _choose(subject, each, found, taken, covering_only=covering_only, trusted=not rules.grounded)
        if name.name:
            taken[name_key(name.name)] = subject
        chosen.append(name)
    return chosen


def _choose(
    subject: Subject,
    asked: Asked,
    ranked: Sequence[tuple[Candidate, NameFit]],
    taken: dict[tuple[str, ...], Subject],
    *,
    covering_only: bool,
    trusted: bool,
) -> Chosen:
    covers = [each for each, fit in ranked if not covering_only or _covers(each, fit, trusted=trusted)]
    best = next((each for each in covers if name_key(each.name) not in taken), None)
    if best is not None:
        better = asked.flaw or "a phrase of the documents fits better than the answers"
        return Chosen(best.name, best.source, None if best.source == "llm" else better)
    if covering_only:
        return Chosen("", "none", "no name covers its topics")
    shared = next((name for name in asked.names if name_key(name) in taken), None)
    reason = f"another topic is named {shared}" if shared else asked.flaw
    longer = told_apart(shared, subject, taken[name_key(shared)]) if shared else None
    if longer and name_key(longer) not in taken:
        return Chosen(longer, "llm", reason)
    return Chosen(keyword_name(subject, taken), "keywords", reason)


def _covers(candidate: Candidate, fit: NameFit, *, trusted: bool) -> bool:
    """Whether a name is one of the whole parent; a trusted model may use words that no document holds."""
    enough = 0.0 if trusted and candidate.source == "llm" else ENOUGH
    return candidate.coverage >= (enough if fit.rank == 1 else MOST)


def _ranked(
    pools: Sequence[Sequence[Candidate]], likeness: Likeness, *, trusted: bool
) -> list[list[tuple[Candidate, NameFit]]]:
    """Return the candidates of each subject with their fits, best first; all are measured at once."""
    own = [at for at, pool in enumerate(pools) for _ in pool]
    fits = iter(measure_names([each.name for pool in pools for each in pool], own, likeness))
    return [in_order(pool, [next(fits) for _ in pool], trusted=trusted) for pool in pools]


def candidates(asked: Asked, subject: Subject, texts: TopicTexts | ParentTexts, rules: NameRules) -> list[Candidate]:
    """Return candidate names of a topic: the model's answers, best first, then phrases of its documents.

    A name of the model is left out if most of its words are in one document and no keywords: that document may hold
    an instruction to it.
    """
    whole = {tidy(answer) for answer in asked.answers}
    nouns = {name_key(phrase.text): phrase.noun for phrase in texts.phrases}
    answered = [
        Candidate(
            title_case(name, rules.language),
            "llm",
            texts.coverage(name),
            nouns.get(name_key(name), 0.5),
            name in whole,
            texts.inflected(name),
        )
        for name in asked.names
        if not _of_one_document(name, subject, texts)
    ]
    free = NameRules(rules.max_words, grounded=False, language=rules.language)
    phrases = [
        Candidate(name, "phrase", texts.coverage(name), phrase.noun, inflected=texts.inflected(name))
        for phrase in texts.phrases
        if not flaw(name := title_case(phrase.text, rules.language), subject, free)
    ]
    best = sorted(phrases, key=lambda each: (-form(each) - covering(each), each.name))[:PHRASES]
    found: dict[str, Candidate] = {}
    for each in (*answered, *best):
        found.setdefault(each.name, each)
    return [
        replace(each, plural=each.name.endswith("s") and each.name[:-1] in found and texts.writes(each.name))
        for each in found.values()
    ]


def joined(
    ranked: Sequence[Candidate], texts: TopicTexts | ParentTexts, rules: NameRules, subject: Subject
) -> list[Candidate]:
    """Pairs of the best candidates, for a topic that none of them tells from others."""
    phrases = [each for each in ranked if " and " not in each.name and " or " not in each.name][:JOINED]
    pairs = (Candidate(f"{a.name} and {b.name}", "phrase", 0.0) for a, b in combinations(phrases, 2))
    free = NameRules(rules.max_words, grounded=False, language=rules.language)
    return [
        Candidate(pair.name, pair.source, texts.coverage(pair.name), 0.5)
        for pair in pairs
        if not flaw(pair.name, subject, free)
    ]


def score(candidate: Candidate, fit: NameFit, *, trusted: bool) -> float:
    """How good a name is; the best candidate has the highest score.

    Args:
        trusted: the model is large enough to know better than the documents' own words.
    """
    share = min(fit.margin, FAR_ENOUGH) / FAR_ENOUGH
    margin = 2 * share if fit.rank == 1 else 4 * share - 1
    model = (1.5 if trusted else 0.35 if candidate.whole else 0.1) if candidate.source == "llm" else 0.0
    lead = 0.7 * float(np.clip(candidate.lead, -CLEAR_LEAD, CLEAR_LEAD)) / CLEAR_LEAD
    return margin + lead + 1.5 * fit.fit + model + covering(candidate) + form(candidate)


def covering(candidate: Candidate) -> float:
    """Score a name by how many documents share it."""
    return 1.3 * float(candidate.coverage**0.5)


def form(candidate: Candidate) -> float:
    """How well a name reads, as far as its form tells: about 0 is plain, below is worse."""
    words, content = name_words(candidate.name), content_words(candidate.name)
    points = candidate.noun - 0.5 + 0.3 * candidate.plural
    points += {1: -0.1, 2: 0.15, 3: 0.1, 4: 0.0}.get(len(words), -0.25 * (len(words) - 4))
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


def _of_one_document(name: str, subject: Subject, texts: TopicTexts | ParentTexts) -> bool:
    if len(texts) < FEW_DOCUMENTS:
        return False
    keys = {each for keyword in subject.keywords for each in stems(keyword)}
    content = name_key(name)
    lone = [root for root in content if root not in keys and texts.documents_with(root) == 1]
    return 2 * len(lone) >= len(content)
