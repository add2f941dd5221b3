"""A real BERTopic, fitted here, saved in its three forms and published: the site says what the model says."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow.parquet as pq
import pytest

import sitegen
from sitegen.config import DocstringsSource, EmbeddingsConfig
from sitegen.errors import DataError
from sitegen.pipeline.embeddings.embedder import load_embedder
from sitegen.pipeline.sources import open_source

pytestmark = pytest.mark.pipeline

PACKAGES = ("networkx", "PIL", "bokeh", "jinja2")
PER_PACKAGE = 40


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Docstrings of four packages, their embeddings, and BERTopic fitted to them with three representations."""
    from bertopic import BERTopic
    from bertopic.representation import KeyBERTInspired, MaximalMarginalRelevance
    from hdbscan import HDBSCAN
    from sklearn.decomposition import PCA

    docs: list[str] = []
    for package in PACKAGES:
        source = DocstringsSource(type="docstrings", packages=(package,))
        docs += [
            text[:300] for row in islice(open_source(source, Path()).rows(), 400) if len(text := row["text"]) > 150
        ][:PER_PACKAGE]
    embedder = load_embedder(EmbeddingsConfig(max_tokens=64), Path(), "cpu")
    vectors = embedder.encode(docs, normalize_embeddings=True)
    model = BERTopic(
        embedding_model=embedder,
        umap_model=PCA(5, random_state=1),
        hdbscan_model=HDBSCAN(min_cluster_size=5, min_samples=1),
        representation_model={
            "KeyBERT": KeyBERTInspired(),
            "MMR": MaximalMarginalRelevance(diversity=0.3),
            "Few words": MaximalMarginalRelevance(diversity=0.9, top_n_words=3),
        },
    )
    model.fit(docs, embeddings=vectors)
    assert len(set(model.topics_)) > 2
    model.set_topic_labels({topic: f"Subject number {topic}" for topic in set(model.topics_)})
    places = PCA(2, random_state=1).fit_transform(vectors)
    folder = tmp_path_factory.mktemp("models")
    model.save(folder / "safe", serialization="safetensors", save_ctfidf=True)
    model.save(folder / "torch", serialization="pytorch")
    model.save(folder / "pickled", serialization="pickle", save_embedding_model=False)
    rows = [{"text": text, "x": x, "y": y} for text, (x, y) in zip(docs, places.tolist(), strict=True)]
    (folder / "docs.json").write_text(json.dumps(rows))
    return SimpleNamespace(docs=docs, vectors=vectors, model=model, places=places, folder=folder)


def says_what_the_model_says(world: SimpleNamespace, download: Path) -> None:
    documents = pq.read_table(download / "documents.parquet").column("topic").to_pylist()
    rows = {row["topic"]: row for row in json.loads((download / "topics.json").read_text())}
    assert documents == list(world.model.topics_)
    for topic, row in rows.items():
        assert (row["name"], row["named_by"]) == (f"Subject number {topic}", "given")
        assert row["ctfidf"] == [word for word, _ in world.model.topic_representations_[topic] if word]
        for aspect in ("KeyBERT", "MMR"):
            assert row[aspect.lower()] == [word for word, _ in world.model.topic_aspects_[aspect][topic] if word]
        few = [word for word, _ in world.model.topic_aspects_["Few words"][topic] if word]
        assert row["aspects"] == {"Few words": few}
        assert "<dt>Few words</dt>" in (download.parent / "topics" / str(topic) / "index.html").read_text()


def config_of(world: SimpleNamespace, model: str) -> Path:
    entry = {
        "slug": "map",
        "title": "Docstrings",
        "source": {"type": "file", "path": "docs.json"},
        "documents": {"drop_duplicates": False},
        "given": {"x": "x", "y": "y", "bertopic": model},
    }
    path: Path = world.folder / f"{model}.yaml"
    path.write_text(json.dumps({"datasets": [entry]}))
    return path


@pytest.mark.parametrize("form", ["safe", "torch"])
def test_a_saved_model_is_published_as_it_is(world: SimpleNamespace, form: str, tmp_path: Path) -> None:
    sitegen.build(config_of(world, form), output=tmp_path / "site", quiet=True)
    says_what_the_model_says(world, tmp_path / "site" / "map" / "download")


def test_a_pickled_model_is_refused(world: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="saved by pickle"):
        sitegen.build(config_of(world, "pickled"), output=tmp_path / "site", quiet=True)


def test_a_fitted_model_is_published_as_it_is(world: SimpleNamespace, tmp_path: Path) -> None:
    tree = world.model.hierarchical_topics(world.docs)
    places = {"coordinates": world.places, "hierarchy": tree}
    shown = sitegen.publish(world.model, world.docs, world.vectors, **places, output=tmp_path / "site", quiet=True)
    says_what_the_model_says(world, tmp_path / "site" / "map" / "download")
    page = (tmp_path / "site" / "map" / "hierarchy" / "index.html").read_text()
    assert all(word in page for name in tree["Parent_Name"] for word in name.split("_")[:1])
    assert len(shown._repr_html_()) < 500_000


def test_documents_in_another_order_are_told(world: SimpleNamespace, tmp_path: Path) -> None:
    order = np.random.default_rng(4).permutation(len(world.docs))
    with pytest.raises(DataError, match="in another order than the model's"):
        sitegen.publish(
            world.model, [world.docs[number] for number in order], coordinates=world.places, output=tmp_path / "site"
        )
    from bertopic import BERTopic

    with pytest.raises(DataError, match="argument docs: they seem to be in another order than the model's"):
        sitegen.publish(
            BERTopic.load(str(world.folder / "safe")),
            [world.docs[number] for number in order],
            coordinates=world.places,
            output=tmp_path / "site",
        )
    rows = [{"text": world.docs[number], "x": 0.0, "y": float(number)} for number in order]
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "docs.json").write_text(json.dumps(rows))
    entry = json.loads(config_of(world, "safe").read_text())
    entry["datasets"][0]["given"]["bertopic"] = str(world.folder / "safe")
    (folder / "datasets.yaml").write_text(json.dumps(entry))
    with pytest.raises(DataError, match="in another order than the model's"):
        sitegen.build(folder / "datasets.yaml", output=tmp_path / "site", quiet=True)
