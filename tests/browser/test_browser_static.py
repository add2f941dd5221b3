"""Map pages before, without and after a failure of their scripts."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TALL = {"viewport": {"width": 1400, "height": 1100}}
BLOCKED = ["^failed: ", r"^error: .*ERR_FAILED", "^warning: "]


def picture(page):
    return page.locator("#preview").evaluate(
        "each => ({ wide: each.naturalWidth, ...each.getBoundingClientRect().toJSON() })"
    )


def topic_names(page):
    return page.locator("#topics li .name bdi").all_text_contents()


def outlined(page):
    """Whether names have an outline, which keeps them readable on dots."""
    return page.locator("#labels .label").evaluate_all(
        "all => all.every((each) => parseFloat(getComputedStyle(each).webkitTextStrokeWidth) > 1)"
    )


def test_without_scripts_the_map_is_complete(visit, tiny, visible_labels):
    page = visit("tiny/index.html", java_script_enabled=False)
    source = tiny.maps["tiny"]
    assert page.locator("img").evaluate_all("all => all.every((each) => each.complete && each.naturalWidth > 0)")
    assert {label["topic"] for label in visible_labels(page)} >= set(range(12))
    assert outlined(page)
    assert topic_names(page) == source.names
    assert page.locator("#topics .keywords").all_text_contents() == [", ".join(each) for each in source.keywords]
    assert page.locator("noscript p").is_visible()
    for unusable in ("#search", "#zoom", "#tooltip", "#notice"):
        expect(page.locator(unusable)).to_be_hidden()


def test_without_scripts_or_topics_picture_and_caveat_are_there(visit):
    page = visit("plain/index.html", java_script_enabled=False)
    assert picture(page)["wide"] > 0
    expect(page.locator(".caveat").first).to_contain_text("No group of documents was dense enough")


@pytest.mark.parametrize("size", ["desktop", "phone", "tall"])
def test_without_scripts_no_names_overlap_or_leave_the_picture(visit, phone, visible_labels, overlapping, size):
    options = {"desktop": {}, "phone": phone, "tall": TALL}[size]
    page = visit("tiny/index.html", java_script_enabled=False, **options)
    labels, pane = visible_labels(page), page.locator("#map").bounding_box()
    assert labels
    assert overlapping(labels) == []
    for label in labels:
        assert label["left"] >= pane["x"] - 1
        assert label["right"] <= pane["x"] + pane["width"] + 1


def test_a_larger_picture_carries_more_names(visit, phone, visible_labels):
    small, large = (
        {label["topic"] for label in visible_labels(visit("tiny/index.html", java_script_enabled=False, **options))}
        for options in (phone, TALL)
    )
    assert small < large


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_script_takes_over_without_a_jump(visit, open_map, phone, visible_labels, size):
    options = {"desktop": {}, "phone": phone}[size]
    before = visit("tiny/index.html", java_script_enabled=False, **options)
    after = open_map(**options)
    first, then = picture(before), picture(after.page)
    for side in ("left", "top", "right", "bottom"):
        assert then[side] == pytest.approx(first[side], abs=1), side
    assert outlined(after.page)
    both = [(label, after.labels[label["topic"]]) for label in visible_labels(before) if label["topic"] in after.labels]
    assert both
    for one, other in both:
        assert [other[side] for side in ("left", "top")] == pytest.approx(
            [one[side] for side in ("left", "top")], abs=1
        )


@pytest.mark.parametrize(
    ("block", "expected"),
    [(r"/points\.\w+\.js", BLOCKED), (r"/bokeh\.min\.\w+\.js", BLOCKED)],
    ids=["points", "bokeh"],
)
def test_without_data_or_bokeh_the_page_says_so_and_is_useful(visit, tiny, visible_labels, block, expected):
    page = visit("tiny/index.html", blocked=[block], expected=expected)
    expect(page.locator("html")).to_have_attribute("data-map", "failed")
    expect(page.locator("#notice")).to_be_visible()
    expect(page.locator("#notice")).to_have_text(re.compile(r"could not start\. The picture and the list"))
    assert picture(page)["wide"] > 0
    assert {label["topic"] for label in visible_labels(page)} >= set(range(12))
    assert outlined(page)
    assert topic_names(page) == tiny.maps["tiny"].names
    expect(page.get_by_label("Filter topics")).to_be_visible()


def test_the_list_is_filtered_without_the_script_of_the_map(visit, tiny):
    page = visit("tiny/index.html", blocked=[r"/map\.\w+\.js"], expected=["failed: .*map", "ERR_FAILED"])
    expect(page.locator("#notice")).to_be_visible()
    page.get_by_label("Filter topics").fill("word3 ")
    expect(page.locator("#topics li:visible bdi").first).to_have_text(tiny.maps["tiny"].names[3])
    expect(page.locator("#topics li:visible")).to_have_count(1)
    expect(page.locator("#topics h3:visible")).to_have_count(1)
    expect(page.locator("#found")).to_have_text("1 of 12 topics listed")
    page.get_by_label("Filter topics").fill("")
    expect(page.locator("#topics li:visible")).to_have_count(12)


def test_a_points_file_of_the_wrong_length_is_a_failure(visit, tiny, visible_labels):
    page = visit("index.html", expected=["^warning: .*RangeError"])
    path = next((tiny.folder / "plain" / "map").glob("points.*.js"))
    wrong = path.read_text("ascii").replace(path.read_text("ascii").split('"')[3], "H4sIAAAAAAAC/wMAAAAAAAAAAAA=")
    assert wrong != path.read_text("ascii")
    page.route(re.compile(r"/points\."), lambda route: route.fulfill(body=wrong, content_type="text/javascript"))
    page.locator(".card a").first.click()
    expect(page.locator("html")).to_have_attribute("data-map", "failed")
    expect(page.locator("#notice")).to_be_visible()
    assert visible_labels(page)


def test_titles_that_do_not_load_are_told_and_asked_for_again(open_map, tiny, distinct):
    map_page = open_map(expected=BLOCKED[:2])
    source, (one, other) = tiny.maps["tiny"], [d for d in distinct if d in tiny.shown("tiny")[:400]][:2]
    map_page.page.route(re.compile(r"/titles-"), lambda route: route.abort())
    map_page.hover(source.places[one])
    title = map_page.page.locator("#tooltip .title")
    expect(title).to_have_text("The title could not be fetched just now.")
    assert map_page.page.locator("#tooltip .topic").text_content() == source.words(one)[2]
    map_page.page.unroute_all()
    map_page.hover(source.places[other])
    map_page.expect_words(*source.words(other))


def test_titles_are_fetched_once_and_only_when_someone_looks(open_map, tiny, distinct):
    map_page = open_map()
    page, source = map_page.page, tiny.maps["tiny"]
    fetched = []

    def loaded():
        entries = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name)")
        return [name for name in entries if "titles-" in name]

    assert loaded() == []
    page.on("request", lambda request: fetched.append(request.url))
    first_shard = [d for d in distinct if d in tiny.shown("tiny")[:400]][:3]
    for document in first_shard:
        map_page.hover(source.places[document])
        map_page.expect_words(*source.words(document))
    assert [re.search(r"titles-\w+/(\d+/\d+)", url)[1] for url in fetched if "favicon" not in url] == ["0/0"]
