"""An edit made in the preview is added to the file: comments stay, and nothing in it contradicts itself."""

import pytest

from sitegen.commands.serve.edits_text import add_edit
from sitegen.config.edits_file import parse_edits
from sitegen.errors import ConfigError

TEXT = """\
# Ours, since 2026.
dataset: a
edits:
  # the old name was wrong
  - type: rename
    topic: 1
    name: "Pets"   # agreed
    who: Ana
  - {type: move, documents: [d1, d2], to: 3}
"""


def added(*edits, text=TEXT):
    for edit in edits:
        text = add_edit(text, "a", edit, "a.yaml")
    return text, [each.model_dump(exclude_none=True) for each in parse_edits(text, "a.yaml", "a").file.edits]


def test_comments_and_other_edits_stay_as_they_are_written():
    text, _ = added({"type": "hide", "topics": [5]})
    assert text.startswith(TEXT)
    assert text[len(TEXT) :] == "  - type: hide\n    topics:\n      - 5\n"


def test_the_first_edit_makes_the_file():
    text, edits = added({"type": "rename", "topic": 1, "name": "<b>x</b>: 'y'"}, text="")
    assert text.startswith("dataset: a\nedits:\n")
    assert edits == [{"type": "rename", "topic": 1, "name": "<b>x</b>: 'y'"}]


def test_a_topic_that_is_renamed_again_has_one_name():
    text, edits = added({"type": "rename", "topic": 1, "name": "Beasts"})
    assert edits[0] == {"type": "rename", "topic": 1, "name": "Beasts", "who": "Ana"}
    assert "# agreed" in text


def test_what_was_said_of_a_merged_topic_goes():
    _, edits = added({"type": "merge", "topics": [1], "into": 2, "name": "All"})
    assert edits[-1] == {"type": "merge", "topics": (1,), "into": 2, "name": "All"}
    assert [each["type"] for each in edits] == ["move", "merge"]


def test_a_merge_into_the_same_topic_is_the_same_merge():
    _, edits = added({"type": "merge", "topics": [4], "into": 2}, {"type": "merge", "topics": [5], "into": 2})
    assert edits[-1] == {"type": "merge", "topics": (4, 5), "into": 2}


def test_a_merged_topic_is_hidden_with_all_its_parts():
    _, edits = added({"type": "merge", "topics": [4], "into": 2}, {"type": "hide", "topics": [2]})
    assert edits[-1] == {"type": "hide", "topics": (2, 4)}
    assert "merge" not in [each["type"] for each in edits]


def test_a_document_is_moved_to_one_topic():
    _, edits = added({"type": "move", "documents": ["d2"], "to": "outside"})
    assert edits[1:] == [
        {"type": "move", "documents": ("d1",), "to": 3},
        {"type": "move", "documents": ("d2",), "to": "outside"},
    ]


@pytest.mark.parametrize(
    "edit",
    [
        {"type": "renam", "topic": 1},
        {"type": "rename", "topic": "1", "name": "x"},
        {"type": "rename", "topic": 1, "name": "a\nb"},
        {"type": "hide", "topics": [3]},  # a document was moved there
        {"type": "move", "documents": [], "to": 1},
    ],
)
def test_what_is_no_edit_is_refused(edit):
    with pytest.raises(ConfigError, match=r"a\.yaml:\d+:\d+: edits"):
        added(edit)


def test_a_file_that_is_wrong_already_is_not_touched():
    with pytest.raises(ConfigError, match="unknown key"):
        added({"type": "hide", "topics": [5]}, text="dataset: a\nedit: []\n")
