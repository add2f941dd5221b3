"""What machines read of the site, and needs absolute addresses: sitemap, feed, robots, canonical links."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from sitegen.errors import PublishError
from sitegen.site.pages.facts.changes import BuildChanges

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, however they are written."""


@dataclass(frozen=True)
class Links:
    """Absolute addresses of a page, empty where the site has no `base_url`. `image` is the map's social card.

    `compare` tells whether the dataset of the page has a page that compares groups.
    """

    canonical: str = ""
    feed: str = ""
    image: str = ""
    compare: bool = False


@dataclass(frozen=True)
class FeedEntry:
    """A map in the feed. `path` starts at the site's root, `updated` is in seconds since 1970."""

    title: str
    summary: str
    path: str
    updated: int


def ascii_address(address: str) -> str:
    """Return an address as machines read it: its host in Punycode (RFC 3492), its path percent-encoded (RFC 3987).

    Raises:
        PublishError: its host is no name.
    """
    parts = urlsplit(address)
    try:
        host = parts.netloc.encode("idna").decode()
    except UnicodeError as error:
        raise PublishError(f"base_url {address}: {parts.netloc!r} is no name of a host: {error}") from error
    return parts._replace(netloc=host, path=quote(parts.path, safe="/%:@!$&'()*+,;=~")).geturl()


def absolute(base_url: str, path: str) -> str:
    """Return the address of a file of the site; a folder's page is named by its folder."""
    return base_url.rstrip("/") + "/" + quote(re.sub(r"(^|/)index\.html$", r"\1", path))


def page_links(base_url: str | None, path: str, image: str | None) -> Links:
    """Return the absolute addresses that the page at `path` names; `image` is a path as well."""
    if base_url is None or path == "404.html":
        return Links()
    return Links(absolute(base_url, path), absolute(base_url, "feed.xml"), absolute(base_url, image) if image else "")


def robots(base_url: str) -> bytes:
    """Return `robots.txt`: everything may be read."""
    return f"User-agent: *\nAllow: /\nSitemap: {absolute(base_url, 'sitemap.xml')}\n".encode()


def sitemap(base_url: str, pages: Iterable[str], updated: dict[str, int]) -> bytes:
    """Return `sitemap.xml` (sitemaps.org 0.9) of `pages`, paths from the root; `updated` by their first folder."""
    root = ET.Element("urlset", xmlns=SITEMAP)
    for path in sorted(pages):
        url = ET.SubElement(root, "url")
        _add(url, "loc", absolute(base_url, path))
        if seconds := updated.get(path.partition("/")[0]):
            _add(url, "lastmod", _date(seconds))
    return _xml(root)


def feed(base_url: str, title: str, subtitle: str, entries: Sequence[FeedEntry]) -> bytes:
    """Return `feed.xml` (Atom, RFC 4287) of all maps, the newest first."""
    root = ET.Element("feed", xmlns=ATOM)
    _add(root, "id", absolute(base_url, ""))
    _add(root, "title", title)
    _add(root, "subtitle", subtitle)
    _add(root, "updated", _date(max((entry.updated for entry in entries), default=0)))
    ET.SubElement(root, "link", href=absolute(base_url, ""))
    ET.SubElement(root, "link", rel="self", href=absolute(base_url, "feed.xml"))
    _add(ET.SubElement(root, "author"), "name", title)
    for entry in sorted(entries, key=lambda each: (-each.updated, each.path)):
        item = ET.SubElement(root, "entry")
        _add(item, "id", absolute(base_url, entry.path))
        _add(item, "title", entry.title)
        _add(item, "updated", _date(entry.updated))
        _add(item, "summary", entry.summary)
        ET.SubElement(item, "link", href=absolute(base_url, entry.path))
    return _xml(root)


def change_feeds(base_url: str, slug: str, title: str, builds: Sequence[BuildChanges]) -> Iterator[tuple[str, bytes]]:
    """Name and content of the feeds of what changed on one map: Atom (RFC 4287) and JSON (jsonfeed.org, 1.1)."""
    page, name = absolute(base_url, f"{slug}/{'changes' if builds else 'about'}/index.html"), f"{title}: what changed"
    root = ET.Element("feed", xmlns=ATOM)
    _add(root, "id", absolute(base_url, f"{slug}/changes.xml"))
    _add(root, "title", name)
    _add(root, "updated", _date(max((build.updated for build in builds), default=0)))
    ET.SubElement(root, "link", href=page)
    ET.SubElement(root, "link", rel="self", href=absolute(base_url, f"{slug}/changes.xml"))
    _add(ET.SubElement(root, "author"), "name", title)
    items = []
    for build in builds:
        address = f"{page}#build-{build.updated}"
        item = ET.SubElement(root, "entry")
        _add(item, "id", address)
        _add(item, "title", f"Topics: {build.summary}")
        _add(item, "updated", _date(build.updated))
        _add(item, "content", "\n".join(build.lines()))
        ET.SubElement(item, "link", href=address)
        items.append(
            {
                "id": address,
                "url": address,
                "title": f"Topics: {build.summary}",
                "content_text": "\n".join(build.lines()),
                "date_published": _date(build.updated),
            }
        )
    yield "changes.xml", _xml(root)
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": name,
        "home_page_url": page,
        "feed_url": absolute(base_url, f"{slug}/changes.json"),
        "items": items,
    }
    yield "changes.json", json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = NO_XML.sub("\ufffd", text)


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _xml(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    text: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return text + b"\n"
