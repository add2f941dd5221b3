"""The words of a text as the search index knows them. `static/js/search/tokens.js` makes the same of the same text.

Text is folded by Unicode's compatibility decomposition (NFKD), in lower case, without accents; what is left is
composed again (NFC). Words are runs of letters, digits and marks. Scripts that put no space between words are cut
into overlapping pairs of characters, and the last character once more by itself, so that any beginning of a pair,
down to one character, is the beginning of some token.
"""

from __future__ import annotations

import re
import unicodedata

import regex

MAX_CHARS = 32
"""Longer words are cut: nobody types more, and some texts have words of kilobytes."""
ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u0640\u200c\u200d]"
)
"""What readers leave out when they type: combining accents, Hebrew points, Arabic vowels, the stretching tatweel, and
the joiners inside words of Persian and the scripts of India."""
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # Hiragana, Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Han
)
"""Scripts without spaces between words, as the inside of a character class."""
ASCII_WORD = re.compile("[a-z0-9]+")
WORD = regex.compile(rf"(?V1)([[\p{{L}}\p{{N}}\p{{M}}]&&[{UNSPACED}]]+)|([[\p{{L}}\p{{N}}\p{{M}}]--[{UNSPACED}]]+)")
"""Two groups: a run of an unspaced script, or a word of any other."""


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
    for unspaced, word in WORD.findall(folded):
        if word:
            split.append(word[:MAX_CHARS])
        else:
            split += [unspaced[index : index + 2] for index in range(len(unspaced))]
    return split
