"""sitegen's topics beside BERTopic's own, on the same documents, clusters and embeddings."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from sitegen.artifacts import DOCUMENT_SCHEMA, Clusters, Documents, Embeddings, Topics
from sitegen.config import DocstringsSource, EmbeddingsConfig, OutliersConfig, RuntimeConfig, TopicsConfig
from sitegen.errors import PublishError
from sitegen.pipeline import Context
from sitegen.pipeline.embeddings.embedder import load_embedder
from sitegen.pipeline.sources import open_source
from sitegen.pipeline.topics.ctfidf import MOST_IN_DOCUMENT
from sitegen.pipeline.topics.describe_topics import describe_topics, largest_first
from sitegen.pipeline.topics.vectorizer import Analyser, bag_of_words, stop_words_of
from sitegen.report import Report

pytestmark = pytest.mark.pipeline

PACKAGES = ("networkx", "PIL", "numpy", "bokeh", "pandas", "scipy", "jinja2", "sklearn")
PER_PACKAGE = 40
EMBEDDINGS = EmbeddingsConfig(max_tokens=64, backend="torch")  # as BERTopic runs it
ONE_WORD = {"ngram_max": 1, "min_df": 2}
"""BERTopic joins the documents of a topic, so that its pairs of words reach across documents; ours do not."""


ALIKE = 0.9
"""Agreement of keywords: BERTopic leaves to chance which of the words with equal weights come in."""

ALIKE_CANDIDATES = 0.8
"""The same where the candidates, too, were cut off among words of equal weight."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Docstrings of eight packages as seven topics, one package being outside; and BERTopic fitted to them."""
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.representation import KeyBERTInspired, MaximalMarginalRelevance
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    texts, packages = [], []
    for number, package in enumerate(PACKAGES):
        source = DocstringsSource(type="docstrings", packages=(package,))
        long = (row["text"][:300] for row in open_source(source, Path()).rows() if len(row["text"]) > 150)
        kept = list(islice(filter(_counts_as_in_bertopic, long), PER_PACKAGE - number))
        texts += kept
        packages += [package] * len(kept)
    groups = np.array([PACKAGES.index(package) - 1 for package in packages], dtype=np.int32)
    assignment = largest_first(groups)
    dates = [datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=7 * (index * 37 % 101)) for index in range(len(texts))]
    categories = ["even" if index % 2 else "odd" for index in range(len(texts))]
    model = load_embedder(EMBEDDINGS, Path(), "cpu")
    vectors = model.encode(texts, normalize_embeddings=True)
    bertopic = BERTopic(
        language="multilingual",
        embedding_model=model,
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=CountVectorizer(vocabulary=_vocabulary(texts), stop_words="english"),
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        representation_model={"keybert": KeyBERTInspired(), "mmr": MaximalMarginalRelevance(diversity=0.3)},
    )
    bertopic.fit_transform(texts, embeddings=vectors, y=assignment)
    assert bertopic.topics_ == assignment.tolist()
    rows = [
        {"id": str(index), "title": "", "text": text, "category": category, "date": date}
        for index, (text, category, date) in enumerate(zip(texts, categories, dates, strict=True))
    ]
    return SimpleNamespace(
        texts=texts,
        dates=dates,
        categories=categories,
        assignment=assignment,
        vectors=vectors,
        bertopic=bertopic,
        documents=Documents(pa.Table.from_pylist(rows, DOCUMENT_SCHEMA), {}),
        context=Context(Path(), RuntimeConfig(device="cpu"), Report(-1), tmp_path_factory.mktemp("scratch"), Path()),
    )


def _counts_as_in_bertopic(text: str) -> bool:
    """Whether no word is in it so often that it would be counted less often."""
    words = Analyser(sorted(stop_words_of("english", ())), 1)(text)
    return max(Counter(words).values(), default=0) <= MOST_IN_DOCUMENT


def _vocabulary(texts: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch:
        return list(bag_of_words(TopicsConfig(**ONE_WORD), pa.chunked_array([texts]), Path(scratch)).words)


def topics_of(world: SimpleNamespace, **options: Any) -> Topics:
    embeddings, assignment = options.pop("embeddings", EMBEDDINGS), options.pop("assignment", world.assignment)
    return describe_topics(
        topics_config=TopicsConfig(**{**ONE_WORD, **options}),
        embeddings_config=embeddings,
        documents=world.documents,
        embeddings=Embeddings(world.vectors),
        clusters=Clusters(assignment, np.ones(len(assignment), np.float32)),
        context=world.context,
    )


@pytest.fixture(scope="module")
def topics(world: SimpleNamespace) -> Topics:
    return topics_of(world, timeline_bins=4, evolution_tuning=False, group_by="words")


def words_of(pairs: list[tuple[str, float]]) -> list[str]:
    return [word for word, _ in pairs if word]


def test_keywords_and_representations_are_those_of_bertopic(world: SimpleNamespace, topics: Topics) -> None:
    rows, column = topics.rows(), world.bertopic.vectorizer_model.vocabulary_
    assert len(rows) == len(PACKAGES) - 1
    for topic, row in enumerate(rows):
        weights = [world.bertopic.c_tf_idf_[topic + 1, column[word]] for word in row["keywords"]]
        assert np.allclose(weights, [weight for _, weight in world.bertopic.get_topic(topic)])
    for aspect in ("keybert", "mmr"):
        theirs = world.bertopic.topic_aspects_[aspect]
        words = [words_of(theirs[row["topic"]]) for row in rows]
        assert agreement([row[aspect] for row in rows], words) >= ALIKE_CANDIDATES


def test_representative_documents_are_those_of_bertopic(world: SimpleNamespace, topics: Topics) -> None:
    for row in topics.rows():
        chosen = {world.texts[index] for index in row["representatives"]}
        assert chosen == set(world.bertopic.representative_docs_[row["topic"]])
        assert (world.assignment[row["representatives"]] == row["topic"]).all()


def test_the_hierarchy_is_that_of_bertopic(world: SimpleNamespace, topics: Topics) -> None:
    theirs = world.bertopic.hierarchical_topics(world.texts).astype({"Parent_ID": int}).sort_values("Parent_ID")
    ours = topics.hierarchy.to_pylist()
    assert np.allclose([node["distance"] for node in ours], theirs["Distance"].astype(float))
    assert [node["left"] for node in ours] == theirs["Child_Left_ID"].astype(int).tolist()
    assert [node["right"] for node in ours] == theirs["Child_Right_ID"].astype(int).tolist()
    names = [name.split("_") for name in theirs["Parent_Name"]]
    assert agreement([node["keywords"][:5] for node in ours], names) >= ALIKE
    assert ours[-1]["size"] == (world.assignment >= 0).sum()


def test_topics_over_time_are_those_of_bertopic(world: SimpleNamespace, topics: Topics) -> None:
    stamps = [date.timestamp() for date in world.dates]
    theirs = world.bertopic.topics_over_time(world.texts, stamps, nr_bins=4, evolution_tuning=False)
    theirs = theirs[theirs.Topic >= 0].sort_values(["Timestamp", "Topic"])
    ours = topics.timeline.to_pylist()
    assert [(row["topic"], row["documents"]) for row in ours] == list(
        zip(theirs["Topic"], theirs["Frequency"], strict=True)
    )
    words = [each.split(", ") for each in theirs["Words"]]
    assert agreement([row["keywords"] for row in ours], words) >= ALIKE
    assert ours[0]["start"] == min(world.dates)


def test_topics_per_class_are_those_of_bertopic(world: SimpleNamespace, topics: Topics) -> None:
    theirs = world.bertopic.topics_per_class(world.texts, world.categories)
    theirs = theirs[theirs.Topic >= 0].sort_values(["Class", "Topic"])
    ours = topics.classes.to_pylist()
    assert [(row["category"], row["topic"], row["documents"]) for row in ours] == list(
        zip(theirs["Class"], theirs["Topic"], theirs["Frequency"], strict=True)
    )
    words = [each.split(", ") for each in theirs["Words"]]
    assert agreement([row["keywords"] for row in ours], words) >= ALIKE


def agreement(ours: list[list[str]], theirs: list[list[str]]) -> float:
    """Share of our words that BERTopic names for the same topic as well."""
    shared = [len(set(mine) & set(other)) for mine, other in zip(ours, theirs, strict=True)]
    return sum(shared) / sum(map(len, ours))


def test_evolution_lets_a_period_lean_on_the_one_before(world: SimpleNamespace, topics: Topics) -> None:
    tuned = topics_of(world, timeline_bins=4, representations=()).timeline
    assert tuned.select(["topic", "documents"]).equals(topics.timeline.select(["topic", "documents"]))
    assert tuned["keywords"].to_pylist() != topics.timeline["keywords"].to_pylist()


@pytest.mark.parametrize("strategy", ["c-tf-idf", "embeddings", "distributions"])
def test_outliers_join_topics_as_in_bertopic(world: SimpleNamespace, strategy: Any) -> None:
    outliers = OutliersConfig(strategy=strategy, threshold=0.1)
    found = topics_of(world, outliers=outliers, representations=())
    theirs = world.bertopic.reduce_outliers(
        world.texts, world.assignment.tolist(), strategy=strategy, threshold=0.1, embeddings=world.vectors
    )
    assert found.assignment.tolist() == largest_first(np.array(theirs, dtype=np.int32)).tolist()
    assert found.outside == {"before": PER_PACKAGE, "after": theirs.count(-1)}
    assert theirs.count(-1) < PER_PACKAGE
    assert found.table["size"].to_pylist() == np.bincount(found.assignment[found.assignment >= 0]).tolist()


def test_reduce_to_merges_the_most_similar_topics(world: SimpleNamespace) -> None:
    found = topics_of(world, reduce_to=3, representations=())
    assert len(found) == 3
    assert found.table["size"].to_pylist() == sorted(found.table["size"].to_pylist(), reverse=True)
    assert ((found.assignment < 0) == (world.assignment < 0)).all()
    whole = {tuple(np.unique(found.assignment[world.assignment == topic])) for topic in range(7)}
    assert all(len(topics) == 1 for topics in whole)


def test_without_a_model_keywords_are_those_of_c_tf_idf_alone(world: SimpleNamespace, topics: Topics) -> None:
    found = topics_of(world, embeddings=EmbeddingsConfig(model=None))
    assert found.table["keywords"].equals(topics.table["keywords"])
    assert found.table["keybert"].to_pylist() == found.table["mmr"].to_pylist() == [[]] * len(topics)


def test_seed_words_weigh_more(world: SimpleNamespace, topics: Topics) -> None:
    word = topics.rows()[0]["keywords"][-1]
    found = topics_of(world, seed_words=(word,), seed_multiplier=50.0, representations=())
    assert found.rows()[0]["keywords"][0] == word


def test_one_giant_topic_has_keywords_and_nothing_to_compare(world: SimpleNamespace) -> None:
    found = topics_of(world, assignment=np.zeros_like(world.assignment), outliers=OutliersConfig(strategy="c-tf-idf"))
    (topic,) = found.rows()
    assert topic["size"] == len(world.texts)
    assert len(topic["keywords"]) == len(topic["keybert"]) == len(topic["mmr"]) == 10
    assert found.outside == {"before": 0, "after": 0}


def test_few_topics_have_no_hierarchy(world: SimpleNamespace) -> None:
    found = topics_of(world, reduce_to=5, representations=())
    assert found.hierarchy.num_rows == found.parents.num_rows == 0


@pytest.mark.parametrize("group_by", ["words", "both"])
@pytest.mark.parametrize("asked", [2, 4, 7])
def test_parents_hold_two_topics_or_more_and_share_none(world: SimpleNamespace, group_by: str, asked: int) -> None:
    parents = topics_of(world, parents=asked, representations=(), group_by=group_by).parents.to_pylist()
    within = [topic for parent in parents for topic in parent["topics"]]
    assert len(within) == len(set(within)) >= 2 * len(parents)
    assert all(len(parent["topics"]) > 1 and parent["keywords"] for parent in parents)
    assert 7 - len(within) + len(parents) == asked
    sizes = np.bincount(world.assignment[world.assignment >= 0])
    assert [parent["size"] for parent in parents] == [int(sizes[parent["topics"]].sum()) for parent in parents]


def test_the_saved_model_is_one_that_bertopic_loads(world: SimpleNamespace, topics: Topics, tmp_path: Path) -> None:
    from bertopic import BERTopic

    from sitegen.pipeline.topics.bertopic_model import save_model

    config = TopicsConfig(**ONE_WORD)
    given = (config, EMBEDDINGS, world.documents, Embeddings(world.vectors), topics, Path())
    save_model(tmp_path / "model", *given)
    loaded = BERTopic.load(str(tmp_path / "model"), embedding_model=load_embedder(EMBEDDINGS, Path(), "cpu"))
    assert loaded.topics_ == topics.assignment.tolist()
    for row in topics.rows():
        assert words_of(loaded.get_topic(row["topic"])) == row["keywords"]
    middle = [topics.rows()[topic]["representatives"][0] for topic in range(len(topics))]
    predicted, _ = loaded.transform([world.texts[index] for index in middle])
    assert list(predicted) == list(range(len(topics)))
    suffixes = {path.suffix for path in (tmp_path / "model").iterdir()}
    assert suffixes == {".json", ".safetensors", ".md"}
    card = (tmp_path / "model" / "README.md").read_text("utf-8")
    assert f"{len(topics):,} topics of {len(topics.assignment):,} documents" in card
    assert "`transform` puts nearly" in card
    with pytest.raises(PublishError, match="is not an empty folder"):
        save_model(tmp_path / "model", *given)
