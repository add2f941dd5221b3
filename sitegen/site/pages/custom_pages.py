"""Pages of the project's own: `pages/*.md`, Markdown with a title, in the navigation of the site.

```
---
title: Imprint
order: 2
---
Who we are. [The map of talks](talks/index.html)
```
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from pydantic import Field, ValidationError
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node

from sitegen.config import WINDOWS_DEVICES, Section, load_yaml
from sitegen.errors import PublishError

FRONT = re.compile(r"\A---\n(.*?)^---\n?", re.DOTALL | re.MULTILINE)
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Front(Section):
    """What stands between the two lines `---` at the top of a page."""

    title: str = Field(min_length=1)
    """Title of the page, and its name in the navigation."""
    description: str = ""
    """One sentence for search engines."""
    order: int = 0
    """Place in the navigation: smaller first, then by file name."""


@dataclass(frozen=True)
class ExtraPage:
    """A page of the project's own.

    Attributes:
        name: of the file without `.md`; the page is published as `NAME/index.html`.
        front: its title and place.
        body: HTML; whatever HTML the Markdown held is in it as text.
    """

    name: str
    front: Front
    body: Markup


def read_extra_pages(folder: Path) -> list[ExtraPage]:
    """Return the pages in `folder`, in the order of the navigation; none if there is no such folder.

    Raises:
        PublishError: a page has no title, or a name that is no address.
    """
    pages = [_read(path) for path in sorted(folder.glob("*.md"))]
    return sorted(pages, key=lambda page: page.front.order)


def _read(path: Path) -> ExtraPage:
    if not NAME.fullmatch(path.stem) or path.stem in WINDOWS_DEVICES:
        raise PublishError(f"{path}: its name becomes an address: use lower case letters, digits and hyphens")
    if not path.resolve().is_relative_to(path.parent.resolve().parent):
        raise PublishError(f"{path}: is a symbolic link out of the project; copy the file")
    try:
        text = path.read_text("utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PublishError(f"{path}: cannot be read: {error}") from error
    match = FRONT.match(text)
    if match is None:
        raise PublishError(f"{path}:1: begins with no front matter; add lines `---`, `title: …`, `---`")
    try:
        node, values = load_yaml(match[1])
        front = Front.model_validate(values or {})
    except ValidationError as error:
        raise PublishError(f"{path}:{_problem(error, node)}") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise PublishError(f"{path}: the front matter is not valid YAML: {' '.join(str(error).split())}") from error
    return ExtraPage(path.stem, front, to_html(text[match.end() :]))


def _problem(error: ValidationError, node: Node | None) -> str:
    """Line and field of what is wrong with the front matter; a key that is misspelt rather than the one it misses."""
    problems = error.errors(include_input=False)
    problem = next((each for each in problems if each["type"] == "extra_forbidden"), problems[0])
    key = ".".join(map(str, problem["loc"]))
    pairs = node.value if isinstance(node, MappingNode) else []
    line = next((each.start_mark.line + 2 for each, _ in pairs if each.value == key), 1)
    known = f"; known keys: {', '.join(Front.model_fields)}" if problem["type"] == "extra_forbidden" else ""
    return f"{line}: front matter: {key}: {problem['msg']}{known}"


def to_html(markdown: str) -> Markup:
    """Render CommonMark with tables; HTML in it stays text. Relative links start at the site's root."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    for token in tokens:
        for child in token.children or []:
            _aim(child)
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704, the parser escapes all text


def _aim(token: Token) -> None:
    """Lead a relative address from the page's folder to the root, one to `NAME.md` to that page."""
    name = {"link_open": "href", "image": "src"}.get(token.type)
    if name is None:
        return
    address = str(token.attrs[name])
    url = urlsplit(address)
    if url.scheme or url.netloc:
        token.attrs["rel"] = "noopener"
    elif url.path and not url.path.startswith("/"):
        path = f"{url.path.removesuffix('.md')}/index.html" if url.path.endswith(".md") else url.path
        token.attrs[name] = url._replace(path=f"../{path}").geturl()
