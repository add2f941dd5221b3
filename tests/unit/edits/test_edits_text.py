"""An edit made in the preview is added to the file: comments stay, and nothing in it contradicts itself."""

import pytest

from sitegen.commands.serve.edits_text import change_edits
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
        text = change_edits(text, "a", "a.yaml", [edit])
    return text, [each.model_dump(exclude_none=True) for each in parse_edits(text, "a.yaml", "a").file.edits]


def test_comments_and_other_edits_stay_as_they_are_written():
    text, _ = added({"type": "hide", "topics": [5]})
    assert text.startswith(TEXT)
    assert text[len(TEXT) :] == "  - type: hide\n    topics:\n      - 5\n"


COMMENTED = """\
dataset: a
edits:
  # About all of them.

  # why 1 has another name
  - type: rename
    topic: 1
    name: Pets
    description: Of pets.

  # why 2 is hidden
  - type: hide
    topics: [2]  # it is noise
  # why 5 is a part of 6
  - type: merge
    topics:
      - 5  # five
    into: 6
  # why d1 is outside
  - {type: move, documents: [d1], to: outside}  # agreed

# why 9 may be a part of 8
#   - type: merge
#     topics: [9]
#     into: 8
"""


@pytest.mark.parametrize(
    ("edit", "without"),
    [
        ({"type": "hide", "topics": [1]}, ("# why 1 has another name",)),
        ({"type": "merge", "topics": [2], "into": 3}, ("# why 2 is hidden", "# it is noise")),
        ({"type": "merge", "topics": [7], "into": 6}, ()),
        ({"type": "merge", "topics": [7], "into": 1, "description": "Of animals."}, ()),
        ({"type": "hide", "topics": [6]}, ("# why 5 is a part of 6", "# five")),
        ({"type": "move", "documents": ["d1"], "to": 3}, ("# why d1 is outside", "# agreed")),
        ({"type": "rename", "topic": 1, "name": "Beasts", "who": "Ana"}, ()),
    ],
)
def test_comments_stay_with_their_edits(edit, without):
    text, _ = added(edit, text=COMMENTED)
    new, old = ([line.strip() for line in each.splitlines()] for each in (text, COMMENTED))
    for at, line in enumerate(old):
        if "#" not in line:
            continue
        comment = line[line.index("#") :]
        assert (comment in text) == (comment not in without)
        if line.startswith("# why") and comment in text and old[at + 1].startswith("-"):
            assert new[new.index(line) + 1].startswith(old[at + 1][:12])


def test_suggestions_stay_when_an_accepted_one_is_hidden():
    suggestions = "\n# topic 3: no word of its own\n#   - type: hide\n#     topics: [3]\n"
    accepted = "\n# topic 2: twins\n  - type: merge\n    topics: [2]\n    into: 5\n"
    text, edits = added({"type": "hide", "topics": [5]}, text=f"dataset: a\nedits:\n{accepted}{suggestions}")
    assert text.endswith(suggestions)
    assert edits == [{"type": "hide", "topics": (5, 2)}]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("dataset: a\n", "dataset: a\nedits:\n  - type: hide\n"),
        ("edits: []  # none\ndataset: a\n", "edits:  # none\n  - type: hide\n"),
        ("edits:  # none yet\n# later\ndataset: a", "edits:  # none yet\n  - type: hide\n"),
        ("edits:\n- type: hide\n  topics: [2]\ndataset: a\n", "edits:\n- type: hide\n  topics: [2]\n- type: hide\n"),
        (
            "dataset: a\nedits:\n    - {type: hide, topics: [2]}",
            "dataset: a\nedits:\n    - {type: hide, topics: [2]}\n",
        ),
    ],
)
def test_an_edit_is_written_as_the_others_are(text, start):
    changed, edits = added({"type": "hide", "topics": [7]}, text=text)
    assert changed.startswith(start)
    assert edits[-1] == {"type": "hide", "topics": (7,)}


@pytest.mark.parametrize(
    "edits", ["[{type: hide, topics: [2]}]", "\n  - {type: hide, topics: &x [2]}\n  - {type: order, topics: [4]}"]
)
def test_edits_that_lines_do_not_tell_apart_are_left(edits):
    with pytest.raises(ConfigError, match=r"a\.yaml:2:1: edits.* by hand"):
        added({"type": "hide", "topics": [7]}, text=f"dataset: a\nedits: {edits}\n")


def test_a_topic_that_comes_first_again_comes_last_of_these():
    _, edits = added({"type": "order", "topics": [1, 2]}, {"type": "order", "topics": [1]}, text="")
    assert edits == [{"type": "order", "topics": (2, 1)}]


def test_the_first_edit_makes_the_file():
    text, edits = added({"type": "rename", "topic": 1, "name": "<b>x</b>: 'y'"}, text="")
    assert text.startswith("dataset: a\nedits:\n")
    assert edits == [{"type": "rename", "topic": 1, "name": "<b>x</b>: 'y'"}]


def test_a_topic_that_is_renamed_again_has_one_name():
    text, edits = added({"type": "rename", "topic": 1, "name": "Beasts"})
    assert edits[0] == {"type": "rename", "topic": 1, "name": "Beasts"}  # which is not by Ana
    assert "# agreed" in text
    _, edits = added({"type": "rename", "topic": 1, "description": "About them."})
    assert edits[0] == {"type": "rename", "topic": 1, "name": "Pets", "description": "About them.", "who": "Ana"}


def test_who_merged_and_who_named_are_kept_apart():
    ana = {"type": "merge", "topics": [4], "into": 2, "name": "All", "who": "Ana", "why": "twins"}
    bob = {"type": "merge", "topics": [5], "into": 2, "who": "Bob"}
    _, edits = added(ana, bob)
    assert edits[-2:] == [{**ana, "topics": (4,)}, {**bob, "topics": (5,)}]
    _, edits = added(ana, {**bob, "name": "Both"})
    assert edits[-2:] == [
        {"type": "merge", "topics": (4,), "into": 2, "who": "Ana", "why": "twins"},
        {**bob, "name": "Both", "topics": (5,)},
    ]
    _, edits = added(ana, {"type": "rename", "topic": 2, "name": "Both", "who": "Bob"})
    assert [edits[-2].get("name"), edits[-1]["name"], edits[-2]["who"], edits[-1]["who"]] == [
        None,
        "Both",
        "Ana",
        "Bob",
    ]


def test_a_topic_split_off_is_renamed_where_it_is_split():
    split = {"type": "split", "topic": 7, "new_id": 1000, "name": "Cats", "documents": ["d9"]}
    _, edits = added(split, {"type": "rename", "topic": 1000, "name": "Felines", "who": "Bob"})
    assert edits[-1] == {**split, "documents": ("d9",), "name": "Felines", "who": "Bob"}
    merge = {"type": "merge", "topics": [8], "into": 1000, "who": "Bob"}
    _, edits = added(split, merge)
    assert edits[-2:] == [{**split, "documents": ("d9",)}, {**merge, "topics": (8,)}]


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


SPLIT = {"type": "split", "topic": 7, "new_id": 1000, "name": "Cats", "documents": ["d1", "d2"]}
MOVED = {"type": "move", "documents": ["d1"], "to": 3}


@pytest.mark.parametrize(
    ("edit", "to"), [({"type": "hide", "topics": [3]}, "outside"), ({"type": "merge", "topics": [3], "into": 2}, 2)]
)
def test_documents_moved_to_a_topic_that_goes_go_with_it(edit, to):
    _, edits = added(MOVED, edit, text="")
    assert edits[0] == {**MOVED, "documents": ("d1",), "to": to}
    assert edits[1]["type"] == edit["type"]


@pytest.mark.parametrize("earlier", [MOVED, SPLIT])
def test_documents_are_split_off_that_were_moved_before(earlier):
    later = {"type": "split", "topic": 3, "new_id": 1001, "name": "Dogs", "documents": ["d1"]}
    _, edits = added(earlier, later, text="")
    assert edits[-1] == {**later, "documents": ("d1",)}
    assert [each["documents"] for each in edits[:-1]] == ([("d2",)] if earlier is SPLIT else [])


def test_what_is_split_off_again_comes_from_where_it_was():
    _, edits = added(SPLIT, {**SPLIT, "topic": 1000, "new_id": 1001, "name": "Kittens", "documents": ["d2"]}, text="")
    assert [(each["topic"], each["new_id"], each["documents"]) for each in edits] == [
        (7, 1000, ("d1",)),
        (7, 1001, ("d2",)),
    ]


def test_a_merged_topic_gives_its_name_to_the_next():
    chain = ({"type": "merge", "topics": [a], "into": b, "name": "Pets"} for a, b in ((4, 2), (2, 7)))
    _, edits = added(*chain, text="")
    assert [each["into"] for each in edits] == [2, 7]
    _, edits = added(SPLIT, {"type": "merge", "topics": [1000], "into": 8, "name": "Cats"}, text="")
    assert [each["name"] for each in edits] == ["Cats", "Cats"]


@pytest.mark.parametrize(
    "about",
    [
        {"type": "color", "topic": 1000, "color": "#aabbcc"},
        {"type": "order", "topics": [1000]},
        {"type": "merge", "topics": [8], "into": 1000},
        {"type": "merge", "topics": [1000], "into": 8},
        {"type": "move", "documents": ["d3"], "to": 1000},
        {"type": "hide", "topics": [1000]},
    ],
)
def test_nothing_is_said_of_a_topic_that_is_no_longer_split_off(about):
    back = {"type": "move", "documents": ["d1", "d2"], "to": 4}
    _, edits = added(SPLIT, about, back, text="")
    assert edits == [{**back, "documents": ("d1", "d2")}]


def test_documents_moved_to_where_they_were_split_stay_there():
    _, edits = added(SPLIT, {"type": "move", "documents": ["d1", "d2"], "to": 1000}, text="")
    assert [each["type"] for each in edits] == ["split", "move"]


@pytest.mark.parametrize(
    "edit",
    [
        {"type": "renam", "topic": 1},
        {"type": "rename", "topic": "1", "name": "x"},
        {"type": "rename", "topic": 1, "name": "a\nb"},
        {"type": "rename", "topic": 2, "name": "Pets"},  # which topic 1 is called
        {"type": "move", "documents": [], "to": 1},
    ],
)
def test_what_is_no_edit_is_refused(edit):
    with pytest.raises(ConfigError, match=r"a\.yaml:\d+:\d+: edits"):
        added(edit)


def test_a_file_that_is_wrong_already_is_not_touched():
    with pytest.raises(ConfigError, match="unknown key"):
        added({"type": "hide", "topics": [5]}, text="dataset: a\nedit: []\n")


LOST = """\
dataset: a
edits:
  # why 7 is a part of 8
  - {type: merge, topics: [7, 9], into: 8}
  - type: split
    topic: 7
    new_id: 1000
    name: Part
    matching: x
  - {type: split, topic: 1000, new_id: 1001, name: Piece, matching: y}
  - {type: note, topic: 1001, note: Hm.}
  - {type: move, documents: [d1], to: 1001}
  # why 9 is red
  - {type: color, topic: 3, color: "#aa0000"}
"""


def test_what_was_said_of_a_lost_topic_becomes_comments():
    new = {"type": "rename", "topic": 7, "name": "Cars"}
    text = change_edits(LOST, "a", "a.yaml", [new], gone={7})
    edits = [each.model_dump(exclude_none=True) for each in parse_edits(text, "a.yaml", "a").file.edits]
    assert edits == [
        {"type": "merge", "topics": (9,), "into": 8},
        {"type": "color", "topic": 3, "color": "#aa0000"},
        new,
    ]
    for line in LOST.splitlines()[3:10]:
        assert line.strip().lstrip("- ") in text
    assert "  # - type: split\n  #   topic: 7\n  #   new_id: 1000\n" in text
    again, _ = added({"type": "hide", "topics": [8, 3]}, text=text)
    assert "# - {type: move, documents: [d1], to: 1001}" in again
    assert "# why 9 is red" not in again
