"""How pages look and sound: sizes, light and dark, contrast, assistive technology."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

MAPS = ["tiny/index.html", "plain/index.html"]
OF_A_MAP = [f"tiny/{name}/index.html" for name in ("topics", "topics/3", "hierarchy", "time", "about", "download")]
PAGES = ["index.html", *MAPS, *OF_A_MAP, "nowhere"]
MISSING = [r"^404: ", r"^error: .*404"]

WIDER = """() => {
    const width = document.documentElement.clientWidth;
    const clipped = (each) => {
        for (let box = each.parentElement; box && box !== document.body; box = box.parentElement)
            if (getComputedStyle(box).overflowX !== "visible") return true;
        return each.closest(".visually-hidden, .skip") !== null;
    };
    return [...document.body.querySelectorAll("*")]
        .filter((each) => !clipped(each) && each.getBoundingClientRect().right > width + 1)
        .map((each) => `${each.tagName}.${each.className}`);
}"""
COLORS = """(selector) => {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const rgb = (color) => {
        context.clearRect(0, 0, 1, 1);
        context.fillStyle = color;
        context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data];
    };
    let behind = document.querySelector(selector);
    const ink = rgb(getComputedStyle(behind).color);
    while (rgb(getComputedStyle(behind).backgroundColor)[3] < 255) behind = behind.parentElement;
    return [ink, rgb(getComputedStyle(behind).backgroundColor)];
}"""


def opened(visit, path, **options):
    page = visit(path, expected=MISSING if path == "nowhere" else [], **options)
    if path in MAPS:
        expect(page.locator("html")).to_have_attribute("data-map", "ready")
    return page


def luminance(color):
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (n / 255 for n in color[:3])
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(visit, path, scheme):
    page = opened(visit, path, color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    serious = [each for each in found if each["impact"] in {"serious", "critical"}]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in serious] == []


def test_axe_finds_nothing_serious_while_a_map_is_used(open_map, tiny, distinct):
    map_page = open_map(reduced_motion="reduce")
    source = tiny.maps["tiny"]
    document = next(d for d in distinct if source.topics.assignment[d] >= 0)
    map_page.choose(int(source.topics.assignment[document]))
    map_page.hover(source.places[document])
    expect(map_page.page.locator("#tooltip")).to_be_visible()
    found = Axe().run(map_page.page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []


@pytest.mark.parametrize("path", PAGES)
def test_dark_and_light_differ_and_both_read_well(visit, path):
    papers = []
    for scheme in ("light", "dark"):
        page = opened(visit, path, color_scheme=scheme)
        for selector in ("body", "h1", "main p"):
            ink, paper = (luminance(color) for color in page.evaluate(COLORS, selector))
            assert (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05) >= 4.5, (scheme, selector)
        papers.append(luminance(page.evaluate(COLORS, "body")[1]))
    light, dark = papers
    assert light > 0.8
    assert dark < 0.05


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_wider_than_a_phone(visit, phone, path, width):
    page = opened(visit, path, **{**phone, "viewport": {"width": width, "height": 844}})
    assert page.evaluate("innerWidth") == width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(WIDER) == []


@pytest.mark.parametrize("path", ["index.html", "tiny/index.html", *OF_A_MAP])
def test_nothing_is_wider_than_a_desktop(visit, path):
    page = opened(visit, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.evaluate(WIDER) == []


def test_on_a_desktop_the_map_fills_the_screen_beside_its_list(open_map):
    map_page = open_map()
    pane, panel = map_page.pane.bounding_box(), map_page.page.locator(".panel").bounding_box()
    assert pane["x"] == 0
    assert pane["x"] + pane["width"] == pytest.approx(panel["x"], abs=1)
    assert pane["y"] + pane["height"] == pytest.approx(800, abs=1)
    assert pane["width"] * pane["height"] > 0.6 * 1280 * 800
    assert map_page.page.evaluate("document.documentElement.scrollHeight") <= 800


def test_on_a_phone_the_list_lies_below_the_map(open_map, phone):
    map_page = open_map(**phone)
    pane, panel = map_page.pane.bounding_box(), map_page.page.locator(".panel").bounding_box()
    assert pane["width"] == 390
    assert 0.5 * 844 < pane["height"] < 0.75 * 844
    assert panel["y"] >= pane["y"] + pane["height"] - 1


def test_what_can_be_touched_on_the_map_is_large_enough(open_map, phone):
    buttons = open_map(**phone).page.locator("#zoom button, #topics button:visible")
    for box in buttons.evaluate_all("all => all.map((each) => each.getBoundingClientRect())"):
        assert min(box["width"], box["height"]) >= 24


@pytest.mark.parametrize("path", ["index.html", *MAPS, *OF_A_MAP])
def test_fingers_have_40_pixels(visit, phone, path):
    """Links inside sentences, tiles of a treemap and what covers a whole card aside."""
    page = opened(visit, path, **phone)
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, select, summary, input:not([type=checkbox])")]
            .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled)
            .filter((each) => !each.closest(".skip, .card, svg, dd, p:not(.smaller, .rest)"))
            .filter((each) => each.getBoundingClientRect().height < 39.5)
            .map((each) => each.outerHTML.slice(0, 100))"""
    )
    assert small == []


@pytest.mark.parametrize("path", ["index.html", *OF_A_MAP])
def test_what_can_be_pressed_has_24_pixels(visit, phone, path):
    """WCAG 2.2, 2.5.8: in size, or as distance to the next."""
    page = visit(path, **phone)
    only = {"runOnly": {"type": "rule", "values": ["target-size"]}, "rules": {"target-size": {"enabled": True}}}
    found = Axe().run(page, options=only).response["violations"]
    assert [node["html"][:200] for each in found for node in each["nodes"]] == []


@pytest.mark.parametrize("width", [390, 768])
def test_topics_are_cards_where_a_table_has_no_room(visit, phone, width):
    page = visit("tiny/topics/index.html", **{**phone, "viewport": {"width": width, "height": 844}})
    rows = page.locator("#table tbody tr")
    first, second = (rows.nth(number).bounding_box() for number in (0, 1))
    assert first["x"] >= 0
    assert first["x"] + first["width"] <= width
    assert second["y"] >= first["y"] + first["height"]
    assert rows.first.locator(".words:visible").count() == 1
    assert rows.first.locator(".share svg").bounding_box()["width"] > 100
    page.get_by_role("button", name="Name").click()
    names = rows.locator("bdi").all_text_contents()
    assert len(names) > 5


def test_on_a_desktop_the_table_has_every_method(visit):
    row = visit("tiny/topics/index.html").locator("#table tbody tr").first
    assert row.locator(".words:visible").count() == 3


@pytest.mark.parametrize("width", [390, 900, 1440])
def test_letters_of_a_treemap_are_unscaled_and_in_their_tiles(visit, width):
    page = visit("tiny/hierarchy/index.html", viewport={"width": width, "height": 844})
    treemap = page.locator(".treemap:visible")
    assert treemap.count() == 1
    boxes = treemap.locator("svg a").evaluate_all(
        """all => all.map((each) => {
            const parts = [...each.querySelectorAll("rect, text")];
            const [tile, ...lines] = parts.map((part) => part.getBoundingClientRect());
            return lines.map((line) => [tile.right - line.right, line.height]);
        })"""
    )
    lines = [line for each in boxes for line in each]
    assert len(boxes) == 12
    assert min(room for room, _ in lines) >= 0
    assert {round(height) for _, height in lines} <= {14, 15, 16}


def test_lists_start_where_headings_do(visit):
    page = visit("tiny/about/index.html", viewport={"width": 1440, "height": 900})
    heading, listed = (page.locator(name).bounding_box() for name in ("#caveats-title", "#caveats-title + ul"))
    assert listed["x"] == heading["x"]


def test_stages_are_stacked_on_a_phone(visit, phone):
    page = visit("tiny/about/index.html", **phone)
    assert page.locator(".stacked").evaluate_all("all => all.every((each) => each.scrollWidth <= 390)")


def test_a_gallery_where_nothing_is_found_says_so(visit):
    page = visit("index.html")
    expect(page.locator(".nothing")).to_be_hidden()
    page.locator("#gallery-tools input").fill("zzzzzz")
    expect(page.locator(".nothing")).to_be_visible()


def test_a_topic_page_begins_with_what_the_topic_is(visit):
    page = visit("tiny/topics/3/index.html", viewport={"width": 1440, "height": 900})
    tops = [
        page.locator(name).first.bounding_box()["y"] for name in ("h1", ".lead", ".keywords", ".document", ".nearby")
    ]
    assert tops == sorted(tops)
    assert tops[3] < 600
    assert page.locator(".document:visible").count() <= 3


def test_paper_gets_the_whole_map_with_its_names_in_place(open_map):
    page = open_map().page
    page.locator("#zoom button").first.click()
    page.emulate_media(media="print")
    expect(page.locator("#plot")).to_be_hidden()
    picture, names = (page.locator(name).bounding_box() for name in ("#preview", "#labels"))
    assert picture == pytest.approx(names, abs=1)
    assert picture["width"] > 300
    assert page.locator(".label:not(.parent)").first.bounding_box()["x"] > picture["x"]
    assert page.locator("select:visible, button[aria-label]:visible, input:visible").count() == 0


def test_paper_keeps_the_colours_of_a_lit_map(open_map):
    page = open_map("tiny/index.html#topic=2").page
    expect(page.locator("#map")).to_have_class("lit")
    page.emulate_media(media="print")
    assert page.locator("#preview").evaluate("each => getComputedStyle(each).filter") == "none"
    expect(page.locator("#lit, .overview, .ring").locator("visible=true")).to_have_count(0)


@pytest.mark.parametrize("path", ["index.html", *OF_A_MAP])
def test_paper_gets_nothing_to_press_but_links(visit, path):
    page = visit(path)
    page.emulate_media(media="print")
    assert page.locator("select:visible, input:visible").count() == 0


SHIFTS = """() => new Promise((done) => {
    new PerformanceObserver((list) => done(list.getEntries().reduce((sum, each) => sum + each.value, 0)))
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(0), 500);
})"""


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_a_map_opens(open_map, width):
    page = open_map(viewport={"width": width, "height": 844}).page
    assert page.evaluate(SHIFTS) < 0.005


@pytest.mark.parametrize("path", ["index.html", "tiny/topics/index.html"])
def test_nothing_moves_while_another_page_opens(visit, path):
    assert visit(path, viewport={"width": 390, "height": 844}).evaluate(SHIFTS) < 0.005
