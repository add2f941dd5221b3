"""What a topic page says first: its keywords without near-duplicates, and a sentence that has many of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from sitegen.words import find_words

MERGED = 12
QUOTE_CHARS = range(30, 200)
_SENTENCES = re.compile(r"(?<=[.!?…。！？])\s+|\n+")


def merged_keywords(*representations: Sequence[str]) -> tuple[str, ...]:
    """Return the keywords of all representations, best first, without those whose words were all there before."""
    covered: set[str] = set()
    merged = []
    for keyword in (each for rank in zip_longest(*representations) for each in rank if each):
        words = _stems(keyword)
        if not words <= covered or not words:
            covered |= words
            merged.append(keyword)
    return tuple(dict.fromkeys(merged))[:MERGED]


def best_quote(texts: Sequence[str], keywords: Sequence[str]) -> str:
    """Return the sentence that has the most keywords, of those neither short nor long; none without any keyword."""
    wanted = {stem for keyword in keywords for stem in _stems(keyword)}
    sentences = (sentence.strip() for text in texts for sentence in _SENTENCES.split(text))
    found = [sentence for sentence in sentences if len(sentence) in QUOTE_CHARS and not sentence.endswith("…")]
    best = max(found, key=lambda sentence: len(_stems(sentence) & wanted), default="")
    return best if _stems(best) & wanted else ""


def _stems(text: str) -> set[str]:
    """Words without a plural's ending, as English has it."""
    return {word.removesuffix("s") or word for word in find_words(text.casefold())}
