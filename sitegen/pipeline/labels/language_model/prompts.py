"""The chats that ask a language model for names and descriptions, and the documents that they show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Documents, Float32, take_rows
from sitegen.config import PromptConfig
from sitegen.pipeline.labels.wording.name_rules import NameRules, Subject
from sitegen.pipeline.topics.marginal_relevance import maximal_marginal_relevance

Message = dict[str, str]
"""`role` is system, user or assistant; `content` the text."""
Chat = list[Message]

CONTROL = re.compile(r"<<?\S[^<>\n]{0,40}>>?|<｜[^<>\n]{1,40}｜>|\[/?[A-Z_]{2,30}\]")
"""What chat templates take for the ends of messages, and the placeholders of prompts."""
OTHERS, OTHERS_KEYWORDS = 2, 3
"""So many other subjects are shown where a prompt has `[OTHERS]`, each by so many keywords."""
MOST_COMPARED = 500
"""Documents of a topic among which `diverse` ones are looked for, as BERTopic does."""


def name_chat(prompt: PromptConfig, subject: Subject) -> Chat:
    """Return the chat that asks for the name of a topic, with the examples before it."""
    chat = [{"role": "system", "content": prompt.system}] if prompt.system else []
    for example in prompt.examples:
        question = fill(
            prompt.main, KEYWORDS=example.keywords, DOCUMENTS=_bullets(example.documents), OTHERS=example.others
        )
        chat += [{"role": "user", "content": question}, {"role": "assistant", "content": example.name}]
    return [*chat, {"role": "user", "content": _question(prompt, subject)}]


def asked_again(prompt: PromptConfig, subject: Subject, rules: NameRules) -> Chat:
    """Return the chat that asks anew after an answer that is no name: firmer, and with the best keywords only.

    It has the form of the first one, because a small model would rather copy a complaint than heed it, and all
    second tries begin alike, so that this beginning goes through the model once.
    """
    firm = f"Write at most {rules.max_words} words on one line and nothing else."
    if rules.grounded:
        firm += " Use the words that are given."
    if rules.language:
        firm += f" Write in the language {rules.language}."
    changes = {"system": f"{prompt.system} {firm}".strip(), "keywords": -(-prompt.keywords // 2)}
    return name_chat(prompt.model_copy(update=changes), subject)


def told_apart_chat(prompt: PromptConfig, subject: Subject, other: Subject, name: str) -> Chat:
    """Return the chat that goes on after a name that another topic has; both are shown."""
    return [
        *name_chat(prompt, subject),
        {"role": "assistant", "content": name},
        {
            "role": "user",
            "content": f'Another topic is named "{name}" too; its keywords are: {_keywords(prompt, other)}. '
            f"Write a name that only fits this one.\n{_question(prompt, subject)}",
        },
    ]


def description_chat(prompt: PromptConfig, subject: Subject, name: str) -> Chat:
    """Return the chat that asks for a description of a topic, without examples."""
    question = fill(
        prompt.describe, NAME=name, KEYWORDS=_keywords(prompt, subject), DOCUMENTS=_bullets(subject.documents)
    )
    return [{"role": "user", "content": question}]


def fill(template: str, **values: str) -> str:
    """Replace `[KEY]` in `template` by its value, in one pass: a value that holds a placeholder stays as it is."""
    return re.sub(r"\[([A-Z]+)\]", lambda match: values.get(match[1], match[0]), template)


def beside_others(subjects: Sequence[Subject], vectors: Float32) -> list[Subject]:
    """Return the subjects, each with keywords of those most similar to it.

    Args:
        vectors: float32 (n, d), unit length, the middle of each subject's documents.
    """
    found = []
    for at, subject in enumerate(subjects):
        likeness = vectors @ vectors[at]
        nearest = [other for other in np.argsort(-likeness, kind="stable")[: OTHERS + 1].tolist() if other != at]
        found.append(replace(subject, others=tuple(subjects[other].keywords for other in nearest[:OTHERS])))
    return found


def shown_documents(
    prompt: PromptConfig,
    documents: Documents,
    members: npt.NDArray[np.integer[Any]],
    representatives: Sequence[int],
    seed: int,
) -> list[tuple[int, str]]:
    """Return the documents of a topic to show: row number and text, without what would end the message it stands in.

    Args:
        members: rows of the topic's documents, sorted.
        representatives: rows of those that stand for it, best first.
    """
    if prompt.choose == "representative":
        rows = list(representatives[: prompt.documents])
    else:
        rng = np.random.default_rng(seed)
        few = MOST_COMPARED if prompt.choose == "diverse" else prompt.documents
        rows = np.sort(rng.choice(members, min(few, len(members)), replace=False)).tolist()
    texts = take_rows(documents.table.select(["text"]), rows).column("text").to_pylist()
    if prompt.choose == "diverse":
        chosen = _diverse(texts, prompt.documents)
        rows, texts = [rows[i] for i in chosen], [texts[i] for i in chosen]
    return [(row, _shown(text, prompt.document_chars)) for row, text in zip(rows, texts, strict=True)]


def _diverse(texts: list[str], count: int) -> list[int]:
    """Return the numbers of `count` texts that are typical and unlike each other, by TF-IDF."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    try:
        vectors = TfidfVectorizer(dtype=np.float32).fit_transform(texts)
    except ValueError:  # no text holds a word
        return list(range(min(count, len(texts))))
    relevance = np.asarray(vectors @ np.asarray(vectors.mean(axis=0)).ravel())
    relevance /= relevance.max()
    return maximal_marginal_relevance(relevance, lambda one: (vectors @ vectors[one].T).toarray().ravel(), 0.5, count)


def _question(prompt: PromptConfig, subject: Subject) -> str:
    others = "; ".join(", ".join(keywords[:OTHERS_KEYWORDS]) for keywords in subject.others)
    return fill(prompt.main, KEYWORDS=_keywords(prompt, subject), DOCUMENTS=_bullets(subject.documents), OTHERS=others)


def _keywords(prompt: PromptConfig, subject: Subject) -> str:
    return ", ".join(subject.keywords[: prompt.keywords])


def _bullets(documents: Sequence[str]) -> str:
    return "\n".join(f"- {text}" for text in documents)


def _shown(text: str, most: int) -> str:
    """One line of at most `most` characters and an ellipsis, without control marks of chat templates."""
    line, found = text[: 4 * most], 1
    while found:  # what is left may be a mark in its turn
        line, found = CONTROL.subn(" ", line)
    line = " ".join(line.split())
    return line if len(line) <= most else line[:most].rstrip() + "…"
