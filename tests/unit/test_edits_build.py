"""Edits of topics on their way to the site: applied, found again after a rebuild, told where they are lost, removed."""

import json
from importlib.util import find_spec

import numpy as np
import pyarrow.parquet as pq
import pytest

from sitegen.commands.status import edit_outcomes, status
from sitegen.errors import ConfigError, PublishError
from sitegen.pipeline.edits.fingerprint import lock_path
from sitegen.site.output.audit import audit_site

from .helpers import clusters, embeddings, snapshot, topic_labels, topics
from .test_build import ROWS, TOYS, Gallery, said, work

NAMES = ["Pasta", "Trains", "Cats", "Dogs"]
counts_words = pytest.mark.skipif(find_spec("bertopic") is None, reason="counts words with BERTopic")
ASSIGNMENT = [number % 5 - 1 for number in range(ROWS)]

__all__ = ["said"]


@pytest.fixture
def gallery(tmp_path, report, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    made = Gallery(tmp_path, report)
    made.datasets = {"one": {"title": "One", "topics": {"representations": []}}}
    compute(made, monkeypatch, ASSIGNMENT)
    (tmp_path / "edits").mkdir()
    return made


def compute(gallery, monkeypatch, assignment, names=NAMES, seed=1):
    """Store what a build finds that puts documents into these topics."""
    words = [[f"word{name.lower()}", "text"] for name in names]
    monkeypatch.setitem(TOYS, "clusters", lambda **_: clusters(assignment))
    monkeypatch.setitem(TOYS, "topics", lambda **_: topics(words, assignment))
    monkeypatch.setitem(TOYS, "labels", lambda **_: topic_labels(names))
    monkeypatch.setitem(TOYS, "embeddings", lambda **_: embeddings(np.eye(ROWS, 4)))
    gallery.datasets["one"]["seed"] = seed
    gallery.fill()


def edit(gallery, *lines):
    text = "dataset: one\nedits:\n" + "".join(f"  - {{{line}}}\n" for line in lines)
    (gallery.root / "edits" / "one.yaml").write_text(text)


def shown(gallery):
    """Topics of the published map by name."""
    return {row["name"]: row for row in json.loads(gallery.page("one/download/topics.json"))}


def members(gallery, topic):
    table = pq.read_table(gallery.output / "one" / "download" / "documents.parquet")
    return {row["id"] for row in table.to_pylist() if row["topic"] == topic}


def test_a_name_that_a_person_gave_is_marked_and_says_who_and_why(gallery):
    edit(gallery, 'type: rename, topic: 2, name: "<b>Felines</b>", who: Ana, why: more precise')
    gallery.build()
    row = shown(gallery)["<b>Felines</b>"]
    assert (row["topic"], row["named_by"], row["edited_by"], row["edited_why"]) == (2, "editors", "Ana", "more precise")
    page = gallery.page("one/topics/2/index.html")
    assert "&lt;b&gt;Felines&lt;/b&gt;" in page
    assert "<b>Felines" not in page
    assert 'title="named by the editors"' in page
    assert "Named by the editors: <bdi>Ana</bdi> (<bdi>more precise</bdi>)" in page
    assert "The editors gave 1 of the names" in gallery.page("one/about/index.html")
    assert "named by the editors" not in gallery.page("one/topics/1/index.html")
    assert audit_site(gallery.output) == []


@counts_words
def test_without_the_file_the_site_has_the_bytes_of_before_the_first_edit(gallery):
    gallery.build()
    before = snapshot(gallery.output)
    edit(gallery, "type: merge, topics: [2], into: 3, name: Animals", "type: delete, topics: [0]")
    gallery.build()
    assert snapshot(gallery.output) != before
    (gallery.root / "edits" / "one.yaml").unlink()
    gallery.build()
    assert snapshot(gallery.output) == before


@counts_words
def test_a_merged_topic_is_described_anew_and_its_old_page_leads_to_it(gallery):
    gallery.build()
    two, three = members(gallery, 2), members(gallery, 3)
    edit(gallery, "type: merge, topics: [3], into: 2, name: Animals")
    gallery.build()
    rows = shown(gallery)
    assert set(rows) == {"Animals", "Pasta", "Trains"}
    assert rows["Animals"]["size"] == 24
    assert rows["Animals"]["ctfidf"] != rows["Pasta"]["ctfidf"] == ["wordpasta", "text"]
    assert members(gallery, 2) == two | three
    moved = gallery.page("one/topics/3/index.html")
    assert '<meta http-equiv="refresh" content="0; url=../2/index.html">' in moved
    assert next(iter(rows)) == "Animals"
    assert audit_site(gallery.output) == []


@counts_words
def test_a_merged_topic_without_a_name_gets_one(gallery):
    edit(gallery, "type: merge, topics: [3], into: 2")
    gallery.build()
    (name,) = set(shown(gallery)) - {"Pasta", "Trains"}
    assert shown(gallery)[name]["named_by"] == "keywords"


@counts_words
def test_every_other_edit_reaches_the_site(gallery):
    gallery.build()
    before = {number: members(gallery, number) for number in range(-1, 4)}
    first, second = sorted(before[0])[:2]
    rest = sorted(before[1])[:5]
    edit(
        gallery,
        "type: hide, topics: [3]",
        f"type: split, topic: 1, new_id: 1000, name: Engines, documents: {json.dumps(rest)}",
        f"type: move, documents: {json.dumps([first])}, to: 2",
        f"type: move, documents: {json.dumps([second])}, to: outside",
        "type: parent, topics: [0, 2], name: Living & eating",
        "type: color, topic: 0, color: '#AA3355'",
        "type: order, topics: [1000]",
        "type: note, topic: 0, note: A <i>remark</i>.",
    )
    gallery.build()
    rows = shown(gallery)
    assert list(rows) == ["Engines", "Cats", "Pasta", "Trains"]
    assert members(gallery, 1000) == set(rest)
    assert members(gallery, 1) == before[1] - set(rest)
    assert members(gallery, 2) == before[2] | {first}
    assert members(gallery, -1) == before[-1] | before[3] | {second}
    assert rows["Pasta"]["parent_name"] == rows["Cats"]["parent_name"] == "Living & eating"
    assert "#aa3355" in gallery.page("one/topics/0/index.html")
    assert "A &lt;i&gt;remark&lt;/i&gt;." in gallery.page("one/topics/0/index.html")
    assert "taken out of topics by the editors" in gallery.page("one/about/index.html")
    assert audit_site(gallery.output) == []


@counts_words
def test_deleted_documents_leave_the_map_and_are_counted(gallery):
    gallery.build()
    noise = members(gallery, 3)
    edit(gallery, "type: delete, topics: [3]")
    gallery.build()
    ids = pq.read_table(gallery.output / "one" / "download" / "documents.parquet").column("id").to_pylist()
    assert len(ids) == ROWS - len(noise)
    assert not noise & set(ids)
    assert "deleted by the editors" in gallery.page("one/about/index.html")


@counts_words
def test_a_split_takes_what_texts_match(gallery):
    edit(gallery, r"type: split, topic: 0, new_id: 1000, name: Teens, matching: 'NUMBER 1\d\.'")
    gallery.build()
    assert shown(gallery)["Teens"]["size"] == 2


@counts_words
def test_a_renamed_topic_describes_none_anew(gallery, said):
    edit(gallery, "type: merge, topics: [3], into: 2, name: Animals")
    gallery.build()
    said()
    edit(gallery, "type: merge, topics: [3], into: 2, name: Beasts", "type: rename, topic: 0, name: Noodles")
    gallery.build()
    assert [stage for _, stage in work(said())] == ["edits", "membership", "edited_labels", "map"]


@counts_words
def test_edits_find_their_topics_after_a_rebuild_that_numbers_them_anew(gallery, monkeypatch, said):
    edit(gallery, "type: rename, topic: 2, name: Felines", "type: hide, topics: [0]", "type: rename, topic: 1, name: X")
    gallery.build()
    felines = members(gallery, 2)
    turned = [[3, 2, 1, 0, -1][topic] for topic in ASSIGNMENT]
    compute(gallery, monkeypatch, turned, NAMES[::-1], seed=2)
    for path in (gallery.root / ".sitegen" / "cache" / "latest" / "one").glob("continuity*"):
        path.unlink()  # as on a machine that never built this
    compute(gallery, monkeypatch, turned, NAMES[::-1], seed=3)
    said()
    gallery.build()
    assert "3 held, 0 in part, 0 orphaned" in said()
    assert set(shown(gallery)) == {"Felines", "X", "Dogs"}
    assert shown(gallery)["Felines"]["topic"] == 2
    assert members(gallery, 2) == felines


def test_an_edit_whose_topic_is_gone_is_told_and_applied_to_none(gallery, monkeypatch, said):
    edit(gallery, "type: rename, topic: 2, name: Felines", "type: rename, topic: 0, name: Noodles")
    gallery.build()
    scattered = np.array(ASSIGNMENT)
    two = np.flatnonzero(scattered == 2)
    scattered[two] = [-1, 0, 1, 3] * (len(two) // 4)
    scattered[scattered == 3] = 2
    compute(gallery, monkeypatch, scattered.tolist(), ["Pasta", "Trains", "Dogs"], seed=2)
    said()
    gallery.build()
    text = said()
    assert "1 held, 0 in part, 1 orphaned" in text
    assert "one.yaml:3:5: edits[0]: topic 2 ('Cats') is gone: of its documents are now 25%" in text
    assert "Felines" not in shown(gallery)
    assert "Noodles" in shown(gallery)
    project = gallery.project()
    stages = status(project, frozenset(), gallery.report)
    found = edit_outcomes(project, stages, gallery.report)["one"]
    assert [each.status for each in found] == ["orphaned", "held"]
    gallery.report.warnings = 0
    edit(gallery, "type: rename, topic: 2, name: Felines", "type: rename, topic: 0, name: Noodle dishes")
    with pytest.raises(PublishError, match="--strict"):
        gallery.build(strict=True)
    assert "Noodles" in shown(gallery)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "type: rename, topic: 57, name: X",
            r"one.yaml:3:19: edits\[0\].topic: topic 57 is not on the map; there are 0",
        ),
        ("type: move, documents: [nobody], to: 1", r"edits\[0\].documents\[0\]: no document has the id 'nobody'"),
        ("type: split, topic: 57, new_id: 1000, name: X, matching: x", r"topic 57 is not on the map"),
    ],
)
def test_an_edit_of_what_is_not_there_is_an_error_with_its_place(gallery, line, message):
    edit(gallery, line)
    with pytest.raises(ConfigError, match=message):
        gallery.build()
    assert not lock_path(gallery.root, "one").exists()


def test_stored_results_are_published_with_new_edits(gallery):
    gallery.build()
    edit(gallery, "type: rename, topic: 2, name: Felines")
    gallery.build(stored=True)
    assert "Felines" in shown(gallery)


def test_a_fingerprint_stays_until_no_edit_names_its_topic(gallery):
    edit(gallery, "type: rename, topic: 2, name: Felines", "type: note, topic: 1, note: Hm.")
    gallery.build()
    before = lock_path(gallery.root, "one").read_text("utf-8")
    gallery.build()
    assert lock_path(gallery.root, "one").read_text("utf-8") == before
    edit(gallery, "type: note, topic: 1, note: Hm.")
    gallery.build()
    kept = json.loads(lock_path(gallery.root, "one").read_text("utf-8"))
    assert list(kept["topics"]) == ["1"]
    assert f'"1": {json.dumps(kept["topics"]["1"])}' in before


def test_a_name_that_a_computed_topic_has_is_warned_of(gallery, said):
    edit(gallery, "type: rename, topic: 2, name: pasta")
    gallery.build()
    assert "topic 2 and topic 0 are both called 'Pasta'; rename one of them" in said()
