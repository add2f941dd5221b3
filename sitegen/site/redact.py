"""Takes out of a text what should not become public: mail addresses, phone numbers, links, and patterns of the user.

The patterns are meant to find too much rather than too little: what they mask is replaced by a word in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from sitegen.config import RedactPattern

Redact = Callable[[str], str]

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
URL = re.compile(r"(?:https?|ftp)://[^\s<>\"']+|\bwww\.[^\s<>\"']+", re.IGNORECASE)
PHONE = re.compile(r"(?<![\w.])(?!\d{4}-\d\d-\d\d(?!\d))[+(]?\d[\d ().\-/\u00a0]{4,28}\d(?!\w)")
LONE_NUMBER = 9
"""Digits from which a number without any separator may be a phone number."""
FEWEST_DIGITS = 7
KNOWN = {"emails": (EMAIL, "[email]"), "phones": (PHONE, "[phone]"), "urls": (URL, "[link]")}


def redactor(rules: Sequence[str | RedactPattern]) -> Redact:
    """A function that masks what any of `publish.redact` finds; overlapping finds are masked as one."""
    redact = piece_redactor(rules)
    return lambda text: redact("", text, "")


def piece_redactor(rules: Sequence[str | RedactPattern]) -> Callable[[str, str, str], str]:
    """As `redactor`, for a piece of a text with what comes before and after it: a find may cross the borders."""
    known = [KNOWN[rule] if isinstance(rule, str) else (re.compile(rule.pattern), "[redacted]") for rule in rules]

    def redact(before: str, text: str, after: str) -> str:
        # A text may have been cut inside a word, or at a blank, which is gone.
        joints = [(f"{before}{joint}{text}{joint}{after}", len(before + joint)) for joint in ("", " ")]
        found = sorted(
            (max(start - shift, 0), min(stop - shift, len(text)), mask)
            for whole, shift in (joints if before or after else [(text, 0)])
            for pattern, mask in known
            for start, stop, mask in _spans(pattern, mask, whole)
            if start - shift < len(text) and stop > shift
        )
        parts, end = [], 0
        for start, stop, mask in found:
            if start >= end:
                parts += [text[end:start], mask]
            end = max(end, stop)
        return "".join([*parts, text[end:]])

    return redact if known else lambda before, text, after: text


def _spans(pattern: re.Pattern[str], mask: str, text: str) -> Iterator[tuple[int, int, str]]:
    for match in pattern.finditer(text):
        if match.end() > match.start() and (pattern is not PHONE or _is_phone(match.group())):
            yield match.start(), match.end(), mask


def _is_phone(text: str) -> bool:
    digits = sum(character.isdecimal() for character in text)
    return digits >= (LONE_NUMBER if text.isdecimal() else FEWEST_DIGITS)
