"""The pages of the site: what each template is given, and what it makes of it."""

import dataclasses
import os
import re
import subprocess
import sys
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import nodes

from sitegen.site.map.summary import read_summary
from sitegen.site.output.check import check_site
from sitegen.site.pages.facts.provenance import Parameter, StageFacts
from sitegen.site.pages.facts.statistics import Representative
from sitegen.site.pages.files import feeds
from sitegen.site.pages.files.picture_fonts import PictureFonts
from sitegen.site.pages.files.pictures import Caption, picture_files
from sitegen.site.pages.views import about_view, changes_view, charts, comparison_view, hierarchy_view, topic_views
from sitegen.site.pages.views import page_views as views
from sitegen.site.pages.write_site import RenderedMap, write_site
from sitegen.site.theme import environment, theme_folder

MAPS = ("tiny/index.html", "plain/index.html")
OF_A_MAP = tuple(f"{slug}/{page}/index.html" for slug in ("tiny", "plain") for page in ("topics", "about", "download"))
OF_TINY = ("tiny/hierarchy/index.html", "tiny/time/index.html")
PAGES = (
    "index.html",
    "404.html",
    *MAPS,
    *OF_A_MAP,
    *OF_TINY,
    *(f"tiny/topics/{topic}/index.html" for topic in range(12)),
)
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})

# Fields that no template reads, and why they are there all the same.
UNREAD = {
    ("StageFacts", "host"): "the machine is told once, not per stage",
    ("StageFacts", "growth"): "it is told in sentences of the page",
    ("Links", "compare"): "the navigation of a map reads it",
}


class Elements(HTMLParser):
    """All start tags of a page with their attributes, and the text directly inside each."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self._open = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", **dict(attrs)}
        self.found.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        while self._open and self._open.pop()["tag"] != tag:
            pass

    def handle_data(self, data):
        if self._open:
            self._open[-1]["text"] += data

    def __call__(self, tag, **attributes):
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}.items()
        return [each for each in self.found if each["tag"] == tag and wanted <= each.items()]


@pytest.fixture(params=PAGES)
def elements(request, tiny):
    return Elements((tiny.folder / request.param).read_text("utf-8"))


def test_the_pages_are_those_that_are_tested(tiny):
    assert {path.relative_to(tiny.folder).as_posix() for path in tiny.folder.rglob("*.html")} == set(PAGES)


def test_every_page_says_its_language_title_and_description(elements):
    assert [each["lang"] for each in elements("html")] == ["en-GB"]
    assert elements("title")[0]["text"].strip()
    assert elements("meta", name="description")[0]["content"] is not None
    assert elements("meta", charset="utf-8")
    assert elements("meta", name="viewport")
    assert len(elements("h1")) == 1


def test_every_page_forbids_scripts_from_outside_the_site(elements):
    (policy,) = elements("meta", http_equiv="Content-Security-Policy")
    rules = dict(rule.split(maxsplit=1) for rule in policy["content"].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert "unsafe-eval" not in policy["content"]
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    for name in ("script-src", "style-src", "img-src", "connect-src"):
        assert set(rules[name].split()) <= {"'self'", "data:", "'unsafe-inline'"}


def test_only_the_map_page_allows_inline_styles(tiny):
    for page in PAGES:
        html = (tiny.folder / page).read_text("utf-8")
        assert ("unsafe-inline" in html) == (page in MAPS), page


def test_the_policy_stands_before_anything_it_governs(elements):
    tags = [each["tag"] for each in elements.found]
    policy = elements.found.index(elements("meta", http_equiv="Content-Security-Policy")[0])
    assert not {"script", "link", "style", "img"} & set(tags[:policy])


def test_no_page_has_scripts_or_handlers_inside(elements, tiny):
    for script in elements("script"):
        if script.get("type") == "application/json":
            assert "src" not in script
        else:
            assert script["src"]
            assert not script["text"].strip()
    assert [each for each in elements.found if any(name.startswith("on") for name in each)] == []
    # the style of a map is in its page, which is painted sooner
    names = ("site", "map") if elements("script", id="map-data") else ()
    files = [next(tiny.folder.glob(f"assets/{name}.*.css")) for name in names]
    assert [each["text"] for each in elements("style")] == [file.read_text("utf-8") for file in files]


def test_no_page_loads_anything_from_elsewhere(elements):
    loading = [each for each in elements.found if each["tag"] != "a"]
    loaded = [each[name] for each in loading for name in ("src", "href", "srcset") if name in each]
    assert loaded
    assert [address for address in loaded if re.match(r"[a-z]+:|//", address)] == []


def test_links_to_other_hosts_give_no_handle_to_this_page(elements):
    for link in elements("a"):
        if re.match(r"https?:|//", link["href"]):
            assert "noopener" in link["rel"]


def test_ids_are_unique_and_what_refers_to_them_finds_them(elements):
    ids = [each["id"] for each in elements.found if "id" in each]
    assert len(ids) == len(set(ids))
    for each in elements.found:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert set(each.get(name, "").split()) <= set(ids)
        if each["tag"] == "a" and each["href"].startswith("#"):
            assert each["href"][1:] in ids


def test_every_picture_has_its_size_and_a_text(elements):
    for image in elements("img"):
        assert int(image["width"]) > 0
        assert int(image["height"]) > 0
        assert "alt" in image


def test_every_published_file_is_a_known_kind(tiny):
    paths = {path.relative_to(tiny.folder).as_posix() for path in tiny.folder.rglob("*") if path.is_file()}
    names = {re.sub(r"([.-])[0-9a-f]{10}([./])", r"\1#\2", path) for path in paths}
    of_maps = {path.partition("/map/")[2] for path in names if "/map/" in path}
    assert {re.sub(r"\d+", "0", path) for path in of_maps} == {
        "facts-#/0/0.js",
        "neighbors-#/0/0.js",
        "fields-#/0/0.js",
        "columns-#/0/0/0.js",
        "columns.#.js",
        "points-#/0/0.js",
        "points.#.js",
        "preview.#.webp",
        "raster-#/0/0-0.webp",
        "search-#/root.js",
        "search-#/t/0/0.js",
        "search-topics-#/root.js",
        "search-topics-#/t/0/0.js",
        "texts-#/0/0.js",
        "thumbnail.#.webp",
        "titles-#/0/0.js",
    }
    others = {path.rpartition("/")[2] for path in names if "/map/" not in path}
    assert others == {
        "columns.#.css",
        "columns.#.js",
        "pages.#.css",
        "gallery.#.js",
        "topic_table.#.js",
        "topic-index.#.js",
        "topics.csv",
        "topics.json",
        "documents.parquet",
        "map.png",
        "map-dark.png",
        "map-square.png",
        "map-square-dark.png",
        "map.svg",
        "datasets.yaml",
        ".nojekyll",
        ".sitegen",
        "index.html",
        "404.html",
        "bokeh.min.#.js",
        "reader.#.css",
        "reader.#.js",
        "compare.#.css",
        "compare.#.js",
        "late.#.js",
        "favicon.#.svg",
        "guides.#.css",
        "guides.#.js",
        "llms.txt",
        "topic-documents.jsonl",
        "map.#.css",
        "map.#.js",
        "search.#.css",
        "search.#.js",
        "tools.#.css",
        "tools.#.js",
        "site.#.css",
    }


@pytest.mark.parametrize(
    ("base_url", "home"),
    [
        (None, "/index.html"),
        ("https://maps.example", "/index.html"),
        ("https://maps.example/a/b/", "/a/b/index.html"),
        ("https://maps.example/a/b", "/a/b/index.html"),
    ],
)
def test_the_not_found_page_leads_home_from_any_depth(tmp_path, tiny, base_url, home):
    write_site(tiny.site, base_url, [], tmp_path)
    elements = Elements((tmp_path / "404.html").read_text("utf-8"))
    assert home in [link["href"] for link in elements("a")]
    (style,) = elements("link", rel="stylesheet")
    assert style["href"].startswith(home.removesuffix("index.html") + "assets/")


def test_a_gallery_of_fifty_maps_loads_few_pictures_at_once(tmp_path, tiny, monkeypatch):
    rendered = tiny.folder.parent / "rendered" / "plain"
    # It is one map fifty times, so its pictures to download are drawn once.
    pictures = picture_files(rendered, read_summary(rendered), Caption("Plain", "", ""), PictureFonts())
    drawn = {name: draw() for name, draw in pictures.items()}
    monkeypatch.setattr(
        "sitegen.site.pages.write_site.picture_files", lambda *_: {name: partial(bytes, drawn[name]) for name in drawn}
    )
    dataset = tiny.maps["plain"].dataset
    maps = [RenderedMap(dataset.model_copy(update={"slug": f"map-{i}"}), rendered) for i in range(50)]
    write_site(tiny.site, None, maps, tmp_path)
    images = Elements((tmp_path / "index.html").read_text("utf-8"))("img")
    assert len(images) == 50
    assert 1 <= sum("loading" not in image for image in images) <= 12
    check = check_site(tmp_path)
    assert check.problems == []
    assert check.first_view["index.html"] <= 250_000


def test_a_map_loads_little_at_first(tiny):
    """Bytes do not depend on the machine: what a change of the page costs shows here before it costs readers."""
    weights = check_site(tiny.folder).first_view
    assert weights["tiny/index.html"] <= 240_000
    others = [size for name, size in weights.items() if "/" in name and name.count("/") > 1]
    assert others
    assert max(others) <= 60_000


def test_a_stored_summary_reads_back_with_what_was_found(tiny):
    summary = read_summary(tiny.folder.parent / "rendered" / "tiny")
    source = tiny.maps["tiny"]
    assert (summary.documents, summary.outliers, summary.shown) == (600, 70, 600)
    assert [topic.name for topic in summary.topics] == source.names
    assert [topic.size for topic in summary.topics] == [(source.topics.assignment == t).sum() for t in range(12)]
    assert [list(topic.keywords) for topic in summary.topics] == source.keywords
    parents = [parent["name"] for parent in source.labels.parents.to_pylist()]
    # a line ends at a space, or in a word that is longer than a line
    lines = ["".join(label.type.lines).replace(" ", "") for label in summary.labels]
    assert sorted(lines) == sorted(name.replace(" ", "") for name in (*source.names, *parents))


def test_a_topic_lies_in_the_middle_of_its_documents(tiny):
    source = tiny.maps["tiny"]
    for topic in read_summary(tiny.folder.parent / "rendered" / "tiny").topics:
        members = source.places[source.topics.assignment == topic.id]
        offset = members - (topic.x, topic.y)
        assert ((offset <= 1e-5).mean(axis=0) >= 0.5).all()
        assert ((offset >= -1e-5).mean(axis=0) >= 0.5).all()
        assert ((offset**2).sum(axis=1) ** 0.5 <= topic.radius + 1e-4).mean() >= 0.79


def test_a_map_draws_each_point_once_and_keeps_every_topic(tiny):
    shown = tiny.shown("tiny")
    assert len(shown) == len(set(shown)) == 600
    assert set(tiny.maps["tiny"].topics.assignment[shown]) == set(range(-1, 12))
    assert sorted(tiny.shown("plain")) == list(range(150))


@pytest.fixture(scope="module")
def rendered_again(tmp_path_factory):
    """The tiny site made by another process, with other hashes of strings and with bokeh's ids already in use.

    Where it is, and which model libraries were loaded.
    """
    script = (
        "import pathlib, runpy, sys; from sitegen.site.map.bokeh_figure import map_plot; map_plot();"
        "runpy.run_path(sys.argv[1])['publish_tiny'](pathlib.Path(sys.argv[2]));"
        "print(*sorted({'torch', 'bertopic', 'umap', 'hdbscan', 'sklearn', 'transformers'} & set(sys.modules)))"
    )
    folder, conftest = tmp_path_factory.mktemp("again"), Path(__file__).parents[2] / "conftest.py"
    root = str(theme_folder("templates").parent)
    environ = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": root, "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    command = [sys.executable, "-c", script, conftest, folder]
    found = subprocess.run(command, check=True, env=environ, cwd=folder, capture_output=True, text=True)
    return folder, found.stdout.split()


def test_rendering_again_gives_the_same_bytes(rendered_again, tiny, tree):
    folder, _ = rendered_again
    assert tree(folder / "site") == tree(tiny.folder)
    assert tree(folder / "rendered") == tree(tiny.folder.parent / "rendered")


def test_rendering_loads_no_model_library(rendered_again):
    assert rendered_again[1] == []


def fields_read(template, variable):
    """The attributes of `variable` that a template, or what it extends, reads."""
    env, names, found = environment(), [template], set()
    for name in names:
        tree = env.parse((theme_folder("templates") / name).read_text("utf-8"))
        names += [each.template.value for each in tree.find_all(nodes.Extends)]
        found |= {
            node.attr
            for node in tree.find_all(nodes.Getattr)
            if isinstance(node.node, nodes.Name) and node.node.name == variable
        }
    return found


@pytest.mark.parametrize(
    ("template", "variable", "view"),
    [
        ("gallery.html.j2", "page", views.GalleryView),
        ("gallery.html.j2", "card", views.Card),
        ("map.html.j2", "page", views.MapView),
        ("map.html.j2", "label", views.Label),
        ("map.html.j2", "topic", views.TopicView),
        ("404.html.j2", "page", views.NotFoundView),
        ("page.html.j2", "page", views.PageView),
        ("base.html.j2", "each", views.NavigationLink),
        ("base.html.j2", "links", feeds.Links),
        ("gallery.html.j2", "site", views.SiteView),
        ("hierarchy.html.j2", "page", hierarchy_view.HierarchyView),
        ("time.html.j2", "page", hierarchy_view.TimeView),
        ("compare.html.j2", "page", comparison_view.ComparisonView),
        ("changes.html.j2", "page", changes_view.ChangesView),
        ("moved.html.j2", "page", topic_views.MovedTopicView),
        ("topics.html.j2", "page", topic_views.TopicsView),
        ("topics.html.j2", "row", topic_views.TopicRow),
        ("topic.html.j2", "page", topic_views.TopicPageView),
        ("topic.html.j2", "topic", topic_views.TopicLink),
        ("topic.html.j2", "document", Representative),
        ("about.html.j2", "page", about_view.AboutView),
        ("about.html.j2", "stage", StageFacts),
        ("about.html.j2", "parameter", Parameter),
        ("downloads.html.j2", "page", about_view.DownloadsView),
        ("downloads.html.j2", "file", about_view.Download),
        ("parts.html.j2", "chart", charts.Chart),
        ("parts.html.j2", "bar", charts.Bar),
        ("parts.html.j2", "spark", charts.Spark),
    ],
)
def test_a_template_reads_every_field_of_its_view_and_no_other(template, variable, view):
    fields = {field.name for field in dataclasses.fields(view)}
    fields |= {name for name, value in vars(view).items() if isinstance(value, property)}
    unread = {name for owner, name in UNREAD if owner == view.__name__}
    assert fields_read(template, variable) == fields - unread


def test_every_template_is_tested_with_its_view():
    tested = {"gallery.html.j2", "map.html.j2", "404.html.j2", "base.html.j2", "dataset.html.j2", "parts.html.j2"}
    tested |= {"topics.html.j2", "topic.html.j2", "about.html.j2", "downloads.html.j2", "page.html.j2"}
    tested |= {"hierarchy.html.j2", "time.html.j2", "compare.html.j2", "changes.html.j2", "moved.html.j2"}
    assert {path.name for path in theme_folder("templates").iterdir()} == tested
