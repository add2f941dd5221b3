"""The words of names: which ones carry a name, and which ones are forms of the same word."""

from __future__ import annotations

import re
from functools import lru_cache

from Stemmer import Stemmer

from sitegen.words import find_words

# fmt: off
SMALL_WORDS = frozenset([
    "a", "about", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to",
    "vs", "with", "without", "your",
])
# fmt: on
STEMMER = Stemmer("english", 0)
"""Without a cache of its own; `stem` has one."""
APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")


def name_words(name: str) -> list[str]:
    """Return the words of a name, case-folded; what an apostrophe joins is one word."""
    return [word.casefold() for word in find_words(APOSTROPHE.sub("", name).replace("_", " "))]


def content_words(name: str) -> list[str]:
    """Return the words of a name that are not small ones."""
    return [word for word in name_words(name) if word not in SMALL_WORDS]


def stems(phrase: str) -> list[str]:
    """Return the stem of each word of a phrase, in its order."""
    return [stem(word) for word in find_words(phrase.replace("_", " "))]


@lru_cache(maxsize=1 << 16)  # the same words again and again: a third of the time of reading phrases
def stem(word: str) -> str:
    """Return the stem of a word by the English Snowball algorithm: `movi` for `movies`, `travel` for `traveling`."""
    stemmed: str = STEMMER.stemWord(word.casefold())
    return stemmed
