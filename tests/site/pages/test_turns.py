"""Who speaks in a conversation: what of it is published, and that every word stays with its speaker."""

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.artifacts import DOCUMENT_SCHEMA, TURNS_FIELD, Documents, take_rows
from sitegen.config import DatasetConfig, DocstringsSource, DocumentsConfig, PrivacyConfig, RedactPattern
from sitegen.site.map.text_shards import text_shard_source, write_texts
from sitegen.site.output.hashed_files import HashedFiles
from sitegen.site.privacy.published_documents import SNIPPET_CHARS, describe_published, publish_documents
from sitegen.site.privacy.redact import mask_finder, masked, moved
from sitegen.site.privacy.speakers import cut_at_turns

CHAT = [
    ("system", 0, "Be kind."),
    ("user", 1, "I am jane@example.org\n\nand www.example.org is mine."),
    ("Jane Doe", 2, "A site."),
    ("", 3, "Yes."),
]


def conversations(*chats):
    """Documents of chats, each a list of name, number and words."""
    rows = []
    for number, chat in enumerate(chats):
        lengths = [len(words) + 1 for _, _, words in chat]
        turns = [
            {"start": sum(lengths[:place]), "role": role, "speaker": speaker}
            for place, (role, speaker, _) in enumerate(chat)
        ]
        text = "\n".join(words for _, _, words in chat)
        rows.append({"id": f"d{number}", "title": "t", "text": text, TURNS_FIELD.name: turns})
    return Documents(pa.Table.from_pylist(rows, DOCUMENT_SCHEMA.append(TURNS_FIELD)), {})


def dataset(turns=(), **publish):
    source = DocstringsSource(type="docstrings", packages=("json",))
    documents = DocumentsConfig(turns=dict(turns), title="t")
    return DatasetConfig(slug="a", title="A", source=source, privacy=PrivacyConfig(**publish), documents=documents)


def published(folder, unpack, documents, config):
    """What the text shards hold, in the order of the documents; None if there are none."""
    words = text_shard_source(config, publish_documents(documents, config).documents, np.arange(len(documents)))
    if write_texts(HashedFiles(folder), words, words.text_starts()) is None:
        return None
    files = sorted(folder.rglob("*.js"), key=lambda file: int(file.stem))
    return [said for file in files for said in json.loads(unpack(file.read_text("ascii")))]


def test_names_of_roles_show_and_others_are_numbers(tmp_path, unpack):
    assert published(tmp_path, unpack, conversations(CHAT, CHAT[:1]), dataset(text="full")) == [
        [["System", CHAT[0][2]], ["User", CHAT[1][2]], ["Speaker 2", CHAT[2][2]], ["Speaker 3", CHAT[3][2]]],
        [["System", "Be kind."]],
    ]


@pytest.mark.parametrize(
    "config",
    [{"speakers": "names"}, {"turns": {"columns": ("user", "Jane Doe")}}],
    ids=["asked for", "names of columns"],
)
def test_names_are_shown_where_they_may_be(tmp_path, unpack, config):
    ((_, _, jane, unknown),) = published(tmp_path, unpack, conversations(CHAT), dataset(text="full", **config))
    assert (jane[0], unknown[0]) == ("Jane Doe", "Speaker 3")


def test_names_are_redacted_as_all_that_is_published(tmp_path, unpack):
    config = dataset(text="full", speakers="names", redact=("emails", "urls", {"pattern": "Jane"}))
    (said,) = published(tmp_path, unpack, conversations([*CHAT, ("a@b.org", 4, "Hi")]), config)
    assert said == [
        ["System", "Be kind."],
        ["User", "I am [email]\n\nand [link] is mine."],
        ["[redacted] Doe", "A site."],
        ["Speaker 3", "Yes."],
        ["[email]", "Hi"],
    ]


def test_a_snippet_has_the_turns_that_begin_in_it(tmp_path, unpack):
    long = [("user", 1, "x" * (SNIPPET_CHARS - 10)), ("assistant", 2, "y" * 50), ("tool", 3, "z")]
    (said,) = published(tmp_path, unpack, conversations(long), dataset())
    assert said == [["User", long[0][2]], ["Assistant", "y" * 9 + "…"]]


@pytest.mark.parametrize("redact", [(), ("emails",)])
def test_without_texts_nobody_speaks(tmp_path, unpack, redact):
    config = dataset(text="none", speakers="names", redact=redact)
    assert published(tmp_path, unpack, conversations(CHAT), config) is None
    assert TURNS_FIELD.name not in publish_documents(conversations(CHAT), config).documents.column_names


def test_a_mask_across_turns_belongs_to_the_first():
    config = dataset(text="full", redact=(RedactPattern(pattern="(?s)www.*A"),))
    (row,) = publish_documents(conversations(CHAT), config).documents.to_pylist()
    assert cut_at_turns(row["text"], row[TURNS_FIELD.name])[1:3] == [
        ("User", "I am jane@example.org\n\nand [redacted]"),
        ("Speaker 2", "site."),
    ]


def test_rows_can_be_taken_in_any_order():
    documents = conversations(CHAT[:2], CHAT[2:], CHAT[:1])
    public = publish_documents(documents, dataset(text="full", redact=("emails",))).documents
    table = take_rows(public, [2, 1, 1])
    assert [[turn["role"] for turn in turns] for turns in table.column(TURNS_FIELD.name).to_pylist()] == [
        ["System"],
        ["Speaker 2", "Speaker 3"],
        ["Speaker 2", "Speaker 3"],
    ]


def test_the_summary_of_what_is_public_says_when_names_are():
    named = [describe_published(dataset(text=text, speakers="names"), conversations(CHAT)) for text in ("full", "none")]
    assert [" with the names of speakers;" in each for each in named] == [True, False]
    assert "speakers" not in describe_published(dataset(text="full"), conversations(CHAT))


@given(st.lists(st.text(st.sampled_from("##@.1 \n"), min_size=1).map(str.strip).filter(bool), min_size=1, max_size=9))
def test_masks_move_no_word_to_another_turn(drawn):
    said = [words.replace("#", chr(ord("A") + place)) for place, words in enumerate(drawn)]
    text = "\n".join(said)
    starts = [sum(len(words) + 1 for words in said[:place]) for place in range(len(said))]
    masks = mask_finder(("emails", RedactPattern(pattern=r"1\s*[A-Z]|[A-Z]1")))("", text, "")
    turns = [{"start": start, "role": chr(ord("A") + place)} for place, start in enumerate(moved(starts, masks))]
    public = cut_at_turns(masked(text, masks), turns)
    assert all(set(filter(str.isupper, words)) <= {speaker} for speaker, words in public)
    assert "".join(" ".join(words for _, words in public).split()) == "".join(masked(text, masks).split())
