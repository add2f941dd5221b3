"""Words of texts in any script, and which of them are left out."""

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_matrix

from sitegen.config import TopicsConfig
from sitegen.errors import DataError
from sitegen.pipeline.topics.ctfidf import ClassTfidf
from sitegen.pipeline.topics.near_equal import near_equal
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


def test_a_script_without_spaces_gives_words_and_no_sentences():
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


def test_a_vocabulary_of_one_word_is_told_too():
    with pytest.raises(DataError, match="only one word occurs in at least 2 documents") as caught:
        words(["thing one", "thing two"], min_df=2)
    assert caught.value.field == "topics.min_df"


def test_a_vocabulary_emptied_by_min_df_is_told():
    with pytest.raises(DataError, match=r"no word occurs in at least 3 documents.*lower topics\.min_df"):
        bag(["one", "two"], min_df=3)


def test_max_features_keeps_the_most_frequent():
    assert words(["red blue", "red green", "red"], ngram_max=1, max_features=1) == ["red"]


WHOLE = {
    "Hindi": "टमाटर और मिट्टी",
    "Tamil": "தமிழ் மொழி",
    "Persian": "می\u200cخواهم بروم",
    "pointed Hebrew": "שָׁלוֹם עוֹלָם",
    "katakana": "オーディオ プレーヤー",
    "languages of computers": "c++ c# .net",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE.keys())
def test_words_are_whole_in_every_script(text):
    assert set(words([text], ngram_max=1, stop_words=None)) == set(text.split())


def test_stop_words_are_left_out_in_scripts_with_marks():
    assert words(["टमाटर और मिट्टी"], ngram_max=1, stop_words="hi") == ["टमाटर", "मिट्टी"]


def test_a_run_of_katakana_is_one_keyword_and_not_its_pieces():
    found = words(["オーディオを聞く"], ngram_max=1)
    assert [word for word in found if word in "オーディオ"] == ["オーディオ"]


def ctfidf(texts, assignment, **options):
    config = TopicsConfig(min_df=1, ngram_max=1, stop_words=None, **options)
    with tempfile.TemporaryDirectory() as scratch:
        counted = bag_of_words(config, pa.chunked_array([texts]), Path(scratch))
    return ClassTfidf(config, counted, np.array(assignment, np.int32))


def test_overlapping_pieces_of_a_word_are_one_keyword():
    texts = ["人工智能很好", "人工智慧", "天气很好", "天气"]
    found = ctfidf(texts, [0, 0, 1, 1])
    first = found.keywords(found.weights, 10)[0]
    assert not any(one != other and one in other for one in first for other in first)


HUGE = "iron chapter annexe " * 15_000  # 300,000 characters


def test_a_huge_row_does_not_lead_the_words_of_its_topic():
    pans = [f"iron {what}" for what in ("pan", "pan lid", "pot", "pot lid", "pan", "pot") * 3]
    found = ctfidf([*pans, HUGE, *["oak wood", "chapter of wood"] * 9], [0] * 19 + [1] * 18)
    raw = found.weigh(csr_matrix(found.bag.counts[:19].sum(axis=0), dtype=np.float64))
    assert found.keywords(raw, 1) == [["annexe"]]
    assert set(found.keywords(found.weights, 4)[0]) == {"iron", "pan", "pot", "lid"}
    row = dict(zip(found.bag.words, found.counts[0].toarray()[0].tolist(), strict=True))
    assert row == {
        "iron": 18 + 18,
        "pan": 9,
        "pot": 9,
        "lid": 6,
        "chapter": 3,
        "annexe": 3,
        "oak": 0,
        "of": 0,
        "wood": 0,
    }
    parts = found.count(np.arange(19), np.array([0] * 18 + [1]))
    assert (parts.sum(axis=0) == found.counts[0].toarray()).all()
    assert parts[1].max() == 18


LEGAL = "statute clause annexe herein notwithstanding liability party agreement venue tort waiver breach remedy"


def boilerplate(number, times=200):
    """One of several long rows that are alike but for a few words."""
    return f"{LEGAL} iron pot " * times + f"copy{number}"


PANS = [f"iron {what}" for what in ("pan", "pan lid", "pot", "pot lid", "pan", "pot") * 3]


@pytest.mark.parametrize("copies", [1, 2, 5, 15])
def test_long_rows_that_are_alike_count_as_one(copies):
    texts = [*PANS, *map(boilerplate, range(copies)), *["oak wood", "chapter of wood"] * 9]
    found = ctfidf(texts, [0] * (len(PANS) + copies) + [1] * 18)
    assert set(found.keywords(found.weights, 4)[0]) == {"iron", "pan", "pot", "lid"}
    row = dict(zip(found.bag.words, found.counts[0].toarray()[0].round(9).tolist(), strict=True))
    assert (row["iron"], row["pot"], row["clause"]) == (18 + 18, 9 + 9, 3)


def test_alike_long_rows_count_fully_as_half_of_their_topic():
    texts = [*PANS[:3], *map(boilerplate, range(4)), *["oak wood"] * 18]
    found = ctfidf(texts, [0] * 7 + [1] * 18)
    assert found.counts[0].toarray()[0][found.bag.words.tolist().index("clause")] == 800


def test_long_rows_are_alike_by_their_words():
    others = [" ".join(f"w{number}x{word}" for word in range(40)) for number in range(3)]
    part = " ".join([*LEGAL.split()[:5], *(f"other{word}" for word in range(8))] * 200)
    texts = [*PANS, boilerplate(0), *others, boilerplate(1), part]
    groups = near_equal(ctfidf(texts, [0] * len(texts)).bag.counts)
    first = groups[len(PANS)]
    assert first >= 0
    assert np.flatnonzero(groups == first).tolist() == [len(PANS), len(PANS) + 4]
    assert (groups >= 0).sum() == 2


def test_a_long_document_outside_topics_leads_no_words_either():
    found = ctfidf([HUGE, *["iron"] * 5, "wood", "wood"], [-1] * 6 + [0, 0])
    counts = dict(zip(found.bag.words, found.outside.toarray()[0].tolist(), strict=True))
    assert counts == {"annexe": 3, "chapter": 3, "iron": 10, "wood": 0}


def test_documents_that_all_are_long_keep_their_words():
    found = ctfidf(["pan " * 30 + "lid " * 20] * 4 + ["wood"] * 2, [0] * 4 + [1] * 2)
    assert found.counts[0].toarray()[0].tolist() == [80, 120, 0]


def test_no_single_document_or_topic_gives_a_parent_its_words():
    code = "def return " * 500
    texts = [code, "iron pan", "iron pot", "iron lid", "wood", "wood"]
    found = ctfidf(texts, [0, 0, 1, 2, 3, 3])
    together = csr_matrix(found.bag.counts[:4].sum(axis=0), dtype=np.float64)
    assert found.keywords(found.weigh(together), 1) == [["def"]]
    shared = found.shared_counts(np.array([0, 0, 1, 2, 3, 3], np.int32), [[0, 1, 2], [3]])
    assert shared.shape == (2, len(found.bag.words))
    assert [words[0] for words in found.keywords(found.weigh(shared), 1)] == ["iron", "wood"]
