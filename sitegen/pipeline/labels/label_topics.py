"""Topics -> TopicLabels: a language model names each topic; where no answer is a name, the keywords do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sitegen.artifacts import LABEL_SCHEMA, PARENT_LABEL_SCHEMA, Documents, TopicLabels, Topics, digest
from sitegen.config import LabelsConfig
from sitegen.pipeline.labels.answer_cache import Questions
from sitegen.pipeline.labels.name_rules import (
    NameRules,
    Subject,
    flaw,
    keyword_name,
    name_key,
    subject_of,
    tidy,
    told_apart,
    usable_description,
    usable_names,
)
from sitegen.pipeline.labels.openai_labeller import endpoint_host
from sitegen.pipeline.labels.prompts import (
    Chat,
    asked_again,
    description_chat,
    name_chat,
    shown_documents,
    told_apart_chat,
)
from sitegen.pipeline.models.find_model import find_model
from sitegen.pipeline.stage import Context

DESCRIPTION_TOKENS = 60


def labeller_revision(*, labels_config: LabelsConfig, seed: int, root: Path) -> str:
    """Names the weights of the labeller, as far as it can be known without loading them."""
    config = labels_config
    if not config.model:
        return "keywords"
    if config.endpoint:
        return f"{config.model} at {endpoint_host(config.endpoint)}"
    revision = find_model(config.model, root, "labels.model").revision
    return f"{revision} @ {config.revision}" if config.revision else revision


def label_topics(
    *, labels_config: LabelsConfig, seed: int, documents: Documents, topics: Topics, context: Context
) -> TopicLabels:
    """One name per topic and per parent of topics, and a description if asked for.

    Raises:
        ModelError: the language model cannot be loaded, or does not answer.
    """
    config = labels_config
    subjects = _subjects(config, topics, documents, seed)
    revision = labeller_revision(labels_config=config, seed=seed, root=context.root)
    questions = Questions(config, seed, revision, context) if config.model and subjects else None
    taken: dict[tuple[str, ...], Subject] = {}
    named = name_subjects(subjects, config, questions, taken, "labels")
    descriptions = describe(subjects, named, config, questions)
    parents = name_parents(topics.parents, subjects, named, config, questions, taken)
    table = [
        {
            "topic": subject.number,
            "name": name.name,
            "named_by": name.named_by,
            "answers": name.answers,
            "description": description,
            "tries": name.tries,
            "keywords": list(subject.keywords[: config.prompt.keywords]) if questions else [],
            "documents": list(subject.rows),
            "reason": name.reason,
        }
        for subject, name, description in zip(subjects, named, descriptions, strict=True)
    ]
    return TopicLabels(
        pa.Table.from_pylist(table, LABEL_SCHEMA),
        _provenance(config, revision, questions),
        parents,
    )


@dataclass(frozen=True)
class Named:
    """A name and how it was found: see `LABEL_SCHEMA`."""

    name: str
    named_by: str
    answers: list[str]
    tries: int
    reason: str | None = None


def name_subjects(
    subjects: Sequence[Subject],
    config: LabelsConfig,
    questions: Questions | None,
    taken: dict[tuple[str, ...], Subject],
    title: str,
) -> list[Named]:
    """A name for each subject that no other has; their keys are added to `taken`.

    All are asked; those whose answers are no names, or names of others, are asked once more. Then a name of another
    gets a keyword that tells it apart, and what has no name is named by its keywords.
    """
    rules = NameRules(
        config.max_words,
        config.grounded,
        config.language,
        frozenset(example.name.casefold() for example in config.prompt.examples),
    )
    rounds = [_Round([], "there is no model") for _ in subjects]
    settled: list[Named | None] = [None] * len(subjects)

    def settle(at: int, name: str | None, reason: str | None = None) -> None:
        found = name or keyword_name(subjects[at], taken)
        taken[name_key(found)] = subjects[at]
        settled[at] = Named(found, "llm" if name else "keywords", rounds[at].answers, rounds[at].tries, reason)

    def ask(numbers: Sequence[int], chats: Sequence[Chat]) -> None:
        given = questions.ask(title, chats, config.max_new_tokens) if questions else []
        for at, answers in zip(numbers, given, strict=False):
            rounds[at] = rounds[at].after(answers, subjects[at], rules)
            free = next((name for name in rounds[at].names if name_key(name) not in taken), None)
            if free:
                settle(at, free)

    def second_chat(at: int) -> Chat:
        if not rounds[at].names:
            return asked_again(config.prompt, subjects[at], rules)
        name = rounds[at].names[0]
        return told_apart_chat(config.prompt, subjects[at], taken[name_key(name)], name)

    everyone = range(len(subjects))
    ask(everyone, [name_chat(config.prompt, subject) for subject in subjects])
    left = [at for at in everyone if settled[at] is None]
    ask(left, [second_chat(at) for at in left])
    for at in everyone:
        if settled[at] is None:
            shared = next(iter(rounds[at].names), None)
            longer = told_apart(shared, subjects[at], taken[name_key(shared)]) if shared else None
            reason = f"another topic is named {shared}" if shared else rounds[at].flaw
            settle(at, longer if longer and name_key(longer) not in taken else None, reason)
    return [name for name in settled if name is not None]


@dataclass(frozen=True)
class _Round:
    """What was answered so far: all answers, the names among them, and what is wrong with the first of the latest."""

    answers: list[str]
    flaw: str | None
    names: tuple[str, ...] = ()
    tries: int = 0

    def after(self, answers: list[str], subject: Subject, rules: NameRules) -> _Round:
        latest = answers[0] if answers else ""
        return _Round(
            [*self.answers, *answers],
            flaw(tidy(latest), subject, rules),
            (*self.names, *usable_names(answers, subject, rules)),
            self.tries + 1,
        )


def describe(
    subjects: Sequence[Subject], named: Sequence[Named], config: LabelsConfig, questions: Questions | None
) -> list[str | None]:
    """A sentence about each topic; None where it was not asked for, or the answer is none."""
    if not config.describe or questions is None:
        return [None] * len(subjects)
    chats = [description_chat(config.prompt, each, name.name) for each, name in zip(subjects, named, strict=True)]
    answers = questions.ask("descriptions", chats, DESCRIPTION_TOKENS)
    return [
        next((text for answer in each if (text := usable_description(answer, config.language))), None)
        for each in answers
    ]


def _subjects(config: LabelsConfig, topics: Topics, documents: Documents, seed: int) -> list[Subject]:
    prompt = config.prompt
    if not (config.model and config.shows_documents):
        return [subject_of(row) for row in topics.rows()]
    return [
        subject_of(
            row,
            shown_documents(
                prompt, documents, np.flatnonzero(topics.assignment == row["topic"]), row["representatives"], seed
            ),
        )
        for row in topics.rows()
    ]


def name_parents(
    parents: pa.Table,
    subjects: Sequence[Subject],
    named: Sequence[Named],
    config: LabelsConfig,
    questions: Questions | None,
    taken: dict[tuple[str, ...], Subject],
) -> pa.Table:
    """Rows of `PARENT_LABEL_SCHEMA`, one for each of `PARENT_SCHEMA`. A parent of one topic has its name."""
    rows = parents.to_pylist()
    several = [row for row in rows if len(row["topics"]) > 1]
    asked = [_parent(row, [subjects[topic] for topic in row["topics"]], config.prompt.documents) for row in several]
    names = iter(name_subjects(asked, config, questions, taken, "parents"))
    table = []
    for row in rows:
        name = next(names) if len(row["topics"]) > 1 else named[row["topics"][0]]
        table.append({"parent": row["parent"], "name": name.name, "named_by": name.named_by, "answers": name.answers})
    return pa.Table.from_pylist(table, PARENT_LABEL_SCHEMA)


def _parent(row: dict[str, Any], children: Sequence[Subject], documents: int) -> Subject:
    """A parent shows the first documents of each of its topics and knows all their words."""
    shown = [list(zip(child.rows, child.documents, strict=True)) for child in children]
    in_turn = [each for each in chain.from_iterable(zip_longest(*shown)) if each is not None]
    topic = {"topic": row["parent"], "keywords": row["keywords"], "keybert": [], "mmr": []}
    parent = subject_of(topic, in_turn[:documents])
    return replace(parent, known=parent.known.union(*(child.known for child in children)))


def _provenance(config: LabelsConfig, revision: str, questions: Questions | None) -> dict[str, str]:
    if questions is None:
        return {}
    return {
        "model": config.model or "",
        "revision": revision,
        "quantization": config.quantization,
        "prompt": digest(config.prompt.model_dump(mode="json")),
        "endpoint": endpoint_host(config.endpoint) if config.endpoint else "",
        "device": "",
        **questions.made_with,
    }
