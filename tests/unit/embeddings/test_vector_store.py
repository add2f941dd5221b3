"""Vectors that stay from build to build: only new texts are embedded, texts that are gone are dropped."""

from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from sitegen.config import EmbeddingsConfig
from sitegen.pipeline.embeddings import embed as stage
from sitegen.pipeline.embeddings.embedder import Encoded, unit_length
from sitegen.pipeline.embeddings.vector_store import VectorStore, hash_texts
from tests.unit.helpers import documents, flip_a_byte

TEXTS = [f"text {'x' * (number % 7)} {number}" for number in range(40)]
CONFIG = EmbeddingsConfig(backend="torch")


class FakeModel:
    """An embedder whose vectors depend on the text, and in their last bits on the batch."""

    def __init__(self):
        self.batches = []
        self.weights = 1
        self.dies_after = None

    @contextmanager
    def encoder(self, config, context):
        yield self.encode

    def encode(self, texts):
        if self.dies_after is not None and len(self.batches) == self.dies_after:
            raise KeyboardInterrupt
        self.batches.append(list(texts))
        rows = [np.random.default_rng([self.weights, *text.encode()]).normal(size=6) for text in texts]
        return Encoded(unit_length((np.array(rows) * (1 + 1e-7 * len(texts))).astype(np.float32)), 32)

    def embedded(self):
        return sorted(text for batch in self.batches for text in batch)


@pytest.fixture
def model(monkeypatch):
    fake = FakeModel()
    monkeypatch.setattr(stage, "encoder", fake.encoder)
    monkeypatch.setattr(stage, "SHARD", 8)
    return fake


@pytest.fixture
def embed(context, model):
    def run(texts, config=CONFIG, slug="a"):
        model.batches.clear()
        return stage.embed(
            embeddings_config=config, documents=documents(texts), context=replace(context, slug=slug)
        ).vectors

    return run


def test_only_new_texts_are_embedded_and_stored_vectors_stay(embed, model, screen):
    first = embed(TEXTS[:30])
    assert model.embedded() == sorted(TEXTS[:30])
    second = embed(TEXTS[::-1])
    probe, *batches = model.batches
    assert len(probe) == 1
    assert sorted(text for batch in batches for text in batch) == sorted(TEXTS[30:])
    assert np.array_equal(second[::-1][:30], first)
    assert "10 of 40 documents are new" in screen.getvalue()


def test_after_a_reordering_no_model_is_loaded(embed, model, screen):
    first = embed(TEXTS)
    assert np.array_equal(embed(TEXTS[::-1]), first[::-1])
    assert model.batches == []
    assert "none of 40 documents is new" in screen.getvalue()


def test_texts_that_are_gone_are_dropped(embed, model):
    embed(TEXTS)
    embed(TEXTS[:10])
    embed(TEXTS[:12])
    assert model.embedded()[-2:] == sorted(TEXTS[10:12])


def test_equal_texts_are_embedded_once(embed, model):
    vectors = embed([*TEXTS, TEXTS[3]])
    assert model.embedded() == sorted(TEXTS)
    assert np.array_equal(vectors[-1], vectors[3])


def test_an_interrupted_build_goes_on_to_the_same_bytes(embed, model):
    whole = embed(TEXTS, slug="whole")
    model.dies_after = 2
    with pytest.raises(KeyboardInterrupt):
        embed(TEXTS)
    done = model.embedded()
    model.dies_after = None
    assert np.array_equal(embed(TEXTS), whole)
    assert sorted(done + model.embedded()[:]) == sorted([*TEXTS, min(done, key=len)])


@pytest.mark.parametrize("change", [{"max_tokens": 64}, {"prompt": "query: "}, {"dtype": "bfloat16"}])
def test_other_settings_have_other_vectors(embed, model, change):
    embed(TEXTS)
    embed(TEXTS, EmbeddingsConfig(backend="torch", **change))
    assert model.embedded() == sorted(TEXTS)
    embed(TEXTS)
    assert model.batches == []


def test_other_weights_under_the_same_model_name_are_noticed(embed, model, screen):
    embed(TEXTS[:30])
    model.weights = 2
    vectors = embed(TEXTS)
    assert "is not the model it was" in screen.getvalue()
    assert np.array_equal(vectors, embed(TEXTS, slug="b"))


def test_a_damaged_file_is_told_and_its_texts_embedded_again(embed, model, context, screen):
    first = embed(TEXTS)
    (file,) = context.persistent_dir.rglob("*.npy")
    flip_a_byte(file)
    assert np.array_equal(embed(TEXTS), first)
    assert model.embedded() == sorted(TEXTS)
    assert "damaged" in screen.getvalue()


def test_a_store_is_one_file_after_a_build(embed, context):
    embed(TEXTS)
    assert len([*context.persistent_dir.rglob("*.npy")]) == 1


def test_a_text_whose_hash_ends_in_zero_is_found(tmp_path, report):
    hashes = np.array([b"a" * 15 + b"\0", b"a" * 15 + b"\1"], "S16")
    store = VectorStore(tmp_path, report)
    store.add(hashes, np.eye(2, dtype=np.float32))
    assert not len(store.missing(hashes))
    assert store.vectors(hashes[::-1]).tolist() == [[0, 1], [1, 0]]


def test_hashes_tell_texts_apart():
    assert len(np.unique(hash_texts(TEXTS))) == len(TEXTS)


def test_keeping_the_texts_of_one_file_keeps_that_file(tmp_path, report):
    hashes, vectors = hash_texts(["a", "b", "c"]), np.eye(3, dtype=np.float32)
    store = VectorStore(tmp_path, report)
    store.add(hashes[:2], vectors[:2])
    store.add(hashes[2:], vectors[2:])
    store.keep_only(hashes[:2])
    assert np.array_equal(store.vectors(hashes[:2]), vectors[:2])
    assert not len(VectorStore(tmp_path, report).missing(hashes[:2]))
