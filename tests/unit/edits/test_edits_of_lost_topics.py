"""A new edit from the preview means the topic that the page shows, also where the number is that of a lost topic."""

import json
import urllib.request

import numpy as np
import pytest

from sitegen.commands.serve.editor import Editor
from sitegen.commands.serve.server import serving
from sitegen.pipeline.edits.fingerprint import Lock, read_lock, write_lock
from sitegen.pipeline.edits.remember import remember_topics

from .built import Built
from .test_edits_build import ASSIGNMENT, Applied, compute, edit, gallery

__all__ = ["gallery"]
COLOR = {"type": "color", "topic": 2, "color": "#aa3355"}


class Page:
    """Asks the editor as a page does."""

    def __init__(self, address, token):
        self.address, self.token = address, token
        self.shown = self.ask("GET")

    def ask(self, method, **body):
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.address, data, {"x-sitegen-token": self.token}, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def add(self, *edits):
        before = self.shown["text"]
        self.shown = self.ask("POST", hash=self.shown["hash"], edits=edits)
        return before

    def undo(self, text):
        self.shown = self.ask("PUT", hash=self.shown["hash"], text=text)


class Latest:
    def latest(self):
        return 1, ""


@pytest.fixture
def page(gallery, monkeypatch):
    """A page whose topic 2 is the dogs, by edits of the cats, who had that number and are gone."""
    edit(
        gallery,
        "type: rename, topic: 2, name: Felines",
        "type: hide, topics: [1]",
        "type: order, topics: [2, 0]",
        "type: note, topic: 0, note: Hm.",
    )
    Applied(gallery)
    scattered = np.array(ASSIGNMENT)
    two = np.flatnonzero(scattered == 2)
    scattered[two] = [-1, 0, 1, 3] * (len(two) // 4)
    scattered[scattered == 3] = 2
    for path in (gallery.root / ".sitegen" / "cache").glob("*/*/continuity.json"):
        path.unlink()  # as on a machine that never built this
    compute(gallery, monkeypatch, scattered.tolist(), ["Pasta", "Trains", "Dogs"], seed=2)
    assert [each.status for each in Applied(gallery).outcomes] == ["orphaned", "held", "partly", "held"]
    editor = Editor(gallery.root / "datasets.yaml")
    with serving(gallery.root / "none", preview=Latest(), editor=editor) as port:
        yield Page(f"http://127.0.0.1:{port}/-sitegen-/edits/one", editor.token)


def test_a_new_edit_is_applied_to_the_topic_that_is_shown(page, gallery):
    assert page.shown["others"] == [2]
    page.add(COLOR)
    now = Applied(gallery)
    assert [each.status for each in now.outcomes] == ["held"] * 4
    assert now.edited.colors == {2: "#aa3355"}
    assert now.id("Dogs") == 2
    assert read_lock(gallery.root, "one").topics[2].name == "Dogs"
    page.add({"type": "note", "topic": 2, "note": "Good."})
    assert (page.shown["retired"], page.shown["others"]) == ([], [])


def test_what_was_said_of_the_lost_topic_becomes_a_comment(page):
    page.add(COLOR)
    assert page.shown["retired"] == [2]
    assert "  # - {type: rename, topic: 2, name: Felines}\n" in page.shown["text"]
    assert "  # - {type: order, topics: [2, 0]}\n" in page.shown["text"]
    assert [each["type"] for each in page.shown["edits"]] == ["hide", "order", "note", "color"]
    assert page.shown["edits"][1]["topics"] == [0]


def test_undo_brings_the_fingerprint_of_the_lost_topic_back(page, gallery):
    lock = read_lock(gallery.root, "one").topics[2]
    before = page.add(COLOR)
    Applied(gallery)
    page.undo(before)
    assert read_lock(gallery.root, "one").topics[2].name == lock.name == "Cats"
    now = Applied(gallery)
    assert [each.status for each in now.outcomes] == ["orphaned", "held", "partly", "held"]
    assert "Dogs" in now.names


def test_undo_brings_back_a_fingerprint_forgotten_by_a_build(page, gallery):
    before = page.shown["text"]
    page.undo("")
    Applied(gallery)
    assert read_lock(gallery.root, "one").topics == {}
    page.undo(before)
    assert [each.status for each in Applied(gallery).outcomes] == ["orphaned", "held", "partly", "held"]


def test_an_edit_of_another_topic_leaves_orphans_as_they_are(page, gallery):
    page.add({"type": "color", "topic": 0, "color": "#aa3355"})
    assert page.shown["retired"] == []
    assert [each.status for each in Applied(gallery).outcomes] == ["orphaned", "held", "partly", "held", "held"]


def test_a_build_does_not_write_over_what_the_editor_wrote(tmp_path):
    groups = np.repeat([0, 1, 2], 40)
    cats = Built(tmp_path, groups, ["Pasta", "Trains", "Cats"])
    cats.write("type: rename, topic: 2, name: Felines")
    cats.remember()
    dogs = Built(tmp_path, groups, ["Pasta", "Trains", "Dogs"])
    dogs.write("type: note, topic: 2, note: Good.", "type: note, topic: 1, note: Hm.")

    def load(name):  # while the build reads, the editor forgets the cats
        write_lock(tmp_path, "a", Lock())
        return getattr(dogs, name)

    remember_topics(tmp_path, dogs.dataset, load)
    assert {number: each.name for number, each in read_lock(tmp_path, "a").topics.items()} == {1: "Trains", 2: "Dogs"}
