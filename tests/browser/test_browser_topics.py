"""The pages of a dataset beside its map, and the search across all maps, in a browser."""

import dataclasses

import pytest
from playwright.sync_api import expect

from sitegen.config import CompareConfig

pytestmark = pytest.mark.browser

TABLE = "tiny/topics/index.html"


def names(page):
    return page.locator("#table tbody tr:visible th bdi").all_text_contents()


def sizes(page):
    return [int(each) for each in page.locator("#table tbody tr:visible td:nth-child(2)").all_text_contents()]


def test_the_table_sorts_by_number_and_by_name_both_ways(visit, tiny):
    page = visit(TABLE)
    head = page.locator("#table thead th")
    first = sizes(page)
    head.nth(1).locator("button").click()
    expect(head.nth(1)).to_have_attribute("aria-sort", "descending")
    assert sizes(page) == sorted(first, reverse=True)
    head.nth(1).locator("button").click()
    expect(head.nth(1)).to_have_attribute("aria-sort", "ascending")
    assert sizes(page) == sorted(first)
    head.nth(0).locator("button").click()
    assert head.nth(1).get_attribute("aria-sort") is None
    by_name = names(page)
    head.nth(0).locator("button").click()
    assert names(page) == by_name[::-1]
    assert sorted(by_name) == sorted(tiny.maps["tiny"].names)


def test_the_table_is_filtered_by_names_and_keywords(visit):
    page = visit(TABLE)
    page.locator("#table input").fill("word3")
    expect(page.locator("#table tbody tr:visible")).to_have_count(1)
    expect(page.locator("#table .found")).to_have_text("1 of 12")
    page.locator("#table input").fill("")
    expect(page.locator("#table tbody tr:visible")).to_have_count(12)


def test_the_table_is_complete_without_scripts(visit, tiny):
    page = visit(TABLE, java_script_enabled=False)
    assert names(page) == tiny.maps["tiny"].names
    assert page.locator("#table .spark").count() == 12
    assert not page.locator("#table .filter").is_visible()


def test_the_table_leads_to_a_topic_the_next_and_the_map(visit, tiny):
    page = visit(TABLE, from_disk=True)
    page.locator("#table tbody a").first.click()
    expect(page.locator("h1 bdi")).to_have_text(tiny.maps["tiny"].names[0])
    page.locator(".turn a").click()
    expect(page.locator("h1 bdi")).to_have_text(tiny.maps["tiny"].names[1])
    page.locator(".place a").click()
    expect(page.locator("html")).to_have_attribute("data-map", "ready")
    assert page.url.endswith("tiny/index.html#topic=1")


def test_the_ring_of_a_topic_lies_on_its_documents(visit, tiny):
    page, source = visit("tiny/topics/0/index.html"), tiny.maps["tiny"]
    picture, ring = page.locator(".picture").bounding_box(), page.locator(".picture circle").bounding_box()
    x, y = source.places[source.topics.assignment == 0].mean(axis=0)
    assert ring["x"] < picture["x"] + x * picture["width"] < ring["x"] + ring["width"]
    assert ring["y"] < picture["y"] + (1 - y) * picture["height"] < ring["y"] + ring["height"]


@pytest.mark.parametrize("current", ["Map", "Topics", "About", "Downloads"])
def test_all_pages_of_a_map_lead_to_each_other(visit, tiny, current):
    page = visit("tiny/topics/0/index.html")
    page.locator(".sections a", has_text=current).click()
    page.wait_for_load_state()
    assert page.locator(".sections [aria-current=page]").text_content() == current
    if current == "Map":
        expect(page.locator("html")).to_have_attribute("data-map", "ready")


def test_the_gallery_finds_topics_of_all_maps(visit, tiny):
    page = visit(from_disk=True)
    page.get_by_label("Search").fill("octopus")
    hit = page.locator(".hits a")
    expect(hit).to_have_count(1)
    expect(page.locator(".card:visible")).to_have_count(1)
    hit.click()
    expect(page.locator("h1 bdi")).to_have_text(next(name for name in tiny.maps["tiny"].names if "octopus" in name))


def test_the_gallery_loads_its_topics_when_someone_searches(visit):
    page = visit()
    loaded = "performance.getEntriesByType('resource').filter((each) => each.name.includes('topic-index')).length"
    assert page.evaluate(loaded) == 0
    page.get_by_label("Search").fill("no such thing")
    expect(page.locator(".found")).to_have_text("0 of 2 maps, 0 topics")
    assert page.evaluate(loaded) == 1


def tools(page):
    """The gallery with the fields that it shows from four maps on."""
    page.locator("#gallery-tools label").evaluate_all("all => all.forEach((each) => { each.hidden = false; })")
    return page


def test_the_gallery_is_filtered_by_tag_and_sorted(visit):
    page = tools(visit())
    tag, order = page.locator("#gallery-tools select").all()
    tag.select_option("ordinary")
    expect(page.locator(".card:visible")).to_have_count(1)
    tag.select_option("")
    order.select_option("title")
    assert page.locator(".card h2").all_text_contents()[0] == "Plain"
    order.select_option("topics")
    assert page.locator(".card h2").all_text_contents()[1] == "Plain"


def test_the_gallery_finds_topics_in_maps_of_the_chosen_tag(visit):
    page = tools(visit())
    page.evaluate("document.querySelectorAll('.card .words')[1].append(document.querySelector('.tags'))")
    page.get_by_label("Search").fill("octopus")
    expect(page.locator(".found")).to_have_text("1 of 2 maps, 1 topic")
    page.locator("#gallery-tools select").first.select_option("ordinary")
    expect(page.locator(".found")).to_have_text("0 of 2 maps, 0 topics")
    expect(page.locator(".hits a")).to_have_count(0)


def test_the_gallery_sorts_numbers_in_titles_as_numbers(visit):
    page = tools(visit())
    for card, title in zip(page.locator(".card h2").all(), ["Map 177", "Map 77"], strict=True):
        card.evaluate("(each, title) => { each.textContent = title; }", title)
    page.get_by_label("Sort by").select_option("title")
    assert page.locator(".card h2").all_text_contents() == ["Map 77", "Map 177"]


def test_on_a_phone_each_topic_of_a_comparison_is_a_card(tiny_maker, tmp_path, browser, phone):
    def change(source):
        compare = CompareConfig(by="category") if source.dataset.slug == "tiny" else None
        return dataclasses.replace(source, dataset=source.dataset.model_copy(update={"compare": compare}))

    folder = tiny_maker(tmp_path, change).folder
    page = browser.new_page(**phone)
    page.goto((folder / "tiny" / "compare" / "index.html").as_uri())
    page.locator("summary").first.click()
    rows = page.locator(".compared tbody tr").filter(visible=True)
    shares = rows.first.locator("td[data-label]").evaluate_all("all => all.map((each) => each.dataset.label)")
    assert shares[-2:] == ["Difference", "More in"]
    assert len(shares) == 4
    for row in rows.all():
        name, card = row.locator("th").bounding_box(), row.bounding_box()
        assert name["width"] > 0.9 * card["width"]
        assert card["height"] < 300
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()
