"""Thousands of edits of thousands of topics: each is applied, and their number does not multiply with the topics'."""

import time

import numpy as np
import pytest

from sitegen.errors import ConfigError

from .built import Built

PER_TOPIC = 4
KINDS = 10


class Map(Built):
    """A map of so many topics of four documents each, with an edit of every kind for each dozen of topics."""

    def __init__(self, root, dozens):
        self.dozens, count = dozens, 12 * dozens
        self.before = np.repeat(np.arange(count), PER_TOPIC).astype(np.int32)
        super().__init__(root, self.before, [f"Topic {number}" for number in range(count)])

    def edits_of_all_kinds(self):
        for first in range(0, 12 * self.dozens, 12):
            row = first * PER_TOPIC
            yield f"type: rename, topic: {first}, name: Name {first}"
            yield f"type: merge, topics: [{first + 1}], into: {first + 2}"
            new = f"new_id: {50_000 + first}, name: Split {first}"
            yield f'type: split, topic: {first + 3}, {new}, documents: ["{row + 3 * PER_TOPIC}"]'
            yield f"type: hide, topics: [{first + 4}]"
            yield f"type: delete, topics: [{first + 5}]"
            yield f'type: move, documents: ["{row + 6 * PER_TOPIC}"], to: {first + 7}'
            yield f"type: parent, topics: [{first + 8}, {first + 9}], name: Group {first}"
            yield f"type: color, topic: {first + 10}, color: '#aa3355'"
            yield f"type: order, topics: [{first + 11}]"
            yield f"type: note, topic: {first + 11}, note: A note"


def test_every_one_of_a_thousand_edits_is_applied(tmp_path):
    made = Map(tmp_path, 100)
    made.write(*made.edits_of_all_kinds())
    found = made.resolve()
    assert [outcome["status"] for outcome in found.outcomes] == ["held"] * 100 * KINDS
    wanted = made.before.copy().reshape(-1, 12, PER_TOPIC)
    wanted[:, 1] += 1
    wanted[:, 3, 0] = 50_000 + 12 * np.arange(100)
    wanted[:, 4:6] = -1
    wanted[:, 6, 0] += 1
    assert np.array_equal(np.array([*found.ids, -1])[found.assignment], wanted.ravel())
    assert np.array_equal(
        found.deleted.reshape(-1, PER_TOPIC), 48 * np.arange(100)[:, None] + 20 + np.arange(PER_TOPIC)
    )
    assert found.redirects == [[first + 1, first + 2] for first in range(0, 1200, 12)]
    assert found.ids[:100] == list(range(11, 1200, 12))
    words = dict(zip(found.ids, found.words, strict=True))
    assert (words[12]["name"], words[22]["color"], words[23]["note"]) == ("Name 12", "#aa3355", "A note")
    assert {group["name"] for group in found.parents} == {f"Group {first}" for first in range(0, 1200, 12)}


@pytest.mark.slow
def test_time_for_edits_does_not_grow_with_their_square(tmp_path):
    seconds = []
    for dozens in (50, 400):
        made = Map(tmp_path / str(dozens), dozens)
        made.write(*made.edits_of_all_kinds())
        started = time.process_time()
        made.resolve()
        seconds.append(time.process_time() - started)
    assert seconds[1] < 20 * seconds[0]


def test_thousands_of_missing_topics_are_told_at_once(tmp_path):
    made = Map(tmp_path, 200)
    made.write(*(f"type: note, topic: {number}, note: A note" for number in range(3000, 5000)))
    started = time.process_time()
    with pytest.raises(ConfigError) as caught:
        made.resolve()
    assert time.process_time() - started < 30
    lines = str(caught.value).splitlines()
    assert len(lines) == 2000
    assert "topic 3000 is not on the map; there are 2388, 2389" in lines[0]
