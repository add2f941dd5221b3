"""A stock Firefox, as Debian has it, shows a map and all that a reader begins with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from firefox import Firefox, firefox_program

pytestmark = pytest.mark.browser

SPOT = """
const [x, y] = ["x_range", "y_range"].map((name) => Bokeh.documents[0].get_model_by_name(name));
const { left, top, width, height } = document.querySelector("#map").getBoundingClientRect();
return [
    left + (width * (arguments[0] - x.start)) / (x.end - x.start),
    top + (height * (y.end - arguments[1])) / (y.end - y.start),
];
"""


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[Firefox]:
    program = firefox_program()
    if program is None:
        pytest.skip("Firefox is not installed; `make browser` installs it where it can")
    with Firefox(program, tmp_path) as started:
        yield started


@pytest.mark.parametrize("from_disk", [False, True])
def test_a_map_opens_lights_topics_finds_and_reads(firefox, tiny, tiny_url, source, distinct, from_disk):
    home = f"{tiny.folder.as_uri()}/" if from_disk else tiny_url
    firefox.open(f"{home}tiny/index.html")
    firefox.wait_for("return document.documentElement.dataset.map === 'ready'")
    points = "Bokeh.documents[0].get_model_by_name('points').data.x.length"
    firefox.wait_for(f"return {points} === {len(tiny.shown('tiny'))}")

    document = distinct[0]
    firefox.click(*firefox.run(SPOT, *map(float, source.places[document])))
    firefox.wait_for("return document.querySelector('#reader').checkVisibility()")
    title = firefox.run("return document.querySelector('#reader .title').textContent")
    assert title == source.titles[document]

    firefox.run("document.querySelector(\"#topics button[value='2']\").click()")
    firefox.wait_for("return document.querySelector('#map').classList.contains('lit')")
    assert firefox.run("return location.hash").count("topic=2") == 1

    firefox.run("document.querySelector('#search input').focus()")
    firefox.type(search_word(source))
    firefox.wait_for("return document.querySelectorAll('#found li').length > 0")
    assert firefox.errors(home) == []


def test_errors_are_noticed(firefox, tiny, tiny_url):
    firefox.open(f"{tiny_url}tiny/index.html")
    firefox.run("const code = document.createElement('script'); code.text = '1'; document.head.append(code)")
    firefox.wait(lambda: any("Content-Security-Policy" in each for each in firefox.errors(tiny_url)))


def search_word(source: Any) -> str:
    """A plain word of some title."""
    return next(
        word for title in source.titles for word in title.split() if word.isascii() and word.isalpha() and len(word) > 3
    )
