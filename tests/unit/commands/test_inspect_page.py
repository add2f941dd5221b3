"""The look as a page: whole, alone, and deaf to what the texts say."""

import json
import re
from html.parser import HTMLParser

import pytest

from sitegen.commands.inspect.page import page
from tests.unit.commands.test_inspect import HOSTILE, TEXT, looked

ROWS = [
    {"text": TEXT.format(number), "kind": f"kind {number % 3}", "price": number, "day": f"2024-01-{number % 28 + 1}"}
    for number in range(40)
]
OPTIONS = {"category": "kind", "date": "day", "columns": {"price": "number"}}


class Reader(HTMLParser):
    """The elements of a page, its text, and what stands in its scripts."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words, self.scripts = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data):
        if self.tags[-1:] == ["script"]:
            self.scripts[-1] += data
        else:
            self.words.append(data)


def charts_of(read):
    return [json.loads(item) for item in json.loads(read.scripts[0])]


def test_every_chart_has_its_place():
    read = Reader(page(looked(ROWS, **OPTIONS)))
    places = {value for name, value in read.attributes if name == "id"}
    targets = [item["target_id"] for item in charts_of(read)]
    assert targets == ["chars", "tokens", "column-0", "column-1", "column-2"]
    assert set(targets) < places


def test_the_page_says_what_the_terminal_says():
    words = " ".join(Reader(page(looked([*ROWS, {"text": "x"}], **OPTIONS, min_chars=2))).words)
    for each in ("all 41 rows; 40 documents", "shorter than min_chars", "from 0 to 39, median 19.50", TEXT.format(0)):
        assert each in words


def test_the_page_loads_nothing():
    read = Reader(page(looked(ROWS, **OPTIONS)))
    assert [(name, value) for name, value in read.attributes if name in {"src", "href", "action", "srcset"}] == []
    policy = next(value for name, value in read.attributes if name == "content" and "default-src" in value)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy.partition("script-src")[2].partition(";")[0]


def test_texts_stay_texts():
    rows = [{"text": f"{HOSTILE} {number}", HOSTILE: HOSTILE, "kind": HOSTILE} for number in range(3)]
    text = page(looked(rows, category="kind"))
    read = Reader(text)
    assert len(read.scripts) == 3
    assert "<script>alert" not in text
    assert "</script><script>alert(1)" in " ".join(read.words)
    assert not {"\x1b", "\x9b", "\x00"} & set("".join(read.words))
    text.encode("utf-8")


def test_the_page_is_the_same_every_time():
    one, again = (page(looked(ROWS, **OPTIONS)) for _ in range(2))
    assert one == again


@pytest.mark.parametrize("rows", [[{"text": "one"}], [{"text": "one", "kind": None, "price": None}]])
def test_the_smallest_dataset_has_a_page(rows):
    read = Reader(page(looked(rows, columns={"kind": "category", "price": "number"} if "kind" in rows[0] else {})))
    assert [item["target_id"] for item in charts_of(read)] == ["chars", "tokens"]
    assert re.search(r"all 1 rows?", " ".join(read.words))
