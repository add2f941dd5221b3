"""A rebuilt map: topics have ids that are not their places in the list, and everything that shows them says the ids."""

import dataclasses
import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sitegen.artifacts import KNOWN_TOPIC_SCHEMA

SHIFT = 30


@pytest.fixture(scope="module")
def rebuilt(tiny_maker, tmp_path_factory):
    """The tiny site as after builds in which 30 topics came and went."""

    def change(each):
        known = [{**row, "topic": row["topic"] + SHIFT} for row in each.continuity.topics.to_pylist()]
        assignment = each.continuity.assignment.copy()
        assignment[assignment >= 0] += SHIFT
        topics = pa.Table.from_pylist(known, KNOWN_TOPIC_SCHEMA)
        return dataclasses.replace(
            each, continuity=dataclasses.replace(each.continuity, topics=topics, assignment=assignment)
        )

    return tiny_maker(tmp_path_factory.mktemp("rebuilt"), change).folder / "tiny"


def test_each_topic_has_its_page_under_its_id(rebuilt):
    pages = {path.name for path in (rebuilt / "topics").iterdir() if path.is_dir()}
    assert pages == {str(topic + SHIFT) for topic in range(12)}
    linked = re.findall(r'href="(?:\.\./)?(\d+)/index\.html"', (rebuilt / "topics" / "index.html").read_text("utf-8"))
    assert set(linked) == pages


def test_the_map_knows_topics_by_their_ids(rebuilt):
    html = (rebuilt / "index.html").read_text("utf-8")
    data = json.loads(re.search(r'id="map-data">(.*?)</script>', html)[1])
    assert [topic["id"] for topic in data["topics"]] == [topic + SHIFT for topic in range(12)]


def test_downloads_say_the_ids(rebuilt):
    described = json.loads((rebuilt / "download" / "topics.json").read_text("utf-8"))
    table = pq.read_table(rebuilt / "download" / "documents.parquet")
    ids = {topic + SHIFT for topic in range(12)}
    assert {row["topic"] for row in described} == ids
    assert set(table.column("topic").to_pylist()) == ids | {-1}
