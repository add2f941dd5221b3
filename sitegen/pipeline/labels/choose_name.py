"""Chooses the name of each topic among candidates: how well it fits, how many documents it covers, how it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sitegen.pipeline.labels.candidates import candidates, joined
from sitegen.pipeline.labels.language_model.ask_names import Asked
from sitegen.pipeline.labels.score_name import ENOUGH, Candidate, in_order
from sitegen.pipeline.labels.wording.document_phrases import TopicTexts
from sitegen.pipeline.labels.wording.name_fit import Likeness, NameFit, measure_names
from sitegen.pipeline.labels.wording.name_rules import NameRules, Subject, keyword_name, name_key, told_apart
from sitegen.pipeline.labels.wording.parent_phrases import ParentTexts
from sitegen.pipeline.labels.wording.word_shares import WordShares
from sitegen.pipeline.labels.wording.word_uses import joined_uses

MOST = 0.5
"""Coverage that a parent's name needs if it fits another parent better; `ENOUGH` if it does not.

So many of its topics need documents of their own with the name: else it is the name of a few of them.
"""
APART = 1.5
"""Times as often as in the topics of other parents, a topic holds the name of its parent."""


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
    own_words = not rules.grounded
    uses = joined_uses([each.uses for each in texts])
    pools = [
        candidates(each, subject, of, rules, uses) for subject, each, of in zip(subjects, asked, texts, strict=True)
    ]
    if covering_only:
        pools = [
            [each for each in pool if (own_words and each.source == "llm") or _is_of_most(each, of, texts)]
            for pool, of in zip(pools, texts, strict=True)
        ]
    else:
        words = WordShares([each.shares() for each in texts], [each.name for pool in pools for each in pool])
        pools = [
            [replace(each, lead=words.lead(each.name, at), common=words.common(each.name, at)) for each in pool]
            for at, pool in enumerate(pools)
        ]
    ranked = _ranked(pools, likeness, trusted=own_words)
    vague = {at for at, found in enumerate(ranked) if not any(fit.rank == 1 for _, fit in found)}
    pairs = [
        joined([each for each, _ in found], of, rules, subject) if at in vague else []
        for at, (found, of, subject) in enumerate(zip(ranked, texts, subjects, strict=True))
    ]
    if any(pairs):
        more = [[*pool, *of] for pool, of in zip(pools, pairs, strict=True)]
        ranked = _ranked(more, likeness, trusted=own_words)
    chosen = []
    for subject, each, found in zip(subjects, asked, ranked, strict=True):
        name = _choose(subject, each, found, taken, covering_only=covering_only, trusted=own_words)
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


def _is_of_most(
    candidate: Candidate, texts: TopicTexts | ParentTexts, every: Sequence[TopicTexts | ParentTexts]
) -> bool:
    """Whether most topics of a parent hold a name, and hold it more often than topics elsewhere."""
    own = texts.coverages(candidate.name)
    if sum(share >= ENOUGH for share in own) < MOST * len(own):
        return False
    elsewhere = [share for each in every if each is not texts for share in each.coverages(candidate.name)]
    enough = max(ENOUGH, APART * sum(elsewhere) / max(len(elsewhere), 1))
    return sum(share >= enough for share in own) >= MOST * len(own)


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
