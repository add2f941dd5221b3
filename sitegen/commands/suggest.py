"""`sitegen edits suggest`: edits that a dataset may need, with the evidence, as a commented file to accept by line."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Continuity, Documents, TopicLabels, Topics, split_by_topic, take_rows
from sitegen.config import Project
from sitegen.config.edits_file import edits_path, named_topics, read_edits
from sitegen.errors import PublishError
from sitegen.pipeline.edits.fingerprint import read_lock
from sitegen.pipeline.edits.match import match_fingerprints
from sitegen.pipeline.edits.resolve import computed_topics, shown_ids
from sitegen.pipeline.labels.wording.name_fit import NARROW
from sitegen.pipeline.topics.languages import OtherLanguage, main_language, other_language
from sitegen.report import Report
from sitegen.words import find_words
from sitegen.workspace import Workspace

TWIN = 0.7
"""Cosine of two topics' centroids, less the mean of all, from which they may be one."""
NEAR, SHARED_KEYWORDS = 0.55, 0.3
"""Or from this cosine on, if they share so much of their first ten keywords."""
KEYWORDS = 10
COPIES = 0.3
"""Share of a topic's documents that begin like another of them from which it may be boilerplate."""
BEGINNING = 80
READ = 200
"""Documents of a topic that are read."""
FOREIGN = 0.5
"""Share of a topic's letters in other scripts than most of the dataset's, from which it may be apart."""
FOREIGN_DOCUMENTS = 0.4
"""Or of its documents in another language of the same script: short ones may hold no word that tells."""
READ_CHARS = 1000
"""Characters of a document whose script and language are told."""
MOST = 20
"""Suggestions of each kind."""
Kind = Literal["merge", "junk", "name"]
HEADS: dict[Kind, str] = {
    "merge": "Topics that may be one",
    "junk": "Topics that may be noise",
    "name": "Names that say little",
}


@dataclass(frozen=True)
class Suggestion:
    """An edit of topics that may be wanted: why, and its lines in the file; the strongest has the highest `weight`."""

    kind: Kind
    topics: tuple[int, ...]
    weight: float
    evidence: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class TopicFacts:
    """What is known of a topic: the id that is shown, name, size, keywords, how well its name fits (`LABEL_SCHEMA`)."""

    id: int
    name: str
    size: int
    keywords: tuple[str, ...]
    named_by: str
    margin: float | None
    rank: int | None
    nearest: int | None


def suggest(project: Project, slug: str, report: Report) -> str:
    """Return the file, without topics that have edits already; nothing is computed.

    Raises:
        ConfigError: there is no such dataset, or its file of edits cannot be used.
        ArtifactError: it was not built yet.
    """
    (dataset,) = project.select({slug})
    with project.placed(dataset):
        pipeline = Workspace(project, report).pipeline(dataset)
        pipeline.take_stored()
        topics, labels = cast(Topics, pipeline.load("topics")), cast(TopicLabels, pipeline.load("labels"))
        continuity = cast(Continuity, pipeline.load("continuity"))
        documents = cast(Documents, pipeline.load("documents"))
    edits, lock = read_edits(project.root, slug), read_lock(project.root, slug)
    edited = named_topics(edits.file) if edits else {}
    computed = computed_topics(dataset.embeddings, topics, labels, continuity)
    prints = {number: each for number, each in lock.topics.items() if number in edited}
    facts = [
        TopicFacts(
            number,
            label["name"],
            row["size"],
            tuple(row["keywords"][:KEYWORDS]),
            label["named_by"],
            label["margin"],
            label["rank"],
            label["nearest"],
        )
        for number, row, label in zip(
            shown_ids(computed.ids, match_fingerprints(prints, computed)), topics.rows(), labels.rows(), strict=True
        )
    ]
    texts = [
        take_rows(documents.table.select(["text"]), rows[:: max(1, len(rows) // READ)]).column("text").to_pylist()
        for rows in split_by_topic(np.arange(len(documents)), topics.assignment, len(facts))
    ]
    twins = find_twins(facts, computed.centroids.astype(np.float64))
    found = [*twins, *find_junk(facts, texts), *find_poor_names(facts)]
    return as_file(slug, [each for each in found if edited.keys().isdisjoint(each.topics)])


def write_suggestions(project: Project, slug: str, text: str) -> Path:
    """Write the file where there is none yet, and return its path.

    Raises:
        PublishError: there is one already.
    """
    path = edits_path(project.root, slug)
    if path.exists():
        raise PublishError(f"{path}: is there already, and nothing is overwritten; copy lines into it by hand")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def find_twins(facts: Sequence[TopicFacts], centroids: npt.NDArray[np.float64]) -> Iterator[Suggestion]:
    """Yield pairs of topics that lie together or share their keywords, and names that are another topic's as well.

    Args:
        centroids: float64 (k, d), unit length; d may be 0.
    """
    apart = centroids - centroids.mean(axis=0) if len(facts) and centroids.shape[1] else np.zeros((len(facts), 1))
    lengths = np.linalg.norm(apart, axis=1, keepdims=True)
    apart = np.divide(apart, lengths, out=np.zeros_like(apart), where=lengths > 0)
    for rank, topic in enumerate(facts):
        alike = apart[:rank] @ apart[rank]
        for other, cosine in enumerate(alike.tolist()):
            into = facts[other]
            common = len(set(topic.keywords) & set(into.keywords))
            shared = common / max(1, min(len(topic.keywords), len(into.keywords)))
            crossed = topic.nearest == other and into.nearest == rank and 1 not in (topic.rank, into.rank)
            if cosine < TWIN and (cosine < NEAR or shared < SHARED_KEYWORDS) and not crossed:
                continue
            told = f"centroids {cosine:.2f} alike, {common} of {KEYWORDS} keywords shared"
            told += ", each name points to the other" if crossed else ""
            yield Suggestion(
                "merge",
                (topic.id, into.id),
                cosine + shared + crossed,
                f"{_told(into)} and {_told(topic)}: {told}",
                ("- type: merge", f"  topics: [{topic.id}]", f"  into: {into.id}"),
            )


def find_junk(facts: Sequence[TopicFacts], texts: Sequence[Sequence[str]]) -> Iterator[Suggestion]:
    """Yield topics of copies, and topics in another script or another language than most.

    Args:
        texts: some documents of each topic.
    """
    scripts = [_scripts(each) for each in texts]
    total = sum(scripts, Counter[str]())
    main = total.most_common(1)[0][0] if total else ""
    languages = list(_other_languages(texts))
    for topic, own, counted, language in zip(facts, texts, scripts, languages, strict=True):
        beginnings = Counter(" ".join(text.casefold().split())[:BEGINNING] for text in own)
        copies = sum(count for count in beginnings.values() if count > 1) / max(1, len(own))
        foreign = 1 - counted[main] / max(1, counted.total())
        lines = ("- type: hide", f"  topics: [{topic.id}]")
        if copies >= COPIES:
            most = beginnings.most_common(1)[0][0]
            told = f"{copies:.0%} of {len(own)} documents begin like another, such as {most!r}"
            yield Suggestion("junk", (topic.id,), copies, f"{_told(topic)}: {told}", lines)
        elif foreign >= FOREIGN:
            told = f"{foreign:.0%} of its letters are not {main.title()}, as most are"
            yield Suggestion("junk", (topic.id,), foreign, f"{_told(topic)}: {told}", lines)
        elif language:
            words = ", ".join(language.words)
            told = f"{language.share:.0%} of {len(own)} documents are in another language ({language.code}: {words})"
            yield Suggestion("junk", (topic.id,), language.share, f"{_told(topic)}: {told} than most", lines)


def _other_languages(texts: Sequence[Sequence[str]]) -> Iterator[OtherLanguage | None]:
    """Yield of each topic the language of its documents if it is another than most topics'; None if it is the same."""
    words = [[[word.lower() for word in find_words(text[:READ_CHARS])] for text in own] for own in texts]
    main = main_language(Counter(word for own in words for text in own for word in text))
    found = [other_language(own, main) for own in words]
    apart = [each if each and each.share >= FOREIGN_DOCUMENTS else None for each in found]
    most = len(apart) / 2  # if more are apart, no list of words fits the language of most
    yield from apart if sum(each is not None for each in apart) < most else [None] * len(apart)


def find_poor_names(facts: Sequence[TopicFacts]) -> Iterator[Suggestion]:
    """Yield topics whose names are closer to another topic, or hardly tell it from another, or are keywords."""
    for topic in facts:
        other = f"topic {facts[topic.nearest].id} ({facts[topic.nearest].name!r})" if topic.nearest is not None else ""
        if topic.rank is not None and topic.rank > 1:
            told, weight = f"the name is closer to the documents of {other} (margin {topic.margin:.2f})", 2.0
        elif topic.margin is not None and other and topic.margin < NARROW:
            told, weight = f"the name hardly tells it from {other} (margin {topic.margin:.2f})", 1.0
        elif topic.named_by == "keywords":
            told, weight = "the name is made of keywords", 0.5
        else:
            continue
        words = ", ".join(topic.keywords)
        yield Suggestion(
            "name",
            (topic.id,),
            weight - (topic.margin or 0.0),
            f"{_told(topic)}: {told}; it is about {words}",
            ("- type: rename", f"  topic: {topic.id}", "  name: …"),
        )


def as_file(slug: str, found: Sequence[Suggestion]) -> str:
    """Return a file in which every suggestion is a comment, the strongest of each kind first."""
    lines = [
        "# yaml-language-server: $schema=../edits.schema.json",
        "# Suggestions, with the evidence. To accept one, take away `# ` before its lines that begin with `#   `.",
        f"dataset: {slug}",
        "edits:",
    ]
    for kind, head in HEADS.items():
        of_kind = sorted((each for each in found if each.kind == kind), key=lambda each: -each.weight)
        if of_kind:
            lines += ["", f"# {head}: {len(of_kind)}" + (f", the {MOST} likeliest" if len(of_kind) > MOST else "")]
        for each in of_kind[:MOST]:
            evidence = "".join(sign if sign.isprintable() else " " for sign in each.evidence)
            lines += ["", f"# {evidence}", *(f"#   {line}" for line in each.lines)]
    return "\n".join([*lines, ""])


def _told(topic: TopicFacts) -> str:
    return f"topic {topic.id} {topic.name!r} ({topic.size:,} documents)"


def _scripts(texts: Sequence[str]) -> Counter[str]:
    """Count letters by script, as Unicode names them."""
    letters = Counter(sign for text in texts for sign in text[:READ_CHARS] if sign.isalpha())
    counts: Counter[str] = Counter()
    for letter, count in letters.items():
        counts[unicodedata.name(letter, "unknown").partition(" ")[0]] += count
    return counts
