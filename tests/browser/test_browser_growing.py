"""A map that has grown, whose files are in parts: it is searched, read and coloured like any other."""

import dataclasses

import numpy as np
import pytest
from playwright.sync_api import expect

from sitegen.artifacts import find_square

pytestmark = pytest.mark.browser

STILL = {"reduced_motion": "reduce"}
LATER, LATEST = 30, 10
"""Newcomers of the second and third segment."""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, tiny_maker):
    """The tiny site after three builds: its last documents came in them."""

    def grow(each):
        since = np.zeros(len(each.documents), np.int32)
        since[-LATER - LATEST :] = 1
        since[-LATEST - 5 : -LATEST] = 2
        since[-LATEST:] = 3
        square = find_square(each.continuity.layout[since == 0])
        return dataclasses.replace(each, continuity=dataclasses.replace(each.continuity, since=since, square=square))

    return tiny_maker(tmp_path_factory.mktemp("grown"), grow)


@pytest.fixture(scope="module")
def tiny_url(tiny):
    from sitegen.commands.serve.server import serving

    with serving(tiny.folder) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def documents(source):
    """An old document, and one of each later segment."""
    count = len(source.documents)
    return [0, count - LATER - LATEST + 3, count - 1]


@pytest.mark.parametrize("from_disk", [False, True])
def test_old_and_new_documents_are_found_and_read(open_map, source, tiny, documents, from_disk):
    page = open_map(from_disk=from_disk, **STILL).page
    assert len(list((tiny.folder / "tiny" / "map").glob("search-[!t]*"))) == 3
    stored = tiny.stored("tiny")
    for document in documents:
        title, text = source.titles[document], source.documents.column("text")[document]
        number = title.rsplit(" ", 1)[1]
        search = page.get_by_role("searchbox", name="Search topics and documents")
        search.fill(f"{number} ")
        found = page.locator(f"#found .result[value='{stored.index(document)}']")
        found.scroll_into_view_if_needed()
        expect(found).to_contain_text(number)
        found.click()
        page.wait_for_function("t => document.querySelector('#reader .title').textContent === t", arg=title)
        page.wait_for_function("t => document.querySelector('#reader .text').textContent.includes(t)", arg=text[-9:])
        for near in source.neighbors.rows[document][:5]:
            page.wait_for_function(
                "title => [...document.querySelectorAll('#details .near')].some((each) => each.textContent === title)",
                arg=source.titles[near],
            )


def test_a_word_is_found_in_all_parts_and_narrowed_by_category(open_map, source):
    page = open_map(**STILL).page
    page.keyboard.press("/")
    page.keyboard.type("length ")
    expect(page.locator("#found .count")).to_have_text(f"{len(source.documents)} documents")
    categories = source.documents.column("category")
    name = next(each for each in categories if each and each.startswith("An ordinary"))
    page.locator("#found select").select_option(label=f"{name} ({categories.count(name)})")
    expect(page.locator("#found .count")).to_have_text(f"{categories.count(name)} documents")


def test_colours_and_filters_hold_in_every_part(open_map, source, tiny):
    map_page = open_map("tiny/index.html#color=category&filter=rating:0..4", **STILL)
    map_page.page.wait_for_selector("#map.lit")
    map_page.settle()
    stored = tiny.stored("tiny")
    assert sorted(stored) == list(range(len(source.documents)))
    ratings, categories = ([source.documents.column(name)[each] for each in stored] for name in ("rating", "category"))
    shown = [alpha > 0 for alpha in map_page.column("alpha")]
    assert shown == [value is not None and value <= 4 for value in ratings]
    colors = {}
    for name, color, seen in zip(categories, map_page.column("color"), shown, strict=True):
        if seen:
            colors.setdefault(name, set()).add(color)
    assert len(colors) > 20
    assert all(len(each) == 1 for each in colors.values())
