"""What a project puts before the built-in theme, and its own pages and files."""

import re
import shutil

import pytest

from sitegen.errors import PublishError
from sitegen.site import theme
from sitegen.site.pages.custom_pages import read_extra_pages, to_html
from sitegen.site.pages.write_site import RenderedMap, write_site


@pytest.fixture
def project(tmp_path):
    for name in ("templates", "static/css", "static/js", "pages"):
        (tmp_path / "project" / name).mkdir(parents=True)
    return tmp_path / "project"


@pytest.fixture
def publish(project, tiny, tmp_path):
    """Writes the site of the project, with one map, and returns its folder."""

    def publish(base_url=None):
        folder = tmp_path / "site"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        rendered = RenderedMap(tiny.maps["plain"].dataset, tiny.folder.parent / "rendered" / "plain", updated=10**9)
        write_site(tiny.site, base_url, [rendered], folder, project)
        return folder

    return publish


@pytest.mark.parametrize("frame", ["!base.html.j2", "!base.html"])
def test_a_template_extends_the_built_in_one_of_its_name(project, publish, frame):
    (project / "templates" / "base.html.j2").write_text(
        f'{{% extends "{frame}" %}}{{% block extra_head %}}<meta name="mine" content="1">{{% endblock %}}'
    )
    for page in ("index.html", "plain/index.html", "404.html"):
        html = (publish() / page).read_text("utf-8")
        assert '<meta name="mine" content="1">' in html
        assert "<title>" in html


FAILING = {
    "unknown variable": ("one\n{{ page.titel }}", r"gallery\.html\.j2:2: .*titel"),
    "unknown name": ("{{ nothing }}", r"gallery\.html\.j2:1: 'nothing' is undefined; docs/templates"),
    "misspelt name": ("\n{{ pgae.root }}", r"gallery\.html\.j2:2: 'pgae' is undefined, did you mean page\?;"),
    "syntax": ("one\ntwo\n{% if %}", r"gallery\.html\.j2:3: "),
    "type": ("\n{{ site.title + 1 }}", r"gallery\.html\.j2:2: "),
    "missing template": ('{% extends "gone.html.j2" %}', r"gallery\.html\.j2:1: there is no template gone.html.j2"),
}


@pytest.mark.parametrize(("text", "message"), FAILING.values(), ids=FAILING.keys())
def test_a_template_that_fails_is_told_with_its_file_and_line(project, publish, text, message):
    (project / "templates" / "gallery.html.j2").write_text(text)
    with pytest.raises(PublishError, match=message):
        publish()


def test_a_template_under_half_a_name_is_told(project, publish):
    (project / "templates" / "base.html").write_text('{% extends "!base.html.j2" %}')
    with pytest.raises(PublishError, match=r"base\.html: the theme's template is base\.html\.j2, .*; rename it"):
        publish()


def test_a_template_that_is_no_text_is_told(project, publish):
    (project / "templates" / "gallery.html.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(PublishError, match=r"gallery\.html\.j2: not UTF-8"):
        publish()


def test_a_static_file_goes_before_the_built_in_one_of_its_name(project, publish):
    (project / "static" / "favicon.svg").write_text("<svg>mine</svg>")
    (project / "static" / "dist").mkdir()
    (project / "static" / "dist" / "map.js").write_text('console.log( "mine" );\n')
    (project / "static" / "css" / "map.css").write_text('#map { background: url("x  y.png") }\n')
    folder = publish()
    assert [path.read_text() for path in folder.glob("assets/favicon.*.svg")] == ["<svg>mine</svg>"]
    assert [path.read_text() for path in folder.glob("assets/map.*.js")] == ['console.log( "mine" );\n']
    assert [path.read_text() for path in folder.glob("assets/map.*.css")] == ['#map { background: url("x  y.png") }\n']
    assert not (folder / "dist").exists()


@pytest.mark.parametrize(
    ("style", "stays"),
    [
        ("#map { color: red }", False),
        ('#map { background: URL("x.png") }', True),
        ('@import "more.css";', True),
        ("/* </style> */", True),
    ],
)
def test_a_map_holds_a_style_that_loads_nothing_else(project, publish, style, stays):
    (project / "static" / "css" / "map.css").write_text(style)
    page = (publish() / "plain" / "index.html").read_text("utf-8")
    assert (f"<style>{style}</style>" in page) is not stays
    assert ("assets/map." in "".join(re.findall(r'<link rel="stylesheet".*', page))) is stays
    assert "assets/site." not in "".join(re.findall(r'<link rel="stylesheet".*', page))


def test_the_brand_style_is_loaded_last_by_every_page(project, publish):
    assert "brand" not in (publish() / "index.html").read_text("utf-8")
    (project / "static" / "css" / "brand.css").write_text(":root { --accent: red }")
    folder = publish()
    for page, root in (("index.html", ""), ("plain/index.html", "../")):
        styles = re.findall(r'<link rel="stylesheet" href="([^"]*)"', (folder / page).read_text("utf-8"))
        assert re.fullmatch(rf"{root}assets/brand\.[0-9a-f]{{10}}\.css", styles[-1])
        assert ((folder / page).parent / styles[-1]).is_file()


def test_other_files_are_published_as_they_are(project, publish):
    (project / "static" / "fonts").mkdir()
    (project / "static" / "fonts" / "a.woff2").write_bytes(b"font")
    (project / "static" / "CNAME").write_text("maps.example")
    (project / "static" / ".well-known").mkdir()
    (project / "static" / ".well-known" / "security.txt").write_text("mail us")
    (project / "static" / "fonts" / ".DS_Store").write_bytes(b"junk")
    folder = publish()
    assert (folder / ".well-known" / "security.txt").read_text() == "mail us"
    assert not (folder / "fonts" / ".DS_Store").exists()
    assert (folder / "fonts" / "a.woff2").read_bytes() == b"font"
    assert (folder / "CNAME").read_text() == "maps.example"


@pytest.mark.parametrize("name", ["index.html", "plain/x.txt", "assets/x.css", "sitemap.xml"])
def test_a_file_that_would_take_the_place_of_another_is_refused(project, publish, name):
    (project / "static" / name).parent.mkdir(exist_ok=True)
    (project / "static" / name).write_text("mine")
    with pytest.raises(PublishError, match=rf"static/{name}: would be published as {name}"):
        publish("https://maps.example/")


def test_a_symbolic_link_is_refused(project, publish):
    (project / "static" / "link").symlink_to("/etc/passwd")
    with pytest.raises(PublishError, match="static/link: is a symbolic link"):
        publish()


def test_a_page_that_is_a_link_out_of_the_project_is_refused(project, publish, tmp_path):
    (tmp_path / "secret.md").write_text("---\ntitle: Secret\n---\n")
    (project / "pages" / "page.md").symlink_to(tmp_path / "secret.md")
    with pytest.raises(PublishError, match=r"page\.md: is a symbolic link"):
        publish()


@pytest.mark.parametrize(
    "name", ["templates/base.html.j2", "static/css/brand.css", "static/dist/map.js", "static/new.txt"]
)
def test_the_digest_of_a_theme_changes_with_the_project(project, name):
    before = theme.theme_digest(project)
    assert before == theme.theme_digest()
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("mine")
    assert theme.theme_digest(project) != before


def test_a_project_that_is_the_theme_itself_adds_nothing():
    checkout = theme.theme_folder("static").parent
    assert theme.own_files(checkout) == {}
    assert theme.theme_digest(checkout) == theme.theme_digest()


def test_pages_of_a_project_are_published_in_their_order(project, publish):
    (project / "pages" / "about-us.md").write_text("---\ntitle: About <us>\norder: 2\n---\nHello *you*.\n")
    (project / "pages" / "imprint.md").write_text("---\ntitle: Imprint\n---\n[us](about-us.md)\n")
    folder = publish()
    links = re.findall(r'<a href="([^"]*)">([^<]*)</a>', (folder / "index.html").read_text("utf-8"))
    assert links[-2:] == [("imprint/index.html", "Imprint"), ("about-us/index.html", "About &lt;us&gt;")]
    html = (folder / "about-us" / "index.html").read_text("utf-8")
    assert "<h1>About &lt;us&gt;</h1>" in html
    assert "Hello <em>you</em>." in html
    assert '<a href="../about-us/index.html">us</a>' in (folder / "imprint" / "index.html").read_text("utf-8")


WRONG = {
    "name": ("About us.md", "---\ntitle: x\n---\n", "lower case letters, digits and hyphens"),
    "no front matter": ("a.md", "# Hello", "begins with no front matter"),
    "no title": ("a.md", "---\norder: 1\n---\n", "front matter: title: Field required"),
    "unknown key": ("a.md", "---\ntitle: x\ntitel: y\n---\n", ":3: front matter: titel: "),
    "misspelt key": (
        "a.md",
        "---\ntitel: y\n---\n",
        ":2: front matter: titel: Extra inputs are .*; known keys",
    ),
    "not YAML": ("a.md", "---\ntitle: [\n---\n", "the front matter is not valid YAML"),
    "taken": ("plain.md", "---\ntitle: x\n---\n", "plain/index.html is a page already"),
}


@pytest.mark.parametrize(("name", "text", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_page_that_cannot_be_published_is_told_with_its_file(project, publish, name, text, message):
    (project / "pages" / name).write_text(text)
    with pytest.raises(PublishError, match=f"{re.escape(name)}.*{message}"):
        publish()


def test_a_page_that_is_no_text_is_told(project):
    (project / "pages" / "a.md").write_bytes(b"---\n\xff")
    with pytest.raises(PublishError, match=r"a\.md: cannot be read"):
        read_extra_pages(project / "pages")


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("[x](javascript:x)", "<p>[x](javascript:x)</p>"),
        ("[x](other.md#part)", '<a href="../other/index.html#part">x</a>'),
        ("[x](talks/index.html)", '<a href="../talks/index.html">x</a>'),
        ("[x](#part)", '<a href="#part">x</a>'),
        ("[x](https://a.example/)", '<a href="https://a.example/" rel="noopener">x</a>'),
        ("![x](p.webp)", '<img src="../p.webp" alt="x" />'),
        ("|a|\n|-|\n|b|", "<table>"),
    ],
)
def test_markdown_becomes_harmless_html(markdown, html):
    assert html in to_html(markdown)
