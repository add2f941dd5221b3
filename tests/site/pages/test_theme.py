"""Templates and static files of the theme."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.site import theme

SCRIPTS = theme.theme_folder("static") / "js"

BUILT = {
    *("map.js", "search.js", "columns.js", "tools.js", "guides.js", "compare.js", "late.js"),
    *("topic_table.js", "gallery.js", "reader.js", "reader.css"),
    *("site.css", "pages.css", "map.css", "search.css", "columns.css", "tools.css", "guides.css", "compare.css"),
}

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
)


@given(VALUES)
def test_json_script_reads_back_equal(value):
    assert json.loads(str(theme.json_script(value))) == value


@given(st.recursive(st.text(alphabet="</script>&\u2028\u2029!-ab"), st.lists))
def test_json_script_holds_no_end_of_an_element_or_a_line(value):
    assert not set("<>&\u2028\u2029\n") & set(str(theme.json_script(value)))


def test_json_script_does_not_depend_on_the_order_of_keys():
    assert theme.json_script({"a": 1, "b": 2}) == theme.json_script({"b": 2, "a": 1})


@pytest.fixture
def copied_theme(tmp_path, monkeypatch):
    for name in ("templates", "static"):
        shutil.copytree(theme.theme_folder(name), tmp_path / name)
    monkeypatch.setattr(theme, "PACKAGE", tmp_path / "sitegen")
    return tmp_path


def test_the_digest_of_the_theme_is_that_of_its_files(copied_theme, monkeypatch):
    copied = theme.theme_digest()
    monkeypatch.undo()
    assert theme.theme_digest() == copied


@pytest.mark.parametrize(
    "name", ["templates/base.html.j2", "templates/map.html.j2", "static/dist/site.css", "static/dist/map.js"]
)
def test_the_digest_changes_with_any_file(copied_theme, name):
    before = theme.theme_digest()
    with (copied_theme / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert theme.theme_digest() != before


def test_the_digest_changes_with_names_and_new_files(copied_theme):
    digests = [theme.theme_digest()]
    (copied_theme / "static/dist/map.js").rename(copied_theme / "static/dist/sight.js")
    digests.append(theme.theme_digest())
    (copied_theme / "templates/new.html.j2").touch()
    digests.append(theme.theme_digest())
    assert len(set(digests)) == 3


def test_an_installed_theme_goes_before_one_beside_the_package(copied_theme):
    (copied_theme / "sitegen" / "theme").mkdir(parents=True)
    (copied_theme / "static").rename(copied_theme / "sitegen" / "theme" / "static")
    assert theme.theme_folder("static") == copied_theme / "sitegen" / "theme" / "static"
    assert theme.theme_folder("templates") == copied_theme / "templates"


def test_published_names_carry_the_hash_of_their_content():
    assets = theme.assets()
    assert {"site.css", "map.css", "map.js", "bokeh.min.js", "favicon.svg"} <= set(assets)
    for name, (path, data) in assets.items():
        stem, _, extension = name.rpartition(".")
        assert path == f"assets/{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{extension}"


def test_sources_are_published_only_as_built():
    assert set(theme.theme_files("static")) == {"favicon.svg", *(f"dist/{name}" for name in BUILT)}
    for name in BUILT:
        assert theme.assets()[name][1] == (theme.theme_folder("static") / "dist" / name).read_bytes()


def test_styles_load_nothing():
    for path in (theme.theme_folder("static") / "css").glob("*.css"):
        assert not re.search(r"url\(|@import|@font-face", path.read_text("utf-8")), path.name


def test_unknown_names_in_templates_are_errors():
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        theme.environment().from_string("{{ page.titel }}").render(page={"title": "x"})


def test_templates_escape_what_they_are_given():
    text = theme.environment().from_string('<a title="{{ x }}">{{ x }}</a>').render(x="<b>\"'&")
    assert text == '<a title="&lt;b&gt;&#34;&#39;&amp;">&lt;b&gt;&#34;&#39;&amp;</a>'


def test_no_template_or_script_undoes_the_escaping():
    for path in theme.theme_folder("templates").glob("*.j2"):
        assert not re.search(r"\|\s*safe\b|autoescape", path.read_text("utf-8")), path.name
    for path in SCRIPTS.rglob("*.js"):
        unsafe = re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", _code(path))
        assert not unsafe, path.name


def _code(path: Path) -> str:
    return re.sub(r"//.*|/\*[\s\S]*?\*/", "", path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("word", "isolated"),
    [
        ("oven", False),
        ("Käse 12", False),
        ("机器", False),
        ("नमस्ते", False),
        ("خبز", True),
        ("a\u202eb", True),
        ("٣", True),
    ],
)
def test_a_keyword_is_isolated_where_it_may_reorder_others(word, isolated):
    env = theme.environment()
    text = env.from_string('{% from "parts.html.j2" import words %}{{ words(["first", word]) }}').render(word=word)
    assert text == (f"first, <bdi>{word}</bdi>" if isolated else f"first, {word}")
