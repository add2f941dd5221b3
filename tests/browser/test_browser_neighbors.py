"""What is closest in meaning stands beside what is nearest on the map, and the map is coloured by what it keeps."""

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ALL_DRAWN = "count => Bokeh.documents[0].get_model_by_name('points').data.x.length === count"
ALL_TITLES = "() => [...document.querySelectorAll('#details .near')].every((each) => each.textContent !== '…')"
MEANING, ON_MAP = "Closest in meaning", "Nearest on the map"


def read(map_page, source, document):
    map_page.page.wait_for_function(ALL_DRAWN, arg=len(source.titles))
    map_page.settle()
    map_page.page.mouse.click(*map_page.spot(source.places[document]))
    expect_read(map_page, source, document)


def expect_read(map_page, source, document):
    title = source.words(document)[0]
    map_page.page.wait_for_function("t => document.querySelector('#reader .title').textContent === t", arg=title)


def lists(map_page):
    """Titles in the reader, by the heading of their list."""
    parts = map_page.page.locator("#details .lists > div")
    expect(parts).to_have_count(2)
    map_page.page.wait_for_function(ALL_TITLES)
    return {part.locator("h3").text_content(): part.locator("button").all_text_contents() for part in parts.all()}


def away(source, document):
    """How far on the map all documents are from one."""
    apart = np.hypot(*(source.places - source.places[document]).T)
    apart[document] = np.inf
    return apart


def kept(source, document):
    """How many of the ten closest in meaning are as near as the ten nearest on the map."""
    apart = away(source, document)
    return int((apart[source.neighbors.rows[document]] <= np.sort(apart)[9] * (1 + 1e-9)).sum())


def test_both_lists_name_documents_and_say_what_the_map_keeps(open_map, source, distinct):
    map_page = open_map()
    for document in distinct[:8]:
        read(map_page, source, document)
        near = source.neighbors.rows[document]
        around = np.argsort(away(source, document))
        said = f"{kept(source, document)} of the 10 closest in meaning are among the 10 nearest on the map."
        expect(map_page.page.locator("#details .remark")).to_have_text(said)
        titles = source.titles
        map_page.page.wait_for_function(
            "title => [...document.querySelectorAll('#details .near')].some((each) => each.textContent === title)",
            arg=titles[near[4]],
        )
        shown = lists(map_page)
        assert list(shown) == [MEANING, ON_MAP]
        assert shown[MEANING] == [titles[row] for row in near[:5]]
        assert shown[ON_MAP] == [titles[row] for row in around[:5]]


def test_they_come_in_one_small_request_for_an_opened_document(open_map, source, distinct):
    map_page = open_map()
    page = map_page.page
    assert page.locator("script[src*=neighbors], script[src*=reader], link[href*=reader]").count() == 0
    sizes = {}
    page.on("response", lambda each: sizes.update({each.url: len(each.body())}))
    read(map_page, source, distinct[0])
    lists(map_page)
    asked = {url: size for url, size in sizes.items() if "/neighbors-" in url}
    assert len(asked) == 1
    assert max(asked.values()) <= 60_000
    read(map_page, source, distinct[1])
    lists(map_page)
    assert sum("/neighbors-" in url for url in sizes) == 1


def test_the_closest_can_be_opened_by_keyboard(open_map, source, distinct):
    map_page = open_map()
    document = distinct[3]
    read(map_page, source, document)
    lists(map_page)
    closest = int(source.neighbors.rows[document][0])
    button = map_page.page.locator("#details .near").first
    button.focus()
    button.press("Enter")
    expect_read(map_page, source, closest)
    expect(map_page.page.locator("#reader")).to_be_focused()
    map_page.settle()
    assert np.hypot(*np.subtract(map_page.middle, source.places[closest])) < 0.05
    map_page.page.keyboard.press("Escape")
    expect(map_page.pane).to_be_focused()


def test_what_does_not_load_is_said_and_the_rest_is_there(open_map, source, distinct):
    map_page = open_map(blocked=[r"/neighbors-\w+/"], expected=[r"failed: .*neighbors-", r"ERR_FAILED"])
    read(map_page, source, distinct[0])
    expect(map_page.page.locator("#details .remark")).to_contain_text("could not be fetched")
    expect(map_page.page.locator("#details h3")).to_have_text([ON_MAP])
    map_page.page.unroute_all()
    read(map_page, source, distinct[1])
    assert list(lists(map_page)) == [MEANING, ON_MAP]


def test_a_text_is_readable_where_the_details_do_not_load(open_map, source, distinct):
    expected = [r"failed: .*reader\.", r"ERR_FAILED", r"did not load"]
    map_page = open_map(blocked=[r"/reader\.\w+\.js"], expected=expected)
    read(map_page, source, distinct[0])
    expect(map_page.page.locator("#details")).to_contain_text("could not be fetched")
    map_page.page.unroute_all()
    read(map_page, source, distinct[1])
    assert list(lists(map_page)) == [MEANING, ON_MAP]


def test_a_map_without_vectors_lists_what_is_near_on_it(open_map):
    map_page = open_map("plain/index.html")
    map_page.pane.press("Enter")
    expect(map_page.page.locator("#details h3")).to_have_text([ON_MAP])
    expect(map_page.page.locator("#explore")).to_have_count(0)


def test_it_works_from_disk(open_map, source, distinct):
    map_page = open_map(from_disk=True)
    read(map_page, source, distinct[0])
    assert list(lists(map_page)) == [MEANING, ON_MAP]


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("small", [False, True])
def test_the_coloured_map_explains_its_colours_and_passes_axe(open_map, phone, source, small, look):
    options = {"color_scheme": look, "reduced_motion": "reduce", **(phone if small else {})}
    map_page = open_map("tiny/index.html#color=neighbors_kept", **options)
    page = map_page.page
    page.wait_for_selector("#map.lit")
    expect(page.get_by_label("Colour by")).to_have_value("neighbors_kept")
    expect(page.locator("#explore .note")).to_contain_text("closest to a document in meaning are among the 10 nearest")
    expect(page.locator("#explore output")).to_have_text("0 – 10")
    map_page.pane.press("Enter")
    lists(map_page)
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_points_have_the_colour_of_what_the_map_keeps(open_map, source, tiny):
    map_page = open_map("tiny/index.html#color=neighbors_kept", reduced_motion="reduce")
    map_page.page.wait_for_selector("#map.lit")
    counts = np.array([kept(source, document) for document in tiny.stored("tiny")])
    map_page.page.wait_for_function("() => new Set(Bokeh.documents[0].get_model_by_name('points').data.color).size > 5")
    colors = np.array(map_page.column("color"))
    for count in np.unique(counts):
        assert len(set(colors[counts == count])) == 1, count
