"""Edits of topics on their way to the site: applied, found again after a rebuild, told where they are lost, removed."""

import json
import shutil
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pyarrow as pa
import pytest

from sitegen.artifacts import ABOVE_SCHEMA, ASPECT_SCHEMA, PARENT_LABEL_SCHEMA, PARENT_SCHEMA
from sitegen.commands.status import print_status
from sitegen.config import TopicsConfig
from sitegen.errors import ConfigError, PublishError
from sitegen.pipeline import EDIT_STAGES
from sitegen.pipeline.edits.fingerprint import lock_path
from sitegen.pipeline.topics.ctfidf import ClassTfidf
from sitegen.pipeline.topics.vectorizer import bag_of_words
from sitegen.site.edited import edited_map
from sitegen.site.output.audit import audit_site
from sitegen.workspace import Workspace
from tests.unit.helpers import clusters, embeddings, snapshot, topic_labels, topics
from tests.unit.running.test_build import ROWS, TOYS, Gallery, said, work

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


class Applied:
    """What a build makes of the edits, without its pages."""

    def __init__(self, gallery):
        self.project = gallery.project()
        self.workspace = Workspace(self.project, gallery.report)
        (self.dataset,) = self.project.config.datasets
        self.pipeline = self.workspace.pipeline(self.dataset)
        self.workspace.remember_topics(self.dataset, self.pipeline)
        names = ("documents", "edits", "edited_topics", "edited_labels", "continuity")
        if "edits" not in self.pipeline.names:
            names = ("documents", "topics", "labels", "continuity")
        found = [self.pipeline.load(name) for name in names]
        made = edited_map(*found) if len(found) == 5 else dict(zip(names, found, strict=True))
        self.documents, self.continuity = made["documents"], made["continuity"]
        self.topics, self.labels, self.edited = made["topics"], made["labels"], made.get("edited")

    @property
    def names(self):
        """Names of the topics in their order."""
        return [row["name"] for row in self.labels.rows()]

    def id(self, name):
        return self.continuity.ids[self.names.index(name)]

    def row(self, name):
        return self.topics.rows()[self.names.index(name)]

    def members(self, topic):
        """Ids of the documents of a topic."""
        ids = self.documents.column("id")
        return {ids[row] for row in np.flatnonzero(self.continuity.assignment == topic)}

    def parent(self, name):
        """Name of the group of a topic."""
        rank = self.names.index(name)
        names = [row["name"] for row in self.labels.parents.to_pylist()]
        return next(names[row["parent"]] for row in self.topics.parents.to_pylist() if rank in row["topics"])

    def number(self, group):
        """Number of a group, by its name."""
        return [row["name"] for row in self.labels.parents.to_pylist()].index(group)

    @property
    def outcomes(self):
        return self.workspace.resolved_edits(self.dataset, self.pipeline)


@pytest.mark.slow
@counts_words
def test_a_site_shows_edits_and_without_their_file_is_as_before(gallery):
    gallery.build()
    before = snapshot(gallery.output)
    edit(
        gallery,
        'type: rename, topic: 1, name: "<b>Rails</b>", who: Ana, why: more precise',
        "type: merge, topics: [3], into: 2, name: Animals",
        "type: delete, topics: [0]",
        "type: note, topic: 2, note: A <i>remark</i>., who: Bob, why: so",
        "type: rename, topic: 2, description: Beasts., who: Cy",
        "type: color, topic: 2, color: '#AA3355'",
    )
    gallery.build()
    rows = {row["name"]: row for row in json.loads(gallery.page("one/download/topics.json"))}
    rails = rows["<b>Rails</b>"]
    assert (rails["topic"], rails["named_by"], rails["edited_by"], rails["edited_why"]) == (
        *(1, "editors", "Ana", "more precise"),
    )
    assert (rows["Animals"]["size"], rows["Animals"]["note"]) == (24, "A <i>remark</i>.")
    page = gallery.page("one/topics/1/index.html")
    assert "&lt;b&gt;Rails&lt;/b&gt;" in page
    assert "<b>Rails" not in page
    assert 'title="named by the editors"' in page
    assert "Named by the editors: <bdi>Ana</bdi> (<bdi>more precise</bdi>)" in page
    assert "#aa3355" in gallery.page("one/topics/2/index.html")
    animals = gallery.page("one/topics/2/index.html")
    assert 'A &lt;i&gt;remark&lt;/i&gt;. <span class="soft">— <bdi>Bob</bdi> (<bdi>so</bdi>)</span>' in animals
    assert 'Beasts. <span class="soft">— <bdi>Cy</bdi></span>' in animals
    assert rows["Animals"]["edited_by"] == ""
    assert '<meta http-equiv="refresh" content="0; url=../2/index.html">' in gallery.page("one/topics/3/index.html")
    about = gallery.page("one/about/index.html")
    assert "The editors gave 2 of the names" in about
    assert "deleted by the editors" in about
    assert audit_site(gallery.output) == []
    edited = snapshot(gallery.output)
    shutil.rmtree(gallery.root / ".sitegen" / "cache" / "map")  # so that nothing is taken over from the map before
    gallery.build()
    assert snapshot(gallery.output) == edited
    (gallery.root / "edits" / "one.yaml").unlink()
    gallery.build()
    assert snapshot(gallery.output) == before


@counts_words
def test_a_merged_topic_is_described_anew_and_no_other_is(gallery):
    before = Applied(gallery)
    edit(gallery, "type: merge, topics: [3], into: 2, name: Animals")
    now = Applied(gallery)
    assert now.names == ["Animals", "Pasta", "Trains"]
    assert now.row("Animals")["size"] == 24
    assert now.row("Animals")["keywords"] != now.row("Pasta")["keywords"] == ["wordpasta", "text"]
    assert now.members(2) == before.members(2) | before.members(3)
    assert now.edited.redirects == ((3, 2),)


@counts_words
def test_words_keep_their_weights_among_the_computed_topics(tmp_path):
    texts = ["pasta sauce pasta", "train rail sauce", "cat dog purr", "dog cat bark"] * 5
    bag = bag_of_words(TopicsConfig(min_df=1), pa.chunked_array([texts]), tmp_path)
    computed = ClassTfidf(TopicsConfig(), bag, np.array([0, 1, 2, 3] * 5, np.int32))
    merged = np.array([1, 2, 0, 0] * 5, np.int32)
    now, counted_anew = computed.regrouped(merged), ClassTfidf(TopicsConfig(), bag, merged)
    assert abs(now.weights[1:] - computed.weights[:2]).max() == 0
    assert abs(counted_anew.weights[1:] - computed.weights[:2]).max() > 0.01
    assert (now.counts != counted_anew.counts).nnz == 0


@counts_words
@pytest.mark.parametrize("line", ["type: rename, topic: 3, name: X", "type: merge, topics: [3], into: 2, name: X"])
def test_layers_above_the_groups_stay(gallery, monkeypatch, line):
    before = topics([[f"word{name.lower()}", "text"] for name in NAMES], ASSIGNMENT)
    groups = [(0, [0]), (1, [1, 2, 3])]  # a layer that is given may have a group of one topic
    parents = [{"parent": number, "topics": ranks, "size": 12, "keywords": []} for number, ranks in groups]
    above = pa.table([[0, 1], [["Food", "Things"], ["Beings", "Things"]]], schema=ABOVE_SCHEMA)
    layered = replace(before, parents=pa.Table.from_pylist(parents, PARENT_SCHEMA), above=above)
    monkeypatch.setitem(TOYS, "topics", lambda **_: layered)
    names = [{"parent": number, "name": f"Group {number}", "named_by": "given", "answers": []} for number in range(2)]
    labelled = replace(topic_labels(NAMES), parents=pa.Table.from_pylist(names, PARENT_LABEL_SCHEMA))
    monkeypatch.setitem(TOYS, "labels", lambda **_: labelled)
    gallery.datasets["one"]["topics"] = {"representations": [], "keywords": 9}
    gallery.fill()
    edit(gallery, line)
    now = Applied(gallery)
    known = {row["parent"]: row["above"] for row in now.topics.above.to_pylist()}
    assert known == {now.number("Group 0"): ["Food", "Things"], now.number("Group 1"): ["Beings", "Things"]}
    edit(gallery, line, "type: parent, topics: [0, 1], name: Ours")
    now = Applied(gallery)
    known = {row["parent"]: row["above"] for row in now.topics.above.to_pylist()}
    assert (known[now.number("Ours")], known[now.number("Group 1")]) == ([], ["Beings", "Things"])


@counts_words
@pytest.mark.parametrize("line", ["type: rename, topic: 3, name: X", "type: merge, topics: [3], into: 2, name: X"])
def test_topics_that_stay_keep_their_further_words(gallery, monkeypatch, line):
    words = [{"topic": number, "name": "Verbs", "words": [f"verb{number}"]} for number in range(4)]
    before = topics([[f"word{name.lower()}", "text"] for name in NAMES], ASSIGNMENT)
    further = replace(before, aspects=pa.Table.from_pylist(words, ASPECT_SCHEMA))
    monkeypatch.setitem(TOYS, "topics", lambda **_: further)
    gallery.datasets["one"]["topics"] = {"representations": [], "keywords": 9}
    gallery.fill()
    edit(gallery, line)
    now = Applied(gallery)
    known = {now.names[row["topic"]]: row["words"] for row in now.topics.aspects.to_pylist()}
    assert known["Pasta"] == [f"verb{NAMES.index('Pasta')}"]
    assert ("X" in known) == line.startswith("type: rename")


def test_topics_merged_by_clusters_are_told_once_and_redirected(gallery, monkeypatch):
    edit(gallery, "type: merge, topics: [3], into: 2, name: Animals", "type: merge, topics: [1], into: 0, name: X")
    Applied(gallery)
    both = [2 if topic == 3 else topic for topic in ASSIGNMENT]
    compute(gallery, monkeypatch, both, ["Pasta", "Trains", "Animals"], seed=2)
    now = Applied(gallery)
    assert now.outcomes[0].status == "held"
    assert now.outcomes[0].say.count("topic 3") == 1
    assert (3, 2) in now.edited.redirects


def test_edits_find_their_topics_without_the_embeddings():
    (stage,) = (stage for stage in EDIT_STAGES if stage.name == "edits")
    assert "embeddings" not in stage.inputs


@counts_words
def test_a_merged_topic_without_a_name_gets_one(gallery, monkeypatch):
    monkeypatch.setattr("sitegen.pipeline.labels.namer.word_encoder", lambda *_: None)
    edit(gallery, "type: merge, topics: [3], into: 2")
    now = Applied(gallery)
    assert now.labels.rows()[0]["named_by"] == "keywords"
    assert len(set(now.names)) == 3


@counts_words
def test_every_other_edit_reaches_the_map(gallery):
    before = Applied(gallery)
    first, second = sorted(before.members(0))[:2]
    rest = sorted(before.members(1))[:5]
    edit(
        gallery,
        "type: hide, topics: [3]",
        f"type: split, topic: 1, new_id: 1000, name: Engines, documents: {json.dumps(rest)}",
        f"type: move, documents: {json.dumps([first])}, to: 2",
        f"type: move, documents: {json.dumps([second])}, to: outside",
        "type: parent, topics: [0, 2], name: Living & eating",
        "type: order, topics: [1000]",
    )
    now = Applied(gallery)
    assert now.names == ["Engines", "Cats", "Pasta", "Trains"]
    assert now.members(1000) == set(rest)
    assert now.members(1) == before.members(1) - set(rest)
    assert now.members(2) == before.members(2) | {first}
    assert now.members(-1) == before.members(-1) | before.members(3) | {second}
    assert now.parent("Pasta") == now.parent("Cats") == "Living & eating"
    assert now.edited.hidden == len(before.members(3)) + 1


@counts_words
def test_deleted_documents_leave_the_map_and_are_counted(gallery):
    before = Applied(gallery)
    edit(gallery, "type: delete, topics: [3]")
    now = Applied(gallery)
    assert len(now.documents) == ROWS - len(before.members(3)) == len(now.continuity.layout)
    assert not before.members(3) & set(now.documents.column("id"))
    assert now.documents.dropped["deleted by the editors"] == 12
    assert now.members(2) == before.members(2)
    texts, known = now.documents.column("text"), before.documents.column("text")
    assert [texts[row] for row in now.row("Cats")["representatives"]] == [
        known[row] for row in before.row("Cats")["representatives"]
    ]


@counts_words
def test_a_split_takes_what_texts_match(gallery):
    edit(gallery, r"type: split, topic: 0, new_id: 1000, name: Teens, matching: 'NUMBER 1\d\.'")
    now = Applied(gallery)
    assert now.row("Teens")["size"] == 2


@counts_words
def test_a_split_takes_what_was_merged_into_its_topic(gallery):
    before = Applied(gallery)
    own, other = sorted(before.members(2))[0], sorted(before.members(3))[0]
    outside = sorted(before.members(-1))[0]
    edit(
        gallery,
        "type: merge, topics: [3], into: 2, name: Animals",
        f"type: split, topic: 2, new_id: 1000, name: Lions, documents: {json.dumps([own, other, outside])}",
        "type: split, topic: 1000, new_id: 1001, name: Cubs, matching: '.'",
    )
    now = Applied(gallery)
    assert now.members(1001) == {own, other}
    assert now.members(2) == (before.members(2) | before.members(3)) - {own, other}
    assert [each.status for each in now.outcomes] == ["held", "partly", "held"]
    assert f"1 of 3 documents are in other topics, such as '{outside}'" in now.outcomes[1].say


@counts_words
def test_a_renamed_topic_describes_none_anew(gallery, said):
    edit(gallery, "type: merge, topics: [3], into: 2, name: Animals")
    Applied(gallery)
    said()
    edit(gallery, "type: merge, topics: [3], into: 2, name: Beasts", "type: rename, topic: 0, name: Noodles")
    assert Applied(gallery).names == ["Beasts", "Noodles", "Trains"]
    assert [stage for _, stage in work(said())] == ["edits", "membership", "edited_labels"]


def test_edits_find_their_topics_after_a_renumbering_rebuild(gallery, monkeypatch):
    edit(gallery, "type: rename, topic: 2, name: Felines", "type: rename, topic: 1, name: X")
    felines = Applied(gallery).members(2)
    turned = [[3, 2, 1, 0, -1][topic] for topic in ASSIGNMENT]
    for path in (gallery.root / ".sitegen" / "cache").glob("*/*/continuity.json"):
        path.unlink()  # as on a machine that never built this
    compute(gallery, monkeypatch, turned, NAMES[::-1], seed=2)
    now = Applied(gallery)
    assert [each.status for each in now.outcomes] == ["held", "held"]
    assert set(now.names) == {"Felines", "X", "Pasta", "Dogs"}
    assert now.id("Felines") == 2
    assert now.members(2) == felines


@pytest.mark.slow
def test_an_edit_of_a_lost_topic_is_told_and_applied_to_none(gallery, monkeypatch, said):
    edit(gallery, "type: rename, topic: 2, name: Felines", "type: rename, topic: 0, name: Noodles")
    Applied(gallery)
    scattered = np.array(ASSIGNMENT)
    two = np.flatnonzero(scattered == 2)
    scattered[two] = [-1, 0, 1, 3] * (len(two) // 4)
    scattered[scattered == 3] = 2
    compute(gallery, monkeypatch, scattered.tolist(), ["Pasta", "Trains", "Dogs"], seed=2)
    said()
    with pytest.raises(PublishError, match="--strict"):
        gallery.build(strict=True)
    text = said()
    assert "1 held, 0 in part, 1 orphaned" in text
    assert "one.yaml:3:5: edits[0]: topic 2 ('Cats') is gone: of its documents are now 25%" in text
    assert set(Applied(gallery).names) == {"Noodles", "Trains", "Dogs"}
    lines = []
    with pytest.raises(ConfigError, match=r"1 edit\(s\) lost their topics"):
        print_status(gallery.project(), frozenset(), gallery.report, lines.append, strict=True)
    assert [line[:21] for line in lines[:2]] == ["one", "  documents     fresh"]
    (lost,) = lines[lines.index("  1 of 2 edits hold") + 1 :]
    assert lost.startswith("    orphaned  ")
    assert "one.yaml:3:5: edits[0]: topic 2 (" in lost


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "type: rename, topic: 57, name: X",
            r"one.yaml:3:20: edits\[0\].topic: topic 57 is not on the map; there are 0",
        ),
        ("type: move, documents: [nobody], to: 1", r"edits\[0\].documents\[0\]: no document has the id 'nobody'"),
        ("type: split, topic: 57, new_id: 1000, name: X, matching: x", r"topic 57 is not on the map"),
    ],
)
def test_an_edit_of_what_is_absent_is_an_error_with_its_place(gallery, line, message):
    edit(gallery, line)
    with pytest.raises(ConfigError, match=message):
        Applied(gallery)
    assert not lock_path(gallery.root, "one").exists()


@pytest.mark.slow
def test_stored_results_are_published_with_new_edits(gallery):
    Applied(gallery)
    edit(gallery, "type: rename, topic: 2, name: Felines")
    gallery.datasets["one"]["seed"] = 99  # so that every computed stage is stale
    gallery.build(stored=True)
    assert "Felines" in gallery.page("one/topics/2/index.html")


def test_a_fingerprint_stays_until_no_edit_names_its_topic(gallery):
    edit(gallery, "type: rename, topic: 2, name: Felines", "type: note, topic: 1, note: Hm.")
    Applied(gallery)
    before = lock_path(gallery.root, "one").read_text("utf-8")
    Applied(gallery)
    assert lock_path(gallery.root, "one").read_text("utf-8") == before
    edit(gallery, "type: note, topic: 1, note: Hm.")
    Applied(gallery)
    kept = json.loads(lock_path(gallery.root, "one").read_text("utf-8"))
    assert list(kept["topics"]) == ["1"]
    assert f'"1": {json.dumps(kept["topics"]["1"])}' in before


def test_a_name_that_a_computed_topic_has_is_warned_of(gallery):
    edit(gallery, "type: rename, topic: 2, name: pasta")
    told = [each.say for each in Applied(gallery).outcomes]
    assert "topic 2 and topic 0 are both called 'Pasta'; rename one of them" in told


@pytest.mark.slow
@counts_words
def test_a_merge_leaves_what_is_made_of_documents_alone(gallery):
    gallery.build()
    before = {path.name for path in (gallery.output / "one" / "map").iterdir()}
    edit(gallery, "type: merge, topics: [3], into: 2, name: Animals")
    gallery.build()
    after = {path.name for path in (gallery.output / "one" / "map").iterdir()}
    kept = {name.split("-")[0] for name in before & after if "-" in name and not name.startswith("search-topics")}
    assert {"search", "titles", "texts", "fields", "columns", "neighbors"} <= kept
    assert [name for name in after - before if name.startswith("search")] == [
        name for name in after if name.startswith("search-topics")
    ]
