"""Words are words in every script."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.words import find_words, is_printable, without_overlaps

WORDS = {
    "English": ("Don't stop_words, 3 times", ["Don", "t", "stop_words", "3", "times"]),
    "accents, decomposed": ("cafe\u0301 na\u00efve", ["cafe\u0301", "na\u00efve"]),
    "Hindi": ("टमाटर और मिट्टी की देखभाल", ["टमाटर", "और", "मिट्टी", "की", "देखभाल"]),
    "Tamil": ("தமிழ் மொழி", ["தமிழ்", "மொழி"]),
    "Bengali": ("বাংলা ভাষা", ["বাংলা", "ভাষা"]),
    "Telugu": ("తెలుగు భాష", ["తెలుగు", "భాష"]),
    "Sinhala, with a joiner": ("ශ්\u200dරී ලංකාව", ["ශ්\u200dරී", "ලංකාව"]),
    "pointed Hebrew": ("שָׁלוֹם עוֹלָם", ["שָׁלוֹם", "עוֹלָם"]),
    "vowelled Arabic": ("كِتَابٌ جَدِيدٌ", ["كِتَابٌ", "جَدِيدٌ"]),
    "Persian, with a non-joiner": ("می\u200cخواهم بروم", ["می\u200cخواهم", "بروم"]),
    "katakana": ("オーディオ・プレーヤー", ["オーディオ", "プレーヤー"]),
    "katakana in Japanese": ("新しいデータベースを", ["新しい", "データベース", "を"]),
    "Chinese among Latin": ("用Python学习", ["用", "Python", "学习"]),
    "Thai": ("ภาษาไทย abc", ["ภาษาไทย", "abc"]),
    "Korean": ("한국어 문장", ["한국어", "문장"]),
    "Georgian": ("ქართული ენა", ["ქართული", "ენა"]),
    "languages of computers": ("C++ and c#, F# or .NET, g++.", ["C++", "and", "c#", "F#", "or", ".NET", "g++"]),
    "their signs elsewhere": (
        "a+b, i++, abc# x.net asp.NET",
        ["a", "b", "i", "abc", "x", "net", "asp", "NET"],
    ),
    "the same beside other scripts": ("язык C++ и .NET", ["язык", "C++", "и", ".NET"]),
    "nothing": ("… — !?", []),
}


@pytest.mark.parametrize(("text", "words"), WORDS.values(), ids=WORDS.keys())
def test_the_words_of_a_text(text, words):
    assert find_words(text) == words


@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_ascii_text_has_the_words_of_any_text(text):
    with_more = find_words(f"{text} é")
    assert with_more == [*find_words(text), "é"]


@given(st.text(max_size=60))
def test_no_letter_or_digit_is_lost(text):
    assert re.sub(r"[\W_]", "", "".join(find_words(text))) == re.sub(r"[\W_]", "", text)


PIECES = {
    "one holds the other": (["机器学习", "机器", "学习", "数据"], ["机器学习", "数据"]),
    "moved by one": (["人工智", "工智能", "数据"], ["人工智", "数据"]),
    "one shared character is none": (["大学", "学生"], ["大学", "学生"]),
    "words of spaced scripts stay": (["art", "arts", "start"], ["art", "arts", "start"]),
    "Thai": (["ภาษาไ", "าษาไท"], ["ภาษาไ"]),
}


@pytest.mark.parametrize(("words", "kept"), PIECES.values(), ids=PIECES.keys())
def test_overlapping_pieces_of_a_word_are_told_once(words, kept):
    assert without_overlaps(words, 10) == kept


def test_so_many_are_kept():
    assert without_overlaps(["a", "b", "c"], 2) == ["a", "b"]


SEEN = [("a b", True), ("a\u3000b", False), ("a\u200db", False), ("\n", False), ("क्षि", True), ("", True)]


@pytest.mark.parametrize(("text", "seen"), SEEN)
def test_what_is_seen_of_a_text_is_what_python_says(text, seen):
    assert is_printable(text) is text.isprintable() is seen


def test_an_emoji_newer_than_the_tables_of_python_3_11_is_seen():
    assert is_printable("\U0001fae8")
