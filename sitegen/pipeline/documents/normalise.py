"""Text as it came -> text as it is modelled: HTML and links out if asked, Unicode composed, no control characters."""

from __future__ import annotations

import re
from html import unescape

from sitegen.config import DocumentsConfig
from sitegen.pipeline.documents.values import clean

URL = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"]*[^\s<>\".,;:!?)\]}'»”]", re.IGNORECASE)
# The standard library's parser takes quadratic time for some texts; here no character is looked at often.
MARKUP = re.compile(
    r"""<!--.*?(?:-->|\Z)
    | <(script|style|template|noscript)\b[^<>]*>.*?(?:</\1\s*>|\Z)
    | <[!?/]?([a-z][\w:-]*+)(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
INLINE = frozenset(
    {"a", "abbr", "b", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "u"}
)
"""Tags that part no words; all others do."""


def normalise(text: str, config: DocumentsConfig) -> str:
    """Return the text without what is not wanted in it."""
    if config.strip_html and ("<" in text or "&" in text):
        text = strip_html(text)
    if config.drop_urls:
        text = URL.sub("", text)
    return clean(text)


def strip_html(text: str) -> str:
    """Return the text that a page would show; a `<` that opens no tag stays."""
    text = unescape(MARKUP.sub(_space, text))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _space(markup: re.Match[str]) -> str:
    tag = markup[1] or markup[2]
    return "" if tag is None or tag.lower() in INLINE else "\n"
