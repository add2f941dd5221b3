"""Words counted block by block are the words of all texts counted at once."""

import pickle

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from sitegen.config import TopicsConfig
from sitegen.pipeline.executor import blocks as blocks_module
from sitegen.pipeline.topics import ctfidf, term_counts, vectorizer
from sitegen.pipeline.topics.term_counts import count_block, files_of_block, merge_words, most_frequent
from sitegen.pipeline.topics.vectorizer import Analyser, Bag, bag_of_words

TEXTS = ["red house", "the", "red red door", "blue door", "house of the red door", "", "blue sky", "sky door"]


def in_blocks_of(monkeypatch, size):
    for module in (vectorizer, ctfidf):
        monkeypatch.setattr(module, "blocks", lambda rows: blocks_module.blocks(rows, size))


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize("options", [{}, {"min_df": 1}, {"max_features": 3}, {"ngram_max": 1}])
def test_counts_are_those_of_scikit_learn(monkeypatch, tmp_path, size, options):
    in_blocks_of(monkeypatch, size)
    monkeypatch.setattr(term_counts, "WORDS_AT_ONCE", 2)
    config = TopicsConfig(**{"min_df": 2, **options})
    bag = bag_of_words(config, pa.chunked_array([TEXTS[:2], TEXTS[2:]]), tmp_path)
    expected = CountVectorizer(
        stop_words="english",
        ngram_range=(1, config.ngram_max),
        min_df=config.min_df,
        max_features=config.max_features,
    )
    counts = expected.fit_transform(TEXTS).toarray()
    assert bag.words.tolist() == expected.get_feature_names_out().tolist()
    assert bag.counts.toarray().tolist() == counts.tolist()


@given(st.lists(st.lists(st.sampled_from("abcdefg"), max_size=5), min_size=1, max_size=9), st.integers(1, 3))
def test_words_add_up_over_any_blocks(tmp_path_factory, texts, min_df):
    folder = tmp_path_factory.mktemp("counted")
    counted = []
    for start, text in enumerate(texts):
        files = files_of_block(folder, start)
        files.write(*count_block(str.split, [" ".join(text)]))
        counted.append(files)
    found, documents, occurrences = merge_words(counted, min_df)
    expected = {
        word: (sum(word in text for text in texts), sum(text.count(word) for text in texts))
        for word in "abcdefg"
        if sum(word in text for text in texts) >= min_df
    }
    assert (
        dict(zip(found.to_pylist(), zip(documents.tolist(), occurrences.tolist(), strict=True), strict=True))
        == expected
    )
    assert found.to_pylist() == sorted(found.to_pylist())


def test_counting_goes_on_where_it_was_cut_off(monkeypatch, tmp_path):
    in_blocks_of(monkeypatch, 3)
    texts, asked = pa.chunked_array([TEXTS]), []
    first = bag_of_words(TopicsConfig(), texts, tmp_path)
    (tmp_path / "counts-000000000003.npz").unlink()
    fit = CountVectorizer.fit_transform
    monkeypatch.setattr(CountVectorizer, "fit_transform", lambda self, given: asked.append(given) or fit(self, given))
    again = bag_of_words(TopicsConfig(), texts, tmp_path)
    assert asked == [TEXTS[3:6]]
    assert again.words.tolist() == first.words.tolist()


def test_beyond_the_most_words_rare_ones_go_together(monkeypatch):
    monkeypatch.setattr(term_counts, "MOST_WORDS", 3)
    assert most_frequent(np.array([5, 1, 2, 9, 2, 2]), None).tolist() == [0, 3]
    assert most_frequent(np.array([5, 1, 9]), None).tolist() == [0, 1, 2]


def test_the_splitter_of_words_can_be_sent_to_another_process():
    split = Analyser(["the"], 2)
    assert pickle.loads(pickle.dumps(split))("The red house, 机器") == split("The red house, 机器")


@pytest.mark.parametrize("size", [2, 5, 1000])
def test_representatives_do_not_depend_on_the_size_of_blocks(monkeypatch, size):
    rng = np.random.default_rng(4)
    from scipy.sparse import csr_matrix

    counts = csr_matrix(rng.poisson(0.4, (60, 30)).astype(np.int32))
    assignment = rng.integers(-1, 3, 60).astype(np.int32)
    bag = Bag(counts, np.array([f"w{index:02}" for index in range(30)], object), Analyser([], 1))
    whole = ctfidf.ClassTfidf(TopicsConfig(), bag, assignment).representatives(assignment, 4)
    in_blocks_of(monkeypatch, size)
    found = ctfidf.ClassTfidf(TopicsConfig(), bag, assignment).representatives(assignment, 4)
    assert found == whole
    assert all((assignment[rows] == topic).all() for topic, rows in enumerate(found))
