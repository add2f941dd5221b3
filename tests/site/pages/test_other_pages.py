"""Gallery, downloads, charts and the page of an address that does not exist."""

import re
from html import unescape

from sitegen.site.pages.views.charts import bar_chart
from sitegen.site.pages.views.hierarchy_view import MOST_NUMBERED, ParentTile, Treemap
from sitegen.site.pages.views.treemap import Box, tiles


def test_an_address_that_does_not_exist_shows_the_maps(tiny):
    html = (tiny.folder / "404.html").read_text("utf-8")
    assert set(re.findall(r'href="/(\w+)/index.html"', html)) == set(tiny.maps)


def test_the_downloads_say_how_to_cite_the_map(tiny):
    source = tiny.maps["tiny"]
    html = (tiny.folder / "tiny/download/index.html").read_text("utf-8")
    cited = html.partition('id="cite-title"')[2].partition("</section>")[0]
    assert source.dataset.title in unescape(cited)
    assert f"{len(source.documents)} documents in {len(source.topics)} topics" in cited


def test_a_gallery_of_few_maps_has_a_search_and_no_more(tiny):
    html = (tiny.folder / "index.html").read_text("utf-8")
    assert len(tiny.maps) < 4
    tools = html.partition('id="gallery-tools"')[2].partition("</div>")[0]
    assert re.findall(r"<label( hidden)?>(\w+)", tools) == [("", "Search"), (" hidden", "Tag"), (" hidden", "Sort")]
    assert "No map and no topic has these words" in html


def test_a_chart_has_a_scale_and_tells_its_gaps():
    chart = bar_chart("Documents per week", "week", ["a", "b", "c", "d", "e"], [3, 0, 0, 12, 1])
    assert (chart.peak, chart.ticks, chart.empty) == (12, ("a", "c", "e"), 2)
    assert bar_chart("", "week", ["a"], [1]).ticks == ("a",)


def test_tiles_too_small_for_names_are_numbered_unless_many():
    def treemap(count):
        small = tiles(range(count), ["a name of several words"] * count, [1] * count, Box(0, 0, 30, 30 * count))
        return Treemap("tall", 30, 30 * count, (ParentTile(Box(0, 0, 30, 30 * count), "", "", tuple(small)),))

    assert treemap(3).nameless == (0, 1, 2)
    assert treemap(MOST_NUMBERED + 1).nameless == ()
