"""A table with places, topics and names, published by the Python interface: the site says what the table says."""

import importlib.util
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sitegen
from sitegen.errors import ConfigError, DataError
from sitegen.report import log_warning
from sitegen.site.output.audit import audit_site

VECTOR = '"><svg onload="window.hacked=1">'
COUNT = 400
COLUMNS = {"text": "words", "x": "east", "y": "north", "topic": "cluster", "name": "called"}


@pytest.fixture(scope="module", autouse=True)
def light():
    """As if BERTopic were not installed."""
    found = importlib.util.find_spec
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "sitegen.pipeline.topics.describe_given.find_spec", lambda name: None if name == "bertopic" else found(name)
        )
        yield


def make_frame():
    rng = np.random.default_rng(5)
    topics = rng.integers(-1, 8, COUNT)
    centers = rng.normal(0, 9, (9, 2))
    places = centers[topics] + rng.normal(0, 1, (COUNT, 2))
    places[0] = [500, -300]  # far out, and still where it is
    frame = pd.DataFrame(
        {
            "words": [f"thing{topic} number{n} of thing{topic}" for n, topic in enumerate(topics)],
            "east": places[:, 0],
            "north": places[:, 1],
            "cluster": np.where(topics < 0, np.nan, topics + 20.0),
            "called": [
                None if topic < 0 else f"Topic {topic} {VECTOR if topic == 1 else ''}".strip() for topic in topics
            ],
            "group": [None if topic < 0 else f"Group {topic // 3}" for topic in topics],
        }
    )
    return frame.sample(frac=1, random_state=1)  # the index is shuffled: only positions count


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    frame, folder = make_frame(), tmp_path_factory.mktemp("given") / "site"
    shown = sitegen.publish_table(
        frame,
        **COLUMNS,
        layers=[{"topic": "group"}],
        title=f"A map {VECTOR}",
        made_with="numpy",
        output=folder,
        quiet=True,
    )
    documents = pq.read_table(folder / "map" / "download" / "documents.parquet").to_pandas()
    topics = {row["topic"]: row for row in json.loads((folder / "map" / "download" / "topics.json").read_text())}
    return SimpleNamespace(frame=frame, folder=folder, shown=shown, documents=documents, topics=topics)


def test_every_document_is_in_its_topic(published):
    wanted = published.frame["cluster"].fillna(-1).astype(int).tolist()
    assert published.documents["topic"].tolist() == wanted


def test_every_topic_has_its_name_and_its_group(published):
    pairs = zip(published.documents["topic"], published.frame["called"], published.frame["group"], strict=True)
    for topic, name, group in pairs:
        if topic >= 0:
            row = published.topics[topic]
            assert (row["name"], row["named_by"], row["parent_name"]) == (name, "given", group)


def test_every_document_lies_at_its_place_within_half_a_pixel(published):
    x, y = (published.frame[name].to_numpy() for name in ("east", "north"))
    scale = np.ptp(published.documents["x"]) / np.ptp(x)  # both axes have the same
    for found, wanted in ((published.documents["x"], x), (published.documents["y"], y)):
        assert np.abs((found - found.mean()).to_numpy() - (wanted - wanted.mean()) * scale).max() < 0.5 / 1000


def test_the_about_page_says_what_was_brought_and_left_out(published):
    page = re.sub(r"<[^>]+>", "", (published.folder / "map" / "about" / "index.html").read_text())
    assert "those of the columns east and north; no layout was computed" in page
    assert "those of the column cluster, their names those of the column called" in page
    assert "no keywords were chosen by meaning" in page
    assert "8 of 8 topics came with a name" in page
    assert "numpy" in page


def test_the_hierarchy_shows_the_given_groups(published):
    page = (published.folder / "map" / "hierarchy" / "index.html").read_text()
    assert [name for name in ("Group 0", "Group 1", "Group 2") if name not in page] == []


def test_coarser_layers_are_groups_of_groups(tmp_path):
    frame = make_frame()
    frame["whole"] = frame["group"].map({"Group 0": "Left", "Group 1": "Left", "Group 2": "Right"})
    layers = [{"topic": "group"}, {"topic": "whole"}]
    sitegen.publish_table(frame, **COLUMNS, layers=layers, output=tmp_path, quiet=True)
    rows = json.loads((tmp_path / "map" / "download" / "topics.json").read_text())
    assert {(row["parent_name"], *row["above"]) for row in rows} == {
        ("Group 0", "Left"), ("Group 1", "Left"), ("Group 2", "Right")
    }  # fmt: skip
    page = (tmp_path / "map" / "hierarchy" / "index.html").read_text()
    names = re.findall(r"<summary><strong><bdi>([^<]*)", page)
    assert names[names.index("Left") + 1 :][:2] == ["Group 0", "Group 1"]
    assert names[names.index("Right") + 1] == "Group 2"


def test_more_representations_are_published_under_their_names(tmp_path):
    facts = [{"topic": 20, "aspects": {f"Verbs {VECTOR}": ["run", "walk"]}}, {"topic": 21, "aspects": {}}]
    (tmp_path / "topics.json").write_text(json.dumps(facts))
    given = {"topics": str(tmp_path / "topics.json")}
    sitegen.publish_table(make_frame(), **COLUMNS, given=given, output=tmp_path / "site", quiet=True)
    folder = tmp_path / "site" / "map"
    rows = {row["topic"]: row for row in json.loads((folder / "download" / "topics.json").read_text())}
    assert rows[20]["aspects"] == {f"Verbs {VECTOR}": ["run", "walk"]}
    assert "aspects" not in rows[21]
    page = (folder / "topics" / "20" / "index.html").read_text()
    assert re.search(r"<dt>Verbs [^<]*&lt;svg [^<]*</dt><dd>.*run.*walk", page)
    assert audit_site(tmp_path / "site") == []


@pytest.mark.parametrize("title", [None, "line"])
def test_a_table_without_texts_shows_titles_only(tmp_path, title):
    frame = make_frame().rename(columns={"words": "line"})
    columns = {key: column for key, column in COLUMNS.items() if key != "text"}
    sitegen.publish_table(frame, **columns, documents={"title": title}, output=tmp_path, quiet=True)
    documents = pq.read_table(tmp_path / "map" / "download" / "documents.parquet")
    names = frame["called"].fillna("Unlabelled") if title is None else frame[title]
    assert documents.column("title").to_pylist() == names.tolist()
    assert "There are no texts: titles" in (tmp_path / "map" / "about" / "index.html").read_text()


def test_programs_find_the_documents_of_a_topic(published):
    lines = (published.folder / "map" / "download" / "topic-documents.jsonl").read_text().splitlines()
    found = {row["topic"]: row["documents"] for row in map(json.loads, lines)}
    wanted = {}
    for topic, document in zip(published.documents["topic"], published.documents["id"], strict=True):
        if topic >= 0:
            wanted.setdefault(topic, []).append(document)
    assert found == wanted


def test_programs_find_the_maps(published):
    text = (published.folder / "llms.txt").read_text()
    assert "- [Map](map/index.html): 400 documents in 8 topics." in text
    assert "\\<svg" in text  # nothing but characters in Markdown
    assert re.search(r"(?<!\\)<", text) is None
    links = re.findall(r"\]\((.*?)\):", text)
    assert len(links) == 5
    assert [link for link in links if not (published.folder / link).is_file()] == []


def test_the_site_passes_its_check(published):
    assert audit_site(published.folder) == []


def test_a_notebook_gets_a_picture_and_a_link_and_no_script(published, monkeypatch):
    monkeypatch.chdir(published.folder.parent)
    html = published.shown._repr_html_()
    assert len(html) < 500_000
    assert 'src="data:image/webp;base64,' in html
    assert 'href="site/map/index.html"' in html
    assert "<code>site/map/index.html</code>" in html
    assert "<script" not in html
    assert "<svg" not in html


def test_polars_and_arrow_are_read_as_well(tmp_path):
    table = pa.Table.from_pandas(make_frame(), preserve_index=False)
    frames = {"arrow": table}
    if importlib.util.find_spec("polars"):
        import polars

        frames["polars"] = polars.from_arrow(table)
    for name, frame in frames.items():
        sitegen.publish_table(frame, **COLUMNS, output=tmp_path / name, quiet=True)
        found = pq.read_table(tmp_path / name / "map" / "download" / "documents.parquet").column("topic").to_pylist()
        assert found == [-1 if label is None else int(label) for label in table.column("cluster").to_pylist()]


def test_ids_and_stored_results_stay_in_a_project(tmp_path, capsys):
    frame = make_frame()
    for _ in range(2):
        sitegen.publish_table(frame, **COLUMNS, output=tmp_path / "site", project=tmp_path / "project")
    assert "nothing changed" in capsys.readouterr().err


def test_rows_that_are_lost_are_warned_of_at_each_call(tmp_path):
    frame = make_frame().reset_index(drop=True)
    frame.loc[3, "words"], frame.loc[[5, 6], "east"] = "", np.nan
    for name in ("first", "second"):
        with pytest.warns(UserWarning, match="1 empty, 2 without a place on the map") as caught:
            sitegen.publish_table(frame, **COLUMNS, output=tmp_path / name, quiet=True)
        assert [warning.filename for warning in caught] == [__file__]


def test_warnings_of_modules_without_a_report_are_warnings(tmp_path, monkeypatch):
    monkeypatch.setattr("sitegen.commands.build.build", lambda *_: log_warning("beware"))
    frame = make_frame()
    with pytest.warns(UserWarning, match="beware"):
        sitegen.publish_table(frame, **COLUMNS, output=tmp_path, quiet=True)


def test_what_is_no_table_is_told(tmp_path):
    with pytest.raises(DataError, match="a int cannot be read as a table"):
        sitegen.publish_table(3, output=tmp_path / "site")


def test_a_mistake_is_an_exception_with_the_text_of_the_command(tmp_path):
    with pytest.raises(DataError, match="argument x: no column 'west'"):
        sitegen.publish_table(make_frame(), **{**COLUMNS, "x": "west"}, output=tmp_path / "site", quiet=True)
    with pytest.raises(ConfigError, match=r"argument publish\.texts: unknown key, did you mean text"):
        sitegen.publish_table(make_frame(), **COLUMNS, output=tmp_path / "site", publish={"texts": "full"})


def test_the_package_is_imported_without_its_interface():
    code = "import sys, sitegen; print(*sys.modules); sitegen.publish_table; print('sitegen.api' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, after = done.stdout.strip().split("\n")
    assert {"sitegen.api", "pydantic", "numpy", "pyarrow"}.isdisjoint(before.split())
    assert after == "True"


def test_no_module_takes_the_name_of_a_function():
    modules = "sitegen.publishing.publish, sitegen.api.tables, sitegen.cli, sitegen.commands.build"
    code = f"import {modules}; print(sitegen.build.__module__, sitegen.publish.__module__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["sitegen.api.tables", "sitegen.api.topic_models"]


def bertopic(**changes):
    """What is read of a fitted model."""
    model = {
        "topics_": [0, 0, 1, 1, -1] * 6,
        "topic_representations_": {-1: [("of", 0.1)], 0: [("pasta", 0.4)], 1: [("train", 0.4)]},
        "topic_labels_": {-1: "-1_of", 0: "0_pasta", 1: "1_train"},
        "custom_labels_": None,
        "topic_aspects_": {"MMR": {-1: [("of", 0.1)], 0: [("sauce", 0.3)], 1: [("rail", 0.3)]}},
        "representative_docs_": {0: ["pasta 0"], 1: ["train 2"]},
    }
    return SimpleNamespace(**{**model, **changes})


DOCS = [f"{('pasta', 'pasta', 'train', 'train', 'of')[n % 5]} {n}" for n in range(30)]
PLACES = np.random.default_rng(3).normal(0, 1, (30, 2))


def test_a_topic_model_is_published_as_it_is(tmp_path):
    model = bertopic(custom_labels_=["Rest", "Italian", "Railways"])
    sitegen.publish(model, DOCS, coordinates=PLACES, output=tmp_path, quiet=True)
    rows = json.loads((tmp_path / "map" / "download" / "topics.json").read_text())
    assert {row["topic"]: (row["name"], row["ctfidf"], row["mmr"]) for row in rows} == {
        0: ("Italian", ["pasta"], ["sauce"]),
        1: ("Railways", ["train"], ["rail"]),
    }
    documents = pq.read_table(tmp_path / "map" / "download" / "documents.parquet")
    assert documents.column("topic").to_pylist() == model.topics_


@pytest.mark.parametrize(
    ("model", "docs", "more", "message"),
    [
        (bertopic(), DOCS[:3], {}, "fitted to 30 documents, but 3 are given"),
        (bertopic(topics_=None), DOCS, {}, "not fitted"),
        (bertopic(), DOCS[2:] + DOCS[:2], {}, "in another order than the model's: 2 of 2"),
        (bertopic(), DOCS, {"coordinates": PLACES[:, :1]}, r"argument coordinates: float64 \(30, 1\) is not"),
        (bertopic(), DOCS, {"embeddings": PLACES[:3]}, r"argument embeddings: float64 \(3, 2\) is not"),
    ],
)
def test_documents_that_are_not_the_models_are_told(tmp_path, model, docs, more, message):
    with pytest.raises(DataError, match=message):
        sitegen.publish(model, docs, output=tmp_path / "site", **more)
