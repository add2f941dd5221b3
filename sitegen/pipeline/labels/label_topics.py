"""Topics -> TopicLabels: a language model names each topic, or a phrase of its documents, or its keywords."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, pairwise, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts import (
    LABEL_SCHEMA,
    PARENT_LABEL_SCHEMA,
    Documents,
    Embeddings,
    Int32,
    TopicLabels,
    Topics,
    digest,
    take_rows,
)
from sitegen.config import EmbeddingsConfig, LabelsConfig, TopicsConfig
from sitegen.errors import DataError
from sitegen.pipeline.embeddings.embedder import word_encoder
from sitegen.pipeline.labels.answer_cache import CachedLabeller
from sitegen.pipeline.labels.ask_names import Asked, ask_names, refusals
from sitegen.pipeline.labels.choose_name import Chosen, choose_names
from sitegen.pipeline.labels.document_phrases import ParentTexts, TopicTexts
from sitegen.pipeline.labels.name_fit import Likeness, likeness_by_embedder, likeness_by_words, measure_names
from sitegen.pipeline.labels.name_rules import (
    NameRules,
    Subject,
    keyword_name,
    name_key,
    subject_of,
    usable_description,
)
from sitegen.pipeline.labels.openai_labeller import endpoint_host
from sitegen.pipeline.labels.prompts import description_chat, shown_documents
from sitegen.pipeline.models.find_model import find_model
from sitegen.pipeline.stage import Context
from sitegen.pipeline.topics.topic_vectors import mean_vectors
from sitegen.pipeline.topics.vectorizer import DETECT_DOCUMENTS, stop_words_of

DESCRIPTION_TOKENS = 60
READ, MOST_READ, FEWEST_READ = 20_000, 300, 20
"""Documents that are read for phrases: of all topics together, and of each at most and at least."""


def labeller_revision(
    *,
    labels_config: LabelsConfig,
    topics_config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    seed: int,
    root: Path,
) -> str:
    """Names the weights of the labeller, as far as it can be known without loading them."""
    config = labels_config
    if not config.model:
        return "keywords"
    if config.endpoint:
        return f"{config.model} at {endpoint_host(config.endpoint)}"
    revision = find_model(config.model, root, "labels.model").revision
    return f"{revision} @ {config.revision}" if config.revision else revision


def label_topics(
    *,
    labels_config: LabelsConfig,
    topics_config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    seed: int,
    documents: Documents,
    embeddings: Embeddings,
    topics: Topics,
    context: Context,
) -> TopicLabels:
    """One name per topic and per parent of topics, how well each fits, and a description if asked for.

    Raises:
        ModelError: the language model or the embedder cannot be loaded, or does not answer.
    """
    config = labels_config
    subjects = _subjects(config, topics, documents, seed)
    revision = labeller_revision(
        labels_config=config,
        topics_config=topics_config,
        embeddings_config=embeddings_config,
        seed=seed,
        root=context.root,
    )
    questions = CachedLabeller(config, seed, revision, context) if config.model and subjects else None
    namer = Namer(config, topics_config, embeddings_config, documents, embeddings, topics, questions, context)
    stop_words = _stop_words(topics_config, documents) if questions else frozenset()
    named = namer.name_topics(subjects, stop_words)
    descriptions = describe(subjects, named, config, questions)
    return TopicLabels(
        pa.Table.from_pylist(_rows(subjects, named, descriptions, config, asked=questions is not None), LABEL_SCHEMA),
        _provenance(config, revision, questions),
        name_parents(topics, subjects, namer),
    )


def name_some(
    ranks: Sequence[int],
    names: Mapping[int, str],
    *,
    labels_config: LabelsConfig,
    topics_config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    seed: int,
    documents: Documents,
    embeddings: Embeddings,
    topics: Topics,
    context: Context,
) -> list[dict[str, Any]]:
    """Return rows of `LABEL_SCHEMA` for some topics, whose names differ from those of the others, by rank.

    Raises:
        ModelError: as `label_topics`.
    """
    config = labels_config
    subjects = _subjects(config, topics, documents, seed)
    some = [subjects[rank] for rank in ranks]
    revision = labeller_revision(
        labels_config=config,
        topics_config=topics_config,
        embeddings_config=embeddings_config,
        seed=seed,
        root=context.root,
    )
    questions = CachedLabeller(config, seed, revision, context) if config.model else None
    namer = Namer(config, topics_config, embeddings_config, documents, embeddings, topics, questions, context)
    namer.take({name: subjects[rank] for rank, name in names.items() if rank not in ranks})
    named = namer.name_topics(some, _stop_words(topics_config, documents) if questions else frozenset())
    return _rows(some, named, describe(some, named, config, questions), config, asked=questions is not None)


def _rows(
    subjects: Sequence[Subject],
    named: Sequence[Named],
    descriptions: Sequence[str | None],
    config: LabelsConfig,
    *,
    asked: bool,
) -> list[dict[str, Any]]:
    """Return rows of `LABEL_SCHEMA`."""
    return [
        {
            "topic": subject.number,
            "name": name.name,
            "named_by": name.named_by,
            "answers": list(name.answers),
            "description": description,
            "tries": name.tries,
            "keywords": list(subject.keywords[: config.prompt.keywords]) if asked else [],
            "documents": list(subject.rows),
            "reason": name.reason,
            **name.fit,
        }
        for subject, name, description in zip(subjects, named, descriptions, strict=True)
    ]


@dataclass(frozen=True)
class Named:
    """A name, how it was found and how well it fits: see `LABEL_SCHEMA`."""

    name: str
    named_by: str
    answers: tuple[str, ...]
    tries: int
    reason: str | None
    fit: dict[str, Any]


class Namer:
    """Names groups of documents: topics first, then parents of topics; no two names are alike."""

    def __init__(
        self,
        config: LabelsConfig,
        topics_config: TopicsConfig,
        embeddings_config: EmbeddingsConfig,
        documents: Documents,
        embeddings: Embeddings,
        topics: Topics,
        questions: CachedLabeller | None,
        context: Context,
    ) -> None:
        self.config = config
        self._questions = questions
        self._report = context.report
        self._taken: dict[tuple[str, ...], Subject] = {}
        table, rows = documents.table.select(["text"]), rows_to_read(topics.assignment, len(topics))
        self._texts = [take_rows(table, of).column("text").to_pylist() for of in rows]
        self._shared: list[TopicTexts] = []
        self._vectors = mean_vectors(embeddings.vectors, topics.assignment, len(topics))
        try:
            self._encode = word_encoder(embeddings_config, embeddings.vectors.shape[1], context) if rows else None
        except DataError:  # other vectors than the model's were given, and topics have no keywords by meaning either
            self._encode = None

    def take(self, names: Mapping[str, Subject]) -> None:
        """Keep names from being given again: those that subjects have already."""
        self._taken |= {name_key(name): subject for name, subject in names.items()}

    def name_topics(self, subjects: Sequence[Subject], stop_words: Collection[str]) -> list[Named]:
        """Return a name for each of these topics, by which none of all topics is closer.

        `stop_words` do not begin or end a phrase of the documents.
        """
        own = [subject.number for subject in subjects]
        order = [*own, *sorted(set(range(len(self._texts))).difference(own))]
        if self._questions:
            self._shared = [
                TopicTexts(self._texts[subject.number], subject.every_keyword, stop_words) for subject in subjects
            ]
        named = self._name(subjects, self._shared, self._likeness([[at] for at in order]), "labels")
        return [replace(each, fit=_renumbered(each.fit, order)) for each in named]

    def name_parents(self, subjects: Sequence[Subject], topics: Sequence[Sequence[int]]) -> list[Named]:
        """Return a name for each parent, of topics that are named already.

        It is empty where no name covers the topics.
        """
        shared = [ParentTexts([self._shared[topic] for topic in each]) for each in topics] if self._questions else []
        return self._name(subjects, shared, self._likeness(topics), "parents")

    def _name(
        self,
        subjects: Sequence[Subject],
        texts: Sequence[TopicTexts | ParentTexts],
        likeness: Likeness,
        title: str,
    ) -> list[Named]:
        config, questions = self.config, self._questions
        asked = [Asked(flaw="there is no model") for _ in subjects]
        if questions is None or not subjects:
            chosen = [Chosen(self._by_keywords(subject), "keywords", "there is no model") for subject in subjects]
        else:
            rules = NameRules(
                config.max_words,
                config.grounded,
                config.language,
                frozenset(example.name.casefold() for example in config.prompt.examples),
            )
            asked = ask_names(subjects, config, rules, questions, title)
            if warning := refusals(asked):
                self._report.warn(warning)
            parents = title == "parents"
            chosen = choose_names(subjects, asked, texts, likeness, rules, self._taken, covering_only=parents)
        fits = measure_names([each.name for each in chosen], range(len(subjects)), likeness)
        return [
            Named(name.name, name.named_by, each.answers, each.tries, name.reason, asdict(fit) if name.name else {})
            for name, each, fit in zip(chosen, asked, fits, strict=True)
        ]

    def _by_keywords(self, subject: Subject) -> str:
        name = keyword_name(subject, self._taken)
        self._taken[name_key(name)] = subject
        return name

    def _likeness(self, groups: Sequence[Sequence[int]]) -> Likeness:
        """Of texts to groups of topics, in which each topic counts as much as any other."""
        group_of = np.full(len(self._texts), -1, np.int32)
        for number, topics in enumerate(groups):
            group_of[list(topics)] = number
        if self._encode is not None:
            return likeness_by_embedder(self._encode, mean_vectors(self._vectors, group_of, len(groups)))
        own = [(text, group) for group, texts in zip(group_of.tolist(), self._texts, strict=True) for text in texts]
        inside = [(text, group) for text, group in own if group >= 0]
        return likeness_by_words((text for text, _ in inside), (group for _, group in inside), len(groups))


def _renumbered(fit: dict[str, Any], order: Sequence[int]) -> dict[str, Any]:
    """Return a fit whose `nearest` is a topic, not a place in `order`."""
    return {**fit, "nearest": order[fit["nearest"]]} if fit.get("nearest") is not None else fit


def rows_to_read(assignment: Int32, count: int) -> list[npt.NDArray[np.int64]]:
    """Rows of each group's documents to read for phrases, evenly spread over them.

    Args:
        assignment: int32 (n,), the group of each document, -1 outside.
    """
    most = int(np.clip(READ // max(count, 1), FEWEST_READ, MOST_READ))
    order = np.argsort(assignment, kind="stable")
    bounds = np.searchsorted(assignment[order], np.arange(count + 1))
    members = [order[start:end] for start, end in pairwise(bounds)]
    return [each[np.linspace(0, len(each) - 1, min(most, len(each))).astype(np.int64)] for each in members]


def _stop_words(config: TopicsConfig, documents: Documents) -> frozenset[str]:
    first = documents.table.column("text").slice(0, DETECT_DOCUMENTS).to_pylist()
    return stop_words_of(config.stop_words, first) | set(config.extra_stop_words)


def describe(
    subjects: Sequence[Subject], named: Sequence[Named], config: LabelsConfig, questions: CachedLabeller | None
) -> list[str | None]:
    """Return a sentence about each topic; None where it was not asked for, or the answer is none."""
    if not config.describe or questions is None:
        return [None] * len(subjects)
    chats = [description_chat(config.prompt, each, name.name) for each, name in zip(subjects, named, strict=True)]
    replies = questions.ask("descriptions", chats, DESCRIPTION_TOKENS)
    return [
        next((text for answer in reply.texts if (text := usable_description(answer, config.language))), None)
        for reply in replies
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


def name_parents(topics: Topics, subjects: Sequence[Subject], namer: Namer) -> pa.Table:
    """Rows of `PARENT_LABEL_SCHEMA`, one for each of `PARENT_SCHEMA`."""
    rows = topics.parents.to_pylist()
    asked = [
        _parent(row, number, [subjects[topic] for topic in row["topics"]], namer.config.prompt.documents)
        for number, row in enumerate(rows)
    ]
    named = namer.name_parents(asked, [row["topics"] for row in rows])
    table = [
        {
            "parent": row["parent"],
            "name": name.name,
            "named_by": name.named_by,
            "answers": list(name.answers),
            **name.fit,
        }
        for row, name in zip(rows, named, strict=True)
    ]
    return pa.Table.from_pylist(table, PARENT_LABEL_SCHEMA)


def _parent(row: dict[str, Any], number: int, children: Sequence[Subject], documents: int) -> Subject:
    """Return the subject that a parent is: the first documents of each of its topics, and all their words."""
    shown = [list(zip(child.rows, child.documents, strict=True)) for child in children]
    in_turn = [each for each in chain.from_iterable(zip_longest(*shown)) if each is not None]
    topic = {"topic": number, "keywords": row["keywords"], "keybert": [], "mmr": []}
    parent = subject_of(topic, in_turn[:documents])
    return replace(parent, known=parent.known.union(*(child.known for child in children)))


def _provenance(config: LabelsConfig, revision: str, questions: CachedLabeller | None) -> dict[str, str]:
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
