"""Takes out of a text what should not become public: mail addresses, phone numbers, links, and patterns of the user.

The patterns are meant to find too much rather than too little: what they mask is replaced by a word in brackets.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import regex

from sitegen.config import RedactPattern

Redact = Callable[[str], str]
Mask = tuple[int, int, str]
"""What to mask: the characters from `start` to `stop`, and what to write instead."""

EMAIL = regex.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")  # `\w` of `re` ends at combining marks
URL = re.compile(r"(?:https?|ftp)://[^\s<>\"']+|\bwww\.[^\s<>\"']+", re.IGNORECASE)
PHONE = re.compile(r"(?<![\w.])(?!\d{4}-\d\d-\d\d(?!\d))[+(]?\d[\d ().\-/\u00a0]{4,28}\d(?!\w)")
IDENTIFIER = re.compile(
    r"""(?<![\w.-])(?:
      [0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![\w-])            # a UUID
    | (?=[0-9a-f-]*(?:\d[a-f]|[a-f]\d))[0-9a-f]+(?:-[0-9a-f]+)*(?![\w-])  # hexadecimal, letters among digits
    | 10\.\d{4,9}/[^\s"<>]+                                        # a DOI
    | \d{4}-\d\d-\d\d(?:[T ]\d\d:?\d\d(?::?\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])  # a date, a time
    | v?\d++(?:\.\d++)*+[-+~][\w.]*[a-z][\w.+~-]*                     # a version
    )""",
    re.VERBOSE | re.IGNORECASE,
)
"""What has digits and is no phone number."""
LONE_NUMBER = 9
"""Digits from which a number without any separator may be a phone number."""
FEWEST_DIGITS = 7
KNOWN = {"emails": (EMAIL, "[email]"), "phones": (PHONE, "[phone]"), "urls": (URL, "[link]")}


def redactor(rules: Sequence[str | RedactPattern]) -> Redact:
    """Return a function that masks what any of `privacy.redact` finds; overlapping finds are masked as one."""
    find = mask_finder(rules)
    return lambda text: masked(text, find("", text, ""))


def masked(text: str, masks: Sequence[Mask]) -> str:
    """Return the text with what is to be masked replaced."""
    parts, end = [], 0
    for start, stop, word in masks:
        parts += [text[end:start], word]
        end = stop
    return "".join([*parts, text[end:]])


def moved(places: Sequence[int], masks: Sequence[Mask]) -> list[int]:
    """Return where places of a text, ascending, are in the masked text; one inside of a mask is behind it."""
    found, passed, behind, grown = [], 0, 0, 0
    for place in places:
        while passed < len(masks) and masks[passed][0] < place:
            start, behind, word = masks[passed]
            grown += len(word) - (behind - start)
            passed += 1
        found.append(max(place, behind) + grown)
    return found


def mask_finder(rules: Sequence[str | RedactPattern]) -> Callable[[str, str, str], list[Mask]]:
    """Return what to mask in a piece of a text, given what comes before and after it: a match may cross the borders.

    Finds that overlap are masked as one.
    """
    known = [KNOWN[rule] if isinstance(rule, str) else (re.compile(rule.pattern), "[redacted]") for rule in rules]

    def find(before: str, text: str, after: str) -> list[Mask]:
        # A text may have been cut inside a word, or at a blank, which is gone.
        joints = [(f"{before}{joint}{text}{joint}{after}", len(before + joint)) for joint in ("", " ")]
        found = sorted(
            (max(start - shift, 0), min(stop - shift, len(text)), mask)
            for whole, shift in (joints if before or after else [(text, 0)])
            for pattern, mask in known
            for start, stop, mask in _spans(pattern, mask, whole)
            if start - shift < len(text) and stop > shift
        )
        masks: list[Mask] = []
        for start, stop, word in found:
            if masks and start < masks[-1][1]:
                first, end, word = masks.pop()
                start, stop = first, max(end, stop)
            masks.append((start, stop, word))
        return masks

    return find if known else lambda before, text, after: []


def _spans(pattern: Any, mask: str, text: str) -> Iterator[tuple[int, int, str]]:
    if pattern is EMAIL and "@" not in text:
        return
    identifiers: list[tuple[int, int]] | None = None
    for match in pattern.finditer(text):
        if match.end() == match.start():
            continue
        if pattern is PHONE:
            if not _is_phone(match.group()):
                continue
            if identifiers is None:
                identifiers = [found.span() for found in IDENTIFIER.finditer(text)]
            first = match.start() + (match[0][0] in "+(")
            place = bisect_right(identifiers, (first, len(text))) - 1
            if place >= 0 and match.end() <= identifiers[place][1]:
                continue
        yield match.start(), match.end(), mask


def _is_phone(text: str) -> bool:
    digits = sum(character.isdecimal() for character in text)
    return digits >= (LONE_NUMBER if text.isdecimal() else FEWEST_DIGITS)
