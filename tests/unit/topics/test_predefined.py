"""Topics that are named beforehand: their documents, their numbers, their names, and what stays from build to build."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from sklearn.datasets import make_blobs

from sitegen.artifacts import KNOWN_TOPIC_SCHEMA, Embeddings, Predefined, Reduction
from sitegen.config import ClustersConfig, EmbeddingsConfig, LabelsConfig, PredefinedConfig, TopicsConfig
from sitegen.errors import DataError
from sitegen.pipeline import EDIT_STAGES, STAGES, stages_of
from sitegen.pipeline.alignment import keep_named
from sitegen.pipeline.clusters.beside_names import find_clusters_beside, reduction_of_rest
from sitegen.pipeline.clusters.find_clusters import find_clusters
from sitegen.pipeline.clusters.grow import cluster_or_join
from sitegen.pipeline.labels.keep_names import _only
from sitegen.pipeline.labels.label_topics import label_topics
from sitegen.pipeline.predefined.assign import assign_to_names, compare_with_names
from sitegen.pipeline.topics.describe_topics import describe_topics, merge_topics
from tests.unit.helpers import ENTRY, FakeLabeller, clusters, dataset, documents, embeddings, problems_at, topics

NAMES = ["Cooking", "Trains", "Nothing of this"]


def beforehand(assignment, names=NAMES, similarity=0.8, least=0.7):
    values = np.array(assignment, np.int32)
    return Predefined(values, np.full(len(values), similarity, np.float32), list(names), least)


def on_circle(*degrees):
    radians = np.radians(degrees)
    return np.column_stack([np.cos(radians), np.sin(radians)]).astype(np.float32)


def test_documents_go_to_the_closest_name_that_is_close_enough():
    found = compare_with_names(on_circle(0, 30, 80, 100, 180), on_circle(10, 90), ["a", "b"], 0.7)
    assert found.assignment.tolist() == [0, 0, 1, 1, -1]
    assert np.allclose(found.similarity, np.cos(np.radians([10, 20, 10, 10, 90])), atol=1e-6)
    assert found.told.startswith("4 of 5 documents have a similarity of 0.7 or more")
    assert found.told.endswith("2 of 2 names have documents")


def test_similarity_that_is_just_enough_is_enough():
    vectors, names = on_circle(0, 60), on_circle(0)
    exact = float((vectors @ names.T)[1, 0])
    assert compare_with_names(vectors, names, ["a"], exact).assignment.tolist() == [0, 0]
    assert compare_with_names(vectors, names, ["a"], np.nextafter(exact, 1)).assignment.tolist() == [0, -1]


def assigned(monkeypatch, context, vectors, of_names, **options):
    encode = dict(zip(NAMES, of_names, strict=False))
    monkeypatch.setattr(
        "sitegen.pipeline.predefined.assign.word_encoder", lambda *_: lambda names: np.array([encode[n] for n in names])
    )
    config = PredefinedConfig(topics=tuple(NAMES[: len(of_names)]), **options)
    return assign_to_names(
        predefined_config=config,
        embeddings_config=EmbeddingsConfig(),
        embeddings=Embeddings(vectors),
        context=replace(context, slug="a"),
    )


def test_a_name_without_documents_warns_and_says_what_to_lower(monkeypatch, context, report, screen):
    found = assigned(monkeypatch, context, on_circle(0, 1, 2), on_circle(0, 90))
    assert found.assignment.tolist() == [0, 0, 0]
    assert report.warnings == 1
    told = screen.getvalue()
    assert "1 of 2 names ('Trains')" in told
    assert "lower predefined.min_similarity (0.7)" in told
    assert "half 1.00" in told


def test_more_names_than_documents_are_refused(monkeypatch, context):
    with pytest.raises(DataError, match="2 names for 1 documents; name fewer topics") as caught:
        assigned(monkeypatch, context, on_circle(0), on_circle(0, 90))
    assert caught.value.field == "predefined.topics"


MISTAKES = {
    "no name": ("predefined: {¦topics: []}", "at least 1 item"),
    "an empty name": ("predefined: {topics: [Food, ¦' ']}", "at least 1 character"),
    "alike": ("predefined: {¦topics: [Food, Trains, 'food ']}", "names 1 and 3 are alike, 'Food' and 'food'"),
    "a number": ("predefined: {topics: [¦7]}", "should be a valid string"),
    "similarity": ("predefined: {topics: [Food], ¦min_similarity: 1.5}", "less than or equal to 1, not '1.5'"),
    "none": ("predefined: {topics: [Food], ¦zeroshot_min_similarity: 0}", "greater than 0"),
    "no model": ("predefined: {¦topics: [Food]}\n    embeddings: {model: null}", "names need embeddings.model"),
    "no vectors": ("predefined: {¦topics: [Food]}\n    given: {x: x, y: y}", "names are compared with vectors"),
    "given": ("¦predefined: {topics: [Food]}\n    given: {topic: t}", "leave one of them out"),
    "twice": ("predefined: {topics: [Food], ¦zeroshot_topic_list: [Food]}", "under another name"),
    "in another section": ("topics: {¦zeroshot_topic_list: [Food]}", "it belongs in the section predefined"),
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place(text, message):
    assert message in " ".join(problems_at(f"{ENTRY}    {text}\n"))


def test_names_by_bertopic_are_the_same_settings():
    ours = dataset(predefined={"topics": ["Food"], "min_similarity": 0.4})
    assert dataset(predefined={"zeroshot_topic_list": ["Food"], "zeroshot_min_similarity": 0.4}) == ours


def test_keys_of_others_are_what_they_were():
    assert set(dataset().section("predefined", "given", "clusters")) == {"clusters"}
    assert "labels" not in dataset(given={"topic": "t"}).section("given")["given"]
    assert dataset(given={"topic": "t", "labels": "l"}).section("given")["given"]["labels"] == "l"


@pytest.mark.parametrize("mode", ["refit", "grow"])
def test_stages_take_what_they_are_given(mode):
    config = dataset(predefined={"topics": ["Food"]}, given={"labels": "l"}, growth={"mode": mode})
    stages = stages_of(config)
    made = set()
    for stage in (*stages, *EDIT_STAGES):
        assert set(stage.inputs) <= made, stage.name
        made.add(stage.name)
    assert [stage.name for stage in stages] == [
        *("documents", "embeddings", "reduction", "neighbors", "predefined", "clusters"),
        *("topics", "labels", "continuity"),
    ]
    assert {stage.name for stage in stages_of(dataset())} == {stage.name for stage in STAGES}


@pytest.fixture(scope="module")
def blobs():
    points, truth = make_blobs([60, 50, 40], 5, cluster_std=0.4, center_box=(-6, 6), random_state=3)
    return Reduction(points.astype(np.float32), points[:, :2].astype(np.float32)), truth


def beside(reduction, named, context, **options):
    return find_clusters_beside(
        clusters_config=ClustersConfig(**{"min_cluster_size": 15, **options}),
        seed=1,
        reduction=reduction,
        predefined=named,
        context=context,
    )


def test_the_rest_is_clustered_as_if_the_named_were_not_there(blobs, context):
    reduction, truth = blobs
    named = beforehand(np.where(truth == 1, 1, -1))
    found = beside(reduction, named, context)
    rows, rest = reduction_of_rest(reduction, named.assignment)
    alone = find_clusters(clusters_config=ClustersConfig(min_cluster_size=15), seed=1, reduction=rest, context=context)
    assert (found.assignment[truth == 1] == 1).all()
    assert np.allclose(found.strength[truth == 1], 0.8)
    assert found.assignment[rows].tolist() == [each + 3 if each >= 0 else -1 for each in alone.assignment.tolist()]
    assert found.names == NAMES
    assert set(found.assignment[rows].tolist()) >= {3, 4}


@pytest.mark.parametrize("left", [0, 10])
def test_too_few_others_are_outside(blobs, context, left):
    reduction, truth = blobs
    named = beforehand(np.where(np.arange(len(truth)) < left, -1, 0))
    found = beside(reduction, named, context)
    assert found.assignment.tolist() == [-1] * left + [0] * (len(truth) - left)
    assert not found.strength[:left].any()


def test_of_landmarks_the_named_are_left_out_too(blobs, context):
    reduction, truth = blobs
    landmarks = np.arange(0, len(truth), 2, dtype=np.int32)
    by_landmarks = replace(reduction, landmarks=landmarks)
    rows, rest = reduction_of_rest(by_landmarks, np.where(truth == 0, 0, -1).astype(np.int32))
    assert np.array_equal(rows[rest.landmarks], [row for row in landmarks if truth[row] != 0])
    found = beside(by_landmarks, beforehand(np.where(truth == 0, 0, -1)), context)
    assert (found.assignment[truth == 0] == 0).all()
    assert [len(set(found.assignment[truth == group].tolist()) - {-1}) for group in (1, 2)] == [1, 1]
    every = np.zeros(len(truth), np.int32)
    every[1] = -1  # which is no landmark
    assert reduction_of_rest(by_landmarks, every)[1] is None


def test_topics_know_their_names_whatever_their_size(context):
    words = ["pasta sauce oven", "train ticket station", "guitar chords band"]
    texts = [words[0]] * 3 + [words[1]] * 5 + [words[2]] * 4 + ["dust"] * 2
    groups = np.array([0] * 3 + [1] * 5 + [3] * 4 + [-1] * 2, np.int32)
    found = describe_topics(
        topics_config=TopicsConfig(representations=(), min_df=1),
        embeddings_config=EmbeddingsConfig(model=None, file="v.npy"),
        embeddings=Embeddings(np.eye(len(texts), dtype=np.float32)),
        documents=documents(texts),
        clusters=replace(clusters(groups), names=NAMES),
        context=context,
    )
    assert [(row["size"], name) for row, name in zip(found.rows(), found.names, strict=True)] == [
        (5, "Trains"),
        (4, ""),
        (3, "Cooking"),
    ]
    assert found.assignment.tolist() == [2] * 3 + [0] * 5 + [1] * 4 + [-1] * 2


def test_topics_that_are_named_are_not_merged():
    assignment = np.array([0, 1, 3, 4, 5, -1], np.int32)
    vectors = on_circle(0, 1, 2, 3, 90, 45)
    assert merge_topics(assignment, vectors, 4, 3).tolist() == [0, 1, 3, 3, 4, -1]
    assert merge_topics(assignment, vectors, 3, 3).tolist() == [0, 1, 3, 3, 3, -1]
    with pytest.raises(DataError, match="2 topics are named beforehand and stay"):
        merge_topics(assignment, vectors, 2, 3)


def labelled(named, answer, monkeypatch, context):
    labeller = FakeLabeller(lambda question: [answer])
    monkeypatch.setattr("sitegen.pipeline.labels.language_model.answer_cache.load_labeller", lambda *_: labeller)
    monkeypatch.setattr("sitegen.pipeline.labels.language_model.answer_cache.version", lambda library: f"{library} 1")
    return label_topics(
        labels_config=LabelsConfig(model="hub/model", backend="torch"),
        topics_config=TopicsConfig(),
        embeddings_config=EmbeddingsConfig(model=None, file="v.npy"),
        seed=1,
        documents=documents(("I cook pasta", "The train is late", "It boils")),
        embeddings=embeddings(np.eye(3)),
        topics=replace(topics(assignment=(0, 1, 0)), names=named),
        context=context,
    ).rows()


def test_a_name_given_beforehand_stays_and_no_model_is_asked(monkeypatch, context):
    rows = labelled(["", "Late <b>Trains</b>"], "Pasta", monkeypatch, context)
    assert [(row["name"], row["named_by"]) for row in rows] == [("Pasta", "llm"), ("Late <b>Trains</b>", "predefined")]
    assert rows[1]["answers"] == []
    assert rows[1]["rank"] == 1
    assert rows[0]["nearest"] == 1


def test_no_other_topic_gets_a_name_that_was_given(monkeypatch, context):
    rows = labelled(["", "Pasta"], "Pasta", monkeypatch, context)
    assert rows[1]["name"] == "Pasta"
    assert rows[0]["name"] != "Pasta"


def test_some_of_the_topics_keep_their_names():
    every = replace(topics(), names=["", "Trains"])
    assert _only(every, [1]).names == ["Trains"]
    assert _only(topics(), [1]).names is None


def test_a_topic_continues_its_name_whatever_documents_it_had():
    known = [
        {"topic": 4, "slot": 12, "name": "Trains", "size": 3, "centroid": [0.0]},
        {"topic": 9, "slot": 13, "name": "Pasta", "size": 3, "centroid": [0.0]},
    ]
    assert pa.Table.from_pylist(known, KNOWN_TOPIC_SCHEMA).num_rows == 2
    named = replace(topics(), names=["", "Trains"])
    assert keep_named(np.array([0, 1]), named, known).tolist() == [1, 0]
    assert keep_named(np.array([0, -1]), named, known).tolist() == [-1, 0]
    assert keep_named(np.array([0, 1]), topics(), known).tolist() == [0, 1]


class Grown:
    """A map that grows, with vectors around two axes: 40 documents by a name and 40 that are clustered."""

    def __init__(self, context):
        rng = np.random.default_rng(0)
        self.context = context
        self.vectors = np.concatenate([self.near(axis, 40, rng) for axis in (0, 1)])
        self.named = [0] * 40 + [-1] * 40

    @staticmethod
    def near(axis, count, rng):
        vectors = rng.normal(scale=0.05, size=(count, 8))
        vectors[:, axis] += 1
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    def build(self, previous=None, least=0.7):
        n = len(self.vectors)
        prints = np.arange(n, dtype=np.int64)
        reduction = Reduction(
            self.vectors[:, :5].copy(),
            self.vectors[:, :2].copy(),
            growth={"fit": "f"},
            since=(prints >= 80).astype(np.int32),
            prints=np.stack([prints, prints], axis=1),
        )
        return cluster_or_join(
            clusters_config=ClustersConfig(min_cluster_size=10),
            seed=1,
            embeddings=Embeddings(self.vectors),
            reduction=reduction,
            previous=previous,
            context=self.context,
            predefined=beforehand(self.named, ["Cooking", "Later"], least=least),
        )


def test_where_a_map_grows_only_similar_newcomers_join_a_name(context):
    grown = Grown(context)
    first = grown.build()
    assert first.names == ["Cooking", "Later"]
    assert set(first.assignment[:40].tolist()) == {0}
    found = first.assignment[40:]
    assert found.min() >= -1
    assert 0 not in found
    rng = np.random.default_rng(1)
    grown.vectors = np.concatenate([grown.vectors, Grown.near(0, 3, rng), Grown.near(0, 3, rng), Grown.near(5, 2, rng)])
    grown.named += [0] * 3 + [-1] * 3 + [1] * 2
    second = grown.build(first)
    assert np.array_equal(second.assignment[:80], first.assignment)
    assert second.assignment[80:].tolist() == [0, 0, 0, -1, -1, -1, 1, 1]
    assert second.names == first.names


def test_another_similarity_finds_all_topics_anew(context):
    grown = Grown(context)
    first = grown.build()
    again = grown.build(first, least=0.5)
    assert again.growth["numbers_of"] != first.growth["numbers_of"]
