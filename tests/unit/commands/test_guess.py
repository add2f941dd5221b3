"""What a guess makes of the layouts that datasets come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.commands.init.guess import guess

SENTENCE = "Maps of text show what a large collection is about without anyone reading all of it. "
ROWS = range(40)


def guessed(rows):
    rows = list(rows)
    return guess({name: [row.get(name) for row in rows] for row in rows for name in row})


def fields(found):
    return {field: choice.columns[0] for field, choice in found.fields.items()}


def types(found):
    return {name: kind for name, (kind, _) in found.extra.items()}


def said(number):
    return [{"from": "human", "value": f"Question {number}?"}, {"from": "gpt", "value": SENTENCE * 3}]


def test_puffin():
    found = guessed({"id": f"{number}_x", "conversations": said(number)} for number in ROWS)
    assert (found.text.columns, found.turns, fields(found)) == (("conversations",), {}, {"id": "id"})


CONVERSATIONS = {
    "role and content": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}],
    "from and value": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}],
    "object of lists": {"from": ["human", "gpt"], "value": ["Hi", "Hello"]},
    "ShareGPT": {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]},
    "lists of lists": [[{"text": "Hi", "sender": "a"}], [{"text": "Hello", "sender": "b"}]],
}


@pytest.mark.parametrize("value", CONVERSATIONS.values(), ids=CONVERSATIONS.keys())
def test_conversations_are_told_by_what_is_in_them(value):
    found = guessed({"x": value, "note": SENTENCE * 9, "id": number} for number in ROWS)
    assert (found.text.columns, found.turns) == (("x",), {})
    assert "note" not in found.fields


def test_a_list_of_texts_is_a_conversation_if_its_name_says_so():
    assert guessed({"dialog": ["Hi.", "Hello there."]} for _ in ROWS).turns == {}
    assert guessed({"tags": ["one", "two"], "text": SENTENCE} for _ in ROWS).turns is None


def test_keys_of_messages_that_nobody_else_uses_are_named():
    turns = [{"who": "a", "said": f"{SENTENCE} again"}, {"who": "b", "said": "Yes, and more."}]
    assert guessed({"messages": turns} for _ in ROWS).turns == {"text": "said", "role": "who"}


def test_chitchat():
    def row(number):
        turns = [[{"text": f"Hello {number}", "timestamp": "2018-05-02T19:38:15Z", "sender": "a1"}]]
        return {
            "key": f"k{number}",
            "messages": turns if number % 9 else [],
            "ratings": {"witty": 9} if number % 2 else None,
            "start": f"2018-05-{number % 28 + 1:02}T04:27:38Z",
            "prompt": f"What do you think about subject number {number % 3}?",
        }

    found = guessed(map(row, ROWS))
    assert (found.text.columns, found.turns) == (("messages",), {})
    assert fields(found) == {"id": "key", "date": "start", "category": "prompt"}


@pytest.mark.parametrize(
    "names", [["instruction", "input", "output"], ["prompt", "response"], ["Question", "Answer"]], ids="-".join
)
def test_columns_of_turns(names):
    found = guessed({name: f"{name} {number}" for name in reversed(names)} for number in ROWS)
    assert (found.text.columns, found.turns) == (tuple(names), {"columns": names})
    assert fields(found) == {"title": names[0]}


def test_textbooks():
    found = guessed(
        {
            "topic": f"Topic {number}",
            "model": f"gpt-{number % 2}",
            "concepts": ["append", f"slice {number}"],
            "outline": ["1. What a list is", "2. Slices"],
            "markdown": f"# Topic {number}\n\n{SENTENCE * 20}",
        }
        for number in ROWS
    )
    assert found.text.columns == ("markdown",)
    assert found.text.others[:1] == ("outline",)
    assert fields(found) == {"title": "topic", "category": "model"}


def test_arxiv():
    found = guessed(
        {"Unnamed: 0.1": n, "Unnamed: 0": float(n), "title": f"On map {n}", "abstract": f"  We draw {n}. {SENTENCE}"}
        for n in ROWS
    )
    assert (found.text.columns, found.template) == (("title", "abstract"), False)
    assert fields(found) == {"id": "Unnamed: 0.1", "title": "title"}
    assert found.extra == {}


def product(number, details):
    return {
        "main_category": "Appliances" if number % 3 else "Toys",
        "title": f"Water filter, model {number}",
        "average_rating": 4.5 - number % 3,
        "rating_number": number * 3,
        "features": [SENTENCE] * (number % 4),
        "description": [SENTENCE, f"Part {number}"] if number % 5 else [],
        "price": ["None", "$12.99", None, f"{number}.50", "1,299.00"][number % 5],
        "images": {"hi_res": [None], "large": ["https://example.org/1.jpg"], "variant": ["MAIN"]},
        "videos": [{"title": "How to", "url": "https://example.org/v", "user_id": "u"}],
        "store": f"Store {number}",
        "categories": ["Appliances", f"Parts {number}"],
        "details": details,
        "parent_asin": f"B{number:05}",
        "bought_together": None,
    }


@pytest.mark.parametrize(("details", "template"), [({"Brand": "Acme"}, True), ('{"Brand": "Acme"}', False)])
def test_products(details, template):
    found = guessed(product(number, details) for number in ROWS)
    assert found.text.columns == ("title", "features", "description", "details")
    assert found.template == template
    assert fields(found) == {"id": "parent_asin", "title": "title", "category": "main_category"}
    assert types(found) == {"average_rating": "number", "rating_number": "number", "price": "number"}
    assert "%" in found.extra["price"][1]


def test_a_csv_in_which_all_is_text():
    found = guessed(
        {
            "review_id": str(number),
            "review": f"{SENTENCE} {number}",
            "stars": str(number % 5 + 1),
            "price": f"{number},50 EUR",
            "posted": f"{number % 28 + 1:02}.03.2024",
            "link": f"https://example.org/{number}",
            "lang": "de" if number % 2 else "en",
        }
        for number in ROWS
    )
    assert found.text.columns == ("review",)
    assert fields(found) == {"url": "link", "id": "review_id", "date": "posted", "category": "lang"}
    assert found.extra == {"stars": ("number", "numbers as text"), "price": ("number", "numbers as text")}


@pytest.mark.parametrize(
    ("code", "found_id"), [("BUG-{:06}", "case"), ("PMC{}", "case"), ("{} kg", None), ("EUR {}.50", None), ("{}", None)]
)
def test_codes_with_few_letters_are_ids(code, found_id):
    found = guessed({"case": code.format(number), "text": f"{SENTENCE} {number}"} for number in ROWS)
    assert fields(found).get("id") == found_id
    assert ("case" in found.extra) is (found_id is None)


def test_imdb():
    found = guessed({"text": f"{SENTENCE * 5} {number}", "label": number % 2} for number in ROWS)
    assert (found.text.columns, fields(found), found.extra) == (("text",), {"category": "label"}, {})


def test_stack_overflow():
    found = guessed(
        {
            "Id": number,
            "PostTypeId": 1,
            "CreationDate": f"2024-02-{number % 28 + 1:02}T10:00:00.123",
            "Score": number % 7 - 2,
            "ViewCount": number * 100,
            "Body": f"<p>{SENTENCE}</p><pre><code>x = {number}</code></pre>",
            "Title": f"How do I do {number}?",
            "Tags": "<python><pandas>",
        }
        for number in ROWS
    )
    assert (found.text.columns, found.strip_html) == (("Title", "Body"), True)
    assert fields(found) == {"id": "Id", "date": "CreationDate", "title": "Title"}
    assert types(found) == {"Score": "number", "ViewCount": "number"}


def test_a_year_is_a_date_and_other_numbers_are_not():
    found = guessed({"text": f"{SENTENCE} {n}", "year": 1990 + n % 9, "pages": 1990 + n} for n in ROWS)
    assert (fields(found), types(found)) == ({"date": "year"}, {"pages": "number"})


def test_a_column_called_like_a_field_does_not_ride_along_twice():
    found = guessed({"text": SENTENCE, "created": "2024-01-01", "date": "2024-01-02"} for _ in ROWS)
    assert fields(found) == {"date": "date"}
    assert found.text.columns == ("text",)
    assert types(found) == {"created": "date"}


def test_a_list_of_titles_is_a_dataset_too():
    assert guessed({"headline": f"News {number}"} for number in ROWS).text.columns == ("headline",)


@pytest.mark.parametrize("rows", [[], [{}], [{"n": 1}], [{"text": None}], [{"x": {"y": 1}}]])
def test_where_no_text_is_nothing_is_guessed(rows):
    assert guessed(rows) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates(),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["text", "id", "title", "date", "messages", "prompt", "response", "price"]) | st.text()


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=5), max_size=6))
def test_any_rows_are_guessed_at_without_a_crash(rows):
    found = guessed(rows)
    if found is not None:
        names = {name for row in rows for name in row}
        taken = [name for choice in found.fields.values() for name in choice.columns]
        assert {*found.text.columns, *taken, *found.extra} <= names
        assert not set(found.extra) & set(taken)
