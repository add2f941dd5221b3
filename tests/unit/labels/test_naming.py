"""Which answers of a language model are names, and what a topic is called without one."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sitegen.pipeline.labels.wording.name_rules import (
    NameRules,
    distinct_keywords,
    flaw,
    keyword_name,
    name_key,
    subject_of,
    tidy,
    told_apart,
    usable_description,
    usable_names,
)


def usable_name(answer, topic, max_words, **rules):
    name = tidy(answer)
    return None if flaw(name, subject_of(topic), NameRules(max_words, **rules)) else name


def choose_name(answers, topic, max_words, taken):
    names = usable_names(answers, subject_of(topic), NameRules(max_words))
    return next((name for name in names if name_key(name) not in taken), None)


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
    "numbers only": "2024 02",
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
    "too long": "Pasta " + "s" * 40,
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
@example("ß" * 40, 6)
@example("pasta\u2028sauce", 6)
@example("a <b> c", 20)
@example("pasta sauce, tomato and more", 6)
def test_a_name_is_one_short_plain_line_whatever_the_model_says(answer, max_words):
    known = topic(re.findall(r"\w+", answer))  # whatever it says is known, so that only the form decides
    for name in (usable_name(answer, known, max_words), choose_name([answer], known, max_words, set())):
        if name is not None:
            assert name == name.strip()
            assert len(name.splitlines()) == 1
            assert len(name) <= 40
            assert len([word for word in name.split() if any(map(str.isalnum, word))]) <= max_words
            assert not set(name) & set("<>{}[]|;")
            assert name.isprintable()


CHOICES = {
    "the likeliest name": (["Pasta Sauce", "Tomato Sauce"], set(), "Pasta Sauce"),
    "not one that is taken": (["Pasta Sauce", "Tomato Sauce"], {name_key("pasta sauce")}, "Tomato Sauce"),
    "nor one that reads the same": (["Sauces for a Pasta", "Tomato"], {name_key("Pasta Sauce")}, "Tomato"),
    "the first that is a name": (["Quantum Physics", "Tomato Sauce"], set(), "Tomato Sauce"),
    "a whole answer before a beginning": (["Pasta sauce, quantum", "Tomato"], set(), "Tomato"),
    "the beginning of an answer": (["Pasta sauce, quantum, physics"], set(), "Pasta sauce"),
    "no beginning of one vague word": (["Tomato, quantum, physics"], set(), None),
    "nothing": ([], set(), None),
    "nothing usable": (["Quantum Physics", ""], set(), None),
    "nothing free": (["Pasta Sauce"], {name_key("Pasta Sauce")}, None),
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
        name = keyword_name(subject_of(topic(words, number=number)), taken)
        assert name.strip()
        assert name_key(name) not in taken
        taken.add(name_key(name))


PANTRY = subject_of(topic(["pasta", "sauce", "tomato", "oven"]))


def test_a_topic_is_named_by_its_best_keywords():
    assert keyword_name(PANTRY, set()) == "Pasta, sauce, tomato"


def test_more_keywords_tell_topics_apart():
    assert keyword_name(PANTRY, {name_key("Pasta, sauce, tomato")}) == "Pasta, sauce, tomato, oven"


def test_a_topic_without_keywords_is_named_by_its_number():
    assert keyword_name(subject_of(topic(number=4)), set()) == "Topic 5"


def test_a_topic_without_keywords_gets_a_name_of_its_own():
    name = keyword_name(subject_of(topic(number=4)), {name_key("Topic 5")})
    assert name_key(name) != name_key("Topic 5")


def test_keywords_that_repeat_each_other_are_told_once():
    assert distinct_keywords(topic(["pasta", "pastas", "pasta sauce", "sauces", "oven"])) == ["pasta sauce", "oven"]


def test_keywords_of_both_kinds_take_turns():
    assert distinct_keywords(topic(["pasta", "oven"], ["italian", "recipe"])) == ["pasta", "italian", "oven", "recipe"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Animals and Pets", "pets & animals"), ("Superpower", "Superpowers"), ("The Sauce for a Pasta", "Pasta Sauces")],
)
def test_names_that_read_the_same_are_the_same(one, other):
    assert name_key(one) == name_key(other)


def test_names_that_say_different_things_differ():
    assert name_key("Pasta") != name_key("Pasta Sauce")
    assert name_key("Topic 2") != name_key("Topic 2 (2)")


def test_a_keyword_of_one_of_two_topics_tells_them_apart():
    other = subject_of(topic(["pasta", "sauces", "grandmother"]))
    assert told_apart("Pasta", PANTRY, other) == "Pasta (tomato)"
    assert told_apart("Pasta", PANTRY, PANTRY) is None
    assert told_apart("P" * 35, PANTRY, other) is None


FREE = {"grounded": False}
FREE_GOOD = {
    "words of its own": "Environmental impacts of eating meat",
    "an apostrophe": "Don’t Panic",
    "a number": "5G Networks",
    "a question": "Would you travel in time?",
    "another script": "面条和酱汁",
    "initials": "U.S. Elections",
}
FREE_BAD = {
    "agreement": "Sure! Here is a label",
    "here is": "Here's the label you asked for",
    "about the task": "The topic is pasta",
    "the best label": "The best label for these is pasta",
    "about the documents": "These documents are about pasta",
    "refusal": "I'm sorry",
    "an assistant": "As an AI, names are hard",
    "first of a list": "1. Pasta",
    "address": "Visit evil.example",
    "address with www": "www.evil",
    "mail": "me@evil",
    "link": "https://evil",
    "markdown link": "[Pasta](https://evil)",
    "script": "<img src=x onerror=alert>",
    "a paragraph": "pasta " * 200,
    "10,000 tokens in one": "x" * 40_000,
    "10,000 brackets": "(" * 40_000,
    "10,000 spaces": "a" + " " * 40_000 + "b",
    "an example": "SQL Databases",
    "zero width": "Pasta\u200b Sauce",
}


@pytest.mark.parametrize("name", FREE_GOOD.values(), ids=FREE_GOOD.keys())
def test_a_name_that_need_not_be_grounded_may_use_any_words(name):
    assert usable_name(name, topic(), 6, **FREE) == tidy(name)


@pytest.mark.parametrize("answer", FREE_BAD.values(), ids=FREE_BAD.keys())
def test_a_name_that_need_not_be_grounded_is_one_plain_line(answer):
    rules = NameRules(12, grounded=False, examples=frozenset({"sql databases"}))
    assert usable_names([answer], subject_of(topic()), rules) == []


@given(ANSWERS, st.integers(1, 20))
def test_a_name_by_any_free_model_is_one_short_plain_line(answer, max_words):
    for name in usable_names([answer], subject_of(topic()), NameRules(max_words, grounded=False)):
        assert name == name.strip()
        assert len(name.splitlines()) == 1
        assert len(name) <= 40
        assert name.isprintable()
        assert not set(name) & set("<>{}[]|;`@\\")


def test_an_example_names_a_topic_that_has_its_words():
    rules = NameRules(6, examples=frozenset({"sql databases"}))
    assert usable_names(["SQL Databases"], subject_of(topic(["database", "sql"])), rules) == ["SQL Databases"]


def test_words_of_the_documents_shown_are_known():
    shown = subject_of(topic(["pasta"]), [(7, "My grandmother rolls it by hand.")])
    assert usable_names(["Grandmother’s Pasta", "Pasta by Hand"], shown, NameRules(6)) == [
        "Grandmother’s Pasta",
        "Pasta by Hand",
    ]
    assert shown.rows == (7,)


def test_a_refusal_says_why():
    rules = NameRules(3, language="en", examples=frozenset({"sql databases"}))
    why = {
        "": "empty",
        "One two three four": "longer than 3 words",
        "Topic: Pasta": "before the name",
        "<b>Pasta": "markup",
        "Pasta, sauce": "list",
        "Pasta with": "middle",
        "Pasta Pasta": "repeats",
        "Паста": "language en",
        "SQL Databases": "example",
        "Quantum Pasta": "has the words quantum",
    }
    subject = subject_of(FOOD)
    assert {answer: reason in flaw(tidy(answer), subject, rules) for answer, reason in why.items()} == dict.fromkeys(
        why, True
    )


@pytest.mark.parametrize(
    ("name", "language", "fits"),
    [
        ("Pasta Sauce", "en", True),
        ("Pasta-Soße", "de", True),
        ("Соус", "en", False),
        ("Соус PyTorch", "ru", True),
        ("Pasta Sauce", "ru", False),
        ("パスタソース", "ja", True),
        ("意大利面", "zh-Hant", True),
        ("意大利面", "ko", False),
        ("Pasta и Sauce", "en", False),
        ("Πάστα 2024", "el", True),
        ("人々の暮らし", "ja", True),  # a mark that repeats a letter
        ("ｺｰﾋｰの話", "ja", True),
        ("Здоровʼя", "uk", True),  # an apostrophe that is a letter
        ("Ångström µm", "de", False),
        ("\U0002ebf0\U0002ebf1", "zh", True),  # of Unicode 15.1, newer than the tables of Python 3.11
    ],
)
def test_a_name_is_written_as_its_language_is(name, language, fits):
    assert bool(usable_name(name, topic(), 6, grounded=False, language=language)) is fits


DESCRIPTIONS = {
    "a sentence": ("People talk about pasta and how they cook it.",) * 2,
    "the first of two": (
        "People talk about pasta and its sauces. They like it.",
        "People talk about pasta and its sauces.",
    ),
    "a first word in lower case": ("people talk about numpy.array.", "People talk about numpy.array."),
    "quoted": ('"People talk about pasta a lot."', "People talk about pasta a lot."),
    "no space between sentences": (
        "这些文档讨论意大利面以及如何烹饪它们和酱汁。第二句。",
        "这些文档讨论意大利面以及如何烹饪它们和酱汁。",
    ),
    "nothing": ("", None),
    "cut off in the middle": ("People talk about pasta and how", None),
    "a word": ("Pasta.", None),
    "too long": (f"People talk about {'very ' * 60}good pasta.", None),
    "a preamble": ("Here is a sentence about the topic.", None),
    "markup": ("People <b>talk</b> about pasta and its sauces.", None),
    "a link": ("People talk about https://evil.example and pasta.", None),
    "an address": ("People talk about what evil.com sells them.", None),
    "a control character": ("People talk about\x07 pasta and its sauces.", None),
}


@pytest.mark.parametrize(("answer", "text"), DESCRIPTIONS.values(), ids=DESCRIPTIONS.keys())
def test_a_description_is_one_plain_sentence(answer, text):
    assert usable_description(answer, None) == text


def test_a_description_is_in_the_language_asked_for():
    assert usable_description("Люди говорят о пасте и соусах.", "ru")
    assert usable_description("Люди говорят о пасте и соусах.", "en") is None


FORMS = {
    "plural": ("movies", "movie"),
    "doubled letter": ("planning", "plans"),
    "doubled s": ("classes", "class"),
    "British spelling": ("travelling", "travels"),
    "other case": ("Strings", "string"),
}
OTHERS = {
    "eaten and made": ("cookies", "cooking"),
    "numbers and invoices": ("billions", "bills"),
    "driven and felt": ("cars", "caring"),
    "flown and made": ("planes", "plans"),
    "told and fresh": ("news", "new"),
}


@pytest.mark.parametrize(("one", "other"), FORMS.values(), ids=FORMS)
def test_forms_of_a_word_have_one_key(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), OTHERS.values(), ids=OTHERS)
def test_other_words_have_other_keys(one, other):
    assert name_key(one) != name_key(other)
