"""Which answers of a language model are names, and what a topic is called without one."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sitegen.pipeline.naming import choose_name, distinct_keywords, keyword_name, usable_name


def topic(keywords=(), keybert=(), mmr=(), number=0):
    return {"topic": number, "keywords": list(keywords), "keybert": list(keybert), "mmr": list(mmr)}


FOOD = topic(
    ["pasta", "sauce", "pasta sauce", "tomato", "cooking", "movies", "c", "naïve"], ["italian recipe"], ["don", "2024"]
)
GOOD = {
    "plain": ("Pasta Sauce", "Pasta Sauce"),
    "lower case": ("pasta sauce", "Pasta sauce"),
    "small words between": ("The Sauce for a Pasta", "The Sauce for a Pasta"),
    "two things": ("Tomato and Pasta", "Tomato and Pasta"),
    "three things": ("Tomato, Pasta and Sauce", "Tomato, Pasta and Sauce"),
    "quoted": ('"Pasta Sauce"', "Pasta Sauce"),
    "bold": ("**Pasta Sauce**", "Pasta Sauce"),
    "code": ("`pasta sauce`", "Pasta sauce"),
    "full stop": ("Pasta Sauce.", "Pasta Sauce"),
    "spaces": ("  Pasta \t Sauce  ", "Pasta Sauce"),
    "explained below": ("Pasta Sauce\n\nThis topic is about food.", "Pasta Sauce"),
    "explained in brackets": ("Pasta Sauce (a kind of food)", "Pasta Sauce"),
    "plural of a keyword": ("Cooked Tomatoes", "Cooked Tomatoes"),
    "singular of a keyword": ("Cooking in a Movie", "Cooking in a Movie"),
    "a word of keybert": ("Italian Recipes", "Italian Recipes"),
    "a word of mmr": ("Pasta 2024", "Pasta 2024"),
    "accents": ("Naïve Pasta", "Naïve Pasta"),
}
BAD = {
    "empty": "",
    "white space": " \n\t ",
    "dots": "...",
    "only small words": "of the",
    "preamble": "Sure! Here is a name: Pasta Sauce",
    "preamble without a colon": "The topic of these keywords is Pasta Sauce",
    "field": "Topic: Pasta",
    "numbered list": "1. Pasta\n2. Sauce",
    "list of keywords": "pasta, sauce, tomato",
    "list with and": "pasta and sauce and tomato",
    "list with slashes": "pasta/sauce",
    "list with bars": "pasta | sauce",
    "list with semicolons": "pasta; sauce",
    "bullets": "- Pasta Sauce\n- Tomato",
    "round bullet": "• Pasta Sauce",
    "heading": "# Pasta Sauce",
    "repetition": "Pasta Pasta",
    "repetition in another form": "Cooking a cooked tomato",
    "invented word": "Pasta Restaurants",
    "invention only": "Quantum Physics",
    "too many words": "The Pasta and the Sauce for a Tomato",
    "too long": "Pasta " + "s" * 60,
    "ends in the middle": "Pasta Sauce with",
    "tag": "<b>Pasta</b>",
    "script": "<script>pasta</script>",
    "template": "{{ pasta }}",
    "json": '{"name": "Pasta"}',
    "array": "[pasta]",
    "open bracket": "Pasta (sauce",
    "another script": "意大利面酱",
    "right to left": "صلصة المعكرونة",
    "control characters": "Pasta\x07 Sauce",
    "direction override": "\u202ePasta Sauce",
}


@pytest.mark.parametrize(("answer", "name"), GOOD.values(), ids=GOOD.keys())
def test_a_name_is_recognised_and_tidied(answer, name):
    assert usable_name(answer, FOOD, 6) == name


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD.keys())
def test_an_answer_that_is_no_name_is_refused(answer):
    assert usable_name(answer, FOOD, 6) is None


def test_markup_inside_an_answer_does_not_reach_the_name():
    assert usable_name("**Pasta** Sauce", FOOD, 6) in {None, "Pasta Sauce"}


@pytest.mark.parametrize(
    ("keywords", "name"),
    [(["面条", "番茄"], "番茄 面条"), (["соус", "паста"], "Соус паста"), (["מתכון"], "מתכון"), (["وصفة"], "وصفة")],
)
def test_names_in_every_script_are_names(keywords, name):
    assert usable_name(name, topic(keywords), 6) == name


def test_the_number_of_words_is_limited_as_asked():
    assert usable_name("Pasta Sauce", FOOD, 2) == "Pasta Sauce"
    assert usable_name("Pasta Sauce", FOOD, 1) is None


def test_a_topic_without_keywords_accepts_no_answer():
    assert usable_name("Pasta", topic(), 6) is None


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
SIGNS = st.sampled_from(list(" \n,.;:|<>{}[]()*#_-'\"&\x07\u2028"))
ANSWERS = st.text(max_size=80) | st.lists(WORDS | SIGNS, max_size=12).map(" ".join)
TAKEN = st.sampled_from(["pasta", "sauce", "pasta sauce", "topic 2", "topic"])


@given(ANSWERS, st.integers(1, 20))
@example("ß" * 60, 6)
@example("pasta\u2028sauce", 6)
@example("a <b> c", 20)
@example("pasta sauce, tomato and more", 6)
def test_a_name_is_one_short_plain_line_whatever_the_model_says(answer, max_words):
    known = topic(re.findall(r"\w+", answer))  # whatever it says is known, so that only the form decides
    for name in (usable_name(answer, known, max_words), choose_name([answer], known, max_words, set())):
        if name is not None:
            assert name == name.strip()
            assert len(name.splitlines()) == 1
            assert len(name) <= 60
            assert len([word for word in name.split() if any(map(str.isalnum, word))]) <= max_words
            assert not set(name) & set("<>{}[]|;")
            assert name.isprintable()


CHOICES = {
    "the likeliest name": (["Pasta Sauce", "Tomato Sauce"], set(), "Pasta Sauce"),
    "not one that is taken": (["Pasta Sauce", "Tomato Sauce"], {"pasta sauce"}, "Tomato Sauce"),
    "the first that is a name": (["Quantum Physics", "Tomato Sauce"], set(), "Tomato Sauce"),
    "a whole answer before a beginning": (["Pasta sauce, quantum", "Tomato"], set(), "Tomato"),
    "the beginning of an answer": (["Pasta sauce, quantum, physics"], set(), "Pasta sauce"),
    "no beginning of one vague word": (["Tomato, quantum, physics"], set(), None),
    "nothing": ([], set(), None),
    "nothing usable": (["Quantum Physics", ""], set(), None),
    "nothing free": (["Pasta Sauce"], {"pasta sauce"}, None),
}


@pytest.mark.parametrize(("answers", "taken", "name"), CHOICES.values(), ids=CHOICES.keys())
def test_of_several_answers_the_best_is_chosen(answers, taken, name):
    assert choose_name(answers, FOOD, 6, taken) == name


@given(st.text(max_size=40), st.lists(WORDS, max_size=5))
def test_a_name_holds_only_words_that_the_topic_knows(answer, keywords):
    name = usable_name(answer, topic(keywords), 6)
    if name is not None:
        assert keywords


@given(
    st.lists(st.lists(st.sampled_from(["pasta", "sauce", "pasta sauce", "topic 2", "topic"]), max_size=3), max_size=8)
)
@example([[], ["topic 2"], [], []])
@example([["topic 2"], []])
def test_every_topic_gets_a_name_of_its_own(keywords):
    taken = set()
    for number, words in enumerate(keywords):
        name = keyword_name(topic(words, number=number), taken)
        assert name.strip()
        assert name.casefold() not in taken
        taken.add(name.casefold())


def test_a_topic_is_named_by_its_best_keywords():
    assert keyword_name(topic(["pasta", "sauce", "tomato", "oven"]), set()) == "Pasta, sauce, tomato"


def test_more_keywords_tell_topics_apart():
    assert keyword_name(topic(["pasta", "sauce", "tomato", "oven"]), {"pasta, sauce, tomato"}) == (
        "Pasta, sauce, tomato, oven"
    )


def test_a_topic_without_keywords_is_named_by_its_number():
    assert keyword_name(topic(number=4), set()) == "Topic 5"


def test_a_topic_without_keywords_gets_a_name_even_if_its_number_is_taken():
    assert keyword_name(topic(number=4), {"topic 5"}).casefold() != "topic 5"


def test_keywords_that_repeat_each_other_are_told_once():
    assert distinct_keywords(topic(["pasta", "pastas", "pasta sauce", "sauces", "oven"])) == ["pasta sauce", "oven"]


def test_keywords_of_both_kinds_take_turns():
    assert distinct_keywords(topic(["pasta", "oven"], ["italian", "recipe"])) == ["pasta", "italian", "oven", "recipe"]
