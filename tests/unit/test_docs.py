"""The guide says what the code does."""

import dataclasses
import re
import runpy

import pytest

from sitegen.config import Config

from .helpers import REPO

DOCS = REPO / "docs"
GENERATE = runpy.run_path(str(DOCS / "generate.py"))


@pytest.mark.parametrize("name", ["configuration.md", "templates.md"])
def test_what_is_made_from_the_code_is_up_to_date(name):
    assert (DOCS / name).read_text("utf-8") == GENERATE["pages"]()[name], "run `python docs/generate.py`"


def test_the_reference_has_every_key_of_the_config():
    text = (DOCS / "configuration.md").read_text("utf-8")
    keys = {key for section in Config.model_json_schema()["$defs"].values() for key in section["properties"]}
    assert len(keys) > 60
    assert sorted(key for key in keys if f"| `{key}` |" not in text) == []


def test_the_reference_has_every_field_of_every_view():
    sections = (DOCS / "templates.md").read_text("utf-8").split("\n## ")[1:]
    documented = {each.split("\n")[0]: re.findall(r"^\| `(\w+)` \|", each, re.MULTILINE) for each in sections}
    views = GENERATE["view_classes"]()
    assert len(views) > 6
    assert documented == {view.__name__: [field.name for field in dataclasses.fields(view)] for view in views}


def test_the_custom_properties_of_the_theme_are_documented():
    style = (REPO / "static" / "css" / "site.css").read_text("utf-8")
    text = (DOCS / "theming.md").read_text("utf-8")
    used = set(re.findall(r"^  (--[\w-]+):", style.partition("@media")[0], re.MULTILINE))
    assert len(used) > 10
    assert sorted(name for name in used if f"`{name}`" not in text) == []


def test_every_block_of_the_base_template_is_documented():
    text = (DOCS / "theming.md").read_text("utf-8")
    blocks = re.findall(r"{% block (\w+) %}", (REPO / "templates" / "base.html.j2").read_text("utf-8"))
    assert sorted(name for name in blocks if f"`{name}`" not in text) == []


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_links_between_the_pages_of_the_guide_lead_somewhere(path):
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    addresses = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert [address for address in addresses if not (DOCS / address).exists()] == []
