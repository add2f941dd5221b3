"""The pages of the hierarchy and of topics over time, and what topic pages say of relatives and of their names."""

import csv
import dataclasses
import io
import re
from datetime import UTC, datetime
from html import unescape

import pyarrow as pa
import pytest

from sitegen.artifacts import CHANGE_SCHEMA, PARENT_SCHEMA, TIMELINE_SCHEMA
from sitegen.site.pages.facts.changes import find_changes
from sitegen.site.pages.facts.hierarchy import Group, Merge, Tree
from sitegen.site.pages.facts.provenance import StageFacts
from sitegen.site.pages.facts.statistics import read_statistics
from sitegen.site.pages.facts.topics_over_time import parts_by_period
from sitegen.site.pages.views.hierarchy_view import TREEMAPS
from sitegen.site.pages.views.treemap import Box, squarify, tiles
from sitegen.site.pages.write_site import RenderedMap, write_site
from sitegen.site.render_dataset import render_dataset


def words_of(html):
    """The words of a page, their spaces made one each."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\0", "\ufffd").split())


def read(folder, path):
    return (folder / path).read_text("utf-8")


def told(text):
    return " ".join(text.replace("\0", "\ufffd").split())


def merges(*nodes, distances):
    return [Merge(pair, distance, 1, ()) for pair, distance in zip(nodes, distances, strict=True)]


def test_the_tree_lists_every_topic_once_below_its_parent(tiny):
    html, source = read(tiny.folder / "tiny", "hierarchy/index.html"), tiny.maps["tiny"]
    listed = html.partition('id="list-title"')[2]
    assert sorted(map(int, re.findall(r'href="\.\./topics/(\d+)/', listed))) == list(range(12))
    for parent, label in zip(source.topics.parents.to_pylist(), source.labels.parents.to_pylist(), strict=True):
        part = listed.partition(f'id="parent-{parent["parent"]}"')[2].partition('class="parent"')[0]
        assert sorted(map(int, re.findall(r'href="\.\./topics/(\d+)/', part))) == parent["topics"]
        assert told(label["name"]) in words_of("<" + part)
        for keyword in parent["keywords"]:
            assert told(keyword) in words_of("<" + part)


def test_all_treemaps_hold_every_topic_in_proportion(tiny):
    html = read(tiny.folder / "tiny", "hierarchy/index.html")
    pictures = re.findall(r'<div class="treemap.*?</svg>', html, re.DOTALL)
    assert len(pictures) == len(TREEMAPS)
    for picture in pictures:
        found = re.findall(r'topics/(\d+)/.*?width="([\d.]+)%" height="([\d.]+)" fill', picture)
        sizes = {int(topic): float(width) * float(height) for topic, width, height in found}
        assert sorted(sizes) == list(range(12))
        assert sizes[0] > sizes[5] > sizes[11]


@pytest.mark.parametrize("sizes", [[1], [90, 80, 9], [1000, 1, 1, 1], [5] * 400, [10**6, *[3] * 50]])
def test_a_treemap_fills_its_box_and_nothing_overlaps(sizes):
    boxes = squarify(sizes, Box(10, 20, 1200, 700))
    for size, box in zip(sizes, boxes, strict=True):
        assert box.width * box.height == pytest.approx(1200 * 700 * size / sum(sizes))
        assert box.x >= 10 - 1e-6
        assert box.y >= 20 - 1e-6
        assert box.x + box.width <= 1210 + 1e-6
        assert box.y + box.height <= 720 + 1e-6
    for number, one in enumerate(boxes[:60]):
        for other in boxes[number + 1 : 60]:
            across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert min(across, down) <= 1e-6


def test_a_name_takes_no_more_room_than_its_tile_has():
    (wide, narrow) = tiles([0, 1], ["a name of several words", "another name"], [99, 1], Box(0, 0, 300, 200))
    assert wide.lines == ("a name of several words",)
    assert narrow.lines == ()
    (tile,) = tiles([0], ["information retrieval"], [1], Box(0, 0, 80, 200))
    assert tile.lines == ()
    (tile,) = tiles([0], ["Donaudampfschifffahrt"], [1], Box(0, 0, 120, 200))
    assert "".join(tile.lines) == "Donaudampfschifffahrt"


def test_groups_are_told_where_much_closer_than_what_is_around():
    near = merges((0, 1), (4, 2), (5, 3), distances=(0.1, 0.2, 1.0))
    assert Tree(near, 4).group(6) == Group(6, (Group(5, (0, 1, 2)), 3))
    even = merges((0, 1), (4, 2), (5, 3), distances=(0.8, 0.9, 1.0))
    assert Tree(even, 4).group(6) == Group(6, (0, 1, 2, 3))


def test_a_tree_that_is_one_long_chain_can_be_told():
    count = 3000
    chain = [(0, 1), *((count + number, number + 2) for number in range(count - 2))]
    tree = Tree(merges(*chain, distances=[1 + 0.2 * number / count for number in range(count - 1)]), count)
    assert tree.group(2 * count - 2).members == tuple(range(count))


def test_the_nearest_in_the_tree_are_those_merged_first():
    tree = Tree(merges((2, 3), (0, 1), (4, 5), distances=(0.1, 0.2, 0.5)), 4)
    assert tree.nearest(3, 6) == (2, 0, 1)
    assert tree.nearest(0, 1) == (1,)
    assert tree.node_of((0, 1)) == 5


def test_topic_pages_lead_to_the_parent_and_its_other_topics(tiny):
    source = tiny.maps["tiny"]
    for parent, label in zip(source.topics.parents.to_pylist(), source.labels.parents.to_pylist(), strict=True):
        for topic in parent["topics"]:
            html = read(tiny.folder / "tiny", f"topics/{topic}/index.html")
            part = html.partition('id="akin-title"')[2].partition("</section>")[0]
            assert f'href="../../hierarchy/index.html#parent-{parent["parent"]}"' in part
            assert told(label["name"]) in words_of(part)
            siblings = set(map(int, re.findall(r'href="\.\./(\d+)/', part.partition("Part of")[2])))
            assert siblings == set(parent["topics"]) - {topic}


def test_topic_pages_describe_the_topic_and_how_it_was_named(tiny):
    for row in tiny.maps["tiny"].labels.rows():
        words = words_of(read(tiny.folder / "tiny", f"topics/{row['topic']}/index.html"))
        for text in (row["description"], row["reason"], *row["answers"], *row["keywords"], "p1", "Asked 1 time"):
            assert told(text or "") in words


def test_the_course_of_each_topic_is_that_of_its_timeline(tiny):
    source, html = tiny.maps["tiny"], read(tiny.folder / "tiny", "time/index.html")
    details = read_statistics(tiny.folder.parent / "rendered" / "tiny")
    for topic in details.topics:
        rows = [row for row in source.topics.timeline.to_pylist() if row["topic"] == topic.id]
        assert [part.documents for part in topic.by_period] == [row["documents"] for row in rows]
        part = html.partition(f'id="course-{topic.id}"')[2].partition("</section>")[0]
        for row in rows:
            assert f": {row['documents']}</title>" in part


def test_a_period_without_documents_is_a_gap(tiny):
    rows = [
        {"topic": 0, "start": datetime(2020, 1, day, tzinfo=UTC), "documents": day, "keywords": []} for day in (1, 2, 5)
    ]
    topics = dataclasses.replace(tiny.maps["tiny"].topics, timeline=pa.Table.from_pylist(rows, TIMELINE_SCHEMA))
    names, parts = parts_by_period(topics, str)
    assert names == tuple(f"2020-01-0{day}" for day in range(1, 6))
    assert [(part.name, part.documents) for part in parts[0]] == [
        ("2020-01-01", 1),
        ("2020-01-02", 2),
        ("2020-01-05", 5),
    ]


def test_what_is_not_there_has_no_page_and_no_link(tiny):
    assert not (tiny.folder / "plain/hierarchy").exists()
    assert not (tiny.folder / "plain/time").exists()
    assert "hierarchy/index.html" not in read(tiny.folder / "plain", "topics/index.html")


def test_topics_without_parents_are_listed_below_tree_groups(tiny_maker, tmp_path):
    def change(each):
        parents = PARENT_SCHEMA.empty_table()
        labels = dataclasses.replace(each.labels, parents=each.labels.parents.slice(0, 0))
        return dataclasses.replace(each, topics=dataclasses.replace(each.topics, parents=parents), labels=labels)

    html = read(tiny_maker(tmp_path, change).folder / "tiny", "hierarchy/index.html")
    listed = html.partition('id="list-title"')[2]
    assert sorted(map(int, re.findall(r'href="\.\./topics/(\d+)/', listed))) == list(range(12))
    assert re.search(r"merged\d", listed)


def test_topics_to_take_away_have_parent_and_description(tiny):
    source = tiny.maps["tiny"]
    rows = list(csv.DictReader(io.StringIO(read(tiny.folder / "tiny", "download/topics.csv"))))
    for parent in source.topics.parents.to_pylist():
        for topic in parent["topics"]:
            assert rows[topic]["parent"] == str(parent["parent"])
    assert rows[1]["description"] == f"About {source.names[1]}"
    assert rows[0]["description"] == ""


def test_about_says_what_was_reassigned_found_and_changed(tiny, tmp_path):
    source = tiny.maps["tiny"]
    names = CHANGE_SCHEMA.names
    rows = [
        ("new", 3, None, "<b>new</b>", None, 60),
        ("gone", 40, "<i>gone</i>", None, 33, None),
        ("renamed", 5, "before", "after", 40, 40),
    ]
    table = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], CHANGE_SCHEMA)
    changes = find_changes(dataclasses.replace(source.continuity, changes=table), str)
    assert [dataclasses.astuple(each) for each in changes] == [
        tuple(
            value if value is not None else (0 if "size" in name else "")
            for name, value in zip(names, row, strict=True)
        )
        for row in rows
    ]

    folder = tmp_path / "rendered"
    folder.mkdir()
    continuity = dataclasses.replace(source.continuity, changes=table)
    render_dataset(source.dataset, source.documents, continuity, source.topics, source.labels, folder)
    stage = StageFacts("clusters", None, {}, "min_cluster_size 40 <b>: stable")
    write_site(tiny.site, None, [RenderedMap(source.dataset, folder, (stage,))], tmp_path / "site")
    html = read(tmp_path / "site/tiny", "about/index.html")
    words = words_of(html)
    for text in (
        "outside any topic at first 95",
        "closest 25",
        "min_cluster_size 40 <b>: stable",
    ):
        assert text in words
    assert "1 new, 1 gone" in words.partition("What changed")[2][:60]
    changes = read(tmp_path / "site/tiny", "changes/index.html")
    assert "<b>new</b> new" in words_of(changes)
    assert "<i>gone</i> gone" in words_of(changes)
    assert 'href="../topics/40/' not in changes
