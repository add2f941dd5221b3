"""Searching the documents of a map, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from sitegen.site.output.shards import json_payload, shard

pytestmark = pytest.mark.browser

STILL = {"reduced_motion": "reduce"}
INDEX = r"/search-\w+/[tp]/\d+/\d+\.js$"


@pytest.fixture
def open_search(open_map):
    """`open_search(query, ...)`: a map page on which a query was typed; the rest goes to `open_map`."""

    def opened(query, **options):
        map_page = open_map(**{**STILL, **options})
        map_page.page.keyboard.press("/")
        # at once: a search for its first letters, under way while it is typed, would be answered first
        map_page.page.keyboard.insert_text(query)
        return map_page

    return opened


def found(map_page):
    """The words by which the page says what it found."""
    return map_page.page.locator("#found .count")


def results(map_page):
    return map_page.page.locator("#found .result")


def hits(map_page):
    return map_page.page.locator("#found .topic-hit")


def rows_with(source, tiny, word):
    """Storage rows of the documents whose title or text has a word."""
    columns = [source.documents.column(name) for name in ("title", "text")]
    shown = tiny.stored("tiny")
    return [row for row, document in enumerate(shown) if any(word in column[document].split() for column in columns)]


def test_nothing_of_the_search_is_loaded_before_it_is_used(open_map):
    map_page = open_map()
    page, asked = map_page.page, []
    assert page.locator("script[src*=search], link[href*=search]").count() == 0
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("searchbox", name="Search topics and documents").focus()
    expect(page.locator("script[src*='/search.']")).to_have_count(1)
    page.wait_for_function("() => document.querySelector('#found .count')")
    assert sorted(re.sub(r"\.\w+\.(js|css)$", r".\1", url.rsplit("/", 1)[1]) for url in asked) == [
        "root.js",
        "search.css",
        "search.js",
    ]


def test_documents_are_found_listed_with_marks_and_lit_up(open_search, source, tiny):
    map_page = open_search("ordinary ")
    rows = rows_with(source, tiny, "ordinary")
    expect(found(map_page)).to_have_text(f"{len(rows)} documents")
    expect(results(map_page)).to_have_count(10)
    first = results(map_page).first
    expect(first.locator(".title mark")).to_have_text("ordinary")
    assert first.locator(".title").text_content().startswith("An ordinary conversation ")
    map_page.settle()
    alpha = map_page.column("alpha")
    assert {row for row, value in enumerate(alpha) if value > 0.9} == {row for row in rows if row < len(alpha)}
    assert max(value for row, value in enumerate(alpha) if row not in rows) < 0.2


def test_a_typed_word_is_a_prefix_and_accents_do_not_matter(open_search, source, tiny):
    map_page = open_search("UNIC")
    rows = rows_with(source, tiny, "Ünïcode")
    expect(found(map_page)).to_have_text(f"{len(rows)} documents")
    expect(results(map_page).first.locator(".title mark")).to_have_text("Ünïcode")


def test_where_no_text_is_public_the_topics_are_searched(visit):
    page = visit("tiny/index.html", **STILL)
    about = {"documents": 0, "limit": 1, "words": False, "terms": [], "prefixes": [], "categories": []}
    root = shard("search-root", json_payload(about))
    page.route(r"**/root.js", lambda route: route.fulfill(body=root, content_type="text/javascript"))
    page.keyboard.press("/")
    page.keyboard.type("to")
    expect(page.locator("#found .count")).to_have_text(
        "The texts of this map are not public: only its topics can be searched."
    )
    assert page.locator("#found .result").count() == 0
    assert page.locator(".retry").is_hidden()


@pytest.mark.parametrize(
    ("query", "marked"),
    [("onerror", "onerror"), ("機械学習", "学習"), ("اليمين", "اليمين"), ("hacked", "hacked"), ("octo", "octopus")],
)
def test_any_script_is_found_and_no_text_becomes_markup(open_search, query, marked):
    map_page = open_search(query)
    marks = results(map_page).first.locator(".title mark")
    expect(marks.last).to_have_text(marked)
    assert map_page.page.locator("#found img, #found svg, #found script, #found b").count() == 0


def test_more_is_listed_on_demand(open_search, source, tiny):
    map_page = open_search("ordinary")
    more = map_page.page.get_by_role("button", name="More documents")
    more.click()
    expect(results(map_page)).to_have_count(20)
    expect(results(map_page).nth(10)).to_be_focused()
    every = len(rows_with(source, tiny, "ordinary"))
    for count in (*range(30, every, 10), every):
        more.click()
        expect(results(map_page)).to_have_count(count)
    expect(more).to_be_hidden()


def test_typing_on_keeps_what_is_listed_if_the_same_is_found(open_search):
    map_page = open_search("ordin")
    map_page.page.get_by_role("button", name="More documents").click()
    expect(results(map_page)).to_have_count(20)
    map_page.page.get_by_role("searchbox", name="Search topics and documents").focus()
    map_page.page.keyboard.insert_text("ary")
    map_page.page.wait_for_timeout(1000)
    assert results(map_page).count() == 20


def test_by_keyboard_a_result_is_reached_read_and_left_again(open_search, source, tiny):
    map_page = open_search("ordinary")
    page = map_page.page
    expect(results(map_page).nth(1)).to_be_visible()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    chosen = results(map_page).nth(1)
    expect(chosen).to_be_focused()
    row = int(chosen.get_attribute("value"))
    page.keyboard.press("Enter")
    reader = page.locator("#reader")
    expect(reader).to_be_focused()
    expect(reader.locator(".title")).to_have_text(source.titles[tiny.stored("tiny")[row]])
    map_page.settle()
    place = source.places[tiny.stored("tiny")[row]]
    assert map_page.middle == pytest.approx(tuple(place), abs=0.001)
    page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    expect(chosen).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#found")).to_be_hidden()
    field = page.get_by_role("searchbox", name="Search topics and documents")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    map_page.settle()
    assert min(map_page.column("alpha")) > 0.3, "nothing is dimmed"


def test_the_list_stays_under_a_reader_of_a_result_still_found(open_search):
    map_page = open_search("ordinar")
    page = map_page.page
    chosen = results(map_page).nth(1)
    expect(chosen.locator("mark").first).to_have_text("ordinary")
    chosen.focus()
    page.keyboard.press("Enter")
    reader = page.locator("#reader")
    expect(reader).to_be_focused()
    answered = found(map_page).text_content()
    field = page.get_by_role("searchbox", name="Search topics and documents")
    field.evaluate("field => { field.value = 'ordinary'; field.dispatchEvent(new Event('input')); }")
    page.wait_for_timeout(500)
    assert found(map_page).text_content() == answered
    page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    expect(chosen).to_be_focused()


def test_enter_takes_the_first_of_what_is_listed(open_search, source, tiny):
    map_page = open_search("octopus")
    expect(hits(map_page)).to_have_count(1)
    map_page.page.keyboard.press("Enter")
    expect(map_page.page.locator("#topics .lit")).to_contain_text("octopus")
    map_page = open_search("hacked=1 and")
    expect(results(map_page).first).to_be_visible()
    row = int(results(map_page).first.get_attribute("value"))
    map_page.page.keyboard.press("Enter")
    expect(map_page.page.locator("#reader .title")).to_have_text(source.titles[tiny.stored("tiny")[row]])


def test_a_lit_topic_and_a_category_narrow_the_results(open_search, source, tiny):
    map_page = open_search("ordinary")
    expect(found(map_page)).to_contain_text("documents")
    shown = tiny.stored("tiny")
    rows = [row for row in rows_with(source, tiny, "ordinary") if source.topics.assignment[shown[row]] == 0]
    map_page.choose(0)
    expect(found(map_page)).to_have_text(re.compile(rf"^{len(rows)} documents? in {source.names[0]}$"))
    categories = source.documents.column("category")
    select = map_page.page.get_by_label("Only in the category")
    chosen = categories[shown[rows[0]]]
    option = select.locator("option").evaluate_all(
        "(all, name) => all.find((each) => each.textContent.startsWith(name))?.value", chosen
    )
    select.select_option(option)
    count = sum(categories[shown[row]] == chosen for row in rows)
    expect(found(map_page)).to_have_text(re.compile(f"^{count} documents? in "))
    select.press("Escape")
    expect(found(map_page)).to_be_hidden()
    expect(map_page.topic(0)).to_have_attribute("aria-pressed", "true")


def test_what_answers_to_nothing_is_said(open_search):
    map_page = open_search("xyzzy")
    expect(found(map_page)).to_have_text("No document has this word.")
    field = map_page.page.get_by_role("searchbox", name="Search topics and documents")
    field.fill("ordinary xyzzy ")
    expect(found(map_page)).to_contain_text("No document has all of these words")
    field.fill("…")
    expect(found(map_page)).to_have_text("Type a word to search for.")


def test_only_the_answer_to_the_last_query_is_shown(open_search):
    map_page = open_search("ordinary")
    for query in ("octopus", "anything", "no such", "unicode"):
        map_page.page.get_by_role("searchbox", name="Search topics and documents").fill(query)
        map_page.page.wait_for_timeout(160)
    expect(results(map_page).first.locator(".title mark")).to_have_text("Ünïcode")


def test_a_shard_that_fails_is_said_and_can_be_asked_for_again(open_search):
    map_page = open_search("ordinary", blocked=[INDEX], expected=[r"failed: .*search-", r"ERR_FAILED", r"did not load"])
    expect(found(map_page)).to_have_text("The search could not be completed just now.")
    # a slow machine types so slowly that more than one search is under way
    map_page.page.wait_for_timeout(500)
    map_page.page.unroute_all()
    map_page.page.get_by_role("button", name="Try again").click()
    expect(results(map_page)).to_have_count(10)


def test_a_search_that_does_not_load_is_told_and_loads_later(open_search):
    blocked = r"/assets/search\.\w+\.js"
    map_page = open_search("ord", blocked=[blocked], expected=[r"failed: .*search", r"ERR_FAILED", r"did not load"])
    section = map_page.page.locator("#found")
    expect(section).to_contain_text("could not be loaded")
    map_page.page.unroute_all()
    map_page.page.keyboard.type("i")
    expect(results(map_page).first).to_be_visible()


def test_from_disk_the_search_works_too(open_search):
    map_page = open_search("octopus", from_disk=True)
    expect(results(map_page).first.locator(".title mark")).to_have_text("octopus")


def test_without_published_texts_titles_are_found(open_search):
    map_page = open_search("plain 7", path="plain/index.html")
    expect(found(map_page)).to_contain_text("document")
    assert map_page.page.get_by_label("Only in the category").count() == 0


# Topics, words that nothing has, places, counts


@pytest.mark.parametrize(
    ("query", "count"),
    [("octopus", 1), ("OCTOPUS fam", 1), ("word10", 1), ("unicode", 1), ("機械", 1), ("script", 3), ("xyzzy", 0)],
)
def test_topics_are_found_by_name_and_keyword_before_documents(open_search, query, count):
    map_page = open_search(query)
    expect(found(map_page)).not_to_be_empty()
    expect(hits(map_page)).to_have_count(count)
    assert map_page.page.locator("#found img, #found svg, #found script").count() == 0
    order = "() => [...document.querySelectorAll('#found .topic-hit, #found .result')].map((each) => each.className)"
    assert map_page.page.evaluate(order)[:count] == ["topic-hit"] * count


def test_three_topics_are_listed_and_the_others_on_demand(open_search):
    map_page = open_search("word")
    expect(hits(map_page)).to_have_count(3)
    map_page.page.get_by_role("button", name="9 more topics").click()
    expect(hits(map_page)).to_have_count(12)
    expect(hits(map_page).nth(3)).to_be_focused()
    map_page.page.keyboard.press("Enter")
    expect(map_page.page.locator("#topics .lit")).to_contain_text("is lit")


def test_the_name_of_a_group_finds_its_topics(open_search):
    expect(hits(open_search("sea land"))).to_have_count(3)


def test_a_misspelt_word_ends_in_the_likely_one(open_search, source, tiny):
    map_page = open_search("hacekd octopsu")
    likely = map_page.page.locator(".did-you-mean button")
    expect(likely).to_have_text(re.compile(r"^hacked \(\d+\)$"))
    map_page.page.get_by_role("searchbox", name="Search topics and documents").fill("octopsu")
    expect(likely).to_have_text(f"octopus ({len(rows_with(source, tiny, 'octopus'))})")
    likely.click()
    expect(found(map_page)).to_have_text(f"{len(rows_with(source, tiny, 'octopus'))} documents")
    expect(likely).to_be_hidden()
    assert map_page.page.evaluate("document.activeElement.value") == "octopus"


def test_the_words_sought_are_marked_in_the_opened_text(open_search):
    map_page = open_search("length")
    results(map_page).first.click()
    marks = map_page.page.locator("#reader .text mark")
    expect(marks).to_have_text(["length"])
    expect(marks).to_be_in_viewport()
    map_page.page.get_by_role("searchbox", name="Search topics and documents").fill("")
    expect(marks).to_have_count(0)
    expect(map_page.page.locator("#reader .text")).to_contain_text("at length")


def test_a_result_and_a_row_of_the_list_ring_their_places(open_search, source, tiny):
    map_page = open_search("octopus")
    ring = map_page.page.locator("#map .ring")
    results(map_page).nth(1).hover()
    expect(ring).to_be_visible()
    document = tiny.stored("tiny")[int(results(map_page).nth(1).get_attribute("value"))]
    box, (x, y) = ring.bounding_box(), map_page.spot(source.places[document])
    assert box["x"] + box["width"] / 2 == pytest.approx(x, abs=1.5)
    assert box["y"] + box["height"] / 2 == pytest.approx(y, abs=1.5)
    map_page.page.mouse.move(10, 10)
    expect(ring).to_be_hidden()
    map_page.topic(2).focus()
    expect(ring).to_be_visible()
    box, (x, y) = ring.bounding_box(), map_page.spot(source.places[source.topics.assignment == 2].mean(axis=0))
    assert box["x"] < x < box["x"] + box["width"]
    assert box["y"] < y < box["y"] + box["height"]


def test_the_list_counts_what_is_found_and_passes_the_filter(open_search, source, tiny):
    map_page = open_search("octopus")
    topic = source.topics.assignment
    rows = [document for row, document in enumerate(tiny.stored("tiny")) if row in rows_with(source, tiny, "octopus")]
    for number in (0, 11):
        count = sum(topic[document] == number for document in rows)
        size = int((topic == number).sum())
        expect(map_page.topic(number).locator(".size")).to_have_text(re.compile(rf"^{count} of {size} documents"))
        assert map_page.topic(number).evaluate("each => each.classList.contains('without')") == (count == 0)
    map_page.page.get_by_role("searchbox", name="Search topics and documents").fill("")
    expect(map_page.topic(0).locator(".size")).to_have_text(re.compile(r"^90 documents"))


def test_the_list_counts_what_passes_a_filter(open_map, source):
    map_page = open_map("tiny/index.html#color=rating&filter=rating:0..4", **STILL)
    rating, topic = source.documents.column("rating"), source.topics.assignment
    count = sum(r is not None and r <= 4 and t == 0 for r, t in zip(rating, topic, strict=True))
    expect(map_page.topic(0).locator(".size")).to_have_text(re.compile(rf"^{count} of 90 documents"))


def test_a_slow_search_says_that_it_is_under_way(open_map):
    map_page = open_map(**STILL)
    page, held, answering = map_page.page, [], False
    page.route(re.compile(INDEX), lambda route: route.continue_() if answering else held.append(route))
    page.keyboard.press("/")
    page.keyboard.type("ordinary")
    expect(found(map_page)).to_have_text("Searching…")
    expect(page.locator("#found")).to_have_attribute("aria-busy", "true")
    answering = True
    for route in held:
        route.continue_()
    expect(found(map_page)).to_contain_text("documents")
    expect(page.locator("#found")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.parametrize("look", ["desktop", "phone"])
def test_axe_finds_nothing_serious_and_nothing_is_too_wide(open_search, phone, look):
    map_page = open_search("ordinary", **(phone if look == "phone" else {}))
    results(map_page).first.scroll_into_view_if_needed()
    expect(results(map_page).first.locator("mark").first).to_be_visible()
    violations = Axe().run(map_page.page).response["violations"]
    assert [each["id"] for each in violations if each["impact"] in {"serious", "critical"}] == []
    width = map_page.page.evaluate("innerWidth")
    assert map_page.page.evaluate("document.documentElement.scrollWidth") <= width
    wide = "all => all.filter((each) => each.scrollWidth > each.clientWidth + 1).length"
    assert results(map_page).evaluate_all(wide) == 0
