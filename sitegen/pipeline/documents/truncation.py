"""Lengths in characters and tokens, and where a text may end: after a sentence, else after a word, never inside one."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sitegen.errors import ModelError
from sitegen.pipeline.models.find_model import find_model

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”）]*|(?=\n)")
LOOK_AHEAD = 64
CHARS_PER_TOKEN = 6
"""More than most texts have: how much of a long one is read at first."""


class Limit(Protocol):
    """A longest length."""

    def reach(self, text: str, start: int = 0) -> int:
        """Return where a piece from `start` must end at the latest; `len(text)` if all the rest fits."""

    def fits(self, text: str) -> bool:
        """Tell whether the text is not longer."""


class CharLimit:
    """At most so many characters."""

    def __init__(self, chars: int) -> None:
        self._chars = chars

    def reach(self, text: str, start: int = 0) -> int:
        """See Limit."""
        return min(len(text), start + self._chars)

    def fits(self, text: str) -> bool:
        """See Limit."""
        return len(text) <= self._chars


class TokenLimit:
    """At most so many tokens, the special ones that a model wants included."""

    def __init__(self, tokens: int, tokenizer: Tokenizer) -> None:
        self._room = tokens - tokenizer.num_special_tokens_to_add(False)
        self._tokenizer = tokenizer

    def reach(self, text: str, start: int = 0) -> int:
        """See Limit. Of a long text only as much is read as is needed."""
        chars = CHARS_PER_TOKEN * max(1, self._room)
        while True:
            tokens = self._tokenizer.encode(text[start : start + chars], add_special_tokens=False)
            if len(tokens) > self._room:
                return start + int(tokens.offsets[max(0, self._room)][0])  # where the first that is too many begins
            if start + chars >= len(text):
                return len(text)
            chars *= 4

    def fits(self, text: str) -> bool:
        """See Limit."""
        return self.reach(text) == len(text)


def load_tokenizer(name: str, root: Path, field: str = "documents.tokenizer") -> Tokenizer:
    """Return the tokenizer of a model, which stands in `field` of the config, without its own limits.

    Raises:
        ModelError: it is not there or cannot be loaded.
    """
    reference = find_model(name, root, field)
    try:
        from tokenizers import Tokenizer

        if reference.path is None:
            tokenizer = Tokenizer.from_pretrained(reference.name)
        else:
            path = reference.path / "tokenizer.json" if reference.path.is_dir() else reference.path
            tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise ModelError(f"tokenizer {name!r} cannot be loaded: {error}", field) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def end_within(text: str, limit: Limit, start: int = 0) -> int:
    """Return where a piece from `start` ends that is within `limit`; `start` if not even one word is."""
    most = limit.reach(text, start)
    while (end := _boundary(text, start, most)) > start and end < len(text) and not limit.fits(text[start:end].strip()):
        most = end - 1  # a few tokenizers need more tokens for a part of a text than for the whole
    return end


def split(text: str, limit: Limit) -> list[str]:
    """Return pieces of a text, none longer than the limit. Only a word that alone is longer is cut inside."""
    pieces, start = [], 0
    while start < len(text):
        end = end_within(text, limit, start)
        if end == start:
            end = max(start + 1, limit.reach(text, start))
        pieces.append(text[start:end].strip())
        start = end + len(text[end : end + LOOK_AHEAD]) - len(text[end : end + LOOK_AHEAD].lstrip())
    return [piece for piece in pieces if piece]


def _boundary(text: str, start: int, most: int) -> int:
    """Return the end of the last sentence up to `most`, if that keeps half; else of the last word; else `start`."""
    if most >= len(text):
        return len(text)
    ends = [found.end() for found in SENTENCE_END.finditer(text, (start + most) // 2, most + 1) if found.end() <= most]
    if ends:
        return ends[-1]
    for found in _word_ends().finditer(text, start, most + LOOK_AHEAD):
        if found.start() <= most:
            return int(found.start()) if text[start : found.start()].strip() else start
    return start


@cache
def _word_ends() -> Any:
    """Boundaries of words by Unicode's rules, also for scripts without spaces, last one first."""
    import regex

    return regex.compile(r"(?rw)\b")
