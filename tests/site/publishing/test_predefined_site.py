"""A site says which names of topics were given beforehand: on the map, in the table, on their pages and on About."""

import json
from dataclasses import replace

import pyarrow as pa
import pytest

from sitegen.artifacts import LABEL_SCHEMA
from sitegen.config import PredefinedConfig
from sitegen.site.map.topic_shards import LISTED, more_keywords
from sitegen.site.output.audit import audit_site

VECTOR = '"><svg onload="window.hacked=1">'
BEFOREHAND = (1, 2)


def with_names(made):
    if made.dataset.slug != "tiny":
        return made
    rows = made.labels.rows()
    for topic in BEFOREHAND:
        rows[topic] |= {"named_by": "predefined", "answers": [], "reason": None}
    labels = replace(made.labels, table=pa.Table.from_pylist(rows, LABEL_SCHEMA))
    predefined = PredefinedConfig(topics=("Trains", VECTOR, "Nothing"), min_similarity=0.45)
    return replace(made, dataset=made.dataset.model_copy(update={"predefined": predefined}), labels=labels)


@pytest.fixture(scope="module")
def site(tiny_maker, tmp_path_factory):
    return tiny_maker(tmp_path_factory.mktemp("predefined"), with_names).folder


def test_the_map_and_the_table_mark_them(site):
    mark = '<span class="mark" title="named before topics were found">(predefined)</span>'
    for page in ("index.html", "topics/index.html"):
        rows = (site / "tiny" / page).read_text("utf-8").partition("<template")[0]
        assert rows.count(mark) == len(BEFOREHAND), page


def test_topics_say_where_the_name_comes_from(site):
    table = json.loads((site / "tiny/download/topics.json").read_text("utf-8"))
    for topic in BEFOREHAND:
        assert table[topic]["named_by"] == "predefined"
        page = (site / f"tiny/topics/{table[topic]['topic']}/index.html").read_text("utf-8")
        assert "The name was there before the topic" in page
    assert "The name was there before" not in (site / "tiny/topics/0/index.html").read_text("utf-8")


def test_about_tells_how_many_and_what_they_are(site):
    page = (site / "tiny/about/index.html").read_text("utf-8")
    assert "2 topics were named beforehand, marked (predefined)" in page
    assert "Topics were named beforehand: Trains, &#34;&gt;&lt;svg" in page
    assert "is at least 0.45" in page


def test_smaller_topics_are_marked_when_they_are_loaded():
    class Topic:
        keywords = ("a", "b")

        def __init__(self, named_by):
            self.named_by = named_by

    topics = [Topic("llm")] * LISTED + [Topic("predefined"), Topic("given"), Topic("keywords")]
    assert more_keywords(topics)[1] == ("predefined", "", "keywords")


def test_the_site_is_sound(site):
    assert audit_site(site) == []
