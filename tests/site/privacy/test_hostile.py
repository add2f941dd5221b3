"""Hostile strings in every text of a map: no page, file or feed takes them for anything but text."""

import csv
import io
import json
import re
from xml.etree import ElementTree as ET

import pytest
from hostile import HOSTILE, written

from sitegen.site.output.audit import parse

BY_LENGTH = {"text", "rect", "title", "br", "tr", "th", "td", "blockquote", "line"}
"""Bars and rows of the histogram of lengths, breaks in long names and lines to them, sentences that are worth a
quotation: there are more of them for longer texts."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def sites(tiny_maker, folder, words):
    return tiny_maker(folder, lambda made: written(made, words), "https://maps.example/a/").folder


@pytest.fixture(scope="module")
def hostile(tiny_maker, tmp_path_factory):
    return sites(tiny_maker, tmp_path_factory.mktemp("hostile"), HOSTILE)


@pytest.fixture(scope="module")
def harmless(tiny_maker, tmp_path_factory):
    words = tuple(f"word{number}" for number in range(len(HOSTILE)))
    return sites(tiny_maker, tmp_path_factory.mktemp("harmless"), words)


def skeleton(path):
    """The elements of a page with the names of their attributes: all of its markup, and none of its text."""
    # The key of a treemap names the topics whose tiles are too small for their names.
    _, elements = parse(re.sub(r'<p class="soft"><span>\d.*?</p>', "", path.read_text("utf-8"), flags=re.DOTALL))
    # A keyword has a `bdi` only where it may run from right to left.
    elements = [each for each in elements if each.tag != "bdi"]
    # The caveat of Downloads is there only where the font of the pictures lacks letters of a name.
    kept = [each for each in elements if each.attributes.get("class") != "caveat"]
    return [(each.tag, sorted(each.attributes)) for each in kept if each.tag not in BY_LENGTH]


def test_hostile_pages_have_the_markup_of_harmless_ones(hostile, harmless):
    pages = sorted(path.relative_to(harmless) for path in harmless.rglob("*.html"))
    assert len(pages) > 10
    different = [str(page) for page in pages if skeleton(hostile / page) != skeleton(harmless / page)]
    assert different == []


def test_no_address_of_a_page_is_a_script(hostile):
    for page in hostile.rglob("*.html"):
        for element in parse(page.read_text("utf-8"))[1]:
            for name in ("href", "src", "action", "poster", "data"):
                address = element.attributes.get(name, "").strip().lower()
                assert not address.startswith(("javascript:", "data:text", "vbscript:", "//"))


def test_machine_readable_files_hold_the_texts_as_they_are(hostile):
    rows = json.loads((hostile / "tiny/download/topics.json").read_text("utf-8"))
    names = [row["name"] for row in rows]
    assert sum(any(name.startswith(bad) for bad in HOSTILE) for name in names) == len(names)
    text = (hostile / "tiny/download/topics.csv").read_bytes().decode("utf-8")
    parsed = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["name"].removeprefix("'") for row in parsed] == [name.removeprefix("'") for name in names]
    numbers = {"name_fit", "name_margin"}
    cells = [cell for row in parsed for name, cell in row.items() if name not in numbers]
    assert [cell for cell in cells if cell.startswith(FORMULA)] == []


def test_the_feed_and_the_pictures_are_well_formed(hostile):
    feed = ET.parse(hostile / "feed.xml").getroot()
    assert {each.tag.rpartition("}")[2] for each in feed.iter()} <= {
        *("feed", "id", "title", "subtitle", "updated", "link", "author", "name", "entry", "summary")
    }
    for picture in hostile.rglob("*.svg"):
        tags = {each.tag.rpartition("}")[2].lower() for each in ET.parse(picture).getroot().iter()}
        assert tags & {"script", "foreignobject", "a", "use", "iframe"} == set()
