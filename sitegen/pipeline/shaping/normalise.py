"""Text as it came -> text as it is modelled: HTML and links out if asked, Unicode composed, no control characters."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from sitegen.config import DocumentsConfig
from sitegen.pipeline.shaping.values import clean

URL = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"]*[^\s<>\".,;:!?)\]}'»”]", re.IGNORECASE)
UNSEEN = frozenset({"script", "style", "template", "noscript"})
INLINE = frozenset(
    {"a", "abbr", "b", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "u"}
)
"""Tags that part no words; all others do."""


def normalise(text: str, config: DocumentsConfig) -> str:
    """The text without what is not wanted in it."""
    if config.strip_html and ("<" in text or "&" in text):
        text = strip_html(text)
    if config.drop_urls:
        text = URL.sub("", text)
    return clean(text)


def strip_html(text: str) -> str:
    """The text that a page would show; a `<` that opens no tag stays."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in UNSEEN))
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)

    def _break(self, tag: str) -> None:
        if tag not in INLINE:
            self.parts.append("\n")
