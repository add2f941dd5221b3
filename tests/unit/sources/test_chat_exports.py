"""Conversations as programs export them: trees, objects as authors, JSON in a cell. Nothing but a name is a speaker."""

import json

import numpy as np
import pytest

from sitegen.commands.init.guess import guess
from sitegen.config import TurnsConfig
from sitegen.errors import DataError
from sitegen.pipeline.documents.conversations import Conversations
from tests.unit.helpers import shaped


def turns(row, column="c", **config):
    """(name, speaker, text) of each turn of a row."""
    return [(t.name, t.speaker, t.text) for t in Conversations(column, TurnsConfig(**config))(row)]


def node(name, parent, author, content, **more):
    message = author and {"author": {"role": author, "name": None, "metadata": {}}, "content": content, **more}
    return {name: {"id": name, "message": message, "parent": parent, "children": []}}


def text(*parts):
    return {"content_type": "text", "parts": list(parts)}


TREE = {
    **node("root", None, None, None),
    **node("a", "root", "system", text(""), metadata={"is_visually_hidden_from_conversation": True}),
    **node("b", "a", "user", text("Look at this.", {"content_type": "image_asset_pointer", "asset_pointer": "x"})),
    **node("c", "b", "assistant", {"content_type": "thoughts", "thoughts": [{"content": "Hm."}]}),
    **node("d", "c", "assistant", text("An old answer."), create_time=1.0),
    **node("e", "c", "assistant", text("A new answer."), create_time=2.0),
    **node("f", "e", "user", text("Thanks."), create_time=0.5),
}
SAID = [("user", 1, "Look at this."), ("assistant", 2, "A new answer."), ("user", 1, "Thanks.")]


def test_the_active_thread_of_a_tree_is_read():
    assert turns({"mapping": TREE, "current_node": "f"}, "mapping") == SAID
    old = turns({"mapping": TREE, "current_node": "d"}, "mapping")
    assert old == [*SAID[:1], ("assistant", 2, "An old answer.")]
    assert turns({"c": {"mapping": TREE, "current_node": "f"}}) == SAID


def test_a_tree_without_an_end_ends_where_it_was_last_written():
    assert turns({"mapping": TREE}, "mapping") == [*SAID[:1], ("assistant", 2, "An old answer.")]


def test_a_tree_that_goes_round_in_a_circle_ends():
    circle = {**node("a", "b", "user", text("One.")), **node("b", "a", "user", text("Two."))}
    assert [said for *_, said in turns({"m": circle, "current_node": "b"}, "m")] == ["One.", "Two."]


PEOPLE = {
    "discord": [
        {"author": {"id": "7", "name": "ann", "nickname": "Queen", "roles": [{"name": "boss"}]}, "content": "Hello"},
        {"author": {"id": "9", "name": "bo", "roles": []}, "content": "Hi, what?"},
        {"author": {"id": "7", "name": "ann", "nickname": "Queen", "roles": []}, "content": "A recipe."},
    ],
    "a role first": [
        {"author": {"role": "ann", "name": None, "metadata": {"secret": 1}}, "content": "Hello"},
        {"author": {"name": "bo", "email": "bo@example.org"}, "content": "Hi, what?"},
        {"author": {"role": "ann", "metadata": {}}, "content": "A recipe."},
    ],
    "claude": [
        {"uuid": "1", "sender": "ann", "text": "Hello", "content": [{"type": "text", "text": "Hello"}]},
        {
            "uuid": "2",
            "sender": "bo",
            "content": [
                {"type": "thinking", "thinking": "secret"},
                {"type": "tool_use", "input": {"secret": 1}},
                {"type": "text", "text": "Hi, what?"},
                {"type": "tool_result", "content": [{"type": "text", "text": "secret"}]},
            ],
        },
        {"uuid": "3", "sender": "ann", "content": [{"type": "text", "text": "A recipe."}]},
    ],
    "telegram": [
        {"from": "ann", "from_id": "user7", "text": "Hello"},
        {"from": "bo", "text": ["Hi,", {"type": "bold", "text": "what?"}]},
        {"from": "ann", "text": "A recipe."},
    ],
    "slack": [
        {"user": "ann", "type": "message", "ts": "1512085950.000216", "text": "Hello"},
        {"user": "bo", "type": "message", "text": "Hi, what?"},
        {"user": "ann", "type": "message", "text": "A recipe."},
    ],
}


@pytest.mark.parametrize("messages", PEOPLE.values(), ids=PEOPLE)
def test_the_speaker_of_a_message_is_one_name(messages):
    found = turns({"c": messages})
    assert found == [("ann", 1, "Hello"), ("bo", 2, "Hi, what?"), ("ann", 1, "A recipe.")]
    assert "secret" not in str(shaped([{"c": messages}], text="c", turns={}).table.to_pylist())


@pytest.mark.parametrize(
    "author", [{"roles": [1]}, {"name": ["a"]}, [{"name": "a"}], True, {}, {"name": {"first": "a"}}]
)
def test_what_is_no_name_is_no_speaker(author):
    assert turns({"c": [{"author": author, "content": "Hello"}]}) == [("", 1, "Hello")]


MESSAGES = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": 'Hi "you",\nwhat?'}]
CELLS = {
    "JSON": json.dumps(MESSAGES),
    "Python": str(MESSAGES),
    "numpy": str(np.array(MESSAGES, dtype=object)),
    "an object": json.dumps({"messages": MESSAGES}),
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_a_conversation_as_text_in_a_cell_is_read(cell):
    assert turns({"c": cell}) == [("user", 1, "Hello"), ("assistant", 2, 'Hi "you",\nwhat?')]


def test_columns_of_lists_hold_turns_by_turns():
    row = {"prompt": '["One?", "Two?"]', "response": '["Yes.", null]'}
    said = turns(row, columns=("prompt", "response"))
    assert [words for *_, words in said] == ["One?", "Yes.", "Two?"]


def test_a_text_that_is_no_conversation_is_told():
    with pytest.raises(DataError, match=r"row 0 is not .* but 'just a text' \(plain texts need no documents.turns"):
        shaped([{"c": "just a text"}], text="c", turns={})


def test_messages_whose_text_cannot_be_read_are_counted():
    messages = [{"text": "Hello"}, {"text": 3}, {"text": {"a": 1}}, {"text": None}, {"event": "joined"}]
    found = shaped([{"c": messages}], text="c", turns={})
    assert found.column("text") == ["Hello\n3"]
    assert found.noted == {"messages without a text that could be read": 1}


def test_init_finds_conversations_in_cells_and_trees():
    cells = guess({"id": [str(n) for n in range(30)], "talk": [CELLS["JSON"]] * 30})
    assert (cells.text.columns, cells.turns) == (("talk",), {})
    tree = guess({"title": [f"chat {n}" for n in range(30)], "mapping": [TREE] * 30})
    assert (tree.text.columns, tree.turns) == (("mapping",), {})
    assert tree.fields["title"].columns == ("title",)


def test_init_proposes_to_drop_a_system_message_that_repeats():
    said = [[{"role": "user", "content": f"Question {n}"}] for n in range(40)]
    with_system = [
        [{"role": "system", "content": "Be kind."}, *each] if n % 5 == 0 else each for n, each in enumerate(said)
    ]
    assert guess({"messages": with_system}).turns == {"drop": ["system"]}
    own = [[{"role": "system", "content": f"Be kind to {n}."}, *each] for n, each in enumerate(said)]
    assert guess({"messages": own}).turns == {}


def test_init_takes_a_column_of_codes_as_the_id():
    columns = {
        "package": [f"library-{n}" for n in range(30)],
        "text": [f"a longer text, the {n}th of them" for n in range(30)],
    }
    assert guess(columns).fields["id"].columns == ("package",)
    columns["package"][3] = "library-4"
    assert "id" not in guess(columns).fields
