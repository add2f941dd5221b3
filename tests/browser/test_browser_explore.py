"""Colour and filter, in a real browser."""

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

STILL = {"reduced_motion": "reduce"}
TINY = "tiny/index.html"


@pytest.fixture
def explore(open_map):
    """`explore(fragment, ...)`: the map with this link, once its columns are here; the rest goes to `open_map`."""

    def opened(fragment="", **options):
        map_page = open_map(f"{TINY}#{fragment}" if fragment else TINY, **{**STILL, **options})
        if fragment:
            map_page.page.wait_for_selector("#map.lit")
            map_page.settle()
        return map_page

    return opened


@pytest.fixture
def values(source, tiny):
    """`values(column)`: those of the points that the map draws at first."""
    return lambda name: [source.documents.column(name)[document] for document in tiny.shown("tiny")]


def legend(map_page):
    return map_page.page.locator("#explore .legend button")


def painted(map_page):
    """Which points can be seen."""
    map_page.settle()
    return [alpha > 0 for alpha in map_page.column("alpha")]


def status(map_page):
    return map_page.page.locator("#shown")


def choose(map_page, name, value):
    map_page.page.get_by_label(name).select_option(value)
    map_page.page.wait_for_selector("#explore .control > *")
    map_page.settle()


def test_nothing_is_loaded_before_a_column_is_chosen(explore):
    map_page = explore()
    asked = []
    assert map_page.page.locator("script[src*=columns], link[href*=columns]").count() == 0
    map_page.page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1].split(".")[0]))
    choose(map_page, "Colour by", "rating")
    # the browser asks for the icon whenever it likes
    assert sorted(each for each in asked if each != "favicon") == ["0", "columns", "columns", "columns"]


def test_a_category_colours_points_and_its_legend_counts_all(explore, values, source):
    map_page = explore()
    topics = map_page.column("color")
    choose(map_page, "Colour by", "category")
    expect(map_page.pane).to_have_class("lit")
    colors = map_page.column("color")
    by_category = {}
    for name, color in zip(values("category"), colors, strict=True):
        by_category.setdefault(name, set()).add(color)
    assert all(len(each) == 1 for each in by_category.values())
    # twenty with a colour of their own; another one and none are grey
    assert len(set().union(*by_category.values())) == 21
    counts = [int(each.text_content().split()[0]) for each in legend(map_page).locator(".size").all()]
    assert sum(counts) == len(source.documents)
    assert legend(map_page).last.locator(".name").text_content() == "no value"
    assert map_page.page.locator("#explore img, #explore script, #explore b, #explore .legend svg").count() == 0
    map_page.page.get_by_label("Colour by").select_option("")
    expect(map_page.pane).not_to_have_class("lit")
    map_page.settle()
    assert map_page.column("color") == topics


def test_pressed_entries_filter_several_at_once_by_keyboard(explore, values):
    map_page = explore("color=category")
    for entry in (legend(map_page).nth(3), legend(map_page).last):
        entry.press("Enter")
        expect(entry).to_have_attribute("aria-pressed", "true")
    wanted = [name in {"An ordinary conversation", None} for name in values("category")]
    assert painted(map_page) == wanted
    expect(status(map_page)).to_have_text(f"600 documents shown, {sum(wanted)} of them pass the filter")
    legend(map_page).nth(3).press("Enter")
    assert painted(map_page) == [name is None for name in values("category")]


def test_names_lose_their_colours_where_a_column_colours_points(explore):
    page = explore("color=category").page
    inks = "all => new Set(all.map((each) => getComputedStyle(each).color)).size"
    names = page.locator(".label:not(.parent)")
    expect(page.locator("#explore .legend")).to_be_visible()
    assert names.evaluate_all(inks) == 1
    page.get_by_label("Colour by").select_option("")
    expect(page.locator("#map[data-by-column]")).to_have_count(0)
    assert names.evaluate_all(inks) > 2


def test_what_does_not_pass_cannot_be_pointed_at(explore, source, distinct, values, tiny):
    map_page = explore("color=rating&filter=rating:9..9")
    shown = tiny.shown("tiny")
    out = next(each for each in distinct if values("rating")[shown.index(each)] == 2)
    map_page.hover(source.places[out])
    map_page.page.wait_for_timeout(100)
    tooltip = map_page.page.locator("#tooltip")
    assert tooltip.is_hidden() or tooltip.locator(".title").text_content() != source.titles[out]


def test_two_handles_filter_a_number_by_keyboard(explore, values):
    map_page = explore("color=rating")
    low, high = (map_page.page.get_by_role("slider", name=name) for name in ("From", "To"))
    for _ in range(3):
        low.press("ArrowRight")
    high.press("ArrowLeft")
    expect(low).to_have_attribute("aria-valuetext", "3")
    expect(high).to_have_attribute("aria-valuetext", "8")
    assert painted(map_page) == [value is not None and 3 <= value <= 8 for value in values("rating")]
    # a handle stops at the other one
    low.press("End")
    expect(low).to_have_value("8")
    map_page.page.get_by_role("button", name="Show all").press("Enter")
    expect(low).to_be_focused()
    assert all(painted(map_page))


def test_the_size_follows_a_number(explore, values):
    map_page = explore()
    map_page.page.get_by_label("Size by").select_option("rating")
    map_page.page.wait_for_function(
        "() => new Set(Bokeh.documents[0].get_model_by_name('points').data.size ?? []).size > 1"
    )
    sizes, ratings = map_page.column("size"), values("rating")
    pairs = sorted((rating, size) for rating, size in zip(ratings, sizes, strict=True) if rating is not None)
    assert all(np.diff([size for _, size in pairs]) >= 0)
    assert pairs[0][1] * 3 < pairs[-1][1]
    expect(map_page.pane).not_to_have_class("lit")


def test_links_restore_colour_size_and_filters_and_back_undoes(explore, values):
    map_page = explore("color=date&size=rating&filter=date:2021-01-01..2022-12-31;rating:0..4")
    page = map_page.page
    expect(page.get_by_label("Colour by")).to_have_value("date")
    expect(page.get_by_label("Size by")).to_have_value("rating")
    seen = painted(map_page)
    both = zip(values("date"), values("rating"), strict=True)
    wanted = [bool(day) and day.year in {2021, 2022} and rating is not None and rating <= 4 for day, rating in both]
    assert any(wanted)
    assert seen == wanted
    page.get_by_role("button", name="Take away the filter rating: 0 – 4").click()
    assert sum(painted(map_page)) > sum(seen)
    assert "rating" not in page.evaluate("location.hash").split("filter")[1]
    page.go_back()
    expect(page.get_by_role("button", name="Take away the filter rating")).to_be_visible()
    assert painted(map_page) == seen


def test_a_filter_goes_with_a_lit_topic_and_hidden_outliers(explore, source, tiny, values):
    map_page = explore("color=rating&filter=rating:0..4&outliers=hidden&topic=0")
    expect(status(map_page)).to_contain_text("pass the filter")
    topics = [source.topics.assignment[document] for document in tiny.shown("tiny")]
    passing = [value is not None and value <= 4 for value in values("rating")]
    alpha = map_page.column("alpha")[: len(topics)]  # behind them are those of the tiles where the lit topic is
    for topic, passes, value in zip(topics, passing, alpha, strict=True):
        assert (value > 0) == (passes and topic >= 0)
        assert (value > 0.9) == (passes and topic == 0)


def test_play_moves_a_window_through_time_and_stops(open_map):
    map_page = open_map(f"{TINY}#color=date", reduced_motion="no-preference")
    page = map_page.page
    page.get_by_role("button", name="Play").click()
    low = page.get_by_role("slider", name="From")
    page.wait_for_function("() => Number(document.querySelector('.handles input').value) > 8")
    assert 0 < sum(painted_now > 0 for painted_now in map_page.column("alpha")) < 300
    page.get_by_role("button", name="Stop").click()
    stopped = low.input_value()
    page.wait_for_timeout(600)
    assert low.input_value() == stopped
    assert "filter=date" in page.evaluate("location.hash")


def test_whoever_wants_no_motion_goes_on_period_by_period(explore):
    map_page = explore("color=date")
    low = map_page.page.get_by_role("slider", name="From")
    for place in ("0", "20", "40"):
        map_page.page.get_by_role("button", name="Next period").click()
        expect(low).to_have_value(place)
    map_page.page.wait_for_timeout(600)
    expect(low).to_have_value("40")


def test_values_that_do_not_load_are_told_and_can_be_retried(explore, values):
    shards = r"/columns-\w+/\d+/0/0\.js$"
    map_page = explore("color=rating", blocked=[shards], expected=[r"failed: .*columns", r"ERR_FAILED"])
    lost = map_page.page.locator("#explore .lost")
    expect(lost).to_be_visible()
    assert len(set(map_page.column("color"))) == 1
    map_page.page.unroute_all()
    lost.get_by_role("button", name="Try again").click()
    expect(lost).to_be_hidden()
    map_page.page.wait_for_function(
        "() => new Set(Bokeh.documents[0].get_model_by_name('points').data.color).size === 11"
    )


def test_from_disk_a_column_colours_too(explore):
    map_page = explore("color=rating", from_disk=True)
    map_page.page.wait_for_function(
        "() => new Set(Bokeh.documents[0].get_model_by_name('points').data.color).size === 11"
    )


def test_without_columns_or_scripts_no_exploring_is_offered(open_map, visit):
    assert open_map("plain/index.html").page.locator("#explore").count() == 0
    page = visit(TINY, java_script_enabled=False)
    expect(page.locator("#explore")).to_be_hidden()


@pytest.mark.parametrize("column", ["category", "date"])
@pytest.mark.parametrize("look", ["desktop", "phone"])
def test_axe_finds_nothing_serious_and_nothing_is_too_wide(explore, phone, column, look):
    map_page = explore(f"color={column}&filter=rating:2..4", **(phone if look == "phone" else {}))
    expect(map_page.page.locator("#explore .chips button")).to_be_visible()
    violations = Axe().run(map_page.page).response["violations"]
    assert [each["id"] for each in violations if each["impact"] in {"serious", "critical"}] == []
    assert map_page.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
