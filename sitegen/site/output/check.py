"""Checks of a written site: every link leads somewhere inside it, and first views stay within their budget."""

from __future__ import annotations

import gzip
import posixpath
import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FIRST_VIEW_BYTES = 500_000
ADDRESSES_ONLY = {"canonical", "alternate"}
"""Kinds of link that name an absolute address and load nothing."""
LINKS = {"a": "href", "link": "href", "script": "src", "img": "src"}
ATTRIBUTES = r"""\b(?:[^>"']|"[^"]*"|'[^']*')*>"""
PARTS_WITH_LINKS = re.compile(
    rf"<!--.*?-->|<(script|style){ATTRIBUTES}.*?</\1\s*>|<(?:a|link|img){ATTRIBUTES}", re.DOTALL | re.IGNORECASE
)
"""What of a page is parsed: a tenth of its tags. Scripts and comments are taken whole: nothing in them counts."""


@dataclass
class _Links(HTMLParser):
    """The addresses that a page refers to: it loads `subresources`, those of the `first_view` at once."""

    links: list[str] = field(default_factory=list)
    subresources: list[str] = field(default_factory=list)
    first_view: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        address = values.get(LINKS.get(tag, ""))
        if address and values.get("rel") not in ADDRESSES_ONLY:
            self.links.append(address)
            if tag != "a":
                self.subresources.append(address)
                if values.get("loading") != "lazy":
                    self.first_view.append(address)


@dataclass(frozen=True)
class Check:
    """What a check found.

    Attributes:
        problems: what is wrong, one line each.
        first_view: bytes on the wire until a page is complete, by page.
    """

    problems: list[str]
    first_view: dict[str, int]


def check_site(folder: Path) -> Check:
    """Follow the links of every page of the site in `folder`, and weigh what each page loads."""
    problems: list[str] = []
    first_view: dict[str, int] = {}
    wire_bytes = cache(_wire_bytes)
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    folders = {".", *(name for name, path in paths.items() if path.is_dir())}
    for name, page in paths.items():
        if not name.endswith(".html") or name in folders:
            continue
        parser = _Links()
        parser.feed("".join(part[0] for part in PARTS_WITH_LINKS.finditer(page.read_text("utf-8"))))
        loaded = {name}
        for address in dict.fromkeys(parser.links):
            url = urlsplit(address)
            if url.scheme or url.netloc:
                if address in parser.subresources:
                    problems.append(f"{name}: loads {address} from another host")
                continue
            if not url.path or (name == "404.html" and url.path.startswith("/")):
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(url.path)))
            if target in folders:
                target = posixpath.normpath(f"{target}/index.html")
            if target not in paths or target in folders:
                problems.append(f"{name}: links to {address}, which is not there")
            elif address in parser.first_view:
                loaded.add(target)
        size = first_view[name] = sum(wire_bytes(paths[each]) for each in loaded)
        if size > FIRST_VIEW_BYTES:
            problems.append(
                f"{name}: first view is {size / 1000:,.0f} kB, the budget is {FIRST_VIEW_BYTES / 1000:,.0f} kB"
            )
    return Check(problems, first_view)


def _wire_bytes(path: Path) -> int:
    """Bytes on the wire from a server that compresses text as little as servers do: level 1 is nginx's default."""
    data = path.read_bytes()
    return len(gzip.compress(data, 1)) if path.suffix in {".html", ".css", ".js", ".svg"} else len(data)
