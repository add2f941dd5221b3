"""What people say of a topic, and who of them said which part."""

import numpy as np
import pytest

from sitegen.artifacts import NO_WORDS

from .built import Built

NAMES = ["Pasta", "Trains"]


@pytest.fixture
def built(tmp_path):
    return Built(tmp_path, np.repeat([0, 1], 20), NAMES)


def words_of(built, *lines):
    built.write(*lines)
    found = built.resolve()
    return {key: value for key, value in found.words[found.ids.index(1)].items() if value != NO_WORDS[key]}


def test_a_name_is_not_signed_by_who_wrote_a_note(built):
    found = words_of(
        built,
        "type: note, topic: 1, note: Hm, who: Bob, why: a remark",
        "type: rename, topic: 1, name: Rails",
        "type: color, topic: 1, color: '#aa3355', who: Cy",
    )
    assert found == {"name": "Rails", "note": "Hm", "noted_by": "Bob", "noted_why": "a remark", "color": "#aa3355"}


def test_a_description_of_another_hand_is_signed(built):
    found = words_of(
        built,
        "type: rename, topic: 1, name: Rails, who: Ana, why: So",
        "type: rename, topic: 1, description: Of rails., who: Bob",
    )
    signed = {"who": "Ana", "why": "So", "described_by": "Bob"}
    assert found == {"name": "Rails", "description": "Of rails.", **signed}
    found = words_of(built, "type: rename, topic: 1, name: Rails, description: Of rails., who: Ana")
    assert found == {"name": "Rails", "description": "Of rails.", "who": "Ana"}
