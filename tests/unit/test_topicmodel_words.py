"""Words of texts in any script, and which of them are left out."""

import tempfile
from pathlib import Path

import pyarrow as pa
import pytest

from sitegen.config import TopicsConfig
from sitegen.errors import DataError
from sitegen.pipeline.topics.vectorizer import bag_of_words, stop_words_of

CHINESE = [
    "机器学习是人工智能的一个分支。",
    "我们用机器学习来识别图像。",
    "机器学习需要大量的数据。",
    "今天天气很好，我们去公园。",
    "公园里的天气不错。",
]
GERMAN = [
    "Das ist nicht der Hund, den ich mit meiner Schwester gesehen habe.",
    "Wir haben auch eine Katze und ein Pferd.",
]


def bag(texts, **options):
    with tempfile.TemporaryDirectory() as scratch:
        return bag_of_words(TopicsConfig(**{"min_df": 1, **options}), pa.chunked_array([texts]), Path(scratch))


def words(texts, **options):
    return list(bag(texts, **options).words)


def test_words_and_pairs_of_words_without_stop_words():
    found = words(["The red house", "A red door"])
    assert found == ["door", "house", "red", "red door", "red house"]


def test_counts_are_those_of_each_document():
    assert bag(["red red blue", "blue"], ngram_max=1).counts.toarray().tolist() == [[1, 2], [1, 0]]


def test_a_script_without_spaces_gives_words_and_not_whole_sentences():
    found = words(CHINESE, stop_words="zh")
    assert "机器学习" in found
    assert {"公园", "天气"} <= set(found)
    assert max(map(len, found)) <= 4


def test_a_piece_cut_out_of_a_longer_word_is_none():
    found = words(CHINESE)
    assert not {"器学", "机器学", "器学习"} & set(found)


def test_mixed_scripts_keep_both():
    assert {"pandas", "数据"} <= set(words(["用 pandas 处理 数据", "数据"]))


def test_hangul_is_split_at_its_spaces():
    assert words(["한국어 문장", "한국어"], ngram_max=1) == ["문장", "한국어"]


def test_stop_words_by_language_code():
    assert "nicht" in stop_words_of("de", GERMAN)
    assert "hund" not in stop_words_of("de", GERMAN)


@pytest.mark.parametrize(("texts", "word"), [(GERMAN, "nicht"), (CHINESE, "我们"), (["This is what we have"], "what")])
def test_auto_takes_the_language_of_the_texts(texts, word):
    assert word in stop_words_of("auto", texts)


def test_an_unknown_language_is_told():
    with pytest.raises(DataError, match=r"no stop words for 'xx'.* de,") as caught:
        stop_words_of("xx", [])
    assert caught.value.field == "topics.stop_words"


def test_extra_stop_words_are_left_out_in_every_script():
    assert not {"red", "机器学习"} & set(words([*CHINESE, "red green"], extra_stop_words=("red", "机器学习")))


def test_a_vocabulary_emptied_by_min_df_is_told():
    with pytest.raises(DataError, match=r"no word occurs in at least 3 documents.*lower topics\.min_df"):
        bag(["one", "two"], min_df=3)


def test_max_features_keeps_the_most_frequent():
    assert words(["red blue", "red green", "red"], ngram_max=1, max_features=1) == ["red"]
