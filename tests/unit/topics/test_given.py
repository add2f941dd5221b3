"""What a dataset brings: read from columns and files, matched to its documents, and handed on as it is."""

import importlib.util
import json

import numpy as np
import pytest

from sitegen.artifacts import Embeddings, Reduction, Store
from sitegen.config import GivenConfig, RuntimeConfig, TopicsConfig
from sitegen.errors import DataError
from sitegen.pipeline import STAGES, Pipeline, stages_of
from sitegen.pipeline.alignment import continue_given
from sitegen.pipeline.documents.read_documents import shape
from sitegen.pipeline.given.hand_on import given_clusters, given_reduction
from sitegen.pipeline.given.read_given import read_given
from sitegen.pipeline.labels.label_given import label_given
from sitegen.pipeline.topics.light_keywords import light_topics
from tests.unit.helpers import REPO, dataset, problems, to_yaml, topics

ROWS = [
    {"text": f"{word} and more {word} {n}", "x": float(n), "y": float(-n), "t": t, "name": name, "g": group}
    for n, (word, t, name, group) in enumerate(
        [*[("pasta", 7, "Pasta", "Food")] * 3, *[("train", 3, "Trains", "Travel")] * 2, ("dust", None, None, None)]
    )
]
ALL = {"x": "x", "y": "y", "topic": "t", "name": "name"}


def documents_of(rows, given, tmp_path, **options):
    config = dataset(documents=options).documents
    return shape(lambda: iter(rows), config, 42, given, root=REPO, scratch=tmp_path)


def brought(rows, context, documents=None, **given):
    config = GivenConfig(**given)
    found = documents_of(rows, config, context.scratch, **(documents or {}))
    return read_given(given_config=config, documents=found, context=context), found


def with_value(column, value, at=0):
    return [{**row, column: value} if n == at else row for n, row in enumerate(ROWS)]


def test_places_topics_and_names_are_those_of_the_table(context):
    given, _ = brought(ROWS, context, **ALL)
    facts = given.topics.to_pylist()
    assert [(fact["label"], fact["name"]) for fact in facts] == [("7", "Pasta"), ("3", "Trains")]
    assert given.ids == [7, 3]
    assert given.assignment.tolist() == [0, 0, 0, 1, 1, -1]
    assert np.allclose(np.diff(given.layout, axis=0), [[1, -1]] * 5)
    assert given_reduction(given=given, context=context).layout is given.layout
    assert given_clusters(given=given, context=context).strength.tolist() == [1, 1, 1, 1, 1, 0]


def test_topics_are_found_in_the_space_that_is_given(context):
    space = np.arange(18, dtype=np.float64).reshape(6, 3)
    np.save(context.root / "space.npy", space)
    rows = with_value("x", None, at=1)
    given, _ = brought(rows, context, x="x", y="y", space="space.npy")
    reduction = given_reduction(given=given, context=context)
    assert (reduction.cluster_space == space[[0, 2, 3, 4, 5]]).all()
    assert reduction.layout is given.layout


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (np.ones((5, 3)), "space.npy holds 5 vectors, but the source has 6 rows"),
        (np.full((6, 3), np.nan), "space.npy holds values that are not finite"),
        (None, "space.npy does not exist"),
    ],
)
def test_a_space_that_does_not_fit_is_told(context, space, message):
    if space is not None:
        np.save(context.root / "space.npy", space)
    with pytest.raises(DataError, match=message) as caught:
        brought(ROWS, context, x="x", y="y", space="space.npy")
    assert caught.value.field == "given.space"


def test_places_far_from_zero_keep_their_distances(context):
    rows = [{**row, "x": row["x"] + 4e9} for row in ROWS]
    given, _ = brought(rows, context, **ALL)
    assert np.diff(given.layout[:, 0]).tolist() == [1] * 5


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), None, "nowhere"])
def test_a_row_without_a_place_is_dropped_and_counted(context, bad):
    given, documents = brought(with_value("y", bad, at=1), context, **ALL)
    assert documents.dropped == {"without a place on the map": 1}
    assert given.assignment.tolist() == [0, 0, 1, 1, -1]


def test_or_the_build_fails_and_names_it(context):
    with pytest.raises(DataError, match="row 1: y is no finite number: nan"):
        brought(with_value("y", float("nan"), at=1), context, {"on_bad_value": "fail"}, **ALL)


@pytest.mark.parametrize("nowhere", [None, float("nan"), -1, -1.0, "-1", "Unlabelled"])
def test_some_labels_mean_outside(context, nowhere):
    given, _ = brought(with_value("t", nowhere), context, **ALL)
    assert given.assignment.tolist() == [-1, 0, 0, 1, 1, -1]


@pytest.mark.parametrize("of", [float, lambda t: f"{t}.0", str])
def test_whole_numbers_are_the_same_however_a_file_holds_them(context, of):
    rows = [{**row, "t": row["t"] if row["t"] is None else of(row["t"])} for row in ROWS]
    given, _ = brought(rows, context, **ALL)
    assert given.ids == [7, 3]


@pytest.mark.parametrize("label", ["seven", "07", "70000"])
def test_labels_that_are_no_small_numbers_number_no_topics(context, label):
    given, _ = brought([{**row, "t": label if row["t"] == 7 else row["t"]} for row in ROWS], context, **ALL)
    assert given.ids is None
    assert given.topics.column("label").to_pylist() == [label, "3"]


@pytest.mark.parametrize(("label", "told"), [(70000, True), (-5, True), (65534, False), ("seven", False)])
def test_numbers_of_topics_that_do_not_stay_are_told(context, label, told):
    given, _ = brought([{**row, "t": label if row["t"] == 7 else row["t"]} for row in ROWS], context, **ALL)
    assert (f"are not those of the data: a map has room for 0 to 65,534, the data has {label}" in given.told) == told


def test_a_topic_of_several_names_has_the_commonest_and_says_so(context):
    given, _ = brought(with_value("name", "Noodles"), context, **ALL)
    assert given.topics.column("name").to_pylist() == ["Pasta", "Trains"]
    assert "1 of 2 topics have several names" in given.told


def test_a_sample_and_a_filter_take_what_is_given_along(context):
    given, documents = brought(ROWS, context, {"filter": [{"column": "g", "present": True}], "sample": 3}, **ALL)
    rows = documents.source_rows.tolist()
    numbers = [given.ids[topic] for topic in given.assignment]
    assert numbers == [ROWS[row]["t"] for row in rows]


def test_the_next_coarser_layer_becomes_the_parents(context):
    given, _ = brought(ROWS, context, **ALL, layers=({"topic": "g"},))
    assert given.parents.to_pylist() == [
        {"name": "Food", "topics": [0], "above": []},
        {"name": "Travel", "topics": [1], "above": []},
    ]


def test_still_coarser_layers_are_around_the_parents(context):
    rows = [{**row, "all": row["g"] and "Life", "number": row["g"] and 5} for row in ROWS]
    given, _ = brought(rows, context, **ALL, layers=({"topic": "g"}, {"topic": "all"}, {"topic": "number"}))
    assert given.parents.column("above").to_pylist() == [["Life", "number 0"], ["Life", "number 0"]]
    assert given.told == ""


def test_groups_that_are_mere_numbers_are_named_by_keywords(context):
    given, _ = brought([{**row, "g": len(row["g"] or "")} for row in ROWS], context, **ALL, layers=({"topic": "g"},))
    assert given.parents.column("name").to_pylist() == ["", ""]


def test_layers_that_do_not_nest_are_told(context):
    given, _ = brought(with_value("g", "Travel"), context, **ALL, layers=({"topic": "g"},))
    assert "layers do not nest: 1 of 2 topics" in given.told
    assert given.parents.column("name").to_pylist() == ["Food", "Travel"]


def test_a_topic_in_no_group_has_no_parent(context):
    given, _ = brought([{**row, "g": None if row["t"] == 3 else row["g"]} for row in ROWS], context, **ALL,
                       layers=({"topic": "g"},))  # fmt: skip
    assert given.parents.to_pylist() == [{"name": "Food", "topics": [0], "above": []}]


MERGES = [
    {"Parent_ID": "5", "Parent_Name": "a_b", "Child_Left_ID": "9", "Child_Right_ID": "4", "Distance": 1.5},
    {"Parent_ID": "4", "Parent_Name": "pasta_train", "Child_Left_ID": "7", "Child_Right_ID": "3.0", "Distance": 0.5},
]


def hierarchy_of(rows, context):
    (context.root / "tree.json").write_text(json.dumps(rows))
    return brought(ROWS, context, **ALL, hierarchy="tree.json")[0].hierarchy.to_pylist()


def test_the_tree_of_bertopic_is_read_without_empty_topics(context):
    (merge,) = hierarchy_of(MERGES, context)
    assert merge == {
        "node": 2, "left": 0, "right": 1, "distance": 0.5, "size": 5, "keywords": ["pasta", "train"]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"Parent_ID": "4"}], "no column Parent_Name, Child_Left_ID"),
        (MERGES[:1], "the tree lacks 2 of 2 topics, the first is 7"),
        ([{**MERGES[1], "Child_Left_ID": "x"}], "tree.json: .*'x'"),
    ],
)
def test_a_file_that_is_no_tree_of_the_topics_is_told(context, rows, message):
    with pytest.raises(DataError, match=message):
        hierarchy_of(rows, context)


def test_a_file_says_more_of_each_topic(context):
    facts = [
        {"topic": 7, "name": "Nudeln", "description": "About pasta.", "keywords": "spaghetti, penne"},
        {"topic": 9},
    ]
    (context.root / "topics.json").write_text(json.dumps(facts))
    given, _ = brought(ROWS, context, topic="t", topics="topics.json")
    first, second = given.topics.to_pylist()
    assert (first["name"], first["description"]) == ("Nudeln", "About pasta.")
    assert first["keywords"] == ["spaghetti", "penne"]
    assert (second["name"], second["keywords"]) == (None, [])
    assert "1 of 2 topics that were described have no document here" in given.told


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ([{"name": "x"}], "row 0 has no column topic"),
        ([{"topic": 1}, {"topic": 1.0}], "topic 1 is there twice"),
        ([{"topic": {}}, {"topic": {"a": 1}}], "not text"),
        ([{"topic": 7, "aspects": ["penne"]}], "no object of keywords"),
    ],
)
def test_a_file_of_topics_that_cannot_be_used_is_told(context, facts, message):
    (context.root / "topics.json").write_text(json.dumps(facts))
    with pytest.raises(DataError, match=message):
        brought(ROWS, context, topic="t", topics="topics.json")


def test_a_column_that_no_row_has_is_told_at_its_place(context):
    with pytest.raises(DataError, match="no row has a column 'where'") as caught:
        brought(ROWS, context, x="where", y="y")
    assert caught.value.field == "given.x"


def test_more_topics_than_a_map_has_room_for_are_refused(context):
    rows = [{"text": f"t{n}", "t": f"l{n}"} for n in range(65_535)]
    with pytest.raises(DataError, match="65,535 topics are given, and a map has room for 65,534"):
        brought(rows, context, topic="t")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"x": "x"}, "give both"),
        ({"name": "n"}, "name needs topic"),
        ({"layers": [{"topic": "g"}]}, "layers needs topic"),
        ({"space": "s.npy"}, "needs the places x and y"),
        ({**ALL, "space": "s.npy"}, "and no topics"),
        ({"bertopic": "m", "topic": "t"}, "leave topic, name and topics out"),
    ],
)
def test_what_does_not_fit_together_is_told(given, message):
    source = {"type": "package", "package": "p", "path": "x.json"}
    told = problems(to_yaml({"datasets": [{"slug": "a", "title": "A", "source": source, "given": given}]}))
    assert any(message in text for *_, text in told)


def test_settings_that_would_change_given_topics_are_refused():
    source = {"type": "package", "package": "p", "path": "x.json"}
    entry = {"slug": "a", "title": "A", "source": source, "given": {"topic": "t"}, "topics": {"reduce_to": 3}}
    assert any("would change the topics" in text for *_, text in problems(to_yaml({"datasets": [entry]})))


# Stages


def test_a_dataset_that_brings_nothing_keeps_stages_and_keys():
    assert stages_of(dataset()) is STAGES
    assert "given" not in dataset().section("documents", "given")
    assert {"space", "labels"}.isdisjoint(dataset(given=ALL).section("given")["given"])
    assert stages_of(dataset(documents={"vector": "v"})) is STAGES


@pytest.mark.parametrize(
    ("given", "own"),
    [
        ({"x": "x", "y": "y"}, {"embeddings", "reduction", "continuity"}),
        ({"topic": "t"}, {"clusters", "topics", "continuity"}),
        (ALL, {"embeddings", "reduction", "clusters", "topics", "labels", "continuity"}),
    ],
)
def test_what_is_brought_is_not_computed(given, own):
    ordinary = {stage.name: stage for stage in STAGES}
    stages = stages_of(dataset(given=given))
    assert [stage.name for stage in stages] == ["documents", "given", *list(ordinary)[1:]]
    assert {stage.name for stage in stages if ordinary.get(stage.name) is not stage} == {"given", *own}


def test_given_vectors_are_used_beside_given_places():
    stages = {stage.name: stage for stage in stages_of(dataset(given=ALL, documents={"vector": "v"}))}
    assert stages["embeddings"] in STAGES


@pytest.fixture
def light(monkeypatch):
    """As if BERTopic were not installed."""
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "sitegen.pipeline.topics.describe_given.find_spec", lambda name: None if name == "bertopic" else found(name)
    )


def test_the_whole_pipeline_of_a_table_needs_no_model(light, tmp_path, report):
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, ROWS * 5)))
    entry = dataset(
        source={"type": "file", "path": "t.jsonl"},
        documents={"drop_duplicates": False},
        given={**ALL, "layers": [{"topic": "g"}]},
    )
    store = Store(tmp_path / "cache")

    def pipeline():
        stages = stages_of(entry)
        return Pipeline(entry, stages, store, root=tmp_path, runtime=RuntimeConfig(), report=report)

    first = pipeline()
    first.run()
    again = pipeline()
    again.run()
    assert (len(first.ran), again.ran) == (9, set())
    assert all(status.fresh for status in pipeline().status())
    found = again.load("topics"), again.load("labels"), again.load("continuity")
    assert [row["name"] for row in found[1].rows()] == ["Pasta", "Trains"]
    assert {row["named_by"] for row in found[1].rows()} == {"given"}
    assert [row["keywords"][0] for row in found[0].rows()] == ["pasta", "train"]
    assert [ROWS[row % 6]["t"] for row in found[0].rows()[1]["representatives"]] == [3, 3, 3]
    assert found[2].ids == [7, 3]
    assert found[2].assignment.tolist() == [7, 7, 7, 3, 3, -1] * 5


def test_an_artifact_has_no_file_for_an_absent_optional_table(store, tmp_path):
    plain = documents_of(ROWS, GivenConfig(), tmp_path)
    entry = store.save("documents", {"stage": "documents"}, plain, 0)
    assert "given.parquet" not in entry.files
    assert store.load(entry, type(plain)).given is None


def continued(given, documents, context, previous=None):
    found = light_topics(TopicsConfig(), documents, given.assignment)
    return continue_given(
        documents=documents,
        given=given,
        embeddings=Embeddings(np.empty((len(documents), 0), np.float32)),
        reduction=Reduction(given.layout, given.layout),
        topics=found,
        labels=label_given(topics=found, given=given, context=context),
        previous=previous,
        context=context,
    )


def test_given_places_are_not_laid_onto_those_of_the_last_build(context):
    first = continued(*brought(ROWS, context, **ALL), context)
    turned = [{**row, "x": row["y"], "y": row["x"]} for row in ROWS]
    given, documents = brought(turned, context, **ALL)
    second = continued(given, documents, context, previous=first)
    assert (second.layout == given.layout).all()


def test_given_numbers_keep_their_colours_when_sizes_change(context):
    first = continued(*brought(ROWS, context, **ALL), context)
    more = [*ROWS, *({**ROWS[3], "text": f"train {n}"} for n in range(5))]
    second = continued(*brought(more, context, **ALL), context, previous=first)
    assert (first.ids, second.ids) == ([7, 3], [3, 7])
    assert dict(zip(first.ids, first.slots, strict=True)) == dict(zip(second.ids, second.slots, strict=True))
    assert second.first_new == 8


def test_a_topic_without_a_name_is_named_by_its_keywords(context):
    given, _ = brought([{**row, "name": None if row["t"] == 3 else row["name"]} for row in ROWS], context, **ALL)
    labels = label_given(topics=topics(assignment=(0, 0, 0, 1, 1, -1)), given=given, context=context)
    assert [(row["name"], row["named_by"]) for row in labels.rows()] == [
        ("Pasta", "given"),
        ("Train, ticket", "keywords"),
    ]


def test_one_long_row_does_not_lead_the_words_of_a_given_topic(tmp_path):
    texts = [*["iron pan", "iron lid", "iron pot"] * 2, "annexe " * 50_000, *["annexe oak", "oak", "wood"] * 2]
    rows = [{"text": f"{text} {n}"} for n, text in enumerate(texts)]
    documents = documents_of(rows, GivenConfig(), tmp_path)
    found = light_topics(TopicsConfig(min_df=1), documents, np.array([0] * 7 + [1] * 6, np.int32))
    assert set(found.rows()[0]["keywords"][:3]) == {"lid", "pan", "pot"}


def test_words_of_a_given_topic_are_whole_in_scripts_with_marks(tmp_path):
    texts = ["हिन्दी टमाटर एक", "हिन्दी टमाटर दो", "wood one", "wood two"]
    documents = documents_of([{"text": text} for text in texts], GivenConfig(), tmp_path)
    found = light_topics(TopicsConfig(min_df=2), documents, np.array([0, 0, 1, 1], np.int32))
    assert sorted(found.rows()[0]["keywords"]) == ["टमाटर", "हिन्दी"]


def test_words_that_most_topics_share_are_no_keywords(tmp_path):
    rows = [{"text": f"these are word{n % 5} word{n % 5} {n}"} for n in range(50)]
    documents = documents_of(rows, GivenConfig(), tmp_path)
    found = light_topics(TopicsConfig(), documents, np.array([n % 5 for n in range(50)], np.int32))
    assert [row["keywords"] for row in found.rows()] == [[f"word{n}"] for n in range(5)]


# A folder of BERTopic


SAVED = {
    "topic_representations": {
        "-1": [["dust", 0.1]],
        "0": [["pasta", 0.5], ["sauce", 0.2], ["", 1e-05]],
        "1": [["train", 0.5]],
    },
    "topics": [0, 0, 0, 1, 1, -1],
    "topic_labels": {"-1": "-1_dust", "0": "0_pasta_sauce", "1": "1_train"},
    "custom_labels": None,
    "topic_aspects": {"KeyBERT": {"0": [["spaghetti", 0.3]], "1": [["rail", 0.3]]}, "POS": {"0": [["a", 1]]}},
}


def saved(context, **changes):
    folder = context.root / "model"
    folder.mkdir(exist_ok=True)
    (folder / "topics.json").write_text(json.dumps({**SAVED, **changes}))
    return "model"


def test_a_saved_model_gives_topics_names_and_keywords(context):
    given, _ = brought(ROWS, context, bertopic=saved(context))
    first, second = given.topics.to_pylist()
    assert (first["label"], first["name"], first["keywords"]) == ("0", "0_pasta_sauce", ["pasta", "sauce"])
    assert (second["keybert"], second["mmr"]) == (["rail"], [])
    assert given.assignment.tolist() == [0, 0, 0, 1, 1, -1]
    assert given.aspects.to_pylist() == [{"topic": 0, "name": "POS", "words": ["a"]}]


def test_custom_labels_go_first(context):
    given, _ = brought(ROWS, context, bertopic=saved(context, custom_labels=["Rest", "Italian food", "Railways"]))
    assert given.topics.column("name").to_pylist() == ["Italian food", "Railways"]


def test_a_model_follows_its_documents_through_a_filter(context):
    given, _ = brought(ROWS, context, {"filter": [{"column": "x", "min": 2}]}, bertopic=saved(context))
    assert [given.ids[topic] if topic >= 0 else -1 for topic in given.assignment] == [0, 1, 1, -1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"topics": [0, 1]}, "fitted to 2 documents, but the source has 6 rows"),
        ({"topics": "x"}, "not as BERTopic 0.16 and 0.17 write it"),
        ({"custom_labels": ["one"]}, "1 custom labels for 3 topics"),
        ({"topic_representations": None}, "not as BERTopic"),
    ],
)
def test_a_model_that_does_not_fit_is_told(context, change, message):
    with pytest.raises(DataError, match=message) as caught:
        brought(ROWS, context, bertopic=saved(context, **change))
    assert caught.value.field == "given.bertopic"


def test_a_pickled_model_is_refused_with_the_way_to_convert_it(context):
    (context.root / "my_model").write_bytes(b"\x80\x04.")
    with pytest.raises(DataError, match=r"saved by pickle.*save\('my_model-folder', serialization='safetensors'"):
        brought(ROWS, context, bertopic="my_model")


ORDERED = [0 if n // 10 % 2 else 1 for n in range(60)]


def test_keywords_within_chinese_sentences_tell_the_order(context):
    words = {"0": [["意大利面", 0.5]], "1": [["火车", 0.5]]}
    rows = [{"text": f"我们都喜欢{'火车' if ORDERED[n] else '意大利面'}和书{n}"} for n in range(60)]
    given, _ = brought(rows, context, bertopic=saved(context, topics=ORDERED, topic_representations=words))
    assert "cannot tell" not in given.told
    with pytest.raises(DataError, match="in another order than the model's"):
        brought(rows, context, bertopic=saved(context, topics=sorted(ORDERED), topic_representations=words))


def test_a_model_whose_topics_are_phrases_is_told_not_refused(context, report):
    words = {"0": [["Italian Food and Cooking", 1]], "1": [["Railway Travel", 1]]}
    rows = [{"text": f"text number {n}"} for n in range(60)]
    model = saved(context, topics=ORDERED, topic_representations=words, topic_aspects={})
    given, _ = brought(rows, context, bertopic=model)
    assert "cannot tell whether the documents are those of the model" in given.told
    assert context.report.warnings == 1


def test_documents_in_another_order_than_the_models_are_told(context):
    rows = [{"text": f"{'pasta' if n % 2 else 'train'} number {n}"} for n in range(60)]
    right, wrong = [0 if n % 2 else 1 for n in range(60)], [0] * 30 + [1] * 30
    given, _ = brought(rows, context, bertopic=saved(context, topics=right))
    assert len(given.topics) == 2
    with pytest.raises(DataError, match="in another order than the model's"):
        brought(rows, context, bertopic=saved(context, topics=wrong))
