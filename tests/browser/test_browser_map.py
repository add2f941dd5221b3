"""The map page in a real browser: what it shows, and what mouse, keys and fingers do."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

BUTTONS = """() => ["tools", "zoom"].map((topic) => {
    const { left, top, right, bottom } = document.getElementById(topic).getBoundingClientRect();
    return { topic, left, top, right, bottom };
})"""

DIMMED = 0.3
STILL = {"reduced_motion": "reduce"}

INK_AT = """(spots) => {
    const canvases = (root) => [...root.querySelectorAll("*")].flatMap((each) => [
        ...(each.tagName === "CANVAS" ? [each] : []),
        ...(each.shadowRoot ? canvases(each.shadowRoot) : []),
    ]);
    const layers = canvases(document.querySelector("#plot"));
    const near = (layer, x, y) => {
        const box = layer.getBoundingClientRect();
        const at = [x - box.left, y - box.top].map((n) => Math.round((n * layer.width) / box.width) - 1);
        const { data } = copies.get(layer).getImageData(...at, 3, 3);
        return Math.max(...data.filter((_, k) => k % 4 === 3));
    };
    const copies = new Map(layers.map((layer) => {
        const copy = new OffscreenCanvas(layer.width, layer.height).getContext("2d", { willReadFrequently: true });
        copy.drawImage(layer, 0, 0);
        return [layer, copy];
    }));
    return spots.map(([x, y]) => Math.max(...layers.map((layer) => near(layer, x, y))));
}"""
# The frames are dealt by hand, so that no machine is too slow to see a flight.
FLIGHT = """async (topic) => {
    const x = Bokeh.documents[0].get_model_by_name("x_range");
    const views = new Set([x.start]);
    const frames = [];
    window.requestAnimationFrame = (paint) => frames.push(paint);
    const start = performance.now();
    document.querySelector(`#topics button[value="${topic}"]`).click();
    while (!frames.length) await new Promise((done) => setTimeout(done));
    for (let passed = 0; passed < 1600; passed += 100) {
        for (const paint of frames.splice(0)) paint(start + passed);
        views.add(x.start);
        await new Promise((done) => setTimeout(done));
    }
    return views.size;
}"""


def same_place(one, other, scale):
    return np.hypot(*np.subtract(one, other)) * scale < 1.5


# What it shows


def test_bokeh_holds_every_shown_document_at_its_place(open_map, tiny, source):
    map_page = open_map()
    shown = tiny.shown("tiny")
    assert len(map_page.column("x")) == len(shown) == 600
    places = np.array([map_page.column("x"), map_page.column("y")]).T
    assert np.abs(places - source.places[shown]).max() < 1e-4


def test_points_have_the_colour_of_their_topic(open_map, tiny, source):
    map_page = open_map()
    dots = map_page.page.locator("#topics li button").evaluate_all(
        "all => all.map((each) => each.style.getPropertyValue('--color').trim())"
    )
    for document, color in zip(tiny.shown("tiny"), map_page.column("color"), strict=True):
        topic = source.topics.assignment[document]
        assert color & 0xFF == 0xFF
        if topic >= 0:
            assert f"#{color >> 8:06x}" == dots[topic]
        else:
            assert f"#{color >> 8:06x}" not in dots


@pytest.mark.parametrize("zoom", [0, 3])
def test_points_are_painted_where_they_are_and_nowhere_else(open_map, tiny, source, zoom):
    map_page = open_map(**STILL)
    for _ in range(zoom):
        map_page.press("+")
    if zoom:
        expect(map_page.page.locator("#shown")).to_contain_text("all shown")
        map_page.settle()
    places, view = source.places if zoom else source.places[tiny.shown("tiny")], map_page.view
    spots = np.array([map_page.spot(place) for place in places])
    inside = (np.abs(spots - (view["left"] + view["width"] / 2, view["top"] + view["height"] / 2)) < (400, 300)).all(
        axis=1
    )
    assert inside.sum() > 10
    # Documents outside any topic have half the ink of others.
    assert min(map_page.page.evaluate(INK_AT, spots[inside].tolist())) > 40
    grid = np.array([(x, y) for x in range(150, 800, 20) for y in range(150, 700, 20)])
    empty = [spot for spot in grid if np.hypot(*(spots - spot).T).min() > 14]
    assert max(map_page.page.evaluate(INK_AT, np.array(empty).tolist())) == 0


def test_the_page_says_what_it_shows(open_map, source):
    page = open_map().page
    assert page.locator(".status").text_content() == ("600 documents shown · 12% outside any topic")
    assert page.locator("#topics-title").text_content() == "12 topics"
    sizes = page.locator("#topics li .size").all_text_contents()
    assert sizes == [f"{row['size']} documents, {row['size'] / 6:.1f}%" for row in source.topics.rows()]


def test_names_that_are_only_keywords_are_marked(open_map, source):
    items = open_map().page.locator("#topics li")
    marked = items.evaluate_all(
        "all => all.map((each) => each.querySelector('[title=\"named by its keywords\"]') !== null)"
    )
    assert marked == [row["named_by"] == "keywords" for row in source.labels.rows()]


def test_every_text_arrives_unchanged_as_text(open_map, tiny, source):
    page, dataset = open_map().page, source.dataset
    assert page.locator("h1").text_content() == dataset.title
    assert page.locator(".home").text_content() == tiny.site.title
    assert page.locator(".about").text_content() == dataset.description
    assert page.locator("meta[name=description]").get_attribute("content") == dataset.description
    assert page.evaluate("document.querySelector('title').textContent") == f"{dataset.title} · {tiny.site.title}"
    assert page.locator("#topics li .name bdi").all_text_contents() == source.names
    parents = [row["name"] for row in source.labels.parents.to_pylist()]
    assert page.locator("#topics h3 bdi").all_text_contents() == parents
    assert page.locator("#topics .keywords").all_text_contents() == [", ".join(each) for each in source.keywords]
    origin = page.locator(".origin dd").all_text_contents()
    assert origin == [f"{dataset.source[0].path} in the Python package tiny", dataset.license, dataset.homepage]
    assert page.locator(".origin a").get_attribute("href") == dataset.homepage
    lines = page.locator("#labels .label").evaluate_all(
        "all => all.map((each) => [...each.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join(''))"
    )
    # a line ends at a space, or in a word that is longer than a line
    assert [line.replace(" ", "") for line in lines] == [name.replace(" ", "") for name in (*source.names, *parents)]


def test_hostile_texts_never_run_when_hovered_or_pressed(open_map, source, distinct):
    map_page = open_map(**STILL)
    page = map_page.page
    kinds = {}
    for document in distinct:
        title, category, topic = source.words(document)
        for kind in (f"title {title.rpartition(' ')[0]}", f"category {category}", f"topic {topic}"):
            kinds.setdefault(kind, document)
    assert len(kinds) > 40
    for document in dict.fromkeys(kinds.values()):
        map_page.hover(source.places[document])
        map_page.expect_words(*source.words(document))
    map_page.page.mouse.click(*map_page.spot(source.places[distinct[0]]))
    for button in [*page.locator("#topics li button, #topics h3 button").all(), *page.locator("#zoom button").all()]:
        button.click()
    assert page.evaluate("typeof window.hacked") == "undefined"
    assert page.locator("#content script, #content svg[onload], #content img:not(#preview, .overview img)").count() == 0


def test_a_dataset_without_topics_says_so_and_shows_everything(open_map, tiny):
    map_page = open_map("plain/index.html")
    page, source = map_page.page, tiny.maps["plain"]
    assert len(map_page.column("x")) == 150
    expect(page.locator(".panel > .caveat")).to_contain_text("No group of documents was dense enough")
    assert page.locator("#topics li, #labels .label").count() == 0
    assert page.locator("#topics-title").text_content() == "0 topics"
    assert page.locator(".status").text_content() == "150 documents shown"
    assert page.get_by_text("Outside any topic").count() == 0
    expect(page.get_by_role("searchbox", name="Search documents")).to_be_visible()
    map_page.press("+")
    document = int(np.hypot(*(source.places - map_page.middle).T).argmin())
    map_page.hover(source.places[document])
    map_page.expect_words(f"Plain {document}", "", "")
    expect(page.locator("#tooltip .topic")).to_be_hidden()


# Names


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_no_two_names_overlap_at_any_zoom(open_map, overlapping, phone, size):
    map_page = open_map(**STILL, **(phone if size == "phone" else {}))
    assert len(map_page.labels) >= 2
    assert overlapping(map_page.labels.values()) == []
    for _ in range(6):
        map_page.press("+")
        assert overlapping(map_page.labels.values()) == [], map_page.scale
    for topic in (0, 8, 4, 10, 9, 2):
        map_page.choose(topic)
        assert overlapping(map_page.labels.values()) == [], topic
        for _ in range(2):
            map_page.press("-")
            assert overlapping(map_page.labels.values()) == [], (topic, map_page.scale)
        map_page.press("0")


def test_names_stay_beside_their_topic_or_have_a_line_to_it(open_map, source):
    map_page = open_map(**STILL)
    for steps in range(4):
        if steps:
            map_page.press("+")
        for topic, label in ((number, box) for number, box in map_page.labels.items() if isinstance(number, int)):
            places = source.places[source.topics.assignment == topic]
            x, y = np.array([map_page.spot(place) for place in places]).T
            across = np.maximum(np.maximum(label["left"] - x, x - label["right"]), 0)
            along = np.maximum(np.maximum(label["top"] - y, y - label["bottom"]), 0)
            apart = np.hypot(across, along).min()
            assert apart < 60 or (apart < 110 and has_line(map_page, label)), (topic, map_page.scale)


def has_line(map_page, label):
    lines = map_page.page.locator("#leaders line").evaluate_all(
        """all => all.map((each) => {
            const { left, top, right, bottom } = each.getBoundingClientRect();
            return { left, top, right, bottom };
        })"""
    )
    return any(
        line["left"] < label["right"] + 4
        and line["right"] > label["left"] - 4
        and line["top"] < label["bottom"] + 4
        and line["bottom"] > label["top"] - 4
        for line in lines
    )


@pytest.mark.parametrize(("width", "height"), [(390, 844), (390, 600), (700, 844), (844, 390), (320, 400)])
def test_no_name_of_the_whole_map_is_cut_or_lies_under_buttons(open_map, phone, overlapping, width, height):
    map_page = open_map(**{**phone, "viewport": {"width": width, "height": height}})
    buttons = map_page.page.evaluate(BUTTONS)
    assert overlapping(buttons) == []
    for label in map_page.labels.values():
        assert label["left"] >= -1
        assert label["right"] <= width + 1
        assert overlapping([label, *buttons]) == []


def test_zoomed_in_no_name_lies_under_buttons(open_map, phone, overlapping):
    map_page = open_map(**STILL, **phone)
    for _ in range(5):
        map_page.press("+")
        for key in ("ArrowLeft", "ArrowUp", "ArrowUp"):
            map_page.press(key)
            for button in map_page.page.evaluate(BUTTONS):
                for label in map_page.labels.values():
                    assert overlapping([label, button]) == [], map_page.scale


# Mouse


def test_hovering_near_a_document_shows_its_words(open_map, tiny, source, distinct):
    map_page = open_map()
    first, second = (
        [d for d in distinct if d in rows][:6] for rows in (tiny.shown("tiny")[:400], tiny.shown("tiny")[400:])
    )
    assert first
    assert second
    for document in first + second:
        map_page.hover(source.places[document])
        map_page.expect_words(*source.words(document))


def test_the_nearest_document_is_shown_and_none_from_afar(open_map, tiny, source):
    map_page = open_map()
    page, places = map_page.page, source.places[tiny.shown("tiny")]
    spots = np.array([map_page.spot(place) for place in places])
    for x, y in ((300, 300), (460, 420), (620, 560), (700, 250), (480, 200)):
        page.mouse.move(x, y)
        away = np.hypot(*(spots - (x, y)).T)
        if away.min() > 14.5:
            expect(page.locator("#tooltip")).to_be_hidden()
        elif away.min() < 13.5:
            map_page.expect_words(*source.words(tiny.shown("tiny")[away.argmin()]))
    lonely = max(
        ((x, y) for x in range(200, 800, 10) for y in range(100, 760, 10)),
        key=lambda spot: np.hypot(*(spots - spot).T).min(),
    )
    map_page.hover(places[0])
    expect(page.locator("#tooltip")).to_be_visible()
    page.mouse.move(*lonely)
    expect(page.locator("#tooltip")).to_be_hidden()


def test_the_tooltip_goes_when_the_mouse_leaves(open_map, source, distinct):
    map_page = open_map()
    map_page.hover(source.places[distinct[0]])
    expect(map_page.page.locator("#tooltip")).to_be_visible()
    map_page.page.mouse.move(1200, 300)
    expect(map_page.page.locator("#tooltip")).to_be_hidden()


def test_a_hovered_point_gets_a_ring_at_its_place(open_map, source, distinct):
    map_page = open_map()
    rings = "() => { const { x, y } = Bokeh.documents[0].get_model_by_name('focus').data; return [...x, ...y]; }"
    assert map_page.page.evaluate(rings) == []
    map_page.hover(source.places[distinct[1]])
    map_page.expect_words(*source.words(distinct[1]))
    assert map_page.page.evaluate(rings) == pytest.approx(source.places[distinct[1]], abs=1e-4)
    map_page.page.mouse.move(1200, 300)
    expect(map_page.page.locator("#tooltip")).to_be_hidden()
    assert map_page.page.evaluate(rings) == []


def test_the_tooltip_stays_inside_the_map_pane(open_map, source, distinct):
    map_page = open_map()
    box = map_page.pane.bounding_box()
    places = source.places[distinct]
    for extreme in (places[:, 1].argmax(), places[:, 1].argmin(), places[:, 0].argmax(), places[:, 0].argmin()):
        map_page.hover(places[extreme])
        map_page.expect_words(*source.words(distinct[extreme]))
        tip = map_page.page.locator("#tooltip").bounding_box()
        assert tip["x"] >= box["x"]
        assert tip["y"] >= box["y"]
        assert tip["x"] + tip["width"] <= box["x"] + box["width"]
        assert tip["y"] + tip["height"] <= box["y"] + box["height"]


def test_the_wheel_zooms_to_the_pointer_and_shows_more_names(open_map, source):
    map_page = open_map()
    before, scale = map_page.labels, map_page.scale
    assert {0, 8} <= set(before)
    spot = tuple(map(round, map_page.spot(np.median(source.places[source.topics.assignment == 8], axis=0))))
    still = map_page.place(spot)
    map_page.page.mouse.move(*spot)
    for _ in range(6):
        map_page.page.mouse.wheel(0, -120)
        map_page.settle()
    assert map_page.scale > 3 * scale
    assert map_page.spot(still) == pytest.approx(spot, abs=1.5)
    assert {0, 8} <= set(map_page.labels)
    assert not any(str(each).startswith("p") for each in map_page.labels)
    for _ in range(12):
        map_page.page.mouse.wheel(0, 120)
        map_page.settle()
    assert map_page.scale == pytest.approx(scale, rel=1e-3)


def test_dragging_moves_the_map_with_the_hand(open_map, source):
    map_page = open_map()
    map_page.press("+")
    map_page.press("+")
    grabbed = map_page.spot((0.5, 0.5))
    map_page.page.mouse.move(*grabbed)
    map_page.page.mouse.down()
    map_page.page.mouse.move(grabbed[0] + 60, grabbed[1] - 40, steps=4)
    map_page.page.mouse.up()
    map_page.settle()
    assert map_page.spot((0.5, 0.5)) == pytest.approx((grabbed[0] + 60, grabbed[1] - 40), abs=1.5)
    map_page.page.mouse.move(10, 400)
    map_page.settle()
    assert map_page.spot((0.5, 0.5))[0] == pytest.approx(grabbed[0] + 60, abs=1.5)


def test_the_map_cannot_be_lost(open_map):
    map_page = open_map(**STILL)
    whole = map_page.scale
    for x, y in ((-3000, 0), (6000, 0), (0, -3000), (0, 6000)):
        map_page.page.mouse.move(500, 400)
        map_page.page.mouse.down()
        map_page.page.mouse.move(500 + x, 400 + y, steps=2)
        map_page.page.mouse.up()
        map_page.settle()
        assert all(-0.01 <= part <= 1.01 for part in map_page.middle)
    for _ in range(10):
        map_page.press("+")
    nearest = map_page.scale
    assert 8 * whole < nearest < 65 * whole
    map_page.press("+")
    assert map_page.scale == pytest.approx(nearest, rel=0.01)


def test_a_double_click_zooms_in_where_it_happens(open_map):
    map_page = open_map(**STILL)
    scale, place = map_page.scale, (0.7, 0.6)
    spot = map_page.spot(place)
    map_page.page.mouse.dblclick(*spot)
    map_page.settle()
    assert map_page.scale == pytest.approx(2 * scale, rel=0.01)
    assert map_page.spot(place) == pytest.approx(spot, abs=1.5)


def test_the_picture_follows_and_fades_as_points_take_over(open_map):
    map_page = open_map(**STILL)
    preview = map_page.page.locator("#preview")
    opacity = [float(preview.evaluate("each => getComputedStyle(each).opacity"))]
    for _ in range(4):
        map_page.press("+")
        opacity.append(float(preview.evaluate("each => getComputedStyle(each).opacity")))
        if opacity[-1] > 0:
            box, corner = preview.bounding_box(), map_page.spot((0, 1))
            assert (box["x"], box["y"]) == pytest.approx(corner, abs=1.5)
            assert box["width"] == pytest.approx(map_page.scale, rel=0.01)
    assert opacity[0] == 1
    assert opacity == sorted(opacity, reverse=True)
    assert opacity[-1] == 0


# Keys and buttons


def test_keys_zoom_and_move_and_bring_back(open_map):
    map_page = open_map(**STILL)
    scale = map_page.scale
    map_page.press("+")
    assert map_page.scale == pytest.approx(2 * scale, rel=0.01)
    for key, (right, up) in {
        "ArrowRight": (1, 0),
        "ArrowLeft": (-1, 0),
        "ArrowUp": (0, 1),
        "ArrowDown": (0, -1),
    }.items():
        x, y = map_page.middle
        map_page.press(key)
        moved = np.subtract(map_page.middle, (x, y)) * map_page.scale
        assert moved == pytest.approx((80 * right, 80 * up), abs=2), key
    map_page.press("ArrowUp")
    map_page.press("-")
    assert map_page.scale == pytest.approx(scale, rel=0.01)
    map_page.press("+")
    map_page.press("0")
    assert map_page.scale == pytest.approx(scale, rel=0.01)
    assert map_page.middle == pytest.approx((0.5, 0.5), abs=0.01)


def test_the_map_is_reached_by_tab_and_shows_its_focus(open_map):
    page = open_map().page
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "map":
            break
    outline = "() => [document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle]"
    assert page.evaluate(outline) == ["map", "solid"]


def test_enter_reads_the_document_nearest_to_the_middle(open_map, tiny, source):
    map_page = open_map(**STILL)
    map_page.press("+")
    map_page.press("ArrowUp")
    map_page.pane.press("Enter")
    shown = tiny.shown("tiny")
    nearest = shown[np.hypot(*(source.places[shown] - map_page.middle).T).argmin()]
    map_page.expect_words(*source.words(nearest), "#reader")
    expect(map_page.page.locator("#tooltip")).to_be_hidden()
    rings = "() => Bokeh.documents[0].get_model_by_name('focus').data.x.length"
    assert map_page.page.evaluate(rings) == 1
    map_page.page.keyboard.press("Escape")
    expect(map_page.page.locator("#reader")).to_be_hidden()
    assert map_page.page.evaluate(rings) == 0


def test_the_buttons_on_the_map_do_what_they_say(open_map):
    map_page = open_map(**STILL)
    scale = map_page.scale
    for label, factor in (("Zoom in", 2), ("Zoom in", 4), ("Zoom out", 2), ("Show the whole map", 1)):
        map_page.page.get_by_role("button", name=label).click()
        map_page.settle()
        assert map_page.scale == pytest.approx(factor * scale, rel=0.01)


# Topics


def test_a_topic_is_flown_to_and_lit_up(open_map, tiny, source):
    map_page = open_map(**STILL)
    side = min(map_page.view["width"], map_page.view["height"])
    # The last lies exactly on a larger one, so its name never shows; it is tested below.
    for topic in range(11):
        map_page.choose(topic)
        middle = np.median(source.places[source.topics.assignment == topic], axis=0)
        assert same_place(map_page.middle, middle, map_page.scale)
        assert map_page.scale > 1.4 * side
        assert topic in map_page.labels
        pressed = map_page.page.locator("#topics button[aria-pressed=true]")
        assert pressed.evaluate_all("all => all.map((each) => each.value)") == [str(topic)]
        x, y, alpha = np.array(map_page.columns("x", "y", "alpha"))
        drawn = np.hypot(x[:, None] - source.places[:, 0], y[:, None] - source.places[:, 1]).argmin(axis=1)
        assert len(drawn) >= 600
        member = source.topics.assignment[drawn] == topic
        assert alpha[member].min() > 0.9
        assert alpha[~member].max() < 0.4


def test_a_topic_exactly_on_another_is_flown_to_as_well(open_map, source):
    map_page = open_map(**STILL)
    map_page.choose(11)
    assert same_place(map_page.middle, source.places[source.topics.assignment == 11][0], map_page.scale)
    assert map_page.scale > 1.4 * min(map_page.view["width"], map_page.view["height"])
    map_page.press("0")
    assert map_page.middle == pytest.approx((0.5, 0.5), abs=0.01)


def test_a_lit_topic_goes_out_when_pressed_again_or_by_escape(open_map):
    map_page = open_map(**STILL)
    pressed, pane = map_page.page.locator("#topics button[aria-pressed=true]"), map_page.pane

    def lit():
        return min(map_page.column("alpha")) < DIMMED or "lit" in pane.get_attribute("class").split()

    map_page.choose(2)
    assert lit()
    map_page.choose(2)
    assert not lit()
    expect(pressed).to_have_count(0)
    map_page.choose(3)
    map_page.choose(4)
    expect(pressed).to_have_count(1)
    map_page.page.keyboard.press("Escape")
    map_page.settle()
    assert not lit()
    expect(pressed).to_have_count(0)


def test_a_topic_can_be_chosen_by_keyboard(open_map):
    map_page = open_map(**STILL)
    map_page.topic(5).focus()
    map_page.page.keyboard.press("Enter")
    expect(map_page.topic(5)).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(("motion", "flies"), [("reduce", False), ("no-preference", True)])
def test_the_flight_to_a_topic_honours_reduced_motion(open_map, motion, flies):
    views = open_map(reduced_motion=motion).page.evaluate(FLIGHT, 5)
    assert views > 4 if flies else views == 2


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_keys_work_the_same_with_and_without_motion(open_map, motion):
    map_page = open_map(reduced_motion=motion)
    scale = map_page.scale
    map_page.press("+")
    assert map_page.scale == pytest.approx(2 * scale, rel=0.01)


# Fingers


def test_a_tap_on_a_phone_shows_words_and_nothing_is_too_wide(open_map, phone, source, distinct):
    map_page = open_map(**phone)
    long = [d for d in distinct if len(source.titles[d]) > 300][:1]
    assert long
    for document in [*distinct[:4], *long]:
        map_page.page.touchscreen.tap(*map_page.spot(source.places[document]))
        expect(map_page.page.locator("#reader .title")).to_have_text(source.titles[document])
        expect(map_page.page.locator("#tooltip")).to_be_hidden()
        assert map_page.page.evaluate("document.documentElement.scrollWidth") <= 390
        # The reader is a sheet over the lower part of the map.
        map_page.page.locator("#reader").press("Escape")


def test_two_fingers_zoom(open_map, phone):
    map_page = open_map(**phone)
    scale = map_page.scale
    x, y = map_page.spot((0.5, 0.5))
    touches = map_page.page.context.new_cdp_session(map_page.page)

    def send(kind, *reach):
        points = [{"x": x + side * r, "y": y, "id": k} for r in reach for k, side in enumerate((-1, 1))]
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", 30)
    for reach in range(35, 95, 5):
        send("touchMove", reach)
    send("touchEnd")
    map_page.settle()
    assert map_page.scale == pytest.approx(3 * scale, rel=0.1)
    assert map_page.middle == pytest.approx((0.5, 0.5), abs=0.02)


def test_choosing_a_topic_on_a_phone_brings_the_map_into_sight(open_map, phone):
    map_page = open_map(**STILL, **phone)
    map_page.choose(11)
    expect(map_page.pane).to_be_in_viewport(ratio=0.9)
    expect(map_page.topic(11)).to_have_attribute("aria-pressed", "true")


# From disk


def test_a_map_opened_from_disk_works_fully(open_map, tiny, source, distinct):
    map_page = open_map(from_disk=True, **STILL)
    assert map_page.page.url.startswith("file://")
    assert len(map_page.column("x")) == 600
    for rows in (tiny.shown("tiny")[:400], tiny.shown("tiny")[400:]):
        document = next(d for d in distinct if d in rows)
        map_page.hover(source.places[document])
        map_page.expect_words(*source.words(document))
    map_page.choose(8)
    assert 8 in map_page.labels
    map_page.page.get_by_role("searchbox", name="Search topics and documents").fill("octopus")
    expect(map_page.page.locator("#found .topic-hit")).to_have_count(1)


def test_leaving_and_coming_back_works(open_map):
    map_page = open_map()
    map_page.page.locator(".home").click()
    map_page.page.wait_for_url(re.compile(r"/index\.html$"))
    map_page.page.go_back()
    expect(map_page.page.locator("html")).to_have_attribute("data-map", "ready")
    map_page.page.wait_for_function("() => Bokeh.documents[0].get_model_by_name('points').data.x.length === 600")
