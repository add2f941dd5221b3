"""Whether naming what a topic is not about helps the model to name it: keywords of the nearest other topic shown.

    sitegen build && python benchmarks/contrast.py chitchat python-docs

Each question, and each worked example in it, gets a line with keywords of another topic: of the nearest by the mean
embedding of its documents, for an example those of the next example. Answers are stored, so that a second run asks
nothing. Judges of names: see names.py. The first answer that is a name by its form is judged, because the choice among
all candidates hides what a prompt does. Prints JSON.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from names import Run, judged, stored
from results import add_json_option, hand_over
from sitegen.config import DatasetConfig, RuntimeConfig, load_project
from sitegen.pipeline import Context
from sitegen.pipeline.labels.label_topics import labeller_revision
from sitegen.pipeline.labels.language_model.answer_cache import CachedLabeller
from sitegen.pipeline.labels.language_model.prompts import Chat, name_chat
from sitegen.pipeline.labels.wording.name_rules import NameRules, Subject, flaw, subject_of, tidy
from sitegen.pipeline.topics.topic_vectors import mean_vectors
from sitegen.report import Report

SHOWN = 3
"""Keywords of the other topic."""
WAYS: dict[str, Callable[[str, str], str]] = {
    "as it is": lambda question, other: question,
    "not about": lambda question, other: f"{question}\nNot about: {other}",
    "another topic": lambda question, other: f"Another topic: {other}\nThis topic: {question}",
}


def contrasted(chat: Chat, others: Sequence[str], way: Callable[[str, str], str]) -> Chat:
    """The chat with keywords of another topic in each question."""
    waiting = iter(others)
    return [
        {**message, "content": way(message["content"], next(waiting))} if message["role"] == "user" else message
        for message in chat
    ]


def asked(run: Run, dataset: DatasetConfig, root: Path) -> dict[str, Any]:
    """The share of topics whose answers hold a name, and what judges say of the first, by the way of asking."""
    config = dataset.labels
    context = Context(root, RuntimeConfig(device="cpu"), Report(-1), root, store := root / ".sitegen" / "contrast")
    store.mkdir(exist_ok=True)
    revision = labeller_revision(
        labels_config=config,
        topics_config=dataset.topics,
        embeddings_config=dataset.embeddings,
        seed=dataset.seed,
        root=root,
    )
    subjects = [subject_of(row) for row in run.topics.rows()]
    vectors = mean_vectors(run.embeddings.vectors, run.topics.assignment, len(subjects))
    likeness = vectors @ vectors.T - 2 * np.eye(len(subjects))
    nearest = [subjects[at] for at in likeness.argmax(axis=1)]
    examples = [example.keywords.split(", ") for example in config.prompt.examples]
    after = [", ".join(words[:SHOWN]) for words in (*examples[1:], *examples[:1])]
    questions = CachedLabeller(config, dataset.seed, revision, context)
    names, found = {}, {}
    for title, way in WAYS.items():
        chats = [
            contrasted(name_chat(config.prompt, each), [*after, ", ".join(other.keywords[:SHOWN])], way)
            for each, other in zip(subjects, nearest, strict=True)
        ]
        replies = questions.ask(title, chats, config.max_new_tokens)
        firsts = [first(reply.texts, each) for reply, each in zip(replies, subjects, strict=True)]
        found[title] = round(float(np.mean([name is not None for name in firsts])), 3)
        names[title] = [name or each.keywords[0] for name, each in zip(firsts, subjects, strict=True)]
    table = judged(run, names, dataset.embeddings)
    return {"topics": len(subjects), "answered": found, "judges": table, "names": names}


def first(answers: Sequence[str], subject: Subject) -> str | None:
    """The first answer that is a name by its form."""
    return next((name for answer in answers if not flaw(name := tidy(answer), subject, NameRules(6))), None)


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slugs", nargs="+", help="datasets of datasets.yaml that are built")
    parser.add_argument("--config", type=Path, default=Path("datasets.yaml"))
    add_json_option(parser)
    options = parser.parse_args()
    project = load_project(options.config)
    figures = {}
    for dataset in project.select(frozenset(options.slugs)):
        run = stored(project.root, dataset.slug, "documents", "embeddings", "topics")
        figures[dataset.slug] = asked(run, dataset, project.root)
    hand_over(figures, options.json)


if __name__ == "__main__":
    main()
