"""Asks a language model for the names of topics, and again where an answer is no name or the name of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sitegen.config import LabelsConfig
from sitegen.pipeline.labels.language_model.answer_cache import NOT_ASKED, CachedLabeller
from sitegen.pipeline.labels.language_model.labeller import Reply
from sitegen.pipeline.labels.language_model.prompts import asked_again, name_chat, told_apart_chat
from sitegen.pipeline.labels.wording.name_rules import NameRules, Subject, flaw, name_key, tidy, usable_names

NEARLY_ALL = 0.9
"""The share of topics without any name among their answers that is worth a warning."""
TOO_SHORT = "length"
"""How servers say that the answer was cut at its limit of tokens."""


@dataclass(frozen=True)
class Asked:
    """What was answered about a subject.

    Attributes:
        answers: all of them.
        names: those that are names, and names that others begin with, best first.
        flaw: what is wrong with the first answer of the last round; None if it is a name.
        finish: why the last answer ended, as the server says it; empty if it does not.
        tries: how often the model was asked.
    """

    answers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    flaw: str | None = None
    finish: str = ""
    tries: int = 0

    def after(self, reply: Reply, subject: Subject, rules: NameRules) -> Asked:
        """Add one more reply."""
        latest = reply.texts[0] if reply.texts else ""
        return Asked(
            (*self.answers, *reply.texts),
            (*self.names, *usable_names(reply.texts, subject, rules)),
            "the model was not asked yet" if reply.finish == NOT_ASKED else flaw(tidy(latest), subject, rules),
            reply.finish,
            self.tries + (reply.finish != NOT_ASKED),
        )


def ask_names(
    subjects: Sequence[Subject], config: LabelsConfig, rules: NameRules, questions: CachedLabeller, title: str
) -> list[Asked]:
    """Ask about each subject; once more where no answer is a name, or each is a name of a subject before it.

    Raises:
        ModelError: the labeller cannot be loaded, or does not answer.
    """
    asked = [Asked() for _ in subjects]

    def ask(numbers: Sequence[int], chats: Sequence[list[dict[str, str]]]) -> None:
        for at, reply in zip(numbers, questions.ask(title, chats, config.max_new_tokens), strict=True):
            asked[at] = asked[at].after(reply, subjects[at], rules)

    ask(range(len(subjects)), [name_chat(config.prompt, subject) for subject in subjects])
    first: dict[tuple[str, ...], Subject] = {}
    again = {}
    for at, subject in enumerate(subjects):
        names = asked[at].names
        free = next((name for name in names if name_key(name) not in first), None)
        if free is not None:
            first[name_key(free)] = subject
        elif names:
            again[at] = told_apart_chat(config.prompt, subject, first[name_key(names[0])], names[0])
        else:
            again[at] = asked_again(config.prompt, subject, rules)
    ask(list(again), list(again.values()))
    return asked


def refusals(asked: Sequence[Asked]) -> str | None:
    """Return the warning where nearly no answer is a name: how many, and the commonest reason."""
    without = [each for each in asked if not each.names and each.finish != NOT_ASKED]
    if not without or len(without) < NEARLY_ALL * len(asked):
        return None
    (reason, finish), _ = Counter((each.flaw or "", each.finish) for each in without).most_common(1)[0]
    ended = f", finish reason {finish}" if finish else ""
    hint = "; raise labels.max_new_tokens, or turn off the model's thinking" if finish == TOO_SHORT else ""
    return f"{len(without)} of {len(asked)} topics got no name from the model: mostly {reason}{ended}{hint}"
