"""Phrases that the documents of a topic share, as candidates for its name. No model: frequent runs of words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sitegen.pipeline.labels.wording.name_words import APOSTROPHE, SMALL_WORDS, content_words, name_words, stem, stems
from sitegen.words import UNSPACED, find_words

LONGEST = 4
"""Words of a phrase."""
FEWEST_DOCUMENTS, FEWEST_SHARE = 2, 0.03
"""A phrase occurs in so many of the documents read."""
MOST_PHRASES = 60
READ_CHARS = 2000
"""A document is read so far."""
MAX_ACRONYM = 5
PART_OF_LONGER = 0.7
"""A run is no phrase if this share of its documents have it as a part of one and the same longer run."""
ENDS = re.compile(r"[.!?…,;:()\[\]{}<>|\"“”«»\n\t=/\\`~*+]+|\s[-–—]+\s")
"""What no phrase goes across."""
POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
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
CONTRACTED = frozenset([
    "arent", "cant", "couldnt", "didnt", "doesnt", "dont", "hadnt", "hasnt", "havent", "heres", "hes", "hows", "id",
    "ill", "im", "isnt", "its", "ive", "lets", "shes", "shouldnt", "thats", "theres", "theyd", "theyre", "theyve",
    "wasnt", "werent", "weve", "whats", "wheres", "whos", "wont", "wouldnt", "youd", "youll", "youre", "youve",
])
# fmt: on
"""What English puts before nouns, and before verbs."""


INFLECTIONS = (
    ("ed", ""), ("ed", "e"), ("ied", "y"), ("ly", ""), ("ily", "y"), ("est", ""), ("est", "e"), ("iest", "y"),
)  # fmt: skip
"""Endings of words, and of their plain forms."""


@dataclass(frozen=True)
class Phrase:
    """A run of words.

    Attributes:
        text: as most documents write it.
        share: of the documents read, how many hold it.
        noun: how often it follows what stands before nouns rather than before verbs, 0 to 1; 0.5 if neither.
    """

    text: str
    share: float
    noun: float


class TopicTexts:
    """The documents of a topic, as far as they are read: which phrases they share and how they write them."""

    def __init__(self, texts: Sequence[str], keywords: Sequence[str], stop_words: Collection[str]) -> None:
        self._keys = {each for keyword in keywords for each in stems(keyword)}
        self._stop_words = stop_words
        self._stems: list[frozenset[str]] = []
        self._spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        documents: Counter[tuple[str, ...]] = Counter()
        nouns: Counter[tuple[str, ...]] = Counter()
        verbs: Counter[tuple[str, ...]] = Counter()
        for text in texts:
            found = set()
            words: list[str] = []
            for part in ENDS.split(text[:READ_CHARS]):
                written = find_words(APOSTROPHE.sub("", POSSESSIVE.sub("", part)))
                words += written
                for start, run in self._runs(written):
                    found.add(run)
                    before = written[start - 1].casefold() if start else ""
                    nouns[run] += before in BEFORE_NOUNS
                    verbs[run] += before in BEFORE_VERBS
            documents.update(found)
            self._stems.append(frozenset(map(stem, words)))
            for word in words:
                self._spellings[word.casefold()][word] += 1
        fewest = max(FEWEST_DOCUMENTS, FEWEST_SHARE * len(self._stems))
        frequent = {run: count for run, count in documents.items() if count >= fewest}
        often = sorted(frequent.keys() - _parts_of_longer(frequent), key=lambda run: (-documents[run], run))
        self.phrases = [
            Phrase(
                self.spelled(" ".join(run)),
                documents[run] / len(self._stems),
                (nouns[run] + 1) / (nouns[run] + verbs[run] + 2),
            )
            for run in often[:MOST_PHRASES]
        ] + [
            Phrase(keyword, share, 0.5)
            for keyword in dict.fromkeys(keywords)
            if UNSPACED.fullmatch(keyword) and (share := self.coverage(keyword)) * len(self) >= fewest
        ]

    def __len__(self) -> int:
        return len(self._stems)

    def _runs(self, written: Sequence[str]) -> list[tuple[int, tuple[str, ...]]]:
        """Where each run of words begins that may be a name and holds a keyword of the topic."""
        folded = [word.casefold() for word in written]
        keys = [stem(word) in self._keys for word in folded]
        edges = [self._may_be_at_an_edge(word) for word in folded]
        found = []
        for start in range(len(folded)):
            if not edges[start]:
                continue
            for end in range(start + 1, min(start + LONGEST, len(folded)) + 1):
                if end - start > 2 and folded[end - 2] in self._stop_words and folded[end - 2] not in SMALL_WORDS:
                    break
                if edges[end - 1] and any(keys[start:end]):
                    found.append((start, tuple(folded[start:end])))
        return found

    def _may_be_at_an_edge(self, word: str) -> bool:
        return (
            word not in self._stop_words
            and word not in SMALL_WORDS
            and word not in CONTRACTED
            and "_" not in word
            and len(word) > 1
            and not word.isdigit()
            and not UNSPACED.fullmatch(word)
        )

    def coverage(self, name: str) -> float:
        """Return the share of the documents read that hold all words of a name, in any form and order."""
        wanted = {stem(word) for word in content_words(name)}
        holding = sum(all(_holds(document, root) for root in wanted) for document in self._stems)
        return holding / len(self._stems) if self._stems else 0.0

    def documents_with(self, root: str) -> int:
        """How many of the documents read hold a word of this stem."""
        return sum(_holds(document, root) for document in self._stems)

    def shares(self) -> dict[str, float]:
        """Return the share of the documents read that hold each stem."""
        found = Counter(root for document in self._stems for root in document)
        return {root: count / len(self._stems) for root, count in found.items()}

    def writes(self, name: str) -> bool:
        """Whether documents hold the last word of a name in this very form."""
        return name_words(name)[-1] in self._spellings

    def inflected(self, name: str) -> bool:
        """Whether the last word is a past, an adverb or a superlative in English: the documents hold its plain form."""
        word = name_words(name)[-1]
        plain = {f"{word.removesuffix(ending)}{end}" for ending, end in INFLECTIONS if word.endswith(ending)}
        return any(form in self._spellings for form in plain)

    def spelled(self, phrase: str) -> str:
        """Return a phrase with the spelling that most documents give its words, where that has capitals of its own."""
        return " ".join(self._spelled_word(word) for word in phrase.split(" "))

    def _spelled_word(self, word: str) -> str:
        folded = word.casefold()
        forms = self._spellings.get(folded)
        if not forms:
            return word
        most, count = max(forms.items(), key=lambda form: (form[1], form[0]))
        own = most[1:] != most[1:].lower() and 2 * count > sum(forms.values())
        return most if own and not (most.isupper() and len(most) > MAX_ACRONYM) else folded


class ParentTexts:
    """The documents of several topics, each of which counts as much as any other: see `TopicTexts`."""

    def __init__(self, topics: Sequence[TopicTexts]) -> None:
        self._topics = topics
        found: defaultdict[str, list[Phrase]] = defaultdict(list)
        for topic in topics:
            for phrase in topic.phrases:
                found[phrase.text].append(phrase)
        self.phrases = [
            Phrase(text, sum(each.share for each in same) / len(topics), sum(each.noun for each in same) / len(same))
            for text, same in sorted(found.items())
            if len(same) > 1
        ]

    def __len__(self) -> int:
        return sum(map(len, self._topics))

    def coverage(self, name: str) -> float:
        """Return the share of the documents that hold a half of the name.

        Topics are added by the square roots of their shares, so that each topic has to hold it.
        """
        parts = name.split(" and ")
        roots = [max(topic.coverage(part) for part in parts) ** 0.5 for topic in self._topics]
        return float((sum(roots) / len(roots)) ** 2)

    def documents_with(self, root: str) -> int:
        """How many of the documents read hold a word of this stem."""
        return sum(topic.documents_with(root) for topic in self._topics)

    def shares(self) -> dict[str, float]:
        """Return the share of the documents that hold each stem, in the mean of the topics."""
        found: Counter[str] = Counter()
        for topic in self._topics:
            found.update(topic.shares())  # which adds
        return {root: share / len(self._topics) for root, share in found.items()}

    def writes(self, name: str) -> bool:
        """Whether documents hold the last word of a name in this very form."""
        return any(topic.writes(name) for topic in self._topics)

    def inflected(self, name: str) -> bool:
        """Whether the last word is a form that hardly ends a name."""
        return any(topic.inflected(name) for topic in self._topics)


def _holds(document: frozenset[str], root: str) -> bool:
    """Whether a document holds a word; where no spaces are, as a part of what stands there."""
    return root in document or (UNSPACED.fullmatch(root) is not None and any(root in word for word in document))


def _parts_of_longer(runs: dict[tuple[str, ...], int]) -> set[tuple[str, ...]]:
    """Which runs hardly occur but in one longer run, as `artificial` in `artificial intelligence`."""
    parts = set()
    for run, count in runs.items():
        for part in (run[1:], run[:-1]):
            if count >= PART_OF_LONGER * runs.get(part, float("inf")):
                parts.add(part)
    return parts
