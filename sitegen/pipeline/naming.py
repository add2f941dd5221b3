"""What makes a topic's name: the keywords to show the model, which answers are names, and names without a model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, count, zip_longest
from typing import Any

MAX_NAME_CHARS = 60
FALLBACK_KEYWORDS = 3
MIN_LONE_WORD = 5
# fmt: off
SMALL_WORDS = frozenset([
    "a", "about", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to",
    "vs", "with", "without", "your",
])
# fmt: on
ENDINGS = ("ingly", "ings", "ing", "ions", "ion", "ies", "ie", "ers", "er", "es", "ed", "ly", "s", "y", "e")

Topic = dict[str, Any]
"""A row of `TOPIC_SCHEMA`."""


def distinct_keywords(topic: Topic) -> list[str]:
    """The topic's keywords without those that repeat each other, best first.

    c-TF-IDF and KeyBERT-inspired keywords take turns; a word gives way to a two-word keyword that contains it.
    """
    pairs = [phrase for phrase in topic["keywords"] if len(_stems(phrase)) == 2]
    chosen: list[str] = []
    used: set[str] = set()
    for keyword in chain.from_iterable(zip_longest(topic["keywords"], topic["keybert"])):
        if keyword is None:
            continue
        phrase = keyword
        if " " not in keyword:
            phrase = next((pair for pair in pairs if keyword in pair.split() and not _stems(pair) & used), keyword)
        stems = _stems(phrase)
        if stems and not stems & used and len(stems) == len(phrase.split()):
            chosen.append(phrase)
            used |= stems
    return chosen


def usable_name(answer: str, topic: Topic, max_words: int) -> str | None:
    """The answer as a name, or None where it is no name.

    A name is one short line without lists or repetition whose content words all occur among the topic's
    keywords, by their stem: a small model likes to invent, and a wrong name is worse than a plain one.
    """
    lines = answer.strip().splitlines()
    line = re.sub(r"\([^)]*\)", " ", lines[0]) if lines else ""
    name = re.sub(r"\s+", " ", line).strip(" .\"'`*:")
    words = [word.casefold() for word in re.findall(r"[^\W_]+(?:['’+#-][^\W_]+)*", name)]
    content = [word for word in words if word not in SMALL_WORDS]
    if not content or len(name) > MAX_NAME_CHARS or len(words) > max_words or words.count("and") > 1:
        return None
    if (
        words[-1] in SMALL_WORDS
        or not name[0].isalnum()
        or not name.isprintable()
        or re.search(r"[;:|/<>{}\[\]()*`_~$]", name)
        or ("," in name and "and" not in words)
    ):
        return None
    stems = [_stem(word) for word in content]
    known = {stem for column in ("keywords", "keybert", "mmr") for phrase in topic[column] for stem in _stems(phrase)}
    if len(set(stems)) < len(stems) or not known.issuperset(stems):
        return None
    name = name[0].upper() + name[1:]
    return name if len(name) <= MAX_NAME_CHARS else None


def choose_name(answers: Sequence[str], topic: Topic, max_words: int, taken: set[str]) -> str | None:
    """The best name in the model's answers, likeliest first, that is not among `taken` (case-folded names).

    A whole answer comes first. Else the beginning of one, cut before a comma, an `and` or an `in`: a small model
    often starts well and does not stop. A beginning of one word must be a telling one: the topic's first keyword,
    and no number or abbreviation.
    """
    whole = [name for answer in answers if (name := usable_name(answer, topic, max_words))]
    cut = [name for answer in answers for part in _beginnings(answer) if (name := usable_name(part, topic, max_words))]
    first_keyword = _stems(" ".join(distinct_keywords(topic)[:1]))
    telling = [
        name
        for name in cut
        if len(_stems(name)) > 1 or (_stems(name) <= first_keyword and name.isalpha() and len(name) >= MIN_LONE_WORD)
    ]
    telling.sort(key=lambda name: -min(len(_stems(name)), 3))
    return next((name for name in (*whole, *telling) if name.casefold() not in taken), None)


def _beginnings(answer: str) -> Iterator[str]:
    for separator in reversed(list(re.finditer(r"\s*[,:;]\s|\s(?:and|in)\s", answer))):
        yield answer[: separator.start()]


def keyword_name(topic: Topic, taken: set[str]) -> str:
    """A name made of keywords that is not among `taken` (case-folded names)."""
    return next(name for name in _keyword_names(topic) if name.casefold() not in taken)


def _keyword_names(topic: Topic) -> Iterator[str]:
    keywords = distinct_keywords(topic)
    for size in range(min(FALLBACK_KEYWORDS, len(keywords)), len(keywords) + 1):
        if size:
            name = ", ".join(keywords[:size])
            yield name[0].upper() + name[1:]
    name = f"Topic {topic['topic'] + 1}"
    yield name
    yield from (f"{name} ({number})" for number in count(2))


def _stems(phrase: str) -> set[str]:
    return {_stem(word) for word in re.findall(r"[^\W_]+", phrase)}


def _stem(word: str) -> str:
    """A crude stem: enough to see that `movies` is `movie` and `traveling` is `travel`."""
    word = word.casefold()
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
