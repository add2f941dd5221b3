"""Mistakes in calls of the Python interface: the error names the argument, and never a file that it wrote itself."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import sitegen
from sitegen.api.arguments import plain
from sitegen.errors import ConfigError, DataError, SitegenError

COUNT = 12
FRAME = pd.DataFrame(
    {
        "text": [f"document {number} about thing" for number in range(COUNT)],
        "x": np.arange(COUNT, dtype=float),
        "y": np.arange(COUNT, dtype=float),
        "topic": [0, 1] * 6,
        "name": ["Nought", "One"] * 6,
    }
)
COLUMNS = {"x": "x", "y": "y", "topic": "topic", "name": "name"}

CALLS = {
    "section as an argument": ({"id": "x"}, "argument id: unknown, write documents={'id': …}"),
    "misspelt": ({"embedings": {}}, "argument embedings: unknown, did you mean embeddings?"),
    "unknown": ({"colour": 1}, "argument colour: unknown, there are frame, output, text, x, y"),
    "column that is not there": ({"x": "xx"}, "argument x: no column 'xx', did you mean x?"),
    "text that is not there": (
        {"text": "body"},
        "argument text: no column 'body', columns are text, x, y, topic, name",
    ),
    "list for a column": ({"topic": ["a"]}, "argument topic: should be the name of a column, not a list"),
    "array for a column": ({"topic": np.arange(3)}, "argument topic: should be the name of a column, not a ndarray"),
    "number for a column": ({"x": 0}, "argument x: should be the name of a column, not 0"),
    "no text and no name": (
        {"frame": FRAME.drop(columns="text"), "name": None},
        "argument text: without texts a document needs documents.title or given.name",
    ),
    "no text and no place": (
        {"frame": FRAME.drop(columns="text"), "x": None, "y": None},
        "argument text: without texts a map needs places (given.x, given.y) or vectors",
    ),
    "half a place": ({"y": None}, "x and y are the two halves of a place; give both"),
    "name without topic": ({"topic": None}, "name needs topic"),
    "layers as a text": ({"layers": "name"}, "argument layers: should be a list such as"),
    "a layer as a text": ({"layers": ["name"]}, "argument layers[0]: should be a list such as"),
    "key of a layer": ({"layers": [{"topik": "name"}]}, "argument layers[0].topik: unknown key, did you mean topic?"),
    "column of a layer": ({"layers": [{"topic": "zz"}]}, "argument layers[0].topic: no column 'zz'"),
    "title": ({"title": 5}, "argument title: should be a valid string, not '5'"),
    "slug": ({"slug": "My Map"}, "argument slug: should be lower case letters"),
    "made_with": ({"made_with": 3}, "argument made_with: should be a valid string, not '3'"),
    "output": ({"output": None}, "argument output: should be a path, not None"),
    "project": ({"project": 5}, "argument project: should be a path, not 5"),
    "section as a text": ({"labels": "none"}, "argument labels: should be a dict of settings, not 'none'"),
    "documents as a text": ({"documents": "text"}, "argument documents: should be a dict of settings, not 'text'"),
    "value": ({"clusters": {"min_cluster_size": 1}}, "argument clusters.min_cluster_size: should be a whole number"),
    "key": ({"clusters": {"min_cluster_sizes": 9}}, "argument clusters.min_cluster_sizes: unknown key, did you mean"),
    "given twice": ({"given": {"x": "x"}}, "argument given: x is set by an argument"),
    "given": ({"given": {"labels": "z"}, "x": None, "y": None}, "argument given.labels: no row has a column 'z'"),
    "source": ({"source": {}}, "argument source: the documents are those that the function is given"),
    "category": ({"documents": {"category": "zz"}}, "argument documents.category: no row has a column 'zz'"),
    "seed": ({"seed": "a"}, "argument seed: should be a valid integer, not 'a'"),
    "object": ({"privacy": {"text": object()}}, "a setting cannot be written into a config: a object is no setting"),
    "growth": ({"growth": {"mode": "grow"}}, "argument growth.mode: given places and topics stay as they are"),
    "names": ({"predefined": {"topics": ["a"]}}, "argument predefined: the topic of each document is given"),
}


def told(tmp_path, frame=FRAME, **arguments):
    call = {**COLUMNS, "output": tmp_path / "site", "quiet": True, **arguments}
    with pytest.raises(SitegenError) as caught:
        sitegen.publish_table(frame, **call)
    message = str(caught.value)
    assert "sitegen-" not in message, "names a temporary folder"
    assert ".yaml" not in message
    assert caught.value.__cause__ is None or "sitegen-" not in str(caught.value.__cause__)
    return message


@pytest.mark.parametrize(("arguments", "message"), CALLS.values(), ids=CALLS)
def test_the_error_names_the_argument(tmp_path, arguments, message):
    assert any(line.startswith(message) for line in told(tmp_path, **arguments).split("\n"))


FRAMES = {
    "no table": (5, "argument frame: a int cannot be read as a table"),
    "column alone": (FRAME["text"], "argument frame: a Series cannot be read as a table"),
    "columns twice": (
        pd.concat([FRAME, FRAME[["x"]]], axis=1),
        "argument frame: a DataFrame cannot be read as a table",
    ),
    "no row": (FRAME.iloc[:0], "argument frame: no document is left"),
    "no place": (FRAME.assign(x=np.nan), "argument frame: no document is left (12 without a place on the map)"),
    "infinite place": (FRAME.assign(y=np.inf), "argument frame: no document is left (12 without a place on the map)"),
    "no text": (FRAME.assign(text=np.nan), "argument frame: no document is left (12 empty)"),
    "text in the index": (
        FRAME.set_index("text"),
        "argument text: no column 'text', it is the index; call reset_index()",
    ),
    "topic in the index": (FRAME.set_index("topic"), "argument topic: no column 'topic', it is the index"),
    "lists as topics": (FRAME.assign(topic=[[1]] * COUNT), "argument topic: the column 'topic' holds list<"),
    "mixed": (FRAME.assign(topic=[1, "a"] * 6), "argument frame: a DataFrame cannot be read as a table"),
}


@pytest.mark.parametrize(("frame", "message"), FRAMES.values(), ids=FRAMES)
def test_what_is_wrong_with_the_table_is_told(tmp_path, frame, message):
    assert told(tmp_path, frame).startswith(message)


def test_files_are_looked_for_where_the_caller_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    message = told(tmp_path, x=None, y=None, embeddings={"file": "vectors.npy", "model": None})
    assert message == f"argument embeddings.file: {tmp_path / 'vectors.npy'} does not exist"


def test_a_project_that_cannot_be_a_folder_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    assert told(tmp_path, project=tmp_path / "file").startswith("argument project: ")


def test_a_project_of_ones_own_is_not_named_either(tmp_path):
    assert told(tmp_path, project=tmp_path / "project", seed="a").startswith("argument seed: ")


def test_values_that_json_does_not_know():
    values = {"a": np.int64(5), "b": np.float32(0.5), "c": Path("x/y"), "d": {"q", "p"}, "e": pa.scalar(1).as_py()}
    assert json.loads(json.dumps(values, default=plain)) == {"a": 5, "b": 0.5, "c": "x/y", "d": ["p", "q"], "e": 1}
    with pytest.raises(TypeError, match="a ndarray is no setting"):
        plain(np.arange(3))


def model_of(topics=(0, 1), **attributes):
    """As `BERTopic.load` returns it: without representative documents, unless given."""
    words = {0: [("pasta", 0.5)], 1: [("train", 0.5)]}
    usual = {"representative_docs_": {}, "topic_representations_": words, "custom_labels_": None}
    labels = {0: "0_pasta", 1: "1_train"}
    return SimpleNamespace(**{"topics_": list(topics), "topic_labels_": labels, **usual, **attributes})


MODEL = model_of(representative_docs_={0: ["a"], 1: ["b"]})
MODELS = {
    "no model": ((object(), ["a", "b"], {}), "argument topic_model: a object is no BERTopic model"),
    "a text for the documents": ((MODEL, "ab", {}), "argument docs: should be a list of texts, not a str"),
    "no texts": ((MODEL, ["a", float("nan")], {}), "argument docs: document 1 is a float, not a text"),
    "too few": ((MODEL, ["a"], {}), "argument docs: the model was fitted to 2 documents, but 1 are given"),
    "ragged": ((MODEL, ["a", "b"], {"embeddings": [[1], [1, 2]]}), "argument embeddings: it is no array of numbers"),
    "section": ((MODEL, ["a", "b"], {"clusters": 3}), "argument clusters: should be a dict of settings, not 3"),
    "misspelt": ((MODEL, ["a", "b"], {"coordinate": 3}), "argument coordinate: unknown, did you mean coordinates?"),
    "not fitted": ((model_of(topics_=None), [], {}), "argument topic_model: it is not fitted; call fit"),
    "topics as an array": ((model_of(topics_=np.array([0, 1])), ["a"], {}), "argument docs: the model was fitted to 2"),
    "topics that are no numbers": ((model_of([0, None]), ["a", "b"], {}), "argument topic_model: its topics_ are not"),
    "no names": ((model_of(topic_labels_=None), ["a", "b"], {}), "argument topic_model: its topics have no keywords"),
    "no keywords": ((model_of(topic_representations_=None), ["a"], {}), "argument topic_model: its topics have no"),
    "no frame": ((MODEL, ["a", "b"], {"hierarchy": 5}), "argument hierarchy: a int cannot be read as a table"),
    "labels of other topics": (
        (model_of(custom_labels_=["x", "y", "z"]), ["a", "b"], {}),
        "argument topic_model: 3 custom labels for 2 topics; call set_topic_labels once more",
    ),
}


@pytest.mark.parametrize(("call", "message"), MODELS.values(), ids=MODELS)
def test_mistakes_with_a_topic_model_are_told(tmp_path, call, message):
    model, docs, more = call
    with pytest.raises((ConfigError, DataError)) as caught:
        sitegen.publish(model, docs, output=tmp_path / "site", **more)
    assert str(caught.value).startswith(message)


def spoken(topics, say):
    return [f"{say[topic]} number {n}" for n, topic in enumerate(topics)]


MERGE = {"Parent_ID": ["2"], "Parent_Name": ["a_b"], "Child_Left_ID": ["0"], "Child_Right_ID": ["9"], "Distance": [1.0]}
MANY = [n % 2 for n in range(60)]
SPOKEN = spoken(MANY, ["I like Pasta", "by train"])


@pytest.mark.parametrize("representative", [{}, {0: ["cleaned"], 1: []}], ids=["none", "of other texts"])
def test_keywords_tell_the_order_of_a_loaded_model(tmp_path, representative):
    model = model_of(MANY, representative_docs_=representative)
    with pytest.raises(DataError, match="argument docs: they seem to be in another order than the model's"):
        sitegen.publish(model, sorted(SPOKEN), output=tmp_path / "site")


def passes_the_check(model, docs):
    """The check of the documents comes before that of the output."""
    with pytest.raises(ConfigError, match="argument output: should be a path"):
        sitegen.publish(model, docs, output=None)


@pytest.mark.parametrize("docs", [spoken(MANY, ["nothing", "shared"]), ["one", "Pasta"]], ids=["no keyword", "two"])
def test_documents_that_no_keyword_tells_are_warned_of(docs):
    with pytest.warns(UserWarning, match="cannot tell whether the documents are those of the model"):
        passes_the_check(model_of(MANY[: len(docs)]), docs)


@pytest.mark.parametrize("representative", [{}, {0: [SPOKEN[0]], 1: [SPOKEN[1]]}], ids=["none", "their own"])
def test_documents_in_the_order_of_the_model_are_taken(representative):
    passes_the_check(model_of(MANY, representative_docs_=representative), SPOKEN)


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (FRAME, "no column Parent_ID"),
        (pd.DataFrame(MERGE), "the tree lacks 1 of 2 topics, the first is 1"),
    ],
)
def test_a_tree_that_does_not_fit_is_told_without_its_file(tmp_path, tree, message):
    call = {"coordinates": np.ones((60, 2)), "output": tmp_path / "site", "quiet": True}
    with pytest.raises(DataError, match=f"^argument hierarchy: {message}"):
        sitegen.publish(model_of(MANY), SPOKEN, hierarchy=tree, **call)


@pytest.mark.parametrize("argument", ["config", "output"])
def test_a_build_needs_paths(tmp_path, argument):
    (tmp_path / "datasets.yaml").write_text("x")
    call = {"config": tmp_path / "datasets.yaml", "output": tmp_path / "site", argument: 7}
    with pytest.raises(ConfigError, match=f"argument {argument}: should be a path, not 7"):
        sitegen.build(**call)
