"""Checks of a written site: every link leads somewhere inside it, and first views stay within their budget."""

from __future__ import annotations

import gzip
import json
import os
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TypedDict
from urllib.parse import unquote, urlsplit

FIRST_VIEW_BYTES = 250_000
HEADER_BYTES = 350
"""Of a response of nginx with the headers of deploying.md, about."""
GZIP_LEVEL = 6
"""That of most servers and networks, and of nginx as in deploying.md; its default, 1, sends a seventh more."""
COMPRESSED = {".html", ".css", ".js", ".svg"}
MAP_DATA = "map-data"
"""The id of the element that holds what the script of a map reads."""
ADDRESSES_ONLY = {"canonical", "alternate"}
"""Kinds of link that name an absolute address and load nothing."""
LINKS = {"a": "href", "link": "href", "script": "src", "img": "src"}
ATTRIBUTES = r"""\b(?:[^>"']|"[^"]*"|'[^']*')*>"""
PARTS_WITH_LINKS = re.compile(
    rf"<!--.*?-->|<(script|style){ATTRIBUTES}.*?</\1\s*>|<(?:a|link|img){ATTRIBUTES}", re.DOTALL | re.IGNORECASE
)
"""What of a page is parsed: a tenth of its tags. Scripts and comments are taken whole: nothing in them counts."""


@dataclass(frozen=True)
class Element:
    """An element of a page: its tag, its attributes, and the text of a script."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass(frozen=True)
class Links:
    """The addresses that a page refers to.

    Attributes:
        anchors: where its links lead.
        subresources: what it loads.
        first_view: those of the subresources that it loads at once.
        points: folders of points that its script fetches unasked, for the map shows all documents.
    """

    anchors: list[str] = field(default_factory=list)
    subresources: list[str] = field(default_factory=list)
    first_view: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)


def find_links(elements: Iterable[Element]) -> Links:
    """Find the addresses that the elements of a page refer to."""
    links = Links()
    for element in elements:
        if element.attributes.get("id") == MAP_DATA:
            links.points.extend(_points_unasked(element.text))
        address = element.attributes.get(LINKS.get(element.tag, ""))
        if not address or element.attributes.get("rel") in ADDRESSES_ONLY:
            continue
        if element.tag == "a":
            links.anchors.append(address)
            continue
        links.subresources.append(address)
        if element.attributes.get("loading") != "lazy":
            links.first_view.append(address)
    return links


def _points_unasked(map_data: str) -> Iterator[str]:
    """Yield the folders of the tiles of points that a map shows before anyone zooms."""
    try:
        data = json.loads(map_data)
        shown, documents, folders = data["shown"], data["documents"], data["tiles"]
    except (ValueError, KeyError, TypeError):
        return  # no map, but a page of the project's own
    if shown == documents:
        yield from [folders] if isinstance(folders, str) else [folder for _, _, folder in folders]


class _Tags(HTMLParser):
    """Collects start tags in a quarter of the time that a tree of the page takes, and the text of map data."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1].attributes.get("id") == MAP_DATA:
            self.elements[-1] = replace(self.elements[-1], text=self.elements[-1].text + data)


@lru_cache(1 << 16)
def _elements(part: str) -> tuple[Element, ...]:
    """Return the elements of a part of a page. Most parts stand on many pages."""
    tags = _Tags()
    tags.feed(part)
    return tuple(tags.elements)


class FolderCheck(TypedDict):
    """What a check found in the pages of a map: its problems, and the bytes of the first view of its map page."""

    problems: list[str]
    first_view: int


@dataclass(frozen=True)
class Check:
    """What a check found.

    Attributes:
        problems: what is wrong, one line each.
        first_view: bytes on the wire until a page is complete, by page.
    """

    problems: list[str]
    first_view: dict[str, int]

    def of_folder(self, name: str) -> FolderCheck:
        """Return the problems of the pages of a map, and the first view of its map page, to be remembered as JSON."""
        problems = [problem for problem in self.problems if problem.startswith(f"{name}/")]
        return {"problems": problems, "first_view": self.first_view[f"{name}/index.html"]}


def check_site(folder: Path, checked: Collection[str] = ()) -> Check:
    """Follow the links of every page of the site in `folder`, and weigh what each page loads.

    Args:
        checked: folders at its top whose pages are left out, because a check of the same files is known.
    """
    pages = {}
    for name in sorted(_files(folder)):
        if name.endswith(".html") and name.partition("/")[0] not in checked:
            parts = PARTS_WITH_LINKS.finditer((folder / name).read_text("utf-8"))
            pages[name] = find_links(element for part in parts for element in _elements(part[0]))
    return check_links(folder, pages)


def check_links(folder: Path, pages: Mapping[str, Links]) -> Check:
    """Follow the links of the pages of the site in `folder`, by their paths in it, and weigh what each page loads."""
    problems: list[str] = []
    first_view: dict[str, int] = {}
    files = set(_files(folder))
    folders = {".", *(parent for name in files for parent in _parents(name))}
    scripts = [each for each in files if each.endswith(".js")]
    wire_bytes = cache(lambda name: _wire_bytes(folder / name))
    for name, links in pages.items():
        loaded = {name}
        subresources, at_once = set(links.subresources), set(links.first_view)
        for address in dict.fromkeys(links.anchors + links.subresources):
            url = urlsplit(address)
            if url.scheme or url.netloc:
                if address in subresources:
                    problems.append(f"{name}: loads {address} from another host")
                continue
            if not url.path or (name == "404.html" and url.path.startswith("/")):
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(url.path)))
            if target in folders:
                target = posixpath.normpath(f"{target}/index.html")
            if target not in files:
                problems.append(f"{name}: links to {address}, which is not there")
            elif address in at_once:
                loaded.add(target)
        for address in links.points:
            within = posixpath.join(posixpath.dirname(name), address, "")
            loaded |= {each for each in scripts if each.startswith(within)}
        size = first_view[name] = sum(wire_bytes(each) for each in loaded)
        if size > FIRST_VIEW_BYTES:
            problems.append(
                f"{name}: first view is {size / 1000:,.0f} kB, the budget is {FIRST_VIEW_BYTES / 1000:,.0f} kB"
            )
    return Check(problems, first_view)


def _files(folder: Path) -> Iterator[str]:
    """Yield the path of every file below `folder`."""
    for place, _, names in os.walk(folder):
        parent = "" if place == str(folder) else f"{place[len(str(folder)) + 1 :]}/"
        yield from (f"{parent}{name}" for name in names)


def _parents(name: str) -> Iterator[str]:
    """Yield the folders that a file is in."""
    while name := name.rpartition("/")[0]:
        yield name


def _wire_bytes(path: Path) -> int:
    """Return the bytes on the wire from a server that compresses text."""
    data = path.read_bytes()
    return HEADER_BYTES + (len(gzip.compress(data, GZIP_LEVEL)) if path.suffix in COMPRESSED else len(data))
