"""Texts of data in Markdown."""

import re

MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&:@/-])")
"""What Markdown, HTML and automatic links are made of."""


def plain(text: str) -> str:
    """Return a text on one line in which Markdown and HTML see nothing but characters."""
    return MARKUP.sub(r"\\\1", " ".join(text.split()))
