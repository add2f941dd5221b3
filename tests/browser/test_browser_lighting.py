"""Lighting topics up: several at once, whole groups, names on the map, links, keys, and thousands of them."""

import numpy as np
import pyarrow as pa
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

STILL = {"reduced_motion": "reduce"}
MANY = 2000


def lit(map_page):
    """Ids of the topics whose rows are pressed."""
    rows = map_page.page.locator("#topics li button[aria-pressed=true]")
    return {int(value) for value in rows.evaluate_all("all => all.map((each) => each.value)")}


def heading(map_page, number):
    return map_page.page.locator(f"#topics h3 button[value='p{number}']")


def said(map_page):
    return map_page.page.locator("#topics .lit")


def bright_topics(map_page, source):
    x, y, alpha = np.array(map_page.columns("x", "y", "alpha"))
    drawn = np.hypot(x[:, None] - source.places[:, 0], y[:, None] - source.places[:, 1]).argmin(axis=1)
    return set(source.topics.assignment[drawn[alpha > 0.9]].tolist())


def test_topics_are_lit_together_by_ctrl_a_box_and_a_link(open_map, source):
    map_page = open_map(**STILL)
    map_page.choose(3)
    map_page.topic(6).click(modifiers=["ControlOrMeta"])
    map_page.settle()
    assert lit(map_page) == bright_topics(map_page, source) == {3, 6}
    expect(said(map_page)).to_have_text("2 topics are lit, 95 documents.")
    map_page.page.get_by_label("Choose several topics").check()
    map_page.choose(8)
    map_page.choose(3)
    assert lit(map_page) == bright_topics(map_page, source) == {6, 8}
    assert "topic=6,8" in map_page.page.url
    address = map_page.page.url
    map_page.page.get_by_role("button", name="Clear 2").click()
    assert lit(map_page) == set()
    expect(said(map_page)).to_have_text("No topic is lit.")
    other = open_map(f"tiny/index.html#{address.partition('#')[2]}", **STILL)
    assert lit(other) == bright_topics(other, source) == {6, 8}
    other.page.keyboard.press("Escape")
    expect(other.page.locator("#topics [aria-pressed=true]")).to_have_count(0)


def test_two_topics_are_compared_on_asking_and_by_a_link(open_map, phone):
    map_page = open_map(**STILL)
    page, comparison = map_page.page, map_page.page.locator("#comparison")
    assert page.locator("script[src*=compare]").count() == 0
    map_page.choose(3)
    page.get_by_role("button", name="Compare with …").click()
    map_page.topic(6).click()
    expect(comparison.get_by_role("heading", name="Two topics compared")).to_be_visible()
    expect(comparison.locator(".words").first).to_have_text("Café")
    assert [each.split(", ")[0] for each in comparison.locator(".words").all_text_contents()[1:]] == ["word3", "word6"]
    expect(comparison.locator("svg")).to_have_count(2)
    map_page.settle()
    assert {3, 6} <= set(map_page.labels)
    assert "topic=3,6&compare=1" in page.url
    again = open_map(f"tiny/index.html#{page.url.partition('#')[2]}", **phone)
    expect(again.page.locator("#comparison .words")).to_have_count(3)
    assert again.page.evaluate("document.documentElement.scrollWidth") <= 390
    found = Axe().run(again.page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
    again.page.locator("#comparison").get_by_role("button", name="Close").click()
    expect(again.page.locator("#comparison")).to_be_hidden()
    assert "compare" not in again.page.url


def test_a_comparison_that_does_not_load_says_so_and_is_retried(open_map):
    expected = ["failed: .*facts", "ERR_FAILED", "did not load"]
    map_page = open_map("tiny/index.html#topic=3,6&compare=1", blocked=["/facts-"], expected=expected)
    expect(map_page.page.locator("#comparison")).to_contain_text("Press Compare to try again")
    map_page.page.unroute_all()
    map_page.page.get_by_role("button", name="Compare", exact=True).click()
    expect(map_page.page.locator("#comparison .words")).to_have_count(3)


def test_a_heading_lights_its_whole_group_and_says_its_size(open_map, source):
    map_page = open_map(**STILL)
    expect(heading(map_page, 1).locator(".size")).to_have_text("155 documents, 25.8%")
    heading(map_page, 1).click()
    map_page.settle()
    assert lit(map_page) == bright_topics(map_page, source) == {4, 5, 6, 7}
    expect(heading(map_page, 1)).to_have_attribute("aria-pressed", "true")
    for topic in (4, 5, 6, 7):
        x, y = map_page.spot(np.median(source.places[source.topics.assignment == topic], axis=0))
        assert 0 < x < 960
        assert 0 < y < 800
    heading(map_page, 1).click()
    assert lit(map_page) == set()


@pytest.mark.parametrize("name", [0, "p"])
def test_a_name_on_the_map_is_pressed_like_its_row(open_map, name):
    map_page = open_map(**STILL)
    if name == "p":
        name = next(each for each in map_page.labels if str(each).startswith("p"))
    wanted = {0} if name == 0 else set(range(4 * int(name[1:]), 4 * int(name[1:]) + 4))
    box = map_page.labels[name]
    map_page.page.mouse.move((box["left"] + box["right"]) / 2, (box["top"] + box["bottom"]) / 2)
    expect(map_page.page.locator(".label.over")).to_have_count(1)
    assert map_page.pane.evaluate("each => getComputedStyle(each).cursor") == "pointer"
    map_page.page.mouse.down()
    map_page.page.mouse.up()
    map_page.settle()
    assert lit(map_page) == wanted
    expect(map_page.page.locator("#reader")).to_be_hidden()


def test_a_drag_that_begins_on_a_name_moves_the_map(open_map):
    map_page = open_map(**STILL)
    map_page.press("+")
    map_page.press("+")
    box = map_page.labels[4]
    x, y = (box["left"] + box["right"]) / 2, (box["top"] + box["bottom"]) / 2
    map_page.page.mouse.move(x, y)
    map_page.page.mouse.down()
    map_page.page.mouse.move(x + 50, y + 30, steps=3)
    map_page.page.mouse.up()
    map_page.settle()
    assert lit(map_page) == set()
    assert map_page.labels[4]["left"] == pytest.approx(box["left"] + 50, abs=2)


def test_the_list_is_one_stop_for_tab_and_arrows_walk_in_it(open_map):
    page = open_map(**STILL).page
    assert page.locator("#topics :is(li, h3) button[tabindex='0']").count() == 1
    page.locator("#topics h3 button").first.focus()
    for key, text in (("ArrowDown", "Database servers"), ("End", "x"), ("ArrowUp", "Ünïcode"), ("Home", "Machines")):
        page.keyboard.press(key)
        assert text in page.evaluate("document.activeElement.querySelector('.name').textContent")
    assert page.locator("#topics :is(li, h3) button[tabindex='0']").count() == 1


def test_a_lit_topic_is_named_by_the_map_and_its_name_clears_it(open_map, phone):
    map_page = open_map("tiny/index.html#topic=0", **STILL)
    chip = map_page.page.get_by_role("button", name="Database servers, clear")
    expect(chip).to_be_visible()
    map_page.topic(4).click(modifiers=["Control"])
    expect(map_page.page.get_by_role("button", name="2 topics, clear")).to_be_visible()
    map_page.page.locator("#lit button").click()
    expect(map_page.page.locator("#lit")).to_be_hidden()
    assert lit(map_page) == set()
    page = open_map("tiny/index.html#topic=10", **phone, **STILL).page
    expect(page.locator("#lit")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_overview_shows_where_one_is_and_leads_elsewhere(open_map):
    map_page = open_map(**STILL)
    overview = map_page.page.locator(".overview")
    assert overview.count() == 0
    map_page.press("+")
    map_page.press("+")
    expect(overview).to_be_visible()
    box, here = overview.bounding_box(), overview.locator(".here").bounding_box()
    assert 110 <= max(box["width"], box["height"]) <= 124
    assert here["width"] == pytest.approx(box["width"] / 4, rel=0.35)
    assert here["x"] + here["width"] / 2 == pytest.approx(box["x"] + box["width"] / 2, abs=2)
    map_page.page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    map_page.settle()
    x, y = map_page.middle
    assert x < 0.4
    assert y > 0.6
    map_page.press("0")
    expect(overview).to_be_hidden()


def test_zooming_and_dragging_end_before_the_pane_is_empty(open_map):
    map_page = open_map(**STILL)
    for _ in range(9):
        map_page.press("+")
    view = map_page.view
    deepest = map_page.scale
    x, y = map_page.columns("x", "y")
    inside = [view["x0"] < a < view["x1"] and view["y0"] < b < view["y1"] for a, b in zip(x, y, strict=True)]
    assert sum(inside) <= 15
    map_page.press("+")
    assert map_page.scale == deepest
    map_page.press("0")
    map_page.press("+")
    map_page.press("+")
    for _ in range(40):
        map_page.press("ArrowRight")
    view = map_page.view
    assert view["x0"] < 1 < view["x1"]
    assert (view["x1"] - 1) / (view["x1"] - view["x0"]) < 0.32


def test_parents_are_named_beside_topics_only_from_far_away(open_map):
    map_page = open_map(**STILL)
    named = set(map_page.labels)
    assert set(range(12)) <= named
    assert any(str(each).startswith("p") for each in named)
    map_page.choose(0)
    assert 0 in map_page.labels
    assert not any(str(each).startswith("p") for each in map_page.labels)


# Thousands


@pytest.fixture(scope="module")
def many(tiny_maker, first_build, tmp_path_factory):
    """The tiny site, its map with 2,000 topics in two groups."""
    import dataclasses

    from sitegen.artifacts import LABEL_SCHEMA, TOPIC_SCHEMA, TopicLabels, Topics
    from sitegen.site.edits import Edited

    def change(each):
        if each.dataset.slug != "tiny":
            return each
        count = len(each.documents)
        # more documents than the tiny map has: three to a topic
        table = pa.concat_tables([each.documents.table] * (3 * MANY // count))
        numbers = [f"Document {number}" for number in range(len(table))]
        table = table.set_column(table.schema.names.index("title"), table.schema.field("title"), pa.array(numbers))
        assignment = (np.arange(len(table)) % MANY).astype(np.int32)
        rng = np.random.default_rng(5)
        centers, apart = rng.uniform(0, 1, (MANY, 2)), rng.normal(0, 0.003, (len(table), 2))
        places = (centers[assignment] + apart).astype(np.float32)
        described = [
            {"topic": t, "size": 3, "keywords": [f"word{t}"], "keybert": [], "mmr": [], "representatives": []}
            for t in range(MANY)
        ]
        unused = {"answers": [], "tries": 1, "keywords": [], "documents": []}
        names = [{"topic": t, "name": f"Topic <b>number {t}", "named_by": "llm", **unused} for t in range(MANY)]
        names[1998]["named_by"] = "editors"
        halves = [range(MANY // 2), range(MANY // 2, MANY)]
        groups = each.topics.parents.slice(0, 2).to_pylist()
        for group, half in zip(groups, halves, strict=True):
            group |= {"topics": list(half), "size": 3 * len(half)}
        parents = pa.Table.from_pylist(groups, schema=each.topics.parents.schema)
        made = first_build(
            each.dataset,
            places,
            dataclasses.replace(each.documents, table=table),
            Topics(pa.Table.from_pylist(described, schema=TOPIC_SCHEMA), assignment, parents=parents),
            TopicLabels(pa.Table.from_pylist(names, schema=LABEL_SCHEMA), {}, each.labels.parents.slice(0, 2)),
        )
        return dataclasses.replace(made, edited=Edited(redirects=((MANY, 1500),)))

    return tiny_maker(tmp_path_factory.mktemp("many"), change)


def test_two_thousand_topics_open_in_budget_and_are_all_there(many, browser):
    from sitegen.site.output.check import check_site

    checked = check_site(many.folder)
    assert checked.first_view["tiny/index.html"] < 250_000
    page = browser.new_page(**STILL)
    page.goto((many.folder / "tiny" / "index.html").as_uri())
    expect(page.locator("html")).to_have_attribute("data-map", "ready")
    expect(page.locator("#topics li")).to_have_count(40)
    expect(page.locator("#topics .rest a")).to_have_text("All 2,000 topics")
    page.locator("#topics .rest").scroll_into_view_if_needed()
    expect(page.locator("#topics li")).to_have_count(MANY)
    expect(page.locator("#topics .rest")).to_have_count(0)
    expect(page.locator("#topics li .mark")).to_have_text(["(editors)"])
    expect(page.locator("#topics li:has([value='1998']) .mark")).to_have_attribute("title", "named by the editors")
    field = page.get_by_role("searchbox", name="Search topics and documents")
    field.fill("number 1999")
    hit = page.locator("#found .topic-hit")
    expect(hit).to_have_count(1)
    expect(hit.locator("bdi")).to_have_text("Topic <b>number 1999")
    hit.click()
    expect(page.locator("#topics .lit")).to_have_text("Topic <b>number 1999 is lit, 3 documents.")
    expect(page.locator("#labels .shown[data-topic='1999']")).to_have_count(1)
    field.fill("")
    found = Axe().run(page, context="#topics").response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
    page.close()


def test_a_group_counts_its_smaller_topics_and_lists_them(many, browser):
    page = browser.new_page(**STILL)
    page.goto((many.folder / "tiny" / "index.html").as_uri())
    expect(page.locator("html")).to_have_attribute("data-map", "ready")
    smaller = page.locator("#topics .smaller")
    expect(smaller).to_have_text(["960 smaller topics", "1,000 smaller topics"])
    # not by the mouse: where its place is seen, the end of the list is seen too, which brings the rows by itself
    smaller.first.get_by_role("link").evaluate("each => each.click()")
    expect(smaller).to_have_count(0)
    expect(page.locator("#topics ul").first.locator("li")).to_have_count(MANY // 2)
    expect(page.locator("#topics button[value='40']")).to_be_focused()
    page.close()


@pytest.mark.parametrize("number", [1500, MANY])
def test_a_link_to_a_small_or_merged_topic_finds_and_names_it(many, browser, number):
    page = browser.new_page(**STILL)
    loaded = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    page.goto((many.folder / "tiny" / "index.html").as_uri() + f"#topic=3,{number}")
    expect(page.locator("html")).to_have_attribute("data-map", "ready")
    expect(page.locator("#topics .lit")).to_have_text("2 topics are lit, 6 documents.")
    page.keyboard.press("Escape")
    page.locator("#map").press("Enter")
    expect(page.locator("#reader .topic")).to_contain_text("Topic <b>number")
    assert [name.split(".")[0] for name in loaded if name.startswith(("topics.", "keywords."))] == ["topics"]
    page.close()


@pytest.mark.parametrize("shard", ["topics", "keywords"])
def test_the_map_goes_on_and_says_if_small_topics_do_not_load(many, browser, shard):
    page = browser.new_page(**STILL)
    page.route(f"**/{shard}.*.js", lambda route: route.abort())
    page.goto((many.folder / "tiny" / "index.html").as_uri())
    expect(page.locator("html")).to_have_attribute("data-map", "ready")
    page.locator("#topics .rest").scroll_into_view_if_needed()
    expect(page.locator("#topics .rest")).to_contain_text("could not be fetched just now")
    page.locator("#topics li button").first.click()
    expect(page.locator("#topics .lit")).to_have_text("Topic <b>number 0 is lit, 3 documents.")
    page.unroute_all()
    page.get_by_role("searchbox", name="Search topics and documents").fill("number 1999")
    expect(page.locator("#found .topic-hit")).to_have_count(1)
    page.close()


def test_without_scripts_large_topics_are_listed_and_all_linked(many, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((many.folder / "tiny" / "index.html").as_uri())
    expect(page.locator("#topics li")).to_have_count(40)
    page.locator("#topics .rest a").click()
    expect(page.locator("#table tbody tr")).to_have_count(MANY)
    page.context.close()
