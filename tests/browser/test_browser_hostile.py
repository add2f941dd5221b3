"""Every page of a site whose every text is hostile, in a real browser: nothing runs, and texts arrive unchanged."""

import re
from urllib.parse import urljoin

import pytest
from hostile import HOSTILE, written

from sitegen.commands.serve.server import serving

TINY_PAGES = 3
"""Of the topic pages, whose texts are of the same kinds."""
ADDED = "#content script:not([src]):not([type='application/json']), [onerror], [onload], [onmouseover], base, math"
ADDRESSES = "all => all.map((each) => new URL(each.getAttribute('href'), document.baseURI).href)"


@pytest.fixture(scope="module")
def tiny(tiny_maker, tmp_path_factory):
    """In place of the ordinary tiny site."""
    folder = tmp_path_factory.mktemp("hostile")
    return tiny_maker(folder, lambda made: written(made, HOSTILE), "https://maps.example/a/")


@pytest.fixture(scope="module")
def tiny_url(tiny):
    with serving(tiny.folder, base="/a/") as port:
        yield f"http://127.0.0.1:{port}/a/"


def pages(site):
    """The addresses of all pages, of topics only the first ones."""
    found = sorted(path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*.html"))
    topics = [path for path in found if re.search(r"topics/\d+/", path)]
    return [path for path in found if path not in topics[TINY_PAGES:]]


def as_shown(text):
    """A text as a page that was parsed holds it, its blanks aside."""
    return " ".join(text.replace("\0", "\ufffd").split())


def test_on_no_page_does_a_text_run_lead_away_or_break_out(tiny, visit):
    checked = pages(tiny)
    assert len(checked) > 12
    for path in checked:
        page = visit(path)
        assert page.locator(ADDED).count() == 0, path
        for address in page.locator("a[href]").evaluate_all(ADDRESSES):
            assert address.startswith(("http://127.0.0.1:", "https://")), path
        # Nothing hostile widens a page: it scrolls down only.
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path


def test_names_and_titles_arrive_as_they_are(tiny, visit):
    made = tiny.maps["tiny"]
    page = visit("tiny/topics/index.html")
    shown = page.locator("tbody th bdi").evaluate_all("all => all.map((each) => each.textContent)")
    assert [as_shown(each) for each in shown] == [as_shown(name) for name in made.names]
    assert as_shown(page.title()).startswith("Topics")
    home = visit("index.html")
    titles = [as_shown(each) for each in home.locator("h2 bdi").all_text_contents()]
    assert as_shown(made.dataset.title) in titles
    links = home.locator("a").evaluate_all(ADDRESSES)
    assert urljoin(home.url, "tiny/index.html") in links


def test_the_map_of_hostile_texts_is_ready_and_reads_them(tiny, open_map):
    places = tiny.maps["tiny"].places[tiny.shown("tiny")]
    places = places[(abs(places - 0.5) < 0.4).all(axis=1)][:12]
    map_page = open_map()
    for place in places:
        map_page.hover(place)
        map_page.page.wait_for_function("() => document.querySelector('#tooltip .title').textContent !== '…'")
    for button in map_page.page.locator("#topics li button").all()[:6]:
        button.click()
    map_page.page.mouse.click(*map_page.spot(places[0]))
    map_page.settle()
