"""Topics -> TopicLabels: a language model names each topic, or a phrase of its documents, or its keywords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from pathlib import Path

import numpy as np
import pyarrow as pa

from sitegen.artifacts import (
    LABEL_SCHEMA,
    PARENT_LABEL_SCHEMA,
    Documents,
    Embeddings,
    LabelRow,
    ParentRow,
    TopicLabels,
    Topics,
    TopicWords,
    digest,
)
from sitegen.config import DatasetConfig, EmbeddingsConfig, LabelsConfig, TopicsConfig
from sitegen.pipeline.labels.language_model.answer_cache import CachedLabeller
from sitegen.pipeline.labels.language_model.engine import choose_engine
from sitegen.pipeline.labels.language_model.openai_labeller import endpoint_host
from sitegen.pipeline.labels.language_model.prompt_language import in_language
from sitegen.pipeline.labels.language_model.prompts import description_chat, shown_documents
from sitegen.pipeline.labels.namer import Named, Namer
from sitegen.pipeline.labels.wording.name_rules import (
    Subject,
    subject_of,
    usable_description,
)
from sitegen.pipeline.models.find_model import find_model
from sitegen.pipeline.models.hub_errors import reach_model
from sitegen.pipeline.stage import Context
from sitegen.pipeline.topics.vectorizer import DETECT_DOCUMENTS, language_other_than, stop_words_of

DESCRIPTION_TOKENS = 60


def labeller_revision(
    *,
    labels_config: LabelsConfig,
    topics_config: TopicsConfig,
    embeddings_config: EmbeddingsConfig,
    seed: int,
    root: Path,
) -> str:
    """Name the weights of the labeller and what runs them, as far as it can be known without loading them."""
    revision = _weights_revision(labels_config, root)
    if labels_config.model and not labels_config.endpoint:
        revision = f"{revision}; {choose_engine(labels_config).summary}"
    return revision


def _weights_revision(config: LabelsConfig, root: Path) -> str:
    if not config.model:
        return "keywords"
    if config.endpoint:
        return f"{config.model} at {endpoint_host(config.endpoint)}"
    revision = find_model(config.model, root, "labels.model").revision
    return f"{revision} @ {config.revision}" if config.revision else revision


def reach_labeller(dataset: DatasetConfig) -> None:
    """Raise a ModelError if the labeller is to be downloaded and cannot be."""
    if dataset.labels.endpoint is None:
        reach_model(dataset.labels.model, "labels", dataset.labels.revision)


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
    """Name each topic and each parent of topics, measure how well each name fits, and describe topics if asked to.

    Raises:
        ModelError: the language model or the embedder cannot be loaded, or does not answer.
    """
    config = in_language(labels_config)
    subjects = _subjects(config, topics, documents, seed)
    revision = _weights_revision(config, context.root)
    questions = CachedLabeller(config, seed, revision, context) if config.model and subjects else None
    if questions and (warning := _wrong_language(config, documents)):
        context.report.warn(warning)
    namer = Namer(config, topics_config, embeddings_config, documents, embeddings, topics, questions, context)
    subjects = namer.beside_others(subjects, [[subject.number] for subject in subjects])
    stop_words = _stop_words(topics_config, documents) if questions else frozenset()
    given = {number: name for number, name in enumerate(topics.names or ()) if name}
    named = namer.name_topics(subjects, stop_words, given)
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
) -> list[LabelRow]:
    """Return rows of `LABEL_SCHEMA` for some topics, whose names differ from those of the others, by rank.

    Raises:
        ModelError: as `label_topics`.
    """
    config = in_language(labels_config)
    subjects = _subjects(config, topics, documents, seed)
    revision = _weights_revision(config, context.root)
    questions = CachedLabeller(config, seed, revision, context) if config.model else None
    namer = Namer(config, topics_config, embeddings_config, documents, embeddings, topics, questions, context)
    namer.take({name: subjects[rank] for rank, name in names.items() if rank not in ranks})
    subjects = namer.beside_others(subjects, [[subject.number] for subject in subjects])
    some = [subjects[rank] for rank in ranks]
    named = namer.name_topics(some, _stop_words(topics_config, documents) if questions else frozenset())
    return _rows(some, named, describe(some, named, config, questions), config, asked=questions is not None)


def _rows(
    subjects: Sequence[Subject],
    named: Sequence[Named],
    descriptions: Sequence[str | None],
    config: LabelsConfig,
    *,
    asked: bool,
) -> list[LabelRow]:
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


def _stop_words(config: TopicsConfig, documents: Documents) -> frozenset[str]:
    return stop_words_of(config.stop_words, _first(documents)) | set(config.extra_stop_words)


def _wrong_language(config: LabelsConfig, documents: Documents) -> str | None:
    """Return the warning where names keep to the words of documents that are in another language than asked for."""
    if not (config.language and config.grounded):
        return None
    found = language_other_than(config.language.partition("-")[0], _first(documents))
    return found and (
        f"labels.language is {config.language}, but the documents are in {found}, and labels.grounded keeps names to "
        f"words of theirs; for names in {config.language} set grounded: false and take a model that knows it"
    )


def _first(documents: Documents) -> list[str]:
    texts: list[str] = documents.table.column("text").slice(0, DETECT_DOCUMENTS).to_pylist()
    return texts


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
    """Return rows of `PARENT_LABEL_SCHEMA`, one for each of `PARENT_SCHEMA`."""
    rows = topics.parents.to_pylist()
    asked = [
        _parent(row, number, [subjects[topic] for topic in row["topics"]], namer.config.prompt.documents)
        for number, row in enumerate(rows)
    ]
    topics_of = [row["topics"] for row in rows]
    named = namer.name_parents(namer.beside_others(asked, topics_of), topics_of)
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


def _parent(row: ParentRow, number: int, children: Sequence[Subject], documents: int) -> Subject:
    """Return the subject that a parent is: the first documents of each of its topics, and all their words."""
    shown = [list(zip(child.rows, child.documents, strict=True)) for child in children]
    in_turn = [each for each in chain.from_iterable(zip_longest(*shown)) if each is not None]
    topic: TopicWords = {"topic": number, "keywords": row["keywords"], "keybert": [], "mmr": []}
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
