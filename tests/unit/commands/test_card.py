"""`sitegen card`: the dataset card of a published map."""

import json

import pytest

from sitegen.commands.card import card
from sitegen.config import load_project
from sitegen.errors import ConfigError, PublishError
from tests.unit.helpers import to_yaml

HOSTILE = "<img src=x onerror=1> | [a](javascript:1)\n# head"


@pytest.fixture
def project(tmp_path):
    source = {"type": "package", "package": "p", "path": "x.json"}
    entry = {"slug": "a", "title": HOSTILE, "description": HOSTILE, "source": source, "tags": ["one: two"]}
    (tmp_path / "datasets.yaml").write_text(to_yaml({"datasets": [entry]}))
    folder = tmp_path / "build" / "a" / "download"
    folder.mkdir(parents=True)
    topics = [
        {"topic": n, "name": f"Topic {n}" if n else HOSTILE, "size": 10 + n, "ctfidf": ["pasta", "a|b"]}
        for n in range(30)
    ]
    (folder / "topics.json").write_text(json.dumps(topics))
    return load_project(tmp_path / "datasets.yaml")


def test_a_card_has_the_picture_the_link_and_the_largest_topics(project):
    text = card(project, "a", project.root / "build", "https://example.org/maps/")
    assert "[![A map of the topics](https://example.org/maps/a/download/map.png)](https://example.org/maps/a/)" in text
    assert "[Explore the map](https://example.org/maps/a/): 30 topics." in text
    rows = [line for line in text.split("\n") if line.startswith("| [")]
    assert len(rows) == 20
    assert rows[0] == "| [Topic 29](https://example.org/maps/a/topics/29/) | 39 | pasta, a\\|b |"


def test_hostile_texts_are_nothing_but_text(project):
    from markdown_it import MarkdownIt

    text = card(project, "a", project.root / "build", "https://example.org").split("---\n", 2)[2]
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert "<img src=x" not in html
    assert 'href="javascript' not in html
    assert html.count("<h1>") == 1


def test_the_front_matter_is_yaml(project):
    from ruamel.yaml import YAML

    front = card(project, "a", project.root / "build", "https://example.org").split("---\n")[1]
    assert YAML(typ="safe").load(front) == {"pretty_name": HOSTILE, "tags": ["topic-map", "one: two"]}


def test_a_card_without_an_address_or_a_map_is_refused(project):
    with pytest.raises(ConfigError, match=r"site\.base_url is not set"):
        card(project, "a", project.root / "build", None)
    with pytest.raises(PublishError, match="does not hold the map a"):
        card(project, "a", project.root / "elsewhere", "https://example.org")
