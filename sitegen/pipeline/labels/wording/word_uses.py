"""How documents use words: what stands after them and around them, which tells whole phrases from pieces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sitegen.pipeline.labels.wording.name_words import APOSTROPHE, SMALL_WORDS
from sitegen.words import find_words

ENDS = re.compile(r"[.!?…,;:()\[\]{}<>|\"“”«»\n\t=/\\`~*+]+|\s[-–—]+\s|#(?=\w)")
"""What no phrase goes across."""
POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
HYPHEN = re.compile(r"\w-\w")
CODE = re.compile(
    r"(?<=[\w\])]\.)[^\W\d]\w*|[^\W\d]\w*(?=[(\[]|\.[^\W\d]|=\S)|^[ \t]*[^\W\d]\w*(?=[ \t]*:\s)", re.MULTILINE
)
"""A word as code writes it: between dots, before a bracket, assigned to, or defined at the beginning of a line."""
# fmt: off
BEFORE_NOUNS = frozenset([
    "a", "an", "the", "my", "your", "his", "her", "its", "our", "their", "this", "that", "these", "those", "of", "in",
    "on", "with", "for", "about", "from", "by", "some", "any", "no", "each", "every", "between", "into", "than",
])
BEFORE_VERBS = frozenset([
    "i", "you", "we", "they", "he", "she", "it", "who", "to", "would", "could", "can", "cannot", "will", "should",
    "may", "might", "must", "do", "does", "did", "not", "have", "has", "had", "be", "been", "is", "are", "was", "were",
    "am", "just", "never", "always", "dont", "didnt", "doesnt", "cant", "wouldnt", "couldnt", "ive", "id", "ill", "im",
    "youre", "theyre", "really", "lets",
])
AFTER_VERBS = frozenset([
    "a", "an", "the", "my", "your", "his", "her", "its", "our", "their", "this", "these", "those", "some", "any",
    "each", "every", "me", "you", "him", "us", "them", "it", "myself", "yourself",
])
# fmt: on
"""What English puts before nouns; before verbs; after verbs and prepositions, and hardly after a noun."""
LINE_OF_CODE = re.compile(
    r"^[ \t]*(?:>>>|\.\.\.(?=[ \t])|(?:from[ \t]\S+[ \t]+)?import[ \t]+[\w.]+(?=[ \t]*(?:$|,|as[ \t]))).*$",
    re.MULTILINE,
)
"""A line of a session, or an import: no phrase is within it."""
ARTICLE_BEFORE = 0.05
"""Of a noun's occurrences that end a phrase, at least so many follow what stands before nouns."""
IS_ENGLISH = 0.1
"""If it is fewer of all words that are no stop words, what stands before nouns is not known."""
PRIOR = 2.0
"""Occurrences of a phrase that its last word's use elsewhere counts for."""


class Part(NamedTuple):
    """A run of text that no sign divides.

    Attributes:
        words: as they are written.
        folded: the same, case-folded.
        hyphens: numbers of the words that a hyphen joins to the one before.
    """

    words: list[str]
    folded: list[str]
    hyphens: frozenset[int]


def parts_of(text: str) -> list[Part]:
    """Return the parts of a text; without possessive endings, and a contraction is one word."""
    text = LINE_OF_CODE.sub(lambda line: line.group().replace(" ", "\n"), text)
    return [part for piece in ENDS.split(text) if (part := _part(APOSTROPHE.sub("", POSSESSIVE.sub("", piece)))).words]


def _part(text: str) -> Part:
    if not HYPHEN.search(text):
        plain = find_words(text)
        return Part(plain, [word.casefold() for word in plain], frozenset())
    words: list[str] = []
    hyphens: set[int] = set()
    for chunk in text.split():
        found = find_words(chunk)
        if len(found) > 1 and "-".join(found) in chunk:
            hyphens.update(range(len(words) + 1, len(words) + len(found)))
        words += found
    return Part(words, [word.casefold() for word in words], frozenset(hyphens))


@dataclass(frozen=True)
class WordUses:
    """How often words occur, may end a phrase where they occur, and are written as code.

    A word may end a phrase before a sign or a function word that is none of `AFTER_VERBS`: nouns mostly stand there,
    adjectives stand before other words and verbs before articles. So it is told without a grammar of the language.
    """

    seen: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    code: Counter[str] = field(default_factory=Counter)
    nouns: Counter[str] = field(default_factory=Counter)
    verbs: Counter[str] = field(default_factory=Counter)
    content: Counter[str] = field(default_factory=Counter)

    def add(self, text: str, parts: Sequence[Part], closing: Collection[str]) -> None:
        """Count the words of a text; `closing` are those of `closing_words`."""
        for part in parts:
            self.seen.update(part.folded)
            last = ""
            for at, word in enumerate(part.folded, 1):
                if may_end_before(part, at, closing):
                    follows = last in BEFORE_NOUNS
                    self.closed[word] += 1
                    self.nouns[word] += follows
                    if word not in closing and word not in AFTER_VERBS:
                        self.content["closed"] += 1
                        self.content["nouns"] += follows
                if last in BEFORE_VERBS:
                    self.verbs[word] += 1
                last = word
        self.code.update(word.strip().casefold() for word in CODE.findall(text))

    def ends(self, word: str) -> float:
        """Return the share of a word's occurrences in which it may end a phrase; 0.5 if it is hardly seen."""
        return (self.closed[word] + 1) / (self.seen[word] + 2)

    @property
    def english(self) -> bool:
        """Tell whether words follow those that English puts before nouns; so too if there is hardly a word."""
        return self.content["nouns"] >= IS_ENGLISH * self.content["closed"]

    def noun(self, word: str) -> float:
        """Return how often a word is a noun rather than a verb or an adjective, 0 to 1; 0.5 if that is not known.

        A participle hardly follows either what stands before nouns or what stands before verbs: `worn by women`.
        """
        others = self.verbs[word] + ARTICLE_BEFORE * self.closed[word] if self.english else self.verbs[word]
        return (self.nouns[word] + 1) / (self.nouns[word] + others + 2)

    def is_code(self, word: str) -> bool:
        """Tell whether most occurrences of a word are in code."""
        return 2 * self.code[word] > self.seen[word]


def joined_uses(uses: Iterable[WordUses]) -> WordUses:
    """Return the sum of counts."""
    total = WordUses()
    for each in uses:
        total.seen.update(each.seen)
        total.closed.update(each.closed)
        total.code.update(each.code)
        total.nouns.update(each.nouns)
        total.verbs.update(each.verbs)
        total.content.update(each.content)
    return total


def closing_words(stop_words: Collection[str]) -> frozenset[str]:
    """Return the function words that may stand after a phrase."""
    return frozenset((*stop_words, *SMALL_WORDS)) - AFTER_VERBS


def may_end_before(part: Part, at: int, closing: Collection[str]) -> bool:
    """Tell whether a phrase may end before the word `at` of a part, or with the part; see `closing_words`."""
    return at == len(part.words) or (part.folded[at] in closing and at not in part.hyphens)
