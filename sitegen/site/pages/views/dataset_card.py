"""Render the untrusted dataset card as HTML; raw HTML, images and scripts are dropped."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup


def card_html(markdown: str) -> Markup:
    """Render CommonMark with tables, fit to stand within a page.

    Headings become bold lines, for the page has its own; pictures, which would load from other hosts, their
    description; links stay where they are absolute. HTML is left out.
    """
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = list(_tamed(parser.parse(markdown)))
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704, the parser escapes all text


def _tamed(tokens: list[Token]) -> Iterator[Token]:
    links: list[bool] = []
    for token in tokens:
        if token.type in {"html_block", "html_inline"}:
            continue
        if token.type == "image":
            yield Token("text", "", 0, content=token.content)
            continue
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "p"
            token.attrs |= {"class": "heading"} if token.nesting > 0 else {}
        elif token.type == "link_open":
            links.append(urlsplit(str(token.attrs["href"])).scheme in {"http", "https", "mailto"})
            token.attrs["rel"] = "noopener nofollow ugc"
            if not links[-1]:
                continue
        elif token.type == "link_close" and not links.pop():
            continue
        if token.children:
            token.children = list(_tamed(token.children))
        yield token
