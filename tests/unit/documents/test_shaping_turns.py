"""Who said what stays known while a conversation is joined, cleaned, cut and split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.artifacts import TURNS_FIELD
from sitegen.pipeline.documents.passages import Turn, joined
from tests.unit.helpers import shaped

CHAT = [
    {"role": "system", "content": "Be kind."},
    {"role": "Human", "content": "Hello.\n\nWhat is a map?"},
    {"role": "Jane Doe", "content": "A picture. It shows where things are."},
    {"role": "Human", "content": "Thanks."},
]


def spoken(documents):
    """Name, number and words of each turn of each document."""
    return [
        [
            (turn["role"], turn["speaker"], text[turn["start"] : end].strip())
            for turn, end in zip(turns, [*(turn["start"] for turn in turns[1:]), None], strict=True)
        ]
        for text, turns in zip(documents.column("text"), documents.column(TURNS_FIELD.name), strict=True)
    ]


def chat(rows=({"c": CHAT},), **options):
    return spoken(shaped(list(rows), text="c", **{"turns": {}} | options))


def test_every_turn_says_who_speaks_and_may_have_lines():
    assert chat() == [
        [
            ("system", 0, "Be kind."),
            ("user", 1, "Hello.\n\nWhat is a map?"),
            ("Jane Doe", 2, "A picture. It shows where things are."),
            ("user", 1, "Thanks."),
        ]
    ]


@pytest.mark.parametrize(
    ("turns", "speakers"),
    [
        ({"side": "second"}, [("Jane Doe", 2)]),
        ({"side": "first"}, [("user", 1), ("user", 1)]),
        ({"drop": ["system", "user"]}, [("Jane Doe", 2)]),
        ({"keep": ["jane doe"]}, [("Jane Doe", 2)]),
    ],
)
def test_speakers_keep_their_number_whatever_is_left_out(turns, speakers):
    assert [each[:2] for each in chat(turns=turns)[0]] == speakers


def test_speakers_without_a_name_take_turns():
    assert chat([{"c": ["Hi", "Hello", "Bye"]}]) == [[("", 1, "Hi"), ("", 2, "Hello"), ("", 1, "Bye")]]


def test_columns_that_hold_a_turn_are_its_speakers():
    documents = shaped([{"Prompt": "Why?", "answer": "So."}], turns={"columns": ["Prompt", "answer"]})
    assert spoken(documents) == [[("Prompt", 1, "Why?"), ("answer", 2, "So.")]]


def test_names_are_one_short_line_whatever_the_data_says():
    name = "a\x00b\n" + "c" * 500
    ((shown, _, words),) = chat([{"c": [{"role": name, "content": "Hi"}]}])[0]
    assert (shown[:4], len(shown), words) == ("ab c", 60, "Hi")


def test_a_cut_text_has_only_the_turns_that_are_left_of_it():
    assert chat(max_chars=45) == [
        [("system", 0, "Be kind."), ("user", 1, "Hello.\n\nWhat is a map?"), ("Jane Doe", 2, "A picture.")]
    ]


def test_a_chunk_begins_with_the_turn_that_goes_on_in_it():
    chunks = chat(chunk={"chars": 45})
    assert [each[0][:2] for each in chunks] == [("system", 0), ("Jane Doe", 2)]
    assert chunks[1] == [("Jane Doe", 2, "It shows where things are."), ("user", 1, "Thanks.")]


def test_what_cleaning_takes_out_of_a_turn_moves_no_other():
    rows = [
        {"c": [{"role": "a", "content": "<b>Hi"}, {"role": "b", "content": "http://x.org"}, {"role": "c", "text": "x"}]}
    ]
    assert chat(rows, strip_html=True, drop_urls=True) == [[("a", 1, "Hi"), ("c", 3, "x")]]


def test_documents_that_are_no_conversations_have_no_turns():
    assert TURNS_FIELD.name not in shaped([{"text": "a"}]).table.column_names


SAID = st.lists(st.text(st.sampled_from("ab \n"), min_size=1).map(str.strip), min_size=1, max_size=6)


@given(SAID, st.data())
def test_a_part_has_the_turns_of_its_characters(texts, data):
    turns = [Turn(text, f"r{number}", f"n{number}", number) for number, text in enumerate(texts)]
    whole = joined(turns)
    said = [turn for turn in turns if turn.text]
    speakers = [turn.speaker for turn in said for _ in f"{turn.text}\n"][:-1]
    assert whole.text == "\n".join(turn.text for turn in said)
    start = data.draw(st.integers(0, len(whole.text)))
    end = data.draw(st.integers(start, len(whole.text)))
    part = whole.part(start, end)
    assert part.text == whole.text[start:end]
    assert speakers[start:end] == [
        max(turn for turn in part.turns if turn.start <= place).speaker for place in range(len(part.text))
    ]
