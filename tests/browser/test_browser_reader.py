"""Reading a document: click, tap or choose a point, and its text stands beside the map."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def shown_text(map_page):
    reader = map_page.page.locator("#reader")
    expect(reader).to_be_visible()
    return reader.locator(".title").text_content(), reader.locator(".text").text_content()


def expect_text(map_page, source, document):
    title = source.words(document)[0]
    map_page.page.wait_for_function("t => document.querySelector('#reader .title').textContent === t", arg=title)
    assert shown_text(map_page) == (title, source.documents.column("text")[document])


def test_a_click_shows_the_text_unchanged(open_map, source, distinct):
    map_page = open_map()
    for document in distinct[:20]:
        map_page.page.mouse.click(*map_page.spot(source.places[document]))
        expect_text(map_page, source, document)


def test_a_text_costs_one_request_of_at_most_100_kb(open_map, source, distinct):
    map_page = open_map()
    document = distinct[0]
    map_page.hover(source.places[document])
    map_page.expect_words(*source.words(document))
    sizes = []
    # The browser asks for the icon whenever it likes.
    map_page.page.on("response", lambda response: "favicon" in response.url or sizes.append(len(response.body())))
    map_page.page.mouse.click(*map_page.spot(source.places[document]))
    expect_text(map_page, source, document)
    assert len(sizes) == 1
    assert sizes[0] <= 100_000


def test_a_click_on_nothing_closes_the_text(open_map, source, distinct):
    map_page = open_map()
    map_page.page.mouse.click(*map_page.spot(source.places[distinct[0]]))
    expect_text(map_page, source, distinct[0])
    map_page.page.mouse.click(map_page.view["left"] + 3, map_page.view["top"] + 3)
    expect(map_page.page.locator("#reader")).to_be_hidden()


def test_the_keyboard_opens_reads_and_closes(open_map):
    map_page = open_map()
    map_page.pane.press("Enter")
    reader = map_page.page.locator("#reader")
    expect(reader).to_be_visible()
    expect(reader).to_be_focused()
    map_page.page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    expect(map_page.pane).to_be_focused()


def test_a_tap_on_a_phone_shows_the_text_below_the_map(open_map, phone, source, distinct):
    map_page = open_map(**phone)
    map_page.page.touchscreen.tap(*map_page.spot(source.places[distinct[0]]))
    expect_text(map_page, source, distinct[0])
    assert map_page.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert map_page.page.locator("#reader").bounding_box()["y"] < 844


def test_a_text_that_does_not_load_says_so_and_loads_on_the_next_try(open_map, source, distinct):
    document = distinct[0]
    map_page = open_map(blocked=[r"/texts-\w+/"], expected=[r"failed: .*texts-", r"ERR_FAILED"])
    map_page.page.mouse.click(*map_page.spot(source.places[document]))
    expect(map_page.page.locator("#reader .text")).to_contain_text("could not be fetched")
    map_page.page.unroute_all()
    map_page.page.mouse.click(*map_page.spot(source.places[document]))
    expect_text(map_page, source, document)


def test_a_text_opens_from_disk(open_map, source, distinct):
    map_page = open_map(from_disk=True)
    map_page.page.mouse.click(*map_page.spot(source.places[distinct[0]]))
    expect_text(map_page, source, distinct[0])


def test_the_reader_is_accessible(open_map, source, distinct):
    from axe_playwright_python.sync_playwright import Axe

    map_page = open_map()
    map_page.page.mouse.click(*map_page.spot(source.places[distinct[0]]))
    expect_text(map_page, source, distinct[0])
    found = Axe().run(map_page.page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
