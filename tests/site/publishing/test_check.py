"""The check of a written site."""

import json
import os
import random

import pytest

from sitegen.site.output.check import FIRST_VIEW_BYTES, HEADER_BYTES, check_site


@pytest.fixture
def site(tmp_path):
    """A small sound site: pages that link to each other, a style, a picture."""
    folder = tmp_path / "site"
    (folder / "maps" / "one").mkdir(parents=True)
    (folder / "assets").mkdir()
    (folder / "assets" / "a b.css").write_text("p { color: red }", "utf-8")
    (folder / "assets" / "dot.webp").write_bytes(b"dot")
    head = '<link rel="stylesheet" href="{0}assets/a%20b.css"><img src="{0}assets/dot.webp">'
    (folder / "index.html").write_text(head.format("") + '<a href="maps/one/">one</a><a href="#top">up</a>', "utf-8")
    (folder / "404.html").write_text(head.format("") + '<a href="/base/index.html">home</a>', "utf-8")
    page = head.format("../../") + '<a href="../../index.html?x=1#y">home</a><a href="https://example.org/">source</a>'
    (folder / "maps" / "one" / "index.html").write_text(page, "utf-8")
    return folder


def add(site, html, page="index.html"):
    with (site / page).open("a", encoding="utf-8") as file:
        file.write(html)


def test_a_sound_site_has_no_problem(site):
    assert check_site(site).problems == []


def test_the_tiny_site_has_no_problem(tiny):
    assert check_site(tiny.folder).problems == []


@pytest.mark.parametrize(
    ("html", "address"),
    [
        ('<a href="gone.html">', "gone.html"),
        ('<img src="assets/gone.webp">', "assets/gone.webp"),
        ('<img loading="lazy" src="assets/gone.webp">', "assets/gone.webp"),
        ('<script src="gone.js"></script>', "gone.js"),
        ('<link rel="icon" href="gone.svg">', "gone.svg"),
        ('<a href="assets/">', "assets/"),
        ('<a href="../outside.html">', "../outside.html"),
        ('<a href="/index.html">', "/index.html"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(site, html, address):
    (site.parent / "outside.html").touch()
    add(site, html)
    assert check_site(site).problems == [f"index.html: links to {address}, which is not there"]


def test_links_are_followed_from_where_their_page_is(site):
    add(site, '<a href="index.html"><a href="assets/dot.webp">', "maps/one/index.html")
    assert check_site(site).problems == ["maps/one/index.html: links to assets/dot.webp, which is not there"]


@pytest.mark.parametrize(
    "html",
    [
        '<script src="{}"></script>',
        '<link rel="stylesheet" href="{}">',
        '<img src="{}">',
        '<img loading="lazy" src="{}">',
    ],
)
@pytest.mark.parametrize("address", ["https://cdn.example/x", "//cdn.example/x"])
def test_anything_loaded_from_another_host_is_found(site, html, address):
    add(site, html.format(address))
    assert check_site(site).problems == [f"index.html: loads {address} from another host"]


def test_a_first_view_over_the_budget_is_found(site):
    (site / "assets" / "dot.webp").write_bytes(os.urandom(FIRST_VIEW_BYTES - 10_000))
    assert check_site(site).problems == []
    (site / "assets" / "more.webp").write_bytes(os.urandom(18_500))
    add(site, '<img src="assets/more.webp">')
    assert check_site(site).problems == ["index.html: first view is 260 kB, the budget is 250 kB"]


def test_what_loads_twice_or_later_counts_once_or_not(site):
    (site / "assets" / "dot.webp").write_bytes(os.urandom(FIRST_VIEW_BYTES // 2 + 10_000))
    (site / "assets" / "late.webp").write_bytes(os.urandom(FIRST_VIEW_BYTES))
    add(site, '<img src="assets/dot.webp"><img src="assets/late.webp" loading="lazy"><a href="assets/late.webp">')
    assert check_site(site).problems == []


def test_text_counts_as_a_compressing_server_sends_it(site):
    style = site / "assets" / "a b.css"
    style.write_text("p { color: red }\n" * 200_000, "utf-8")
    assert check_site(site).problems == []
    letters = random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=2 * FIRST_VIEW_BYTES)
    style.write_text("".join(letters), "utf-8")
    assert len(check_site(site).problems) == 3


def test_each_page_is_weighed_with_what_it_loads(site):
    (site / "assets" / "dot.webp").write_bytes(os.urandom(50_000))
    (site / "assets" / "more.webp").write_bytes(os.urandom(7_000))
    add(site, '<img src="../../assets/more.webp">', "maps/one/index.html")
    weights = check_site(site).first_view
    assert set(weights) == {"index.html", "404.html", "maps/one/index.html"}
    for page, pictures in (("index.html", 50_000), ("maps/one/index.html", 57_000)):
        assert pictures + 3 * HEADER_BYTES < weights[page] < pictures + 4 * HEADER_BYTES + 500


@pytest.mark.parametrize(
    ("documents", "folders", "weighed"),
    [(900, "map/points-1", 2), (900, [[0, 1, "map/points-1"], [600, 2, "map/points-2"]], 3), (901, "map/points-1", 0)],
)
def test_points_that_come_unasked_are_of_the_first_view(site, documents, folders, weighed):
    for path in ("points-1/0/1.js", "points-1/0/2.js", "points-2/0/3.js", "points-10/0/1.js"):
        file = site / "map" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(30_000))
    before = check_site(site).first_view["index.html"]
    data = json.dumps({"shown": 900, "documents": documents, "tiles": folders})
    add(site, f'<script type="application/json" id="map-data">{data}</script>')
    assert check_site(site).first_view["index.html"] == pytest.approx(before + weighed * 30_000, abs=3_000)


def test_data_of_a_page_of_the_projects_own_is_no_map(site):
    add(site, '<p id="map-data">not a map</p>')
    assert check_site(site).problems == []


def test_only_links_of_markup_count_and_quotes_hold_any_sign(tmp_path):
    (tmp_path / "there.html").write_text("")
    (tmp_path / "index.html").write_text(
        '<!-- <a href="gone.html"> --><SCRIPT>const text = "<a href=gone.js>";</SCRIPT>'
        '<a title="a > b" href="./there.html#part">there</a><img alt=\'>\' src="lost.webp"><a\nhref="../out.html">'
        '<abbr href="gone.css"></abbr><a href=".">here</a>'
    )
    assert check_site(tmp_path).problems == [
        "index.html: links to ../out.html, which is not there",
        "index.html: links to lost.webp, which is not there",
    ]
