"""The layers of a map that is many tiles deep: all documents can be reached, links restore views, failures heal."""

import dataclasses
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from sitegen.config import MapConfig

pytestmark = pytest.mark.browser

STILL = {"reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, tiny_maker):
    """The tiny site with a root tile of 40 points and ten in any other, so that it is several levels deep."""

    def deepen(each):
        return dataclasses.replace(each, dataset=each.dataset.model_copy(update={"map": MapConfig(points=40)}))

    return tiny_maker(tmp_path_factory.mktemp("deep"), deepen)


@pytest.fixture(scope="module")
def tiny_url(tiny):
    from sitegen.commands.serve.server import serving

    with serving(tiny.folder) as port:
        yield f"http://127.0.0.1:{port}/"


def lonely(source):
    """How far each document is from all others, 0 near the edge."""
    places = source.places
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    near = apart.min(axis=1)
    near[(np.abs(places - 0.5) > 0.4).any(axis=1)] = 0
    return near


def at(place, zoom):
    return f"tiny/index.html#at={place[0]:.6f},{place[1]:.6f},{zoom}"


def shown(map_page):
    return map_page.page.locator("#shown")


def test_zooming_in_fetches_tiles_and_says_how_many_it_shows(open_map, source):
    map_page = open_map(**STILL)
    expect(shown(map_page)).to_have_text("40 of 600 documents shown")
    expect(map_page.page.locator("#sample")).to_have_text(", a sample: zoom in for all")
    assert len(map_page.column("x")) == 40
    map_page.press("+")
    map_page.press("+")
    map_page.page.wait_for_function("() => Bokeh.documents[0].get_model_by_name('points').data.x.length > 40")
    expect(shown(map_page)).to_have_text(
        re.compile(r"^\d+ (of about [\d,]+ documents here shown|documents here, all shown)$")
    )
    map_page.press("0")
    expect(shown(map_page)).to_have_text("40 of 600 documents shown")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_document_can_be_reached_at_the_deepest_zoom(open_map, tiny, source, phone, size):
    near = lonely(source)
    first = set(tiny.stored("tiny")[:40])
    documents = [d for d in np.argsort(-near) if d not in first][:3]
    for document in documents:
        map_page = open_map(at(source.places[document], 1e9), **STILL, **(phone if size == "phone" else {}))
        expect(shown(map_page)).to_contain_text("all shown")
        if size == "phone":
            map_page.page.touchscreen.tap(*map_page.spot(source.places[document]))
            expect(map_page.page.locator("#reader .title")).to_have_text(source.titles[document])
        else:
            map_page.hover(source.places[document])
            map_page.expect_words(*source.words(document))


def test_a_tile_that_does_not_load_is_told_and_can_be_retried(open_map, source):
    map_page = open_map(**STILL, expected=[r"failed: .*points-", "ERR_FAILED"], blocked=[r"/points-\w+/"])
    missing = map_page.page.locator("#missing")
    expect(missing).to_be_hidden()
    for _ in range(3):
        map_page.press("+")
    expect(missing).to_be_visible()
    assert len(map_page.column("x")) == 40
    map_page.page.unroute_all()
    map_page.page.get_by_role("button", name="Try again").click()
    expect(missing).to_be_hidden()
    map_page.page.wait_for_function("() => Bokeh.documents[0].get_model_by_name('points').data.x.length > 40")


def test_a_tile_costs_one_request_and_is_not_asked_for_twice(open_map):
    map_page = open_map(**STILL)
    fetched = []
    map_page.page.on("request", lambda request: fetched.append(request.url))
    for key in ("+", "+", "+", "0", "+", "+", "+"):
        map_page.press(key)
        map_page.page.wait_for_timeout(300)
    tiles = [url for url in fetched if "/points-" in url]
    assert tiles
    assert len(tiles) == len(set(tiles))


# Links


def test_the_link_of_a_view_restores_it(open_map):
    map_page = open_map(**STILL)
    map_page.choose(3)
    map_page.page.locator("#outliers select").select_option("dimmed")
    expect(shown(map_page)).to_contain_text("here")
    points = np.array(map_page.columns("x", "y")).T
    nearest = np.hypot(*(points - map_page.middle).T).argmin()
    map_page.page.mouse.click(*map_page.spot(points[nearest]))
    expect(map_page.page.locator("#reader")).to_be_visible()
    title = map_page.page.locator("#reader .title").text_content()
    map_page.page.wait_for_function("() => /at=.*topic=3.*doc=.*outliers=dimmed/.test(location.hash)")
    link = map_page.page.url.rpartition("/")[2]
    again = open_map(f"tiny/{link}", **STILL)
    expect(again.page.locator("#reader .title")).to_have_text(title)
    assert again.middle == pytest.approx(map_page.middle, abs=2 / again.scale)
    assert again.scale == pytest.approx(map_page.scale, rel=1e-3)
    expect(again.topic(3)).to_have_attribute("aria-pressed", "true")
    expect(again.page.locator("#outliers select")).to_have_value("dimmed")


def test_an_anchor_of_the_page_stays_until_a_view_is_to_be_kept(open_map):
    map_page = open_map("tiny/index.html#content", **STILL)
    map_page.page.wait_for_timeout(600)
    assert map_page.page.evaluate("location.hash") == "#content"
    map_page.choose(3)
    map_page.page.wait_for_function("() => location.hash.includes('topic=3') && !location.hash.includes('content')")


def test_back_undoes_a_choice(open_map):
    map_page = open_map(**STILL)
    map_page.choose(3)
    map_page.page.wait_for_function("() => location.hash.includes('topic=3')")
    map_page.page.go_back()
    expect(map_page.topic(3)).to_have_attribute("aria-pressed", "false")
    map_page.settle()
    assert map_page.middle == pytest.approx((0.5, 0.5), abs=0.01)


@pytest.mark.parametrize(
    "fragment", ["at=x,y,z", "at=1e99,-4,0", "topic=999&doc=-1&outliers=none", "doc=1e9", "%E0%A4%A=&==", "content"]
)
def test_a_link_of_nonsense_shows_the_map(open_map, fragment):
    map_page = open_map(f"tiny/index.html#{fragment}", **STILL)
    assert all(-0.01 <= part <= 1.01 for part in map_page.middle)
    expect(map_page.page.locator("#reader")).to_be_hidden()


def test_blocked_history_breaks_nothing(visit, open_map):
    page = visit("index.html", **STILL)
    page.add_init_script(
        "History.prototype.pushState = History.prototype.replaceState = () => { throw new Error('blocked'); }"
    )
    page.locator(".card a").first.click()
    expect(page.locator("html")).to_have_attribute("data-map", "ready")
    page.locator("#topics button").nth(3).click()
    expect(page.locator("#topics button").nth(3)).to_have_attribute("aria-pressed", "true")


# Outliers


def test_outliers_are_shown_dimmed_or_hidden(open_map, source):
    map_page = open_map(**STILL)
    select = map_page.page.locator("#outliers select")
    places = np.transpose(map_page.columns("x", "y"))
    drawn = [int(np.hypot(*(source.places - place).T).argmin()) for place in places]
    outside = source.topics.assignment[drawn] < 0
    assert 0 < outside.sum() < len(drawn) == 40
    full = np.array(map_page.column("alpha"))
    select.select_option("dimmed")
    map_page.settle()
    dimmed = np.array(map_page.column("alpha"))
    assert ((dimmed > 0) & (dimmed < full))[outside].all()
    assert (dimmed == full)[~outside].all()
    near_middle = np.where(outside, np.abs(places - 0.5).max(axis=1), np.inf)
    place = places[near_middle.argmin()]
    map_page.hover(place)
    expect(map_page.page.locator("#tooltip .topic")).to_have_text("Outside any topic")
    select.select_option("hidden")
    map_page.settle()
    assert (np.array(map_page.column("alpha")) == np.where(outside, 0, full)).all()
    expect(shown(map_page)).to_have_text(f"{(~outside).sum()} of 600 documents shown")
    map_page.page.mouse.move(5, 400)
    map_page.hover(place)
    outlier = map_page.page.locator("#tooltip .topic", has_text="Outside any topic")
    expect(outlier.and_(map_page.page.locator(":visible"))).to_have_count(0)


def test_scripts_that_do_not_come_are_said_and_places_close(visit):
    expected = ["failed: .*map", "failed: .*late", "ERR_FAILED", "was preloaded"]
    page = visit("tiny/index.html", blocked=[r"/(map|late)\.\w+\.js"], expected=expected)
    expect(page.locator("#late")).to_be_hidden()
    assert page.locator("#search").bounding_box()["height"] > 30
    page.wait_for_timeout(8200)
    expect(page.locator("#late")).to_be_visible()
    assert page.locator("#search").bounding_box()["height"] == 0


def test_a_link_to_a_document_that_is_gone_says_so(open_map):
    page = open_map("tiny/index.html#doc=5.zzz").page
    expect(page.locator("#gone")).to_contain_text("The document of this link is no longer on the map")
    expect(page.locator("#reader")).to_be_hidden()


def test_going_back_to_the_map_from_another_page_keeps_its_view(open_map):
    page = open_map("tiny/index.html#at=0.25,0.75,4&topic=3", reduced_motion="reduce").page
    page.wait_for_load_state("networkidle")
    page.locator(".sections a", has_text="Topics").click()
    page.wait_for_url("**/topics/index.html")
    page.wait_for_load_state("networkidle")
    page.go_back()
    expect(page.locator("html")).to_have_attribute("data-map", "ready")
    assert re.search(r"at=0\.250*,0\.750*,4&topic=3", page.evaluate("location.hash"))


def test_no_button_stands_in_the_words_of_a_document(open_map):
    map_page = open_map(**STILL)
    map_page.hover([column[0] for column in map_page.columns("x", "y")])
    expect(map_page.page.locator("#tooltip")).to_be_visible()
    on_top = map_page.page.evaluate(
        """() => {
            const [tooltip, button] = ["#tooltip", "#tools button"].map((each) => document.querySelector(each));
            const { x, y } = button.getBoundingClientRect();
            const pane = document.querySelector("#map").getBoundingClientRect();
            tooltip.style.transform = `translate(${x - pane.x - 10}px, ${y - pane.y - 10}px)`;
            tooltip.style.pointerEvents = "auto";
            return tooltip.contains(document.elementFromPoint(x + 5, y + 5));
        }"""
    )
    assert on_top


# The pyramid


ASKED_FOR_TILES = "() => performance.getEntriesByType('resource').some((each) => each.name.includes('/raster-'))"


def test_dense_screens_get_sharper_tiles_where_they_zoom(open_map, tiny):
    map_page = open_map(**STILL, device_scale_factor=2)
    canvas = map_page.page.locator("#density")
    map_page.page.wait_for_timeout(500)  # tiles would be asked for when the map has stood still for a moment
    expect(canvas).to_be_hidden()
    assert not map_page.page.evaluate(ASKED_FOR_TILES)
    map_page.press("+")
    expect(canvas).to_be_visible()
    width = map_page.pane.bounding_box()["width"]
    assert canvas.evaluate("each => each.width") == pytest.approx(2 * width, abs=1)
    ink = """() => {
        const canvas = document.querySelector("#density");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.filter((value, k) => k % 4 === 3 && value > 0).length;
    }"""
    assert map_page.page.evaluate(ink) > 1000
    # a tile that is not there would be a 404, which no test forgives


def test_pyramid_tiles_that_do_not_load_leave_the_preview(open_map):
    map_page = open_map(
        **STILL, device_scale_factor=2, blocked=["/raster-"], expected=["failed: .*raster-", "ERR_FAILED"]
    )
    map_page.press("+")
    map_page.page.wait_for_function(ASKED_FOR_TILES)
    expect(map_page.page.locator("#preview")).to_be_visible()
    expect(map_page.page.locator("#density")).to_be_hidden()
