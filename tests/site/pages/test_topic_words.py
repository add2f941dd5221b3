"""What a topic page says first."""

import pytest

from sitegen.site.pages.views.topic_words import MERGED, best_quote, merged_keywords

TEXTS = [
    "Hello.\nDogs are my favourite animals, and cats are fine. My dog is a small brown dog from the shelter.",
    "A dog! And what a long sentence without an end this is…",
]


def test_keywords_are_merged_best_first_without_what_was_said():
    merged = merged_keywords(["peanut butter", "jelly"], ["butter", "Jellys", "toast"], ["peanut", "sandwich"])
    assert merged == ("peanut butter", "jelly", "sandwich", "toast")


def test_keywords_without_letters_stay():
    assert merged_keywords(["C++", "☕", "☕"], ["☕"]) == ("C++", "☕")


def test_a_keyword_is_not_said_by_shards_of_another():
    assert merged_keywords(["टमाटर", "टमटर"]) == ("टमाटर", "टमटर")


def test_no_more_keywords_than_a_reader_takes_in():
    assert len(merged_keywords([f"word{number}" for number in range(50)])) == MERGED
    assert merged_keywords([], [], []) == ()


@pytest.mark.parametrize(
    ("keywords", "quote"),
    [
        (["dog", "shelter"], "My dog is a small brown dog from the shelter."),
        (["cat"], "Dogs are my favourite animals, and cats are fine."),
        (["horse"], ""),
        ([], ""),
    ],
)
def test_the_quote_is_the_sentence_with_most_keywords(keywords, quote):
    assert best_quote(TEXTS, keywords) == quote


def test_nothing_is_quoted_where_no_text_is_public():
    assert best_quote([], ["dog"]) == best_quote(["dog"], ["dog"]) == ""
