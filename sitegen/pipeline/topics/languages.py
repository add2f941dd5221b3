"""Which language texts are in, told by their stop words: no model, and nothing of scripts without spaces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

FEWEST_WORDS = 2
"""Stop words of another language that a document must have: one may be a name."""
FEWEST_DIFFERENT = 6
"""And all documents together: `los` and `las` are in names of cities, `var` and `min` in code."""
SHOWN = 4
FAR_MORE = 2
"""Times as many stop words of another language: those of close relatives are alike."""


@dataclass(frozen=True)
class OtherLanguage:
    """A language that some texts are in, and others are not.

    Attributes:
        code: of ISO 639-1.
        share: of the texts, 0 to 1.
        words: those that tell it, most frequent first.
    """

    code: str
    share: float
    words: tuple[str, ...]


@cache
def _languages_of_words() -> Mapping[str, frozenset[str]]:
    """Return the languages that each stop word belongs to."""
    import stopwordsiso

    found: dict[str, set[str]] = {}
    for language in stopwordsiso.langs():
        for word in stopwordsiso.stopwords(language):
            found.setdefault(word, set()).add(language)
    return {word: frozenset(languages) for word, languages in found.items()}


def main_language(counts: Mapping[str, int]) -> str:
    """Return the language whose stop words are most frequent among words; the first by its code where none is."""
    held = _stop_words_held(counts)
    return max(held, key=held.__getitem__)


def clearly_other(counts: Mapping[str, int], language: str) -> str | None:
    """Return the main language of words, by their counts, if it is clearly another than this one."""
    held = _stop_words_held(counts)
    main = max(held, key=held.__getitem__)
    return main if language in held and held[main] > FAR_MORE * held[language] else None


def _stop_words_held(counts: Mapping[str, int]) -> dict[str, int]:
    """Return how many of the words are stop words of each language, in the order of their codes."""
    import stopwordsiso

    known = _languages_of_words()
    held = dict.fromkeys(sorted(stopwordsiso.langs()), 0)
    for word, count in counts.items():
        for language in known.get(word, ()):
            held[language] += count
    return held


def other_language(texts: Sequence[Sequence[str]], main: str) -> OtherLanguage | None:
    """Return the language that texts are in if they are not in `main`; None where too few words tell.

    A text is in another language if it has more stop words that are only that language's than only of `main`.

    Args:
        texts: the words of each, lower case.
    """
    known = _languages_of_words()
    counts = Counter(word for words in texts for word in words if len(word) > 1 and word in known)
    found: Counter[str] = Counter()
    for word, count in sorted(counts.items()):
        if main not in known[word]:
            found.update(dict.fromkeys(known[word], count))
    if not found:
        return None
    code = min(found, key=lambda language: (-found[language], language))
    tells = {word: code in known[word] for word in counts if (code in known[word]) != (main in known[word])}
    if sum(tells.values()) < FEWEST_DIFFERENT:
        return None
    inside = 0
    for words in texts:
        votes = Counter(tells[word] for word in words if word in tells)
        inside += votes[True] >= FEWEST_WORDS and votes[True] > votes[False]
    shown = sorted((word for word in tells if tells[word]), key=lambda word: (-counts[word], word))
    return OtherLanguage(code, inside / len(texts), tuple(shown[:SHOWN]))
