"""Large JSON, one value at a time: `json.load` would hold all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from sitegen.errors import SourceError

SPACE = " \t\r\n"
TOKEN = 16
"""A cut may fall into an escape, a number or a word as long as this."""


def json_values(pieces: Iterator[str], name: str) -> Iterator[tuple[str | None, object]]:
    """Return the items of a list with no key, or the members of an object with theirs.

    Args:
        pieces: the text of the file.
        name: how messages call the file.

    Raises:
        SourceError: it is neither, or not JSON.
    """
    text = JsonText(pieces)
    with told(text, name):
        if text.peek() not in ("[", "{"):
            text.value()
            raise SourceError(f"{name} holds neither a list nor an object of objects", "path")
        yield from text.members()
        text.end()


@contextmanager
def told(text: JsonText, name: str) -> Iterator[None]:
    """Raise a SourceError if the text is not JSON."""
    try:
        yield
    except json.JSONDecodeError as error:
        raise SourceError(f"{name} is not valid JSON: {error.msg}, near line {text.line:,}", "path") from error
    except RecursionError as error:
        raise SourceError(f"{name} is not valid JSON: nested too deeply, near line {text.line:,}", "path") from error
    except ValueError as error:  # a whole number of thousands of digits
        raise SourceError(f"{name} cannot be read: {error}, near line {text.line:,}", "path") from error


class JsonText:
    """A window on the text that moves forward and grows while a value does not fit."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._at = 0
        self._lines = 0

    @property
    def line(self) -> int:
        """The number of the line that is read."""
        return self._lines + self._text.count("\n", 0, self._at) + 1

    def peek(self) -> str:
        """Return the next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._grow(1):
                return ""

    def take(self, character: str) -> None:
        """Pass `character`, which must be next."""
        if self.peek() != character:
            raise json.JSONDecodeError(f"Expecting {character!r}", "", 0)
        self._at += 1

    def end(self) -> None:
        """Tell whether nothing but space is left."""
        if self.peek():
            raise json.JSONDecodeError("Extra data", "", 0)

    def members(self) -> Iterator[tuple[str | None, object]]:
        """Return the items of the next list with no key, or the members of the next object with theirs."""
        for key in self.each_key():
            yield key, self.value()

    def each_key(self) -> Iterator[str | None]:
        """Return the key of each member of the next object, None for each item of a list.

        The caller takes the value.
        """
        opening = self.peek()
        self.take("{" if opening != "[" else opening)
        closing = "]" if opening == "[" else "}"
        more = self.peek() != closing
        while more:
            yield self.key() if opening == "{" else None
            if more := self.peek() == ",":
                self.take(",")
        self.take(closing)

    def key(self) -> str:
        """Return the next key and its colon."""
        if self.peek() != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", "", 0)
        key = str(self.value())
        self.take(":")
        return key

    def value(self) -> object:
        """Return the next value."""
        self.peek()
        while True:
            start, size = self._at, len(self._text)
            try:
                value, end = self._decoder.raw_decode(self._text, start)
                # What ends with the window may go on behind it, as 1 does in `1.5` and in `1e+5`.
                if end + 2 < size or not self._grow(1):
                    self._at += end - start
                    return value
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated string") or error.pos >= size - TOKEN
                # Twice as much each time: a row of 10 MB is not parsed a hundred times.
                if not (cut and self._grow(size - start)):
                    self._at += error.pos - start
                    raise

    def _grow(self, wanted: int) -> bool:
        """Forget what was passed, and read at least `wanted` characters more if there are any."""
        self._lines += self._text.count("\n", 0, self._at)
        parts, found = [self._text[self._at :]], 0
        while found < max(wanted, 1) and (piece := next(self._pieces, None)) is not None:
            parts.append(piece)
            found += len(piece)
        self._text, self._at = "".join(parts), 0
        return found > 0
