"""How topics get their names: every way in which a language model can fail them, and what it is never asked again."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from sitegen.artifacts import PARENT_SCHEMA
from sitegen.config import EmbeddingsConfig, LabelsConfig, PromptConfig, TopicsConfig
from sitegen.pipeline.labels.label_topics import label_topics
from sitegen.pipeline.labels.language_model.labeller import Reply
from tests.unit.helpers import FakeLabeller, documents, embeddings, topics

WORDS = (("pasta", "sauce", "oven"), ("train", "ticket", "station"), ("guitar", "chords", "band"))
TEXTS = ("I cook pasta", "The train is late", "Play the guitar", "It boils")
MODEL = "hub/model"


@pytest.fixture
def label(monkeypatch, context, tmp_path):
    """Labels three topics, or those of `words`, by a fake labeller; the project's memory lasts."""
    memory = tmp_path / "memory"
    memory.mkdir()

    def run(labeller, words=WORDS, seed=1, texts=TEXTS, assignment=(0, 1, 2, 0), parents=(), **options):
        monkeypatch.setattr("sitegen.pipeline.labels.language_model.answer_cache.load_labeller", lambda *_: labeller)
        # torch, for one, need not be here
        monkeypatch.setattr(
            "sitegen.pipeline.labels.language_model.answer_cache.version", lambda library: f"{library} 1"
        )
        return label_topics(
            labels_config=LabelsConfig(**{"model": MODEL, "backend": "torch", **options}),
            topics_config=TopicsConfig(),
            embeddings_config=EmbeddingsConfig(model=None, file="v.npy"),
            seed=seed,
            documents=documents(texts),
            embeddings=embeddings(np.eye(len(texts))),
            topics=replace(
                topics(words, assignment=[min(each, len(words) - 1) for each in assignment]),
                parents=pa.Table.from_pylist(list(parents), PARENT_SCHEMA),
            ),
            context=replace(context, persistent_dir=memory),
        )

    return run


def last_keyword(question):
    return question.splitlines()[-1].split(", ")[-1]


def test_a_name_that_is_one_is_taken_with_where_it_comes_from(label):
    labels = label(FakeLabeller(lambda question: ["Invented " + question, last_keyword(question)]))
    assert [row["name"] for row in labels.rows()] == ["Oven", "Station", "Band"]
    row = labels.rows()[0]
    assert {name: row.pop(name) for name in ("rank", "nearest")} == {"rank": 1, "nearest": 1}
    assert row.pop("fit") == row.pop("margin") == 0
    assert row == {
        "topic": 0,
        "name": "Oven",
        "named_by": "llm",
        "answers": ["Invented pasta, sauce, oven", "oven"],
        "description": None,
        "tries": 1,
        "keywords": ["pasta", "sauce", "oven"],
        "documents": [],
        "reason": None,
    }
    assert {**labels.provenance, "prompt": ""} == {
        "model": MODEL,
        "revision": MODEL,
        "quantization": "none",
        "prompt": "",
        "endpoint": "",
        "device": "fake",
    }
    assert len(labels.provenance["prompt"]) == 64


RUBBISH = {
    "nothing": ("", "it is empty"),
    "white space": (" \n\t", "it is empty"),
    "rubbish": ("%%% ### 0xdeadbeef", "it holds markup"),
    "10,000 tokens": ("word " * 10_000, "it is longer"),
    "markup": ("<script>alert(1)</script>", "it holds markup"),
    "a link": ("[Pasta](https://evil.example)", "it holds markup"),
    "another language": ("Это тема про еду", "it is not written as the language en is"),
    "a preamble": ("Sure! Here is a short label", "it says something before the name"),
    "an example": ("SQL Databases", "it copies an example"),
    "an invention": ("Quantum Physics", "nothing shown has the words quantum, physics"),
}


@pytest.mark.parametrize(("answer", "reason"), RUBBISH.values(), ids=RUBBISH.keys())
def test_what_is_no_name_is_asked_again_then_keywords_name_it(label, answer, reason):
    labeller = FakeLabeller(lambda _: answer)
    row = label(labeller, WORDS[:1], language="en").rows()[0]
    assert (row["name"], row["named_by"], row["tries"]) == ("Pasta, sauce, oven", "keywords", 2)
    assert row["reason"].startswith(reason)
    assert row["answers"] == [answer.strip(), answer.strip()]
    assert len(labeller.chats) == 2
    assert "nothing else" in labeller.chats[1][0]["content"]


def test_a_model_that_answers_no_candidate_at_all_is_no_crash(label):
    row = label(FakeLabeller(lambda _: []), WORDS[:1]).rows()[0]
    assert (row["named_by"], row["reason"]) == ("keywords", "it is empty")


def test_the_second_answer_can_be_the_name(label):
    labeller = FakeLabeller(
        lambda _: "Pasta Sauce" if "nothing else" in labeller.chats[-1][0]["content"] else "<b>pasta"
    )
    row = label(labeller, WORDS[:1]).rows()[0]
    assert (row["name"], row["named_by"], row["tries"], row["reason"]) == ("Pasta Sauce", "llm", 2, None)
    assert row["answers"] == ["<b>pasta", "Pasta Sauce"]


SAME = (("pasta", "sauce", "oven"), ("pasta", "sauces", "train"))


def test_the_smaller_of_two_topics_of_one_name_is_asked_again(label):
    labeller = FakeLabeller(lambda question: "Pasta on a Train" if "too; its keywords are" in question else "Pasta")
    first, second = label(labeller, SAME).rows()
    assert (first["name"], second["name"], second["tries"], second["reason"]) == ("Pasta", "Pasta on a Train", 2, None)
    asked = labeller.chats[-1][-1]["content"]
    assert "oven" in asked
    assert "train" in asked


def test_names_that_stay_the_same_are_told_apart_by_a_keyword(label):
    first, second = label(FakeLabeller(lambda _: "Pasta"), SAME).rows()
    assert (first["name"], second["name"]) == ("Pasta", "Pasta (train)")
    assert (second["named_by"], second["reason"]) == ("llm", "another topic is named Pasta")


def test_topics_of_the_same_words_still_get_names_of_their_own(label):
    rows = label(FakeLabeller(lambda _: "Pasta"), (("pasta",), ("pasta",), ("pasta",))).rows()
    assert len({row["name"] for row in rows}) == 3


def test_without_a_model_keywords_name_all_and_nothing_is_asked(label):
    labeller = FakeLabeller(lambda _: "Pasta")
    labels = label(labeller, model=None, describe=True)
    assert {row["named_by"] for row in labels.rows()} == {"keywords"}
    assert {(row["tries"], row["reason"], row["description"]) for row in labels.rows()} == {
        (0, "there is no model", None)
    }
    assert labeller.chats == []
    assert labels.provenance == {}


def test_no_topic_is_no_question(label):
    labeller = FakeLabeller(lambda _: "Pasta")
    assert label(labeller, ()).rows() == []
    assert labeller.chats == []


SHOWN = PromptConfig(main="[KEYWORDS]\n[DOCUMENTS]", documents=1)


def test_documents_are_shown_noted_and_known(label):
    labels = label(FakeLabeller(lambda question: "Cook" if "cook" in question else ""), prompt=SHOWN)
    row = labels.rows()[0]
    assert (row["name"], row["documents"]) == ("Cook", [0])


def test_a_description_is_kept_if_it_is_one(label):
    good, bad = "People cook pasta at home.", "Sure! Here is a description."
    labeller = FakeLabeller(lambda question: (good if "oven" in question else bad) if "sentence" in question else "")
    rows = label(labeller, describe=True).rows()
    assert [row["description"] for row in rows] == [good, None, None]
    assert {each.max_new_tokens for each in labeller.generations} == {12, 60}
    assert [row["documents"] for row in rows] == [[0, 3], [1], [2]]


def test_nothing_is_asked_twice_even_with_other_settings(label):
    label(FakeLabeller(last_keyword))
    labeller = FakeLabeller(last_keyword)
    again = label(labeller, max_words=3)
    assert labeller.chats == []
    assert [row["name"] for row in again.rows()] == ["Oven", "Station", "Band"]
    assert again.provenance["device"] == "fake"


def test_only_a_topic_that_changed_is_asked_about(label):
    label(FakeLabeller(last_keyword))
    labeller = FakeLabeller(last_keyword)
    label(labeller, (*WORDS[:2], ("drums", "band")))
    assert [chat[-1]["content"] for chat in labeller.chats] == ["drums, band"]


CHANGES = {
    "model": {"model": "hub/other"},
    "revision": {"revision": "v2"},
    "quantization": {"quantization": "nf4"},
    "temperature": {"temperature": 0.5},
    "tokens": {"max_new_tokens": 20},
    "beams": {"candidates": 2},
    "penalty": {"repetition_penalty": 1.2},
    "prompt": {"prompt": PromptConfig(system="Other")},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_decides_an_answer_is_asked_anew(label, change):
    label(FakeLabeller(last_keyword))
    labeller = FakeLabeller(last_keyword)
    label(labeller, **change)
    assert len(labeller.chats) == 3


def test_a_seed_decides_only_where_answers_are_drawn(label):
    for options, asked in (({}, 0), ({"temperature": 1.0}, 3)):
        label(FakeLabeller(last_keyword), **options)
        labeller = FakeLabeller(last_keyword)
        label(labeller, seed=2, **options)
        assert len(labeller.chats) == asked


def test_after_a_crash_only_what_is_missing_is_asked(label):
    with pytest.raises(KeyboardInterrupt):
        label(FakeLabeller(last_keyword, dies_after=2))
    labeller = FakeLabeller(last_keyword)
    label(labeller)
    assert [chat[-1]["content"] for chat in labeller.chats] == ["guitar, chords, band"]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"answers": 3, "made_with": {}}', '{"answers": ["Pasta"]}'])
def test_a_damaged_answer_is_asked_again(label, tmp_path, damage):
    before = label(FakeLabeller(last_keyword))
    for kept in (tmp_path / "memory").rglob("*.json"):
        kept.write_text(damage)
    labeller = FakeLabeller(last_keyword)
    assert label(labeller).rows() == before.rows()
    assert len(labeller.chats) == 3


def test_the_memory_of_answers_keeps_no_keywords_and_no_texts(label, tmp_path):
    label(FakeLabeller(lambda _: "x"), WORDS[:1], prompt=SHOWN)
    kept = [json.loads(path.read_text()) for path in (tmp_path / "memory").rglob("*.json")]
    assert kept == [{"answers": ["x"], "made_with": {"device": "fake"}}] * 2


@pytest.mark.parametrize(
    ("endpoint", "prompt", "told", "warnings"),
    [
        ("http://127.0.0.1:8080/v1", PromptConfig(), "sends keywords of each topic to 127.0.0.1:8080", 0),
        ("http://localhost/v1", SHOWN, "sends keywords and up to 1 documents of each topic to localhost", 0),
        ("https://llm.example/v1", SHOWN, "up to 1 documents of each topic to llm.example; leave", 1),
    ],
)
def test_what_leaves_this_machine_is_told_with_the_host(label, report, screen, endpoint, prompt, told, warnings):
    labels = label(FakeLabeller(lambda _: "Pasta"), endpoint=endpoint, prompt=prompt)
    assert screen.getvalue().count(told) == 1
    assert report.warnings == warnings
    assert labels.provenance["endpoint"] in told
    label(FakeLabeller(lambda _: "Pasta"), endpoint=endpoint, prompt=prompt)
    assert screen.getvalue().count(told) == 1


def test_parents_are_named_by_what_points_to_them(label):
    parents = [
        {"parent": 0, "topics": [0, 1], "size": 3, "keywords": ["journey"]},
        {"parent": 1, "topics": [2, 3], "size": 2, "keywords": ["guitar"]},
    ]
    labeller = FakeLabeller(lambda question: "Pasta and Trains" if "journey" in question else last_keyword(question))
    labels = label(
        labeller,
        (*WORDS, ("drums", "band")),
        texts=(*TEXTS[:3], "It boils", "Beat the drums"),
        assignment=(0, 1, 2, 0, 3),
        parents=parents,
        prompt=PromptConfig(main="[DOCUMENTS]\n[KEYWORDS]", documents=3),
    )
    found = [{name: row[name] for name in ("name", "named_by", "rank")} for row in labels.parents.to_pylist()]
    assert found == [
        {"name": "Pasta and Trains", "named_by": "llm", "rank": 1},
        {"name": "Guitar", "named_by": "llm", "rank": 1},
    ]
    shown = [chat[-1]["content"] for chat in labeller.chats]
    assert "- I cook pasta\n- The train is late\n- It boils\njourney" in shown


def test_others_are_asked_about_with_each_topic(label):
    labeller = FakeLabeller(last_keyword)
    label(labeller, prompt=PromptConfig(main="Not [OTHERS]\n[KEYWORDS]"))
    shown = [chat[-1]["content"] for chat in labeller.chats]
    assert shown[1].startswith("Not pasta, sauce, oven; guitar, chords, band\ntrain")


GERMAN = ["Das Wetter ist heute sehr schön und ich gehe in den Park"] * 4
ENGLISH = ["The weather is very nice today and I am going to the park"] * 4


@pytest.mark.parametrize(
    ("texts", "options", "told"),
    [
        (ENGLISH, {"language": "de"}, True),
        (GERMAN, {"language": "de"}, False),
        (ENGLISH, {"language": "de", "grounded": False}, False),
        (ENGLISH, {}, False),
    ],
)
def test_names_that_cannot_be_in_their_language_are_a_warning(label, screen, texts, options, told):
    label(FakeLabeller(last_keyword), texts=texts, **options)
    assert ("labels.language is de, but the documents are in en" in screen.getvalue()) == told


def test_hardly_any_name_is_one_warning_with_the_usual_reason(label, report, screen):
    label(FakeLabeller(lambda _: "**"))
    assert report.warnings == 1
    assert "3 of 3 topics got no name from the model: mostly it is empty" in screen.getvalue()


def test_a_model_that_thinks_too_long_is_told_with_the_remedy(label, screen):
    labeller = FakeLabeller(lambda _: Reply(["<think>Okay, let me"], "length"))
    label(labeller)
    assert "finish reason length; raise labels.max_new_tokens" in screen.getvalue()


def test_some_names_among_the_answers_are_no_warning(label, report):
    label(FakeLabeller(lambda question: "Oven" if "oven" in question else ""))
    assert report.warnings == 0


def test_what_stands_around_a_name_is_not_kept_as_its_answer(label):
    row = label(FakeLabeller(lambda _: "<think>Pasta!</think>Topic: Oven<|im_end|>")).rows()[0]
    assert (row["name"], row["answers"]) == ("Oven", ["Oven"])


def test_a_name_of_three_topics_goes_to_the_one_it_fits(label):
    texts = ("my guitar", "a guitar", "the guitar", "guitars")
    rows = label(FakeLabeller(lambda _: "Guitar"), texts=texts, assignment=(0, 1, 2, 2)).rows()
    assert len({row["name"] for row in rows}) == 3


def test_questions_put_off_leave_names_to_answers_and_phrases(label, screen, report):
    with pytest.raises(KeyboardInterrupt):
        label(FakeLabeller(last_keyword, dies_after=1))
    labeller = FakeLabeller(last_keyword)
    texts = ("I cook pasta", "The train is late", "My guitar", "A guitar")
    rows = label(labeller, later=True, texts=texts, assignment=(0, 1, 2, 2)).rows()
    assert labeller.chats == []
    assert [(row["name"], row["named_by"]) for row in rows] == [
        ("Oven", "llm"),
        ("Train, ticket, station", "keywords"),
        ("Guitar", "phrase"),
    ]
    assert [row["reason"] for row in rows] == [None, "the model was not asked yet", "the model was not asked yet"]
    assert "1 answered before, 2 not asked" in screen.getvalue()
    assert report.warnings == 0
