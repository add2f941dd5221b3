"""What a word is, in every script: the one definition that keywords, stop words, names and the search share.

A word is a run of letters, digits, underscores and combining marks; zero-width joiners inside it belong to it, as
Persian and the scripts of India need. A run of katakana is a word. Scripts that put no space between words give whole
runs, which the caller cuts. Names that a sign belongs to, such as `c++` and `.net`, are words too.

What a character is, is looked up in the tables of `regex`: those of Python's own functions are of another version of
Unicode in each Python, and one site would differ from the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import regex

JOINERS = "\u200c\u200d"
KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
UNSPACED_RANGES = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ede\u1000-\u109f\u1780-\u17dd"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3041-\u3096\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Japanese, Chinese
)
"""Scripts without spaces between words, as the inside of a character class; katakana is not among them."""
SIGNED = r"(?<![\w.])\.net\b|(?<!\w)(?:[cg]|notepad)\+\+|(?<!\w)[cf]#(?!\w)"
"""Names that a sign belongs to: the languages of computers are the ones that texts hold."""
UNSPACED = regex.compile(f"[{UNSPACED_RANGES}]+")
LETTER = regex.compile(r"\p{L}")

_ASCII = re.compile(rf"{SIGNED}|\w+", re.ASCII | re.IGNORECASE)
_SPACED = rf"[[\p{{L}}\p{{N}}\p{{M}}_]--[{KATAKANA}{UNSPACED_RANGES}]]"
_ANY = regex.compile(
    rf"(?V1){SIGNED}|[{KATAKANA}]+|[{UNSPACED_RANGES}]+|{_SPACED}+(?:[{JOINERS}]+{_SPACED}+)*", regex.IGNORECASE
)
_HIDDEN = regex.compile(r"(?V1)[\p{C}\p{Z}--[ ]]")


def is_printable(text: str) -> bool:
    """Tell whether a text holds nothing but what is seen, and spaces, as `str.isprintable` says it."""
    return _HIDDEN.search(text) is None


def find_words(text: str) -> list[str]:
    """Return the words of a text as they are written, in its order; a run of an unspaced script is one of them."""
    return (_ASCII if text.isascii() else _ANY).findall(text)


def replace_words(text: str, new: Callable[[str], str]) -> str:
    """Return the text with each of its words, as `find_words` finds them, replaced by what is new for it."""
    return (_ASCII if text.isascii() else _ANY).sub(lambda found: new(found.group()), text)


def without_overlaps(words: Sequence[str], most: int) -> list[str]:
    """Return the first `most` of the words, without pieces of an unspaced script that overlap with one before them.

    Such pieces are cut from one longer word: one holds the other, or is the other moved by one character.
    """
    kept: list[str] = []
    for word in words:
        if len(kept) == most:
            break
        if not UNSPACED.fullmatch(word) or not any(_overlap(word, other) for other in kept):
            kept.append(word)
    return kept


def _overlap(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    shared = len(short) - 1
    return short in long or (
        shared > 1
        and UNSPACED.fullmatch(long) is not None
        and (short[1:] == long[:shared] or short[:-1] == long[-shared:])
    )
