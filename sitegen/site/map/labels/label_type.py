"""The type of names on the map: size by number of documents, line breaks, and the box that a name fits into."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex

SMALLEST_PX, LARGEST_PX = 11.0, 22.0
COMPACT_BELOW = 520.0
"""Pixels per map unit below which a map is a phone's and its letters are smaller."""
COMPACT_SHARE = 0.4
"""Of the pixels that a name is larger than the smallest, so many are left where letters are smaller."""
LINE_HEIGHT = 1.15
PADDING_PX = 4.0
SAFETY = 1.06
"""Fonts of readers are up to this much wider than the one that was measured."""
BOLD_FROM_PX = 14.0
REGULAR_WIDTH = 0.95
"""Width of regular letters as a share of bold ones."""
WRAP_AT = 16
THREE_LINES_AT = 34
LONG_WORD_EM = 14.0
"""A word that is wider is broken too: a script without spaces writes a whole name as one, wider than a phone."""
UNBROKEN = regex.compile(r"\X[\p{Pe}\p{Pf}\p{Po}]*")
"""What no line break cuts: a letter with its marks, and the punctuation that ends it."""
PARENT_PX = 12.0
PARENT_SPACING_EM = 0.08
# fmt: off
BOLD_WIDTHS = (
    28, 33, 47, 56, 56, 89, 72, 24, 33, 33, 39, 58, 28, 33, 28, 28, 56, 56, 56, 56, 56, 56, 56, 56, 56, 56, 33, 33, 58,
    58, 58, 61, 98, 72, 72, 72, 72, 67, 61, 78, 72, 28, 56, 72, 61, 83, 72, 78, 67, 78, 72, 67, 61, 72, 67, 94, 67, 67,
    61, 33, 28, 33, 58, 56, 33, 56, 61, 56, 61, 56, 33, 61, 61, 28, 28, 56, 28, 89, 61, 61, 61, 61, 39, 56, 33, 61, 56,
    78, 56, 56, 50, 39, 28, 39, 58,
)
# fmt: on
"""Hundredths of an em of the characters from U+0020 on, in the bold of Arial's metrics."""
COMBINING = regex.compile(r"\P{Canonical_Combining_Class=0}")
WIDE = regex.compile(r"[\p{East_Asian_Width=W}\p{East_Asian_Width=F}]")
OTHER_WIDTH, WIDE_WIDTH = 80, 102
"""Of characters that were not measured, and of East Asian ones."""


@dataclass(frozen=True)
class LabelType:
    """How a name is set.

    Attributes:
        lines: the name, broken into one to three lines.
        size: font size in pixels, where letters are not smaller.
        parent: whether it names a parent, which is set in spaced capitals.
    """

    lines: tuple[str, ...]
    size: float
    parent: bool = False

    def font_px(self, scale: float) -> float:
        """Return the font size at a scale, in pixels per map unit."""
        if scale >= COMPACT_BELOW:
            return self.size
        return SMALLEST_PX + (self.size - SMALLEST_PX) * COMPACT_SHARE

    def box_px(self, scale: float) -> tuple[float, float]:
        """Return the width and height in pixels that the name fits into at a scale."""
        size = self.font_px(scale)
        bold = self.parent or self.size >= BOLD_FROM_PX
        lines, spacing = ([line.upper() for line in self.lines], PARENT_SPACING_EM) if self.parent else (self.lines, 0)
        em = max(line_em(line) * (1 if bold else REGULAR_WIDTH) + spacing * len(line) for line in lines)
        return em * SAFETY * size + PADDING_PX, len(lines) * LINE_HEIGHT * size + PADDING_PX


def font_sizes(documents: Sequence[int]) -> list[float]:
    """Return font sizes in pixels by numbers of documents: the area of letters grows with the share of the largest."""
    if not documents:
        return []
    counts = np.asarray(documents, np.float64)
    least, most = float(counts.min()), float(counts.max())
    share = (counts - least) / (most - least) if most > least else np.zeros(len(counts))
    return [round(size, 1) for size in (SMALLEST_PX + (LARGEST_PX - SMALLEST_PX) * np.sqrt(share) ** 1.5).tolist()]


def wrap(name: str) -> tuple[str, ...]:
    """Return the name in one line, or in two or three of about equal length if it is long; in more if a word is."""
    words = name.split(" ")
    if any(line_em(word) > LONG_WORD_EM for word in words):
        return _wrap_anywhere(name)
    if len(name) <= WRAP_AT or len(words) == 1:
        return (name,)
    pairs = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    if len(name) < THREE_LINES_AT or len(words) < 3:
        return min(pairs, key=lambda lines: max(map(len, lines)))
    return min(
        (
            (" ".join(words[:i]), " ".join(words[i:j]), " ".join(words[j:]))
            for i in range(1, len(words) - 1)
            for j in range(i + 1, len(words))
        ),
        key=lambda lines: max(map(len, lines)),
    )


def _wrap_anywhere(name: str) -> tuple[str, ...]:
    """Return the name in lines of about equal width, broken at spaces only where they happen to be."""
    letters = UNBROKEN.findall(name)
    ends = np.cumsum([line_em(letter) for letter in letters])
    count = math.ceil(ends[-1] / LONG_WORD_EM)
    number = np.minimum((ends - ends[0] / 2) * count / ends[-1], count - 1).astype(int)
    lines = ("".join(letter for letter, line in zip(letters, number, strict=True) if line == k) for k in range(count))
    return tuple(line.strip(" ") for line in lines if line.strip(" "))


def line_em(line: str) -> float:
    """Return the width of a line in bold letters, in font sizes."""
    return sum(map(_advance, unicodedata.normalize("NFD", line))) / 100


def _advance(character: str) -> int:
    place = ord(character) - 0x20
    if 0 <= place < len(BOLD_WIDTHS):
        return BOLD_WIDTHS[place]
    if COMBINING.match(character):
        return 0
    return WIDE_WIDTH if WIDE.match(character) else OTHER_WIDTH
