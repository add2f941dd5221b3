"""An edit that lost its topic changes nothing, also where another topic has its number now."""

import numpy as np
import pytest

from sitegen.artifacts import NO_WORDS
from sitegen.pipeline.edits.fingerprint import lock_path

from .built import Built

BEFORE = np.repeat([0, 1, 2, 3, 4], 40)
NAMES = ["Pasta", "Trains", "Cats", "Dogs", "Birds"]


def without_cats(root):
    """A build with ids from 0 in which the cats are in all topics, and the dogs have their number."""
    after = BEFORE.copy()
    after[BEFORE == 2] = np.tile([0, 1, 3, 4], 10)
    after[after > 2] -= 1
    return Built(root, after, ["Pasta", "Trains", "Dogs", "Birds"])


def statuses(found):
    return [each["status"] for each in found.outcomes]


def test_no_words_of_a_lost_topic_go_to_another(tmp_path):
    first = Built(tmp_path, BEFORE, NAMES)
    first.write(
        "type: rename, topic: 2, name: Felines, description: About cats., who: Ana, why: So",
        "type: color, topic: 2, color: '#aa3355'",
        "type: note, topic: 2, note: A note",
    )
    assert statuses(first.resolve()) == ["held"] * 3
    found = without_cats(tmp_path).resolve()
    assert statuses(found) == ["orphaned"] * 3
    assert 2 in found.ids
    assert found.words == [NO_WORDS] * 4


def test_no_group_or_order_of_a_lost_topic_goes_to_another(tmp_path):
    first = Built(tmp_path, BEFORE, NAMES)
    first.write("type: parent, topics: [2, 0], name: Ours", "type: order, topics: [2, 1]")
    assert first.resolve().ids[:2] == [2, 1]
    found = without_cats(tmp_path).resolve()
    assert statuses(found) == ["partly"] * 2
    assert [[found.ids[rank] for rank in group["topics"]] for group in found.parents] == [[0]]
    assert found.ids == [1, 0, 2, 3]


def test_a_merge_of_lost_topics_renames_nothing(tmp_path):
    first = Built(tmp_path, BEFORE, NAMES)
    first.write("type: merge, topics: [2], into: 0, name: Pasta and cats")
    assert statuses(first.resolve()) == ["held"]
    found = without_cats(tmp_path).resolve()
    assert statuses(found) == ["orphaned"]
    assert found.words == [NO_WORDS] * 4


def test_no_page_leads_away_from_a_shown_topic(tmp_path):
    first = Built(tmp_path, BEFORE, NAMES)
    first.write("type: merge, topics: [3], into: 2, name: Animals")
    assert first.resolve().redirects == [[3, 2]]
    after = np.array([0, 1, 2, 2, 3])[BEFORE]  # the clusters merged both, and the birds have the number of the dogs
    found = Built(tmp_path, after, ["Pasta", "Trains", "Animals", "Birds"]).resolve()
    assert statuses(found) == ["held"]
    assert 3 in found.ids
    assert found.redirects == []


def test_a_topic_is_never_proposed_in_its_own_place(tmp_path):
    first = Built(tmp_path, BEFORE, NAMES)
    first.write("type: rename, topic: 2, name: Felines", "type: note, topic: 1, note: A note")
    first.resolve()
    after = BEFORE.copy()
    after[BEFORE == 2] = np.repeat([2, 0, 1], [16, 12, 12])
    after[:12] = 2
    now = Built(tmp_path, after, NAMES, first.continuity)
    outcome, _ = now.resolve().outcomes
    assert outcome["status"] == "orphaned"
    assert "40% in topic 2 ('Cats')" in outcome["say"]
    assert "name topic 2 instead" not in outcome["say"]
    path = lock_path(tmp_path, "a")
    assert 'remove the line "2" from the lock file' in outcome["say"]
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith('"2":')))
    assert statuses(now.resolve()) == ["held"] * 2


def test_the_topic_that_has_the_number_now_is_told(tmp_path):
    first = Built(tmp_path, BEFORE, NAMES)
    first.write("type: rename, topic: 2, name: Felines")
    first.resolve()
    (outcome,) = without_cats(tmp_path).resolve().outcomes
    assert "name topic 0 instead" in outcome["say"]
    assert "the topic that has this number now ('Dogs')" in outcome["say"]


@pytest.mark.parametrize("rest", [None, "dataset: a\nedits: []\n"])
def test_an_edit_meets_no_fingerprint_of_one_removed(tmp_path, rest):
    first = Built(tmp_path, BEFORE, NAMES)
    first.write("type: rename, topic: 2, name: Felines")
    first.resolve()
    path = tmp_path / "edits" / "a.yaml"
    path.unlink() if rest is None else path.write_text(rest)
    first.remember()
    assert not lock_path(tmp_path, "a").exists()
    later = Built(tmp_path, np.array([1, 3, 0, 2, 4])[BEFORE], ["Cats", "Pasta", "Dogs", "Trains", "Birds"])
    later.write("type: rename, topic: 2, name: Hounds")
    found = later.resolve()
    (rank,) = (rank for rank, words in enumerate(found.words) if words["name"] == "Hounds")
    assert NAMES[BEFORE[np.flatnonzero(found.assignment == rank)[0]]] == "Dogs"
