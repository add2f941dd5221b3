"""`edits/<slug>.yaml`: what can be said, and what is wrong with it, with file, line and column."""

import json
import re

import jsonschema
import pytest
from ruamel.yaml import YAML

from sitegen.commands.init.scaffold import edits_schema
from sitegen.config.edits_file import named_documents, named_topics, parse_edits, read_edits
from sitegen.errors import ConfigError

HEAD = "dataset: a\nedits:\n"
ALL = (
    HEAD
    + """\
  - {type: rename, topic: 1, name: "<b>Pets</b>", description: About them., who: Ana, why: It was "Cats".}
  - {type: merge, topics: [2, 3], into: 1}
  - {type: split, topic: 4, new_id: 1000, name: Robots, matching: "\\\\brobots?"}
  - {type: split, topic: 4, new_id: 1001, name: Engines, documents: [d1, d2]}
  - {type: hide, topics: [5]}
  - {type: delete, topics: [6]}
  - {type: move, documents: [d3], to: 1000}
  - {type: move, documents: [d4], to: outside}
  - {type: parent, topics: [1, 4], name: Beings}
  - {type: color, topic: 4, color: "#Aa3355"}
  - {type: order, topics: [4, 1]}
  - {type: note, topic: 4, note: Not all of them.}
"""
)


def parsed(text):
    return parse_edits(text, "edits/a.yaml", "a").file


def told(*edits, head=HEAD):
    """What is said of edits, each a line of the file: (line, column, message)."""
    text = head + "".join(f"  - {{{edit}}}\n" for edit in edits)
    with pytest.raises(ConfigError) as caught:
        parsed(text)
    lines = [line.split(":", 3) for line in str(caught.value).split("\n")]
    assert {path for path, *_ in lines} == {"edits/a.yaml"}
    return [(int(line), int(column), message.strip()) for _, line, column, message in lines]


def test_every_edit_can_be_said():
    file = parsed(ALL)
    assert [each.type for each in file.edits] == [
        *("rename", "merge", "split", "split", "hide", "delete", "move", "move", "parent", "color", "order", "note")
    ]
    assert file.edits[0].name == "<b>Pets</b>"
    assert set(named_topics(file)) == {1, 2, 3, 4, 5, 6}
    assert named_documents(file) == ["d1", "d2", "d3", "d4"]


@pytest.mark.parametrize("name", ["\u00abOui\u00a0\u00bb", "می\u200cخواهم", "\U0001f469\u200d\U0001f52c Science"])
def test_names_keep_spaces_and_joiners_of_their_language(name):
    assert parsed(HEAD + f"  - {{type: rename, topic: 1, name: '{name}'}}\n").edits[0].name == name


def test_what_is_valid_to_sitegen_is_valid_to_the_schema():
    schema = json.loads(edits_schema())
    jsonschema.validate(YAML(typ="safe").load(ALL), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"dataset": "a", "edits": [{"type": "rename", "topic": "x"}]}, schema)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ("type: rename, topic: 1, nam: X", "edits[0].nam: unknown key, did you mean name?"),
        ("type: renam, topic: 1, name: X", "edits[0].type: unknown type 'renam', did you mean rename?"),
        ("topic: 1, name: X", "edits[0]: missing key type, which says what kind of edit this is"),
        ("type: rename, topic: 1", "edits[0]: a rename needs a name, a description, or both"),
        ("type: rename, topic: -1, name: X", "edits[0].topic: should be greater than or equal to 0, not '-1'"),
        ('type: rename, topic: 1, name: "a\\nb"', "edits[0].name: should be one line of text without control"),
        ('type: rename, topic: 1, name: "a\\u2028b"', "edits[0].name: should be one line of text without control"),
        ('type: rename, topic: 1, name: "a\\u202eb"', "edits[0].name: should be one line of text without control"),
        ('type: rename, topic: 1, name: "\\u200b\\u00a0"', "edits[0].name: should be one line of text without control"),
        ("type: split, topic: 1, new_id: 7, name: X, matching: x", "edits[0].new_id: should be greater than or"),
        ("type: split, topic: 1, new_id: 1000, name: X", "edits[0]: a split needs either documents or matching"),
        ("type: split, topic: 1, new_id: 1000, name: X, matching: (", "edits[0].matching: not a regular express"),
        ("type: color, topic: 1, color: red", "edits[0].color: should be a colour such as #aa3355"),
        ("type: merge, topics: [1], into: 1", "edits[0].topics: only topic 1 itself; name the topics that"),
    ],
)
def test_a_wrong_edit_is_told_with_its_place(edit, message):
    field = re.match(r"edits\[0\](?:\.(\w+))?:", message)[1]
    column = 6 + edit.index(f"{field}:") if field else 5
    found = told(edit)
    assert any((line, at) == (3, column) and text.startswith(message) for line, at, text in found), found


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        (
            (
                "type: merge, topics: [1], into: 2",
                "type: merge, topics: [2], into: 3",
                "type: merge, topics: [3], into: 1",
            ),
            "edits[2].topics: merges go round in a circle: 3 -> 1 -> 2 -> 3",
        ),
        (
            ("type: merge, topics: [1], into: 2", "type: merge, topics: [1], into: 3"),
            "edits[1].topics: topic 1 is merged into 2 and into 3",
        ),
        (
            ("type: merge, topics: [1], into: 2", "type: hide, topics: [1]"),
            "edits[1].topics: topic 1 is merged into 2 by edits[0] already; keep one of the two",
        ),
        (
            ("type: rename, topic: 1, name: X", "type: hide, topics: [1]"),
            "edits[0].topic: topic 1 is hidden by edits[1]; keep one of the two",
        ),
        (
            ("type: merge, topics: [1], into: 2", "type: delete, topics: [2]"),
            "edits[0].into: topic 2 is deleted by edits[1]; keep one of the two",
        ),
        (
            ("type: rename, topic: 1, name: X", "type: rename, topic: 1, name: Y"),
            "edits[1].name: edits[0] says the name of topic 1 already; keep one of the two",
        ),
        (
            ("type: rename, topic: 1, name: Pets", "type: merge, topics: [3], into: 2, name: pets"),
            "edits[1].name: topic 1 has this name too; no two topics can",
        ),
        (
            ("type: rename, topic: 1, name: Caf\u00e9", "type: rename, topic: 2, name: CAFE\u0301"),
            "edits[1].name: topic 1 has this name too; no two topics can",
        ),
        (
            ("type: color, topic: 1, color: '#aabbcc'", "type: color, topic: 1, color: '#aabbcd'"),
            "edits[1].color: edits[0] says the color of topic 1 already; keep one of the two",
        ),
        (
            ("type: move, documents: [d1], to: 1", "type: move, documents: [d0, d1], to: outside"),
            "edits[1].documents[1]: edits[0] takes document 'd1' to 1, this one to outside",
        ),
        (("type: order, topics: [1, 2, 1]",), "edits[0].topics: edits[0] says the order of topic 1 already"),
    ],
)
def test_edits_that_contradict_each_other_are_told(edits, message):
    found = told(*edits)
    assert any(text.startswith(message) for _, _, text in found), found


def test_merges_may_follow_each_other():
    assert len(
        parsed(HEAD + "  - {type: merge, topics: [1], into: 2}\n  - {type: merge, topics: [2], into: 3}\n").edits
    )


def test_the_file_of_another_dataset_is_refused():
    assert told("type: hide, topics: [1]", head="dataset: b\nedits:\n")[0] == (
        *(1, 1),
        "dataset: these are the edits of 'b', but the file is named after 'a'",
    )


def test_a_file_without_edits_is_none(tmp_path):
    (tmp_path / "edits").mkdir()
    assert read_edits(tmp_path, "a") is None
    (tmp_path / "edits" / "a.yaml").write_text("dataset: a\nedits: []\n")
    assert read_edits(tmp_path, "a") is None


def test_five_thousand_edits_are_read():
    lines = (f"  - {{type: rename, topic: {each}, name: Name {each}, who: Ana, why: So}}\n" for each in range(5000))
    assert len(parsed(HEAD + "".join(lines)).edits) == 5000
