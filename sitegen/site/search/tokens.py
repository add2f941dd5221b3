"""The words of a text as the search index knows them. `static/js/search/tokens.js` makes the same of the same text.

Text is folded by Unicode's compatibility decomposition (NFKD), in lower case, without accents; what is left is
composed again (NFC). Words are runs of letters, digits and marks. Scripts that put no space between words are cut
into overlapping pairs of characters, and the last character once more by itself, so that any beginning of a pair,
down to one character, is the beginning of some token.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

MAX_CHARS = 32
"""Longer words are cut: nobody types more, and some texts have words of kilobytes."""
ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u0640\u200c\u200d]"
)
"""What readers leave out when they type: combining accents, Hebrew points, Arabic vowels, the stretching tatweel, and
the joiners inside words of Persian and the scripts of India."""
UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
"""Scripts without spaces between words, first and last code points."""
ASCII_WORD = re.compile("[a-z0-9]+")


def fold(text: str) -> str:
    """Return the text as words are compared."""
    if text.isascii():
        return text.lower()
    plain = ACCENTS.sub("", unicodedata.normalize("NFKD", text).lower())
    return unicodedata.normalize("NFC", plain.replace("ß", "ss").replace("ς", "σ"))


def tokens(text: str) -> list[str]:
    """Return the words of a text in order, repetitions and all."""
    folded = fold(text)
    if folded.isascii():
        found = ASCII_WORD.findall(folded)
        return found if len(max(found, key=len, default="")) <= MAX_CHARS else [word[:MAX_CHARS] for word in found]
    split: list[str] = []
    for unspaced, word in _words().findall(folded):
        if word:
            split.append(word[:MAX_CHARS])
        else:
            split += [unspaced[index : index + 2] for index in range(len(unspaced))]
    return split


@cache
def _words() -> re.Pattern[str]:
    """Two groups: a run of an unspaced script, or a word of any other. `re` has no classes by Unicode category."""
    unspaced = {code for low, high in UNSPACED for code in range(low, high + 1) if _in_word(code)}
    spaced = {code for code in range(sys.maxunicode + 1) if _in_word(code)} - unspaced
    return re.compile(f"([{_ranges(unspaced)}]+)|([{_ranges(spaced)}]+)")


def _in_word(code: int) -> bool:
    return unicodedata.category(chr(code))[0] in "LMN"


def _ranges(codes: set[int]) -> str:
    """Return the inside of a character class."""
    ordered = sorted(codes)
    starts = [code for code in ordered if code - 1 not in codes]
    ends = [code for code in ordered if code + 1 not in codes]
    return "".join(f"\\U{start:08x}-\\U{end:08x}" for start, end in zip(starts, ends, strict=True))
