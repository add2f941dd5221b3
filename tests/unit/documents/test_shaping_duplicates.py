"""Documents that came before, exactly or nearly."""

import sys

import pytest

from sitegen.errors import DataError
from tests.unit.helpers import shaped

SENTENCE = "the quick brown fox jumps over a lazy dog while seven wizards boil water for tea in a very small kettle "
TEXT = (SENTENCE * 3).strip()


def near(*texts, **options):
    return shaped([{"text": text} for text in texts], drop_near_duplicates=0.8, **options)


def test_a_text_with_a_word_changed_is_a_near_duplicate():
    changed = TEXT.replace("lazy", "LAZY").replace("seven wizards", "eight wizards", 1)
    other = " ".join(reversed(TEXT.split()))
    documents = near(TEXT, changed, TEXT, other)
    assert documents.column("text") == [TEXT, other]
    assert documents.dropped == {"duplicate": 1, "near duplicate": 1}


def test_near_duplicates_are_found_without_spaces_between_words():
    text = "机器学习的会话和日常生活非常有趣而且很有用" * 4
    assert near(text, text.replace("有趣", "有意思", 1), "完全不同的一段文字在这里出现").dropped == {
        "near duplicate": 1
    }


def test_short_texts_are_near_duplicates_only_of_themselves():
    assert near("a", "b", "a b", "b a").dropped == {}
    assert near("a", "A", drop_duplicates=False).dropped == {"near duplicate": 1}


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "rensa", None)
    with pytest.raises(DataError, match=r"rensa: pip install .*\[near\]") as caught:
        near("a")
    assert caught.value.field == "documents.drop_near_duplicates"
