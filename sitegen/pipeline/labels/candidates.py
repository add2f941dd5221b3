"""What a topic might be called: the model's answers, phrases of the documents, and what documents tell of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from sitegen.pipeline.labels.language_model.ask_names import Asked
from sitegen.pipeline.labels.score_name import Candidate, covering, form
from sitegen.pipeline.labels.wording.document_phrases import Phrase, TopicTexts
from sitegen.pipeline.labels.wording.name_rules import (
    NameRules,
    Subject,
    flaw,
    name_key,
    tidy,
    title_case,
    usable_names,
)
from sitegen.pipeline.labels.wording.name_words import SMALL_WORDS, content_words, name_words, stems
from sitegen.pipeline.labels.wording.parent_phrases import ParentTexts
from sitegen.pipeline.labels.wording.word_uses import PRIOR, WordUses

FEW_DOCUMENTS = 5
"""Of fewer documents it cannot be said that only one supports a name."""
OFTEN = 1 / 3
"""Of the documents that hold a word, so many hold its plural too if that is the better name."""
PHRASES = 24
"""Phrases of the documents that are compared with a topic."""
JOINED = 4
"""Of so many of the best phrases, two are joined where none tells the topic from others."""


def candidates(
    asked: Asked, subject: Subject, texts: TopicTexts | ParentTexts, rules: NameRules, uses: WordUses
) -> list[Candidate]:
    """Return candidate names of a topic: the model's answers, best first, then phrases of its documents.

    A name of the model is left out if most of its words are in one document and no keywords: that document may hold
    an instruction to it. So is one that joins words of another language by an English `and`.
    """
    roots = texts.roots()
    wide = replace(subject, known=subject.known | roots)
    foreign = frozenset() if rules.english or not rules.grounded else SMALL_WORDS - roots
    whole = {tidy(answer) for answer in asked.answers}
    shared = {tuple(name_words(phrase.text)): phrase for phrase in texts.phrases}
    nouns = {name_key(phrase.text): phrase.noun for phrase in texts.phrases}
    answered = [
        _used(
            Candidate(
                title_case(name, english=rules.english),
                "llm",
                texts.coverage(name),
                noun=nouns.get(name_key(name), 0.5),
                whole=name in whole,
                inflected=texts.inflected(name),
                broken=texts.broken(name),
            ),
            shared.get(tuple(name_words(name))),
            uses,
        )
        for name in dict.fromkeys((*asked.names, *usable_names(asked.answers, wide, rules)))
        if not _of_one_document(name, subject, texts) and foreign.isdisjoint(name_words(name))
    ]
    free = replace(rules, grounded=False, examples=frozenset())
    phrases = [
        _used(
            Candidate(name, "phrase", texts.coverage(name), noun=phrase.noun, inflected=texts.inflected(name)),
            phrase,
            uses,
        )
        for phrase in texts.phrases
        if not flaw(name := title_case(phrase.text, english=rules.english), subject, free)
    ]
    best = sorted(phrases, key=lambda each: (-form(each) - covering(each), each.name))[:PHRASES]
    found: dict[str, Candidate] = {}
    for each in (*answered, *best):
        found.setdefault(each.name, each)
    return [_plural(each, found) for each in found.values()]


def _plural(candidate: Candidate, found: Mapping[str, Candidate]) -> Candidate:
    """Return a candidate that counts as its singular where documents write the plural often too."""
    one = found.get(candidate.name[:-1]) if candidate.name.endswith("s") else None
    if one is None or not candidate.written or candidate.written < OFTEN * one.written:
        return candidate
    return replace(candidate, plural=True, written=max(candidate.written, one.written))


def _used(candidate: Candidate, phrase: Phrase | None, uses: WordUses) -> Candidate:
    """Return a candidate with what its own use in the documents, and that of its words, tells about it."""
    last = [name_words(part)[-1] for part in candidate.name.split(" and ")]
    ends = min(map(uses.ends, last))
    if phrase is not None and phrase.seen:
        ends = (phrase.closed + PRIOR * ends) / (phrase.seen + PRIOR)
    goes_on = phrase.neighbor / (phrase.seen + PRIOR) if phrase is not None else 0.0
    code = all(map(uses.is_code, content_words(candidate.name)))
    written = phrase.share if phrase is not None else 0.0
    return replace(candidate, written=written, head=min(map(uses.noun, last)), ends=ends, goes_on=goes_on, code=code)


def joined(
    ranked: Sequence[Candidate], texts: TopicTexts | ParentTexts, rules: NameRules, subject: Subject
) -> list[Candidate]:
    """Return pairs of the best candidates, for an English topic that none of them tells from others."""
    if not texts.uses.english:
        return []
    phrases = [each for each in ranked if " and " not in each.name and " or " not in each.name][:JOINED]
    pairs = (Candidate(f"{a.name} and {b.name}", "phrase", 0.0) for a, b in combinations(phrases, 2))
    free = replace(rules, grounded=False, examples=frozenset())
    return [
        Candidate(pair.name, pair.source, texts.coverage(pair.name))
        for pair in pairs
        if not flaw(pair.name, subject, free)
    ]


def _of_one_document(name: str, subject: Subject, texts: TopicTexts | ParentTexts) -> bool:
    if len(texts) < FEW_DOCUMENTS:
        return False
    keys = {each for keyword in subject.keywords for each in stems(keyword)}
    content = name_key(name)
    lone = [root for root in content if root not in keys and texts.documents_with(root) == 1]
    return 2 * len(lone) >= len(content)
