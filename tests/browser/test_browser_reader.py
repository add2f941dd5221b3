"""Reading a document: click, tap or choose a point, and its text stands beside the map."""

import dataclasses
from urllib.parse import urlsplit

import pyarrow as pa
import pytest
from playwright.sync_api import expect

from sitegen.artifacts import TURNS_FIELD
from sitegen.config import DocumentsConfig, PrivacyConfig, TurnsConfig

pytestmark = pytest.mark.browser

HOSTILE_NAME = "<img src=x onerror='window.hacked=1'>"
ARABIC = "نص من اليمين إلى اليسار"


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
    sizes = {}
    # The browser asks for the icon whenever it likes.
    map_page.page.on(
        "response", lambda each: "favicon" in each.url or sizes.update({each.url.split("/")[-3]: len(each.body())})
    )
    map_page.page.mouse.click(*map_page.spot(source.places[document]))
    expect_text(map_page, source, document)
    expect(map_page.page.locator("#details li")).to_have_count(10)
    map_page.page.wait_for_function("() => /doc=[0-9]+[.]/.test(location.hash)")
    # columns and the script of what stands below come beside the text; neighbours and their titles after it
    told = {name.partition("-")[0] for name in sizes} - {"titles"}
    assert told == {"fields", "texts", "neighbors", urlsplit(map_page.page.url).netloc}
    assert sum(sizes.values()) <= 100_000


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


def test_the_sheet_of_a_phone_is_low_and_its_grip_drags_it_away(open_map, phone, source, distinct):
    map_page = open_map(**phone)
    page = map_page.page
    document = next(each for each in distinct if source.topics.assignment[each] >= 0)
    page.touchscreen.tap(*map_page.spot(source.places[document]))
    expect_text(map_page, source, document)
    box = page.locator("#reader").bounding_box()
    assert box["y"] >= 844 * 0.5
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    # what stands below the text comes later and leaves the sheet as it is
    expect(page.locator("#details").get_by_role("link", name="Topic page")).to_be_visible()
    assert page.locator("#reader").bounding_box() == box
    grip = page.locator("#reader .grip").bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    for target, gone in ((300, False), (840, True)):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, target, steps=5)
        page.mouse.up()
        if gone:
            expect(page.locator("#reader")).to_be_hidden()
        else:
            y = page.locator("#reader").bounding_box()["y"] + 12
            assert y == pytest.approx(target, abs=20)


def test_back_closes_the_document(open_map, phone, source, distinct):
    map_page = open_map(**phone)
    map_page.page.touchscreen.tap(*map_page.spot(source.places[distinct[0]]))
    expect_text(map_page, source, distinct[0])
    map_page.page.go_back()
    expect(map_page.page.locator("#reader")).to_be_hidden()


def test_escape_on_the_map_closes_the_document(open_map, source, distinct):
    map_page = open_map()
    map_page.page.mouse.click(*map_page.spot(source.places[distinct[0]]))
    expect_text(map_page, source, distinct[0])
    map_page.pane.press("Escape")
    expect(map_page.page.locator("#reader")).to_be_hidden()


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_date_source_and_topic_page_stand_below_the_text(open_map, source, distinct, kind):
    map_page = open_map()
    document = next(each for each in distinct if each % 3 == kind and source.topics.assignment[each] >= 0)
    map_page.page.mouse.click(*map_page.spot(source.places[document]))
    expect_text(map_page, source, document)
    map_page.page.wait_for_function("() => /doc=[0-9]+[.]/.test(location.hash)")
    details = map_page.page.locator("#details")
    # comes with a script of its own
    expect(details.get_by_role("link", name="Topic page")).to_be_visible()
    date = source.documents.column("date")[document]
    rating = source.documents.column("rating")[document]
    told = [date.date().isoformat() if date else None, None if rating is None else f"{rating:g}"]
    assert details.locator("dd").all_text_contents() == [each for each in told if each is not None]
    links = {each.text_content(): each.get_attribute("href") for each in details.locator("a").all()}
    url = source.documents.column("url")[document] if kind == 1 else None
    topic = f"topics/{source.topics.assignment[document]}/index.html"
    assert links == ({"Source": url} if url else {}) | {"Topic page": topic}


def test_the_nearest_documents_are_listed_and_open(open_map, source, distinct, tiny):
    import numpy as np

    map_page = open_map(reduced_motion="reduce")
    document = distinct[0]
    map_page.page.mouse.click(*map_page.spot(source.places[document]))
    expect_text(map_page, source, document)
    near = map_page.page.locator("#details li button")
    expect(near).to_have_count(10)
    map_page.page.wait_for_function(
        "() => [...document.querySelectorAll('#details li')].every(e => e.textContent !== '…')"
    )
    shown = np.array([each for each in tiny.shown("tiny") if each != document])
    order = shown[np.argsort(np.hypot(*(source.places[shown] - source.places[document]).T))]
    listed = near.all_text_contents()
    assert len(set(listed) & {source.titles[each] for each in order[:5]}) >= 4
    near.first.click()
    map_page.page.wait_for_function("t => document.querySelector('#reader .title').textContent === t", arg=listed[0])


@pytest.mark.parametrize("change", ["17", "{row}.0", "{other}.{hash}", "{row}"])
def test_a_link_never_opens_another_document(open_map, source, distinct, change):
    map_page = open_map()
    map_page.page.mouse.click(*map_page.spot(source.places[distinct[0]]))
    map_page.page.wait_for_function("() => /doc=[0-9]+[.]/.test(location.hash)")
    row, digest = map_page.page.url.rpartition("doc=")[2].split(".")
    link = change.format(row=row, hash=digest, other=int(row) + 1)
    again = open_map(f"tiny/index.html#doc={link}")
    again.settle()
    again.page.wait_for_timeout(500)
    expect(again.page.locator("#reader")).to_be_hidden()


def in_turns(each):
    """The tiny map as conversations of a person with a hostile name, an assistant, and in two directions."""
    said = [
        ("system", 0, "Be kind."),
        ("user", 1, "Is this\n\na question?"),
        (HOSTILE_NAME, 2, "<b>It is</b>."),
        ("assistant", 3, ARABIC),
    ]
    text = "\n".join(words for _, _, words in said)
    turns = [{"start": text.index(words), "role": role, "speaker": number} for role, number, words in said]
    table, place = each.documents.table, each.documents.table.schema.get_field_index("text")
    table = table.set_column(place, table.schema.field(place), pa.array([text] * len(table)))
    table = table.append_column(TURNS_FIELD, pa.array([turns] * len(table), TURNS_FIELD.type))
    documents = dataclasses.replace(each.documents, table=table)
    config = {
        "privacy": PrivacyConfig(text="full", speakers="names"),
        "documents": DocumentsConfig(turns=TurnsConfig()),
    }
    return dataclasses.replace(each, dataset=each.dataset.model_copy(update=config), documents=documents)


def test_conversations_are_shown_as_turns_with_who_speaks(browser, tiny_maker, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page()
    page.goto(f"{(tiny_maker(tmp_path, in_turns).folder / 'tiny' / 'index.html').as_uri()}")
    expect(page.locator("html")).to_have_attribute("data-map", "ready")
    page.locator("#map").press("Enter")
    expect(page.locator("#reader")).to_be_visible()
    turns = page.locator("#reader .turn")
    assert turns.locator("h3").all_text_contents() == ["System", "User", HOSTILE_NAME, "Assistant"]
    assert turns.locator(".words").all_text_contents() == [
        "Be kind.",
        "Is this\n\na question?",
        "<b>It is</b>.",
        ARABIC,
    ]
    edges = turns.evaluate_all("all => all.map(each => each.getBoundingClientRect().left)")
    assert edges[0] == edges[1] < edges[2]  # a reply is told by its place, not by its colour alone
    directions = turns.locator("h3").evaluate_all("all => all.map(each => getComputedStyle(each).direction)")
    assert directions == ["ltr", "ltr", "ltr", "rtl"]
    found = Axe().run(page, context="#reader").response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
    page.locator("#reader .close").click()
    page.locator("#search input").fill("question")
    expect(page.locator("#found .result").first).to_contain_text("Is this a question? <b>It is</b>.")
    assert page.evaluate("typeof window.hacked") == "undefined"
    page.context.close()


def test_a_text_that_does_not_load_says_so_and_is_retried(open_map, source, distinct):
    document = distinct[0]
    map_page = open_map(blocked=[r"/texts-\w+/"], expected=[r"failed: .*texts-", r"ERR_FAILED"])
    map_page.page.mouse.click(*map_page.spot(source.places[document]))
    expect(map_page.page.locator("#reader .text")).to_contain_text("could not be fetched")
    map_page.page.unroute_all()
    map_page.page.mouse.click(*map_page.spot(source.places[document]))
    expect(map_page.page.locator("#reader .text")).not_to_contain_text("could not be fetched")
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
