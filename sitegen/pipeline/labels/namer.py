"""Names groups of documents: asks the labeller, chooses the best name, and measures how well it fits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts import UNMEASURED, Documents, Embeddings, FitRow, Int32, Topics, take_rows
from sitegen.config import EmbeddingsConfig, LabelsConfig, TopicsConfig
from sitegen.errors import DataError
from sitegen.pipeline.embeddings.embedder import word_encoder
from sitegen.pipeline.labels.choose_name import Chosen, choose_names
from sitegen.pipeline.labels.language_model.answer_cache import CachedLabeller
from sitegen.pipeline.labels.language_model.ask_names import Asked, ask_names, refusals
from sitegen.pipeline.labels.language_model.prompts import beside_others
from sitegen.pipeline.labels.wording.document_phrases import TopicTexts
from sitegen.pipeline.labels.wording.name_fit import Likeness, likeness_by_embedder, likeness_by_words, measure_names
from sitegen.pipeline.labels.wording.name_rules import NameRules, Subject, keyword_name, name_key
from sitegen.pipeline.labels.wording.parent_phrases import ParentTexts
from sitegen.pipeline.stage import Context
from sitegen.pipeline.topics.topic_vectors import mean_vectors
from sitegen.pipeline.topics.vectorizer import DETECT_DOCUMENTS, language_other_than

NONE: Mapping[int, str] = MappingProxyType({})
READ, MOST_READ, FEWEST_READ = 20_000, 300, 20
"""Documents that are read for phrases: of all topics together, and of each at most and at least."""


@dataclass(frozen=True)
class Named:
    """A name, how it was found and how well it fits: see `LABEL_SCHEMA`."""

    name: str
    named_by: str
    answers: tuple[str, ...]
    tries: int
    reason: str | None
    fit: FitRow


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
        self._extra_stop_words = frozenset(topics_config.extra_stop_words)
        self._report = context.report
        self._taken: dict[tuple[str, ...], Subject] = {}
        table, rows = documents.table.select(["text"]), rows_to_read(topics.assignment, len(topics))
        self._texts = [take_rows(table, of).column("text").to_pylist() for of in rows]
        self._shared: list[TopicTexts] = []
        self._english = questions is None or _in_english(config, table)
        self._vectors = mean_vectors(embeddings.vectors, topics.assignment, len(topics))
        try:
            self._encode = word_encoder(embeddings_config, embeddings.vectors.shape[1], context) if rows else None
        except DataError:  # other vectors than the model's were given, and topics have no keywords by meaning either
            self._encode = None

    def take(self, names: Mapping[str, Subject]) -> None:
        """Keep names from being given again: those that subjects have already."""
        self._taken |= {name_key(name): subject for name, subject in names.items()}

    def beside_others(self, subjects: Sequence[Subject], topics: Sequence[Sequence[int]]) -> list[Subject]:
        """Return the subjects, groups of these topics, with keywords of those most similar where the prompt asks."""
        if "[OTHERS]" not in self.config.prompt.main:
            return list(subjects)
        return beside_others(subjects, mean_vectors(self._vectors, self._group_of(topics), len(topics)))

    def name_topics(
        self, subjects: Sequence[Subject], stop_words: Collection[str], fixed: Mapping[int, str] = NONE
    ) -> list[Named]:
        """Return a name for each of these topics, by which none of all topics is closer.

        Args:
            stop_words: do not begin or end a phrase of the documents.
            fixed: names of some of them, by number, that were given beforehand: they stay, and how well they fit is
                measured as of others.
        """
        if self._questions:
            self._shared = [
                TopicTexts(self._texts[subject.number], subject.every_keyword, stop_words, self._extra_stop_words)
                for subject in subjects
            ]
        open_ = [place for place, subject in enumerate(subjects) if subject.number not in fixed]
        closed = [place for place, subject in enumerate(subjects) if subject.number in fixed]
        self.take({fixed[subjects[place].number]: subjects[place] for place in closed})
        own = [subjects[place].number for place in (*open_, *closed)]
        order = [*own, *sorted(set(range(len(self._texts))).difference(own))]
        likeness = self._likeness([[at] for at in order])
        asked, texts = [subjects[place] for place in open_], [self._shared[place] for place in open_ if self._shared]
        named = self._name(asked, texts, likeness, "labels")
        names = [fixed[subjects[place].number] for place in closed]
        fits = measure_names(names, range(len(open_), len(own)), likeness)
        named += [Named(name, "predefined", (), 0, None, fit.row()) for name, fit in zip(names, fits, strict=True)]
        placed = dict(zip((*open_, *closed), named, strict=True))
        return [replace(placed[place], fit=_renumbered(placed[place].fit, order)) for place in range(len(subjects))]

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
                self._english,
            )
            asked = ask_names(subjects, config, rules, questions, title)
            if warning := refusals(asked):
                self._report.warn(warning)
            parents = title == "parents"
            chosen = choose_names(subjects, asked, texts, likeness, rules, self._taken, covering_only=parents)
        measured = measure_names([each.name for each in chosen], range(len(subjects)), likeness)
        fits = [each.row() if name.name else UNMEASURED for name, each in zip(chosen, measured, strict=True)]
        return [
            Named(name.name, name.named_by, each.answers, each.tries, name.reason, fit)
            for name, each, fit in zip(chosen, asked, fits, strict=True)
        ]

    def _by_keywords(self, subject: Subject) -> str:
        name = keyword_name(subject, self._taken)
        self._taken[name_key(name)] = subject
        return name

    def _likeness(self, groups: Sequence[Sequence[int]]) -> Likeness:
        """Of texts to groups of topics, in which each topic counts as much as any other."""
        group_of = self._group_of(groups)
        if self._encode is not None:
            return likeness_by_embedder(self._encode, mean_vectors(self._vectors, group_of, len(groups)))
        own = [(text, group) for group, texts in zip(group_of.tolist(), self._texts, strict=True) for text in texts]
        inside = [(text, group) for text, group in own if group >= 0]
        return likeness_by_words((text for text, _ in inside), (group for _, group in inside), len(groups))

    def _group_of(self, groups: Sequence[Sequence[int]]) -> Int32:
        group_of = np.full(len(self._texts), -1, np.int32)
        for number, topics in enumerate(groups):
            group_of[list(topics)] = number
        return group_of


def _in_english(config: LabelsConfig, table: pa.Table) -> bool:
    """Whether names are in English: those of documents that are not clearly in another language are."""
    if config.language is not None:
        return config.language.partition("-")[0] == "en"
    return language_other_than("en", table.column("text").slice(0, DETECT_DOCUMENTS).to_pylist()) is None


def _renumbered(fit: FitRow, order: Sequence[int]) -> FitRow:
    """Return a fit whose `nearest` is a topic, not a place in `order`."""
    nearest = fit["nearest"]
    return fit if nearest is None else {**fit, "nearest": order[nearest]}


def rows_to_read(assignment: Int32, count: int) -> list[npt.NDArray[np.int64]]:
    """Return rows of each group's documents to read for phrases, evenly spread over them.

    Args:
        assignment: int32 (n,), the group of each document, -1 outside.
    """
    most = int(np.clip(READ // max(count, 1), FEWEST_READ, MOST_READ))
    order = np.argsort(assignment, kind="stable")
    bounds = np.searchsorted(assignment[order], np.arange(count + 1))
    members = [order[start:end] for start, end in pairwise(bounds)]
    return [each[np.linspace(0, len(each) - 1, min(most, len(each))).astype(np.int64)] for each in members]
