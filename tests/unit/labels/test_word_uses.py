"""What the documents' use of words tells: where phrases end, which words are nouns, what is code."""

import pytest

from sitegen.pipeline.labels.candidates import joined
from sitegen.pipeline.labels.score_name import Candidate
from sitegen.pipeline.labels.wording.document_phrases import TopicTexts
from sitegen.pipeline.labels.wording.name_rules import NameRules, subject_of
from sitegen.pipeline.labels.wording.word_uses import WordUses, closing_words, joined_uses, parts_of

STOP = frozenset(["i", "is", "the", "a", "of", "was", "to", "was", "off"])


def uses_of(*texts):
    uses = WordUses()
    for text in texts:
        uses.add(text, parts_of(text), closing_words(STOP))
    return uses


def phrases(*texts, keywords):
    return {phrase.text: phrase for phrase in TopicTexts(texts, keywords, STOP).phrases}


def test_a_part_knows_which_words_a_hyphen_joins():
    found = [(part.words, part.hyphens) for part in parts_of("the k-means fit, Done")]
    assert found == [(["the", "k", "means", "fit"], {2}), (["Done"], set())]


def test_a_noun_may_end_a_phrase_and_an_adjective_hardly():
    uses = uses_of("a fresh smell", "the fresh smell of rain", "a fresh smell was there")
    assert uses.ends("smell") > 0.7 > 0.3 > uses.ends("fresh")


@pytest.mark.parametrize("article", ["the", "my", "it"])
def test_a_word_before_what_follows_verbs_does_not_end_a_phrase(article):
    assert uses_of(*[f"estimator implements {article} fit"] * 4).ends("implements") < 0.2


def test_nouns_stand_after_articles_and_adjectives_before_words():
    uses = uses_of("a wand", "the wand", "a crazy wand", "i was crazy", "it is crazy")
    assert uses.noun("wand") > 0.7 > 0.3 > uses.noun("crazy")


def test_a_word_mostly_between_signs_of_code_is_code():
    uses = uses_of("df.loc[0]", "loc : int", "loc=3", "find(x)", "find a way", "find it")
    assert uses.is_code("loc")
    assert not uses.is_code("find")
    assert not uses.is_code("way")


def test_counts_of_several_topics_are_added():
    one, other = uses_of("a wand"), uses_of("the wand was", "x.wand")
    assert joined_uses([one, other]).seen["wand"] == 3
    assert joined_uses([one, other]).nouns["wand"] == 2
    assert joined_uses([one, other]).code["wand"] == 1


def test_a_usual_hyphen_stays_and_no_phrase_cuts_its_word():
    found = phrases("a non-NA value", "the non-NA value", keywords=("na", "value"))
    assert set(found) == {"non-NA value", "value"}
    assert set(phrases("k-means", "a k-means", "the k means", keywords=("means",))) == {"k-means"}


def test_a_phrase_tells_how_often_it_ends_and_what_is_beside_it():
    cut = phrases(*["the smell of fresh rain"] * 3, *["smell of fresh snow"] * 2, keywords=("smell", "fresh"))[
        "smell of fresh"
    ]
    assert (cut.seen, cut.closed, cut.neighbor) == (5, 0, 3)
    whole = phrases(*["a smell of rain"] * 3, keywords=("smell", "rain"))["smell of rain"]
    assert (whole.seen, whole.closed, whole.neighbor) == (3, 3, 0)


def test_an_address_within_a_link_is_no_phrase():
    assert "glossary input" not in phrases(*["see (../glossary#input)"] * 2, keywords=("glossary", "input"))


def test_a_keyword_whose_stop_word_is_missing_is_broken():
    texts = TopicTexts(["i relive a day", "the wedding day"], ("relive day", "wedding day"), STOP)
    assert texts.broken("Relive Day and Wedding")
    assert not texts.broken("Wedding Day")


def test_a_plural_after_an_article_is_broken():
    texts = TopicTexts(["a module of modules", "each class"], ("module",), STOP)
    assert texts.broken("A Decorator and a Modules")
    assert not texts.broken("A Decorator and a Module")
    assert not texts.broken("A Class")


def test_a_phrase_goes_on_to_a_word_that_nearly_always_follows():
    texts = [*["the missing values"] * 4, "a missing row", *["number of non-NA values there"] * 2]
    found = {
        each.text: each.share
        for each in TopicTexts(texts, ("missing", "number"), {*STOP, "values"}, {"values"}).phrases
    }
    assert found["missing values"] == pytest.approx(4 / 7)
    assert "number of non-NA values there" in found


def test_a_phrase_does_not_go_on_to_a_function_word():
    texts = TopicTexts(["a wand was", "the wand was"], ("wand",), STOP)
    assert [each.text for each in texts.phrases] == ["wand"]


def test_what_belongs_to_a_verb_may_stand_inside_a_phrase():
    assert "turn off the computer" in phrases(*["i turn off the computer"] * 2, keywords=("turn", "computer"))


def test_a_participle_that_follows_no_article_is_no_noun():
    uses = uses_of(*["the garment worn by women"] * 40, *["a garment of wool"] * 20, "the wool of a woman")
    assert uses.noun("garment") > 0.7
    assert uses.noun("worn") < 0.35


def test_without_known_articles_no_word_is_said_to_be_no_noun():
    uses = uses_of(*["das Kleid von Frauen getragen"] * 40)
    assert uses.noun("kleid") == uses.noun("getragen") == 0.5


@pytest.mark.parametrize("line", [">>> fit magic wand", "from spells import magic wand", "import magic as wand"])
def test_no_phrase_is_within_a_line_of_code(line):
    assert "magic wand" not in phrases(f"{line}\nwand", f"{line}\nmagic", keywords=("magic", "wand"))


def test_a_sentence_about_an_import_is_no_code():
    assert "import magic wands" in phrases(*["import magic wands"] * 2, keywords=("magic", "import"))


def test_a_capital_that_a_word_nearly_always_has_stays():
    texts = [*["die Ausdrücke"] * 4, *["einfach suchen"] * 3, "nur suchen", "Suchen", "Suchen"]
    found = set(phrases(*texts, keywords=("ausdrücke", "suchen")))
    assert {"die Ausdrücke", "suchen"} <= found


def test_phrases_are_joined_by_and_only_in_english_documents():
    texts = TopicTexts(["Kleid getragen", "Wolle getragen"] * 5, ("kleid",), STOP)
    subject = subject_of({"topic": 0, "keywords": ["kleid"], "keybert": [], "mmr": []})
    pair = [Candidate("Kleid", "phrase", 0.5), Candidate("Wolle", "phrase", 0.5)]
    assert joined(pair, texts, NameRules(6), subject) == []
    english = TopicTexts(["the wand", "a wand of wool"] * 5, ("wand",), STOP)
    assert [each.name for each in joined(pair, english, NameRules(6), subject)] == ["Kleid and Wolle"]
