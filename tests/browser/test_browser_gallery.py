"""The gallery and the 404 page in a real browser."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def texts(locator):
    return [each.strip() for each in locator.all_text_contents()]


def test_every_map_has_its_card_with_texts_unchanged(visit, tiny):
    page = visit()
    cards = page.locator(".card")
    assert texts(cards.locator("h2")) == [each.dataset.title for each in tiny.maps.values()]
    first, source = cards.first, tiny.maps["tiny"]
    assert first.locator(".clamped").text_content() == source.dataset.description
    assert texts(first.locator(".tags li")) == list(source.dataset.tags)
    assert first.locator(".top").text_content() == "Largest topics: " + " · ".join(source.names[:3])
    assert first.locator(".figures").text_content() == "600 documents · 12 topics"
    assert cards.last.locator(".figures").text_content() == "150 documents · 0 topics"


def test_the_gallery_says_what_it_is(visit, tiny):
    page = visit()
    assert page.locator("h1").text_content() == page.title() == tiny.site.title
    assert page.locator(".lead").text_content() == tiny.site.description
    assert page.locator("meta[name=description]").get_attribute("content") == tiny.site.description
    assert page.locator(".totals").text_content() == "2 maps · 750 documents · 12 topics"


def test_every_picture_is_there(visit):
    images = visit().locator("img").evaluate_all("all => all.map((each) => [each.complete, each.naturalWidth])")
    assert images == [[True, 640], [True, 640]]


@pytest.mark.parametrize("target", ["h2 a", "img", ".words"])
def test_a_card_leads_to_its_map_wherever_it_is_clicked(visit, tiny, target):
    page = visit()
    box = page.locator(".card").first.locator(target).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 8))
    page.wait_for_url("**/tiny/index.html")
    expect(page.locator("html")).to_have_attribute("data-map", "ready")
    assert page.locator("h1").text_content() == tiny.maps["tiny"].dataset.title


def outlined(page):
    """Whether the element in focus, or the card around it, has an outline that can be seen."""
    return page.evaluate("""() => [document.activeElement, document.activeElement.closest(".card")].some((each) => {
        const style = each && getComputedStyle(each);
        return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    })""")


def test_the_keyboard_reaches_every_card_and_shows_where_it_is(visit, tiny):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")  # of two maps no field asks for a tag or an order
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    assert outlined(page)
    for source in tiny.maps.values():
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == source.dataset.title
        assert outlined(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/plain/index.html")
    expect(page.locator("html")).to_have_attribute("data-map", "ready")


@pytest.mark.parametrize("path", ["index.html", "tiny/index.html"])
def test_the_skip_link_shows_on_focus_and_leads_to_the_content(visit, path):
    page = visit(path)
    skip = page.locator(".skip")

    def clipped():
        return skip.evaluate("each => getComputedStyle(each).clipPath") != "none"

    assert clipped()
    page.keyboard.press("Tab")
    assert not clipped()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.wait_for_url("**#content")


def test_a_missing_page_says_so_and_leads_home(visit, tiny):
    page = visit("tiny/there/is/nothing", expected=[r"^404: .*/tiny/there/is/nothing$", r"^error: .*404"])
    assert page.locator("h1").text_content() == "There is no such page"
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px", "its style is not there"
    assert page.locator("main li a").count() == len(tiny.maps)
    page.locator("main > p a").click()
    page.wait_for_load_state()
    assert page.title() == tiny.site.title


def test_the_gallery_works_from_disk(visit):
    page = visit(from_disk=True)
    assert page.locator("img").first.evaluate("each => each.naturalWidth") == 640
    page.locator(".card a").first.click()
    expect(page.locator("html")).to_have_attribute("data-map", "ready")
    page.locator(".home").click()
    page.wait_for_load_state()
    expect(page.locator(".card")).to_have_count(2)
