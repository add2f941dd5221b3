"""Sitemap, feed, robots, canonical links and social cards: where the site's address is known, and only there."""

import dataclasses
import io
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from sitegen.site.map.summary import read_summary
from sitegen.site.pages.files.feeds import ATOM, SITEMAP, FeedEntry, absolute, feed, sitemap
from sitegen.site.pages.files.picture_fonts import PictureFonts
from sitegen.site.pages.files.pictures import Caption, social_card
from sitegen.site.pages.write_site import RenderedMap, write_site

BASE = "https://maps.example/a/"


@pytest.fixture(scope="module")
def site(tiny, tmp_path_factory):
    folder = tmp_path_factory.mktemp("absolute")
    rendered = tiny.folder.parent / "rendered"
    maps = [RenderedMap(each.dataset, rendered / slug, updated=10**9 + len(slug)) for slug, each in tiny.maps.items()]
    write_site(tiny.site, BASE, maps, folder)
    return folder


def test_without_an_address_nothing_absolute_is_written(tiny):
    names = {path.name for path in tiny.folder.rglob("*")}
    assert not {"sitemap.xml", "feed.xml", "robots.txt", "card.jpg"} & names
    for path in tiny.folder.rglob("*.html"):
        assert not re.search(r"og:url|og:image|canonical|atom\+xml", path.read_text("utf-8")), path


@pytest.mark.parametrize(("page", "address"), [("index.html", BASE), ("tiny/index.html", f"{BASE}tiny/")])
def test_pages_name_their_address(site, page, address):
    html = (site / page).read_text("utf-8")
    assert f'<link rel="canonical" href="{address}">' in html
    assert f'<meta property="og:url" content="{address}">' in html
    assert f'href="{BASE}feed.xml"' in html


def test_the_page_for_what_is_not_found_has_no_address(site):
    assert "canonical" not in (site / "404.html").read_text("utf-8")


def test_a_map_has_a_social_card_of_the_size_that_it_names(site):
    html = (site / "plain" / "index.html").read_text("utf-8")
    assert f'<meta property="og:image" content="{BASE}plain/card.jpg">' in html
    width, height = (int(re.search(rf'og:image:{side}" content="(\d+)"', html)[1]) for side in ("width", "height"))
    with Image.open(site / "plain" / "card.jpg") as card:
        assert (card.size, card.format) == ((width, height), "JPEG")
    assert "og:image" not in (site / "index.html").read_text("utf-8")


def test_the_sitemap_has_every_page_with_its_date(site):
    root = ET.parse(site / "sitemap.xml").getroot()
    found = {url[0].text: url[1].text if len(url) > 1 else None for url in root}
    assert root.tag == f"{{{SITEMAP}}}urlset"
    dates = {"plain": "2001-09-09T01:46:45Z", "tiny": "2001-09-09T01:46:44Z"}
    pages = [path.parent.relative_to(site) for path in site.rglob("index.html") if path.parent != site]
    assert len(pages) > len(dates) + 10
    assert found == {BASE: None} | {f"{BASE}{page.as_posix()}/": dates[page.parts[0]] for page in pages}


def test_robots_are_shown_the_sitemap(site):
    assert f"Sitemap: {BASE}sitemap.xml\n" in (site / "robots.txt").read_text()


def test_the_feed_holds_every_map_with_its_title_as_text(site, tiny):
    root = ET.parse(site / "feed.xml").getroot()
    titles = [each.text for each in root.iterfind(f"{{{ATOM}}}entry/{{{ATOM}}}title")]
    assert titles == [tiny.maps["plain"].dataset.title, tiny.maps["tiny"].dataset.title]
    assert root.find(f"{{{ATOM}}}updated").text == "2001-09-09T01:46:45Z"
    assert [each.text for each in root.iterfind(f"{{{ATOM}}}entry/{{{ATOM}}}id")] == [f"{BASE}plain/", f"{BASE}tiny/"]


def test_characters_that_xml_cannot_hold_are_replaced():
    data = feed(BASE, "nul \x00, bell \x07, half a pair \ud800, \ufffe", "", [FeedEntry("\x1b[31m", "", "x/", 0)])
    titles = [each.text for each in ET.fromstring(data).iter(f"{{{ATOM}}}title")]
    assert titles == ["nul \ufffd, bell \ufffd, half a pair \ufffd, \ufffd", "\ufffd[31m"]


@pytest.mark.parametrize(
    ("base_url", "path", "address"),
    [
        ("https://a.example", "index.html", "https://a.example/"),
        ("https://a.example/b", "x/index.html", "https://a.example/b/x/"),
        ("https://a.example/b/", "x/y.html", "https://a.example/b/x/y.html"),
        ("https://a.example/", "x/myindex.html", "https://a.example/x/myindex.html"),
        ("https://a.example/", "ä b.html", "https://a.example/%C3%A4%20b.html"),
    ],
)
def test_addresses(base_url, path, address):
    assert absolute(base_url, path) == address


def test_a_sitemap_does_not_depend_on_the_order_of_pages():
    assert sitemap(BASE, ["b.html", "a.html"], {}) == sitemap(BASE, ["a.html", "b.html"], {})


def card(title, tiny):
    folder = tiny.folder.parent / "rendered" / "tiny"
    summary = read_summary(folder)
    bare = dataclasses.replace(
        summary, pictures=tuple(dataclasses.replace(each, labels=()) for each in summary.pictures)
    )
    data = social_card(folder, bare, Caption(title, "1 document", "Site"), PictureFonts())
    assert data == social_card(folder, bare, Caption(title, "1 document", "Site"), PictureFonts())
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("L")).astype(int)[20:58, :1190]


def test_a_title_is_drawn_without_what_the_font_cannot_write(tiny):
    assert card("Talks", tiny).min() < 60
    for title in ("機械学習", "نص من اليمين", "🐙"):
        assert card(title, tiny).min() > 200, title


def test_a_long_title_stays_on_its_card(tiny):
    inked = np.flatnonzero((card("A title with many words " * 20, tiny) < 128).any(axis=0))
    assert 900 < inked.max() < 1176
