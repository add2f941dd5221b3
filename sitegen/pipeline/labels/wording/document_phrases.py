"""Phrases that the documents of a topic share, as candidates for its name. No model: frequent runs of words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from sitegen.pipeline.labels.wording.name_words import SMALL_WORDS, content_words, name_words, stem, stems
from sitegen.pipeline.labels.wording.word_uses import (
    BEFORE_NOUNS,
    BEFORE_VERBS,
    Part,
    WordUses,
    closing_words,
    may_end_before,
    parts_of,
)
from sitegen.words import UNSPACED

LONGEST, LONGEST_TERM = 4, 6
"""Words of a phrase; and of one that documents nearly always write as a whole."""
FEWEST_DOCUMENTS, FEWEST_SHARE = 2, 0.03
"""A phrase occurs in so many of the documents read."""
PARTICLES = frozenset(["after", "against", "before", "between", "down", "off", "out", "over", "through", "under", "up"])
"""Words of English that may stand inside a phrase as those of titles may."""
MOST_PHRASES = 60
READ_CHARS = 2000
"""A document is read so far."""
MAX_ACRONYM = 5
CAPITAL = 0.8
"""A word has a capital, as nouns of German do, if it is written so this often; elsewhere it begins a sentence."""
PART_OF_LONGER = 0.7
"""A run is no phrase if this share of its documents have it as a part of one and the same longer run."""
# fmt: off
CONTRACTED = frozenset([
    "aint", "arent", "cant", "couldnt", "didnt", "doesnt", "dont", "hadnt", "hasnt", "havent", "heres", "hes", "hows",
    "id", "ill", "im", "isnt", "its", "ive", "lets", "shes", "shouldnt", "thats", "theres", "theyd", "theyre", "theyve",
    "wasnt", "werent", "weve", "whats", "wheres", "whos", "wont", "wouldnt", "youd", "youll", "youre", "youve",
])
# fmt: on

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
        noun: how often it stands alone after what precedes nouns, rather than after what precedes verbs, 0 to 1; 0.5 if
            neither.
        seen: how often it occurs.
        closed: how often what follows lets it end, see `WordUses`.
        neighbor: how often the commonest word stands beside it.
    """

    text: str
    share: float
    noun: float
    seen: int = 0
    closed: int = 0
    neighbor: int = 0


class Place(NamedTuple):
    """Where a run of words begins."""

    document: int
    part: Part
    start: int


class TopicTexts:
    """The documents of a topic, as far as they are read: which phrases they share and how they write them."""

    def __init__(
        self,
        texts: Sequence[str],
        keywords: Sequence[str],
        stop_words: Collection[str],
        extra_stop_words: Collection[str] = (),
    ) -> None:
        """Read the documents of a topic.

        Args:
            stop_words: do not begin or end a phrase.
            extra_stop_words: those of them that are words of content: one that nearly always follows may end it.
        """
        self._extra_stop_words = extra_stop_words
        self._keys = {each for keyword in keywords for each in stems(keyword)}
        self._stop_words = stop_words
        self._closing = closing_words(stop_words)
        self._stems: list[frozenset[str]] = []
        self._spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.uses = WordUses()
        self._broken = {tuple(keyword.casefold().split()) for keyword in keywords if keyword.count(" ") == 1}
        documents: Counter[tuple[str, ...]] = Counter()
        places: defaultdict[tuple[str, ...], list[Place]] = defaultdict(list)
        for number, text in enumerate(texts):
            read = text[:READ_CHARS]
            parts = parts_of(read)
            found = set()
            for part in parts:
                for start, run in self._runs(part):
                    found.add(run)
                    places[run].append(Place(number, part, start))
            documents.update(found)
            self.uses.add(read, parts, self._closing)
            self._broken.difference_update(*(pairwise(part.folded) for part in parts))
            words = [word for part in parts for word in part.words]
            self._stems.append(frozenset(map(stem, words)))
            for word in words:
                self._spellings[word.casefold()][word] += 1
        self._fewest = fewest = max(FEWEST_DOCUMENTS, FEWEST_SHARE * len(self._stems))
        frequent = {run: count for run, count in documents.items() if count >= fewest}
        often = sorted(frequent.keys() - _parts_of_longer(frequent), key=lambda run: (-documents[run], run))
        found_at = {run: places[run] for run in often[:MOST_PHRASES]}
        found_at |= {
            longer: of
            for run in often[:MOST_PHRASES]
            for longer, of in self._longer(run, places[run])
            if longer not in frequent and len({each.document for each in of}) >= fewest
        }
        self.phrases = [self._phrase(run, of) for run, of in found_at.items()] + [
            Phrase(keyword, share, 0.5)
            for keyword in dict.fromkeys(keywords)
            if UNSPACED.fullmatch(keyword) and (share := self.coverage(keyword)) * len(self) >= fewest
        ]

    def _longer(self, run: tuple[str, ...], places: Sequence[Place]) -> Iterator[tuple[tuple[str, ...], list[Place]]]:
        """Yield what a run is the beginning of, as long as most of its occurrences go on with the same word."""
        while len(run) < LONGEST_TERM:
            after = Counter(
                part.folded[start + len(run)] for _, part, start in places if start + len(run) < len(part.words)
            )
            word, count = max(after.items(), key=lambda each: (each[1], each[0]), default=("", 0))
            if 2 * count <= len(places) or not (word in self._extra_stop_words or self._may_be_at_an_edge(word)):
                return
            run = (*run, word)
            places = [
                place for place in places if tuple(place.part.folded[place.start : place.start + len(run)]) == run
            ]
            yield run, places

    def _phrase(self, run: tuple[str, ...], places: Sequence[Place]) -> Phrase:
        nouns = verbs = closed = 0
        before: Counter[str] = Counter()
        after: Counter[str] = Counter()
        hyphens: Counter[int] = Counter()
        for _, part, start in places:
            end = start + len(run)
            last = part.folded[start - 1] if start else ""
            may_end = may_end_before(part, end, self._closing)
            nouns += may_end and last in BEFORE_NOUNS
            verbs += last in BEFORE_VERBS
            closed += may_end
            if last and last not in self._stop_words and last not in SMALL_WORDS:
                before[last] += 1
            if end < len(part.words):
                after[part.folded[end]] += 1
            hyphens.update(at - start for at in range(start + 1, end) if at in part.hyphens)
        written = self.spelled(" ".join(run)).split(" ")
        text = written[0] + "".join(
            ("-" if 2 * hyphens[at] > len(places) else " ") + word for at, word in enumerate(written) if at
        )
        neighbor = max([*before.values(), *after.values()], default=0)
        share = len({place.document for place in places}) / len(self._stems)
        return Phrase(text, share, (nouns + 1) / (nouns + verbs + 2), len(places), closed, neighbor)

    def __len__(self) -> int:
        return len(self._stems)

    def _runs(self, part: Part) -> list[tuple[int, tuple[str, ...]]]:
        """Where each run of words begins that may be a name and holds a keyword of the topic."""
        folded = part.folded
        keys = [stem(word) in self._keys for word in folded]
        if not any(keys):
            return []
        edges = [self._may_be_at_an_edge(word) for word in folded]
        found = []
        for start in range(len(folded)):
            if not (edges[start] or start + 1 in part.hyphens) or start in part.hyphens:
                continue
            for end in range(start + 1, min(start + LONGEST, len(folded)) + 1):
                if end - start > 2 and self._divides(folded[end - 2]):
                    break
                if edges[end - 1] and end not in part.hyphens and any(keys[start:end]):
                    found.append((start, tuple(folded[start:end])))
        return found

    def _divides(self, word: str) -> bool:
        return word in CONTRACTED or (word in self._stop_words and word not in SMALL_WORDS and word not in PARTICLES)

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
        """Return the share of the documents read that hold all words of a name, in any form and order.

        Of a name that joins two, the smaller of both.
        """
        return min(map(self._coverage, name.split(" and ")))

    def coverages(self, name: str) -> list[float]:
        """Return the coverage of the only topic, as `ParentTexts` does of each."""
        return [self.coverage(name)]

    def _coverage(self, part: str) -> float:
        wanted = {stem(word) for word in content_words(part)}
        holding = sum(all(_holds(document, root) for root in wanted) for document in self._stems)
        return holding / len(self._stems) if self._stems else 0.0

    def documents_with(self, root: str) -> int:
        """Return how many of the documents read hold a word of this stem."""
        return sum(_holds(document, root) for document in self._stems)

    def shares(self) -> dict[str, float]:
        """Return the share of the documents read that hold each stem."""
        found = Counter(root for document in self._stems for root in document)
        return {root: count / len(self._stems) for root, count in found.items()}

    def roots(self) -> frozenset[str]:
        """Return the stems that as many documents hold as a phrase needs."""
        counts = Counter(root for document in self._stems for root in document)
        return frozenset(root for root, count in counts.items() if count >= self._fewest)

    def broken(self, name: str) -> bool:
        """Tell whether a name is no grammar.

        It has a keyword of two words that no document writes side by side, so that a stop word is missing, or an
        English plural after `a`, whose singular the documents hold.
        """
        pairs = list(pairwise(name_words(name)))
        return not self._broken.isdisjoint(pairs) or any(
            before in ("a", "an") and word.endswith("s") and not word.endswith("ss") and word[:-1] in self._spellings
            for before, word in pairs
        )

    def inflected(self, name: str) -> bool:
        """Tell whether the last word is an English past, adverb or superlative: the documents hold its plain form."""
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
        total = sum(forms.values())
        inside = most[1:] != most[1:].lower()
        own = 2 * count > total if inside else most[:1].isupper() and count >= CAPITAL * total
        return most if own and not (most.isupper() and len(most) > MAX_ACRONYM) else folded


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
