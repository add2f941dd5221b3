"""Taking something away: a selection as a table and as CSV, a picture of the view, a link, the map in a frame."""

import csv
import io
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

STILL = {"reduced_motion": "reduce"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
HALF_STEP = 1e-5


def tool(map_page, name):
    return map_page.page.locator(f"#tools button[value={name}]")


def start_selecting(map_page):
    """Opens the tools of selection and waits for them: loaded on the first use, until then a drag moves the map."""
    tool(map_page, "select").click()
    expect(mode(map_page, "Rectangle")).to_have_attribute("aria-pressed", "true")


def mode(map_page, name):
    return map_page.page.locator(".modes").get_by_role("button", name=name, exact=True)


def count(map_page):
    return map_page.page.locator("#selection .count")


def drag(map_page, spots):
    page = map_page.page
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=4)
    page.mouse.up()


def expect_selected(map_page, number):
    expect(count(map_page)).to_have_text(f"{number} document{'' if number == 1 else 's'} selected.")


def box_of(map_page, low=(0.15, 0.2), high=(0.6, 0.75)):
    """Corners on the page of a box in the map, and the same corners in map units to the pixel."""
    spots = [[round(each) for each in map_page.spot(place)] for place in (low, high)]
    return spots, [map_page.place(spot) for spot in spots]


def within(places, corners):
    (x0, y0), (x1, y1) = corners
    return np.flatnonzero((places[:, 0] > x0) & (places[:, 0] < x1) & (places[:, 1] > y0) & (places[:, 1] < y1))


def downloaded(map_page):
    with map_page.page.expect_download() as waiting:
        map_page.page.get_by_role("button", name="Download CSV").click()
    assert waiting.value.suggested_filename == "tiny-selection.csv"
    return list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_bytes().decode("utf-8"), newline="")))


def guarded(text):
    return f"'{text}" if text.startswith(FORMULA) else text


def expect_rows(rows, source, expected):
    columns = {name: source.documents.column(name) for name in ("id", "title", "category", "url", "date")}
    by_id = {row["id"]: row for row in rows}
    assert len(rows) == len(by_id)
    assert sorted(by_id) == sorted(columns["id"][document] for document in expected)
    for document in expected:
        row, topic = by_id[columns["id"][document]], int(source.topics.assignment[document])
        assert row["title"] == guarded(columns["title"][document])
        assert row["category"] == guarded(columns["category"][document] or "")
        assert (int(row["topic"]), row["topic_name"]) == (topic, guarded(source.names[topic]) if topic >= 0 else "")
        assert [float(row["x"]), float(row["y"])] == pytest.approx(source.places[document], abs=2e-4)
        url, date = columns["url"][document], columns["date"][document]
        assert row["url"] == (url if url and url.startswith("https://") else "")
        assert row["date"] == (date.date().isoformat() if date else "")


def test_nothing_of_the_tools_is_loaded_before_one_is_used(open_map):
    map_page = open_map(**STILL)
    assert map_page.page.locator("script[src*='/tools.'], link[href*='/tools.']").count() == 0
    tool(map_page, "help").click()
    expect(map_page.page.locator("script[src*='/tools.']")).to_have_count(1)


@pytest.mark.parametrize("from_disk", [False, True])
def test_a_rectangle_selects_every_document_that_lies_in_it(open_map, source, from_disk):
    map_page = open_map(**STILL, from_disk=from_disk)
    start_selecting(map_page)
    spots, corners = box_of(map_page)
    drag(map_page, spots)
    expected = within(source.places, corners)
    assert 100 < len(expected) < 500
    expect_selected(map_page, len(expected))
    assert map_page.middle == pytest.approx((0.5, 0.5), abs=0.01)
    rows = downloaded(map_page)
    expect_rows(rows, source, expected.tolist())


def test_shift_and_drag_selects_at_once_and_lights_documents(open_map, source, tiny):
    map_page = open_map(**STILL)
    spots, corners = box_of(map_page)
    map_page.page.keyboard.down("Shift")
    drag(map_page, spots)
    map_page.page.keyboard.up("Shift")
    expected = set(within(source.places, corners).tolist())
    expect_selected(map_page, len(expected))
    map_page.settle()
    lit = {
        document for document, alpha in zip(tiny.shown("tiny"), map_page.column("alpha"), strict=False) if alpha > 0.9
    }
    assert lit == expected & set(tiny.shown("tiny"))
    map_page.page.get_by_role("button", name="Clear").click()
    expect(map_page.page.locator("#selection")).to_be_hidden()
    map_page.settle()
    assert max(map_page.column("alpha")) < 0.9


def test_a_drag_that_ends_before_the_tools_load_selects_as_well(open_map, source):
    map_page = open_map(**STILL)
    held = []
    map_page.page.route("**/tools.*.js", lambda route: held.append(route))
    spots, corners = box_of(map_page)
    map_page.page.keyboard.down("Shift")
    with map_page.page.expect_request("**/tools.*.js"):
        drag(map_page, spots)
    map_page.page.keyboard.up("Shift")
    map_page.page.mouse.move(*spots[0])
    held.pop().continue_()
    expect_selected(map_page, len(within(source.places, corners)))


def test_a_lasso_selects_what_lies_inside_its_line(open_map, source):
    map_page = open_map(**STILL)
    start_selecting(map_page)
    mode(map_page, "Lasso").click()
    spots = [[round(each) for each in map_page.spot(place)] for place in ((0.2, 0.2), (0.7, 0.3), (0.4, 0.8))]
    drag(map_page, [*spots, spots[0]])
    (ax, ay), (bx, by), (cx, cy) = (map_page.place(spot) for spot in spots)
    x, y = source.places.T
    # inside a triangle a place is on the same side of all edges
    sides = [(bx - ax) * (y - ay) - (by - ay) * (x - ax), (cx - bx) * (y - by) - (cy - by) * (x - bx)]
    sides.append((ax - cx) * (y - cy) - (ay - cy) * (x - cx))
    expected = np.flatnonzero((np.array(sides) > 0).all(axis=0))
    expect_selected(map_page, len(expected))
    expect_rows(downloaded(map_page), source, expected.tolist())


def test_without_a_pointer_all_in_view_is_selected(open_map, source, tiny):
    map_page = open_map(**STILL)
    tool(map_page, "select").focus()
    map_page.page.keyboard.press("Enter")
    expect(mode(map_page, "Rectangle")).to_be_focused()
    mode(map_page, "All in view").focus()
    map_page.page.keyboard.press("Enter")
    inside = ((source.places > 0) & (source.places < 1)).all(axis=1).sum()
    expect(count(map_page)).to_contain_text("selected")
    assert abs(int(count(map_page).text_content().split()[0]) - inside) <= 2
    assert inside > tiny.maps["tiny"].dataset.map.points


def test_cards_tell_title_topic_category_and_open_documents(open_map, source, tiny):
    map_page = open_map(**STILL)
    start_selecting(map_page)
    mode(map_page, "All in view").click()
    rows = map_page.page.locator("#selection .result")
    expect(rows).to_have_count(50)
    map_page.page.wait_for_function(
        "() => [...document.querySelectorAll('#selection .result .title')].every(e => e.textContent !== '…')"
    )
    for k, document in enumerate(tiny.stored("tiny")[:20]):
        title, category, topic = source.words(document)
        shown = rows.nth(k).locator("span").all_text_contents()
        assert shown == [title, topic, category]
    map_page.page.get_by_role("button", name="More documents").click()
    expect(rows).to_have_count(100)
    rows.first.click()
    expect(map_page.page.locator("#reader .title")).to_have_text(source.titles[tiny.stored("tiny")[0]])
    counts = map_page.page.locator("#selection .topics li")
    map_page.page.locator("#selection summary").click()
    assert counts.first.locator(".number").text_content() == "90"


def test_a_selection_is_part_of_the_link(open_map, visit, tiny_url):
    map_page = open_map(**STILL)
    start_selecting(map_page)
    drag(map_page, box_of(map_page)[0])
    expect(count(map_page)).to_contain_text("selected")
    found, link = count(map_page).text_content(), map_page.page.evaluate("location.href")
    assert "area=" in link
    given = "area=0.10,0.10,0.9,0.1,0.90,0.9"
    same = open_map(f"tiny/index.html#{given}", **STILL)
    expect(count(same)).to_contain_text("selected")
    same.press("+")
    same.page.wait_for_function("() => location.hash.includes('at=')")
    assert given in same.page.url
    again = open_map(link.removeprefix(tiny_url), **STILL)
    expect(count(again)).to_have_text(found)
    again.page.get_by_role("button", name="Clear", exact=True).last.click()
    assert "area=" not in again.page.evaluate("location.href")
    expect(open_map("tiny/index.html#area=1,2,x", **STILL).page.locator("#selection")).to_be_hidden()


def test_the_wheel_moves_the_host_page_until_the_map_is_clicked(open_map):
    map_page = open_map("tiny/index.html?embed", **STILL)
    scale = map_page.scale
    map_page.page.mouse.move(500, 300)
    map_page.page.mouse.wheel(0, -300)
    expect(map_page.pane).to_have_class(re.compile("blocked"))
    assert map_page.scale == scale
    map_page.page.keyboard.down("Control")
    map_page.page.mouse.wheel(0, -100)
    map_page.page.keyboard.up("Control")
    map_page.settle()
    assert map_page.scale > scale
    scale = map_page.scale
    map_page.page.mouse.click(20, 400)
    map_page.page.mouse.wheel(0, -300)
    map_page.settle()
    assert map_page.scale > scale


def test_hidden_outliers_are_not_selected(open_map, source):
    map_page = open_map(**STILL)
    map_page.page.locator("#outliers select").select_option("hidden")
    start_selecting(map_page)
    spots, corners = box_of(map_page)
    drag(map_page, spots)
    expect_selected(map_page, int((source.topics.assignment[within(source.places, corners)] >= 0).sum()))


def test_a_selection_follows_the_filter_and_a_change_of_it(open_map, source):
    map_page = open_map("tiny/index.html#color=rating&filter=rating:0..4", **STILL)
    map_page.page.wait_for_selector("#map.lit")
    start_selecting(map_page)
    spots, corners = box_of(map_page)
    drag(map_page, spots)
    ratings = np.array(source.documents.column("rating"), float)
    inside = within(source.places, corners)
    passing = inside[ratings[inside] <= 4]
    assert 0 < len(passing) < len(inside)
    expect(count(map_page)).to_have_text(f"{len(passing)} documents selected, of those that pass the filter.")
    expect_rows(downloaded(map_page), source, passing)
    map_page.page.evaluate("location.hash = location.hash.replace(/&?filter=[^&]*/, '').replace('rating', 'category')")
    expect_selected(map_page, len(inside))


def test_deeper_tiles_that_do_not_load_are_said(open_map):
    map_page = open_map(**STILL, blocked=[r"/points-\w+/"], expected=["failed: .*points-", "ERR_FAILED"])
    start_selecting(map_page)
    mode(map_page, "All in view").click()
    expect(count(map_page)).to_contain_text("Some could not be fetched")


def test_tools_that_do_not_load_say_so_and_load_on_the_next_try(open_map):
    expected = ["failed: .*tools", "ERR_FAILED", "did not load"]
    map_page = open_map(**STILL, blocked=[r"/tools\.\w+\.js"], expected=expected)
    tool(map_page, "help").click()
    expect(map_page.page.locator("#tools p")).to_contain_text("Try again")
    map_page.page.unroute_all()
    tool(map_page, "help").click()
    expect(map_page.page.get_by_role("dialog", name="Use the map")).to_be_visible()
    expect(map_page.page.locator("#tools p")).to_be_empty()


def test_a_finger_draws_on_a_phone(open_map, phone, source):
    map_page = open_map(**phone, **STILL)
    tool(map_page, "select").tap()
    mode(map_page, "Lasso").tap()
    spots, corners = box_of(map_page, (0.2, 0.3), (0.8, 0.7))
    (x0, y0), (x1, y1) = spots
    client = map_page.page.context.new_cdp_session(map_page.page)

    def touch(kind, *points):
        touched = [{"x": x, "y": y} for x, y in points]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})

    touch("touchStart", (x0, y0))
    for spot in ((x1, y0), (x1, y1), (x0, y1), (x0, y0)):
        touch("touchMove", spot)
    touch("touchEnd")
    expected = within(source.places, corners)
    expect(count(map_page)).to_contain_text("selected")
    assert abs(int(count(map_page).text_content().split()[0]) - len(expected)) <= 3
    assert map_page.page.evaluate("document.documentElement.scrollWidth") <= 390


PIXELS = """async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data: bytes } = context.getImageData(0, 0, image.width, image.height);
    return new Set(new Uint32Array(bytes.buffer)).size;
}"""


@pytest.mark.parametrize("from_disk", [False, True])
@pytest.mark.parametrize("ratio", [1, 2])
def test_the_view_is_saved_as_a_large_picture(open_map, from_disk, ratio):
    import base64

    map_page = open_map(**STILL, from_disk=from_disk, device_scale_factor=ratio)
    box = map_page.pane.bounding_box()
    with map_page.page.expect_download() as waiting:
        tool(map_page, "save").click()
    assert waiting.value.suggested_filename == "tiny-view.png"
    data = Path(waiting.value.path()).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    assert width == 2400
    # below the map: title, counts, source, and the address if it has one
    foot = height * box["width"] / width - box["height"]
    assert foot == pytest.approx(24 + 20 * (3 if from_disk else 4), abs=1)
    assert map_page.page.evaluate(PIXELS, base64.b64encode(data).decode()) > 500
    expect(map_page.page.locator("#tools p")).to_contain_text("from disk" if from_disk else "was saved")


def test_links_and_lines_to_embed_are_offered_and_work(open_map, visit, tiny_url):
    map_page = open_map(**STILL, permissions=["clipboard-read", "clipboard-write"])
    map_page.choose(3)
    tool(map_page, "share").click()
    dialog = map_page.page.get_by_role("dialog", name="Share this view")
    link = dialog.get_by_label("Link", exact=True).input_value()
    assert "topic=3" in link
    dialog.get_by_role("button", name="Copy link").click()
    expect(dialog.get_by_role("button", name="Copy link")).to_have_text("Copied")
    assert map_page.page.evaluate("navigator.clipboard.readText()") == link
    snippet = dialog.get_by_label("Embed", exact=True).input_value()
    map_page.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(map_page.topic(3)).to_have_attribute("aria-pressed", "true")

    page = visit("404.html")
    page.route(
        "**/frame.html",
        lambda route: route.fulfill(body=f"<!doctype html><title>x</title>{snippet}", content_type="text/html"),
    )
    page.goto(f"{tiny_url}frame.html")
    frame = page.frame_locator("iframe")
    expect(frame.locator("html")).to_have_attribute("data-map", "ready")
    expect(frame.locator(".bar")).to_be_hidden()
    expect(frame.locator("#topics button[value='3']")).to_have_attribute("aria-pressed", "true")
    expect(frame.locator("#topics")).to_be_hidden()
    assert page.locator("iframe").evaluate("each => each.attributes.length") == 6


def test_the_embedded_map_leads_to_the_whole_page_and_reads(open_map, source, distinct):
    map_page = open_map("tiny/index.html?embed", **STILL)
    page = map_page.page
    assert map_page.pane.bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 800}
    page.mouse.click(*map_page.spot(source.places[distinct[0]]))
    expect(page.locator("#reader .title")).to_have_text(source.titles[distinct[0]])
    page.get_by_role("button", name="Close the document").click()
    expect(tool(map_page, "save")).to_be_hidden()
    page.locator("#embed").get_by_role("button", name="Tools").click()
    expect(tool(map_page, "save")).to_be_visible()
    page.locator("#embed").get_by_role("button", name="Topics").click()
    expect(page.locator("#topics")).to_be_visible()
    with page.context.expect_page() as opened:
        page.locator("#embed a").click()
    assert "embed" not in opened.value.url
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []


def test_question_mark_shows_the_keys_and_escape_leaves_them(open_map):
    map_page = open_map(**STILL)
    map_page.pane.press("?")
    dialog = map_page.page.get_by_role("dialog", name="Use the map")
    expect(dialog).to_be_visible()
    assert Axe().run(map_page.page).response["violations"] == []
    map_page.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(map_page.pane).to_be_focused()


def test_help_for_fingers_has_no_keys(open_map, phone):
    map_page = open_map(**phone, **STILL)
    tool(map_page, "help").tap()
    dialog = map_page.page.get_by_role("dialog", name="Use the map")
    expect(dialog).to_contain_text("Two fingers")
    expect(dialog).not_to_contain_text("Escape")


def test_selected_documents_have_the_whole_panel(open_map):
    map_page = open_map(**STILL)
    start_selecting(map_page)
    mode(map_page, "All in view").click()
    card, panel = (map_page.page.locator(each).first.bounding_box() for each in ("#selection .result", "#selection"))
    assert card["width"] == panel["width"]


def test_names_leave_room_for_the_bar_of_modes(open_map, visible_labels):
    map_page = open_map(**STILL)
    page = map_page.page
    before = visible_labels(page)
    held = []
    page.route("**/tools.*.css", lambda route: held.append(route))
    with page.expect_event("requestfinished", lambda request: re.search(r"/tools\.\w+\.js", request.url)):
        tool(map_page, "select").click()
    map_page.settle()
    # a bar without its style lies elsewhere
    held.pop().continue_()
    expect(mode(map_page, "Rectangle")).to_have_attribute("aria-pressed", "true")
    map_page.settle()
    bar = page.locator(".modes").bounding_box()

    def under_bar(label):
        below = label["top"] < bar["y"] + bar["height"] and label["bottom"] > bar["y"]
        return below and label["left"] < bar["x"] + bar["width"] and label["right"] > bar["x"]

    assert any(map(under_bar, before))
    assert not any(map(under_bar, visible_labels(page)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_selection_is_accessible(open_map, scheme):
    map_page = open_map(**STILL, color_scheme=scheme)
    start_selecting(map_page)
    mode(map_page, "All in view").click()
    expect(count(map_page)).to_contain_text("selected")
    found = Axe().run(map_page.page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
