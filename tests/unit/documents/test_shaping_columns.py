"""What rides along with a text, by type, and what becomes of values that cannot be read."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.errors import DataError
from sitegen.pipeline.documents.values import BadValueError, as_category, as_date, as_url
from tests.unit.helpers import ENTRY, problems_at, shaped


def day(*parts):
    return datetime(*parts, tzinfo=UTC)


DATES = {
    "2018-05-02": day(2018, 5, 2),
    "2018-05-02T19:38:15Z": day(2018, 5, 2, 19, 38, 15),
    "2018-05-02 19:38:15.5+02:00": day(2018, 5, 2, 17, 38, 15, 500000),
    "2018-05": day(2018, 5, 1),
    "2018": day(2018, 1, 1),
    2018: day(2018, 1, 1),
    "2018.0": day(2018, 1, 1),
    "May 3, 2015": day(2015, 5, 3),
    "Wed, 02 May 2018 19:38:15 +0000": day(2018, 5, 2, 19, 38, 15),
    20180502: day(2018, 5, 2),
    "20180502": day(2018, 5, 2),
    1525289895: day(2018, 5, 2, 19, 38, 15),
    1525289895000: day(2018, 5, 2, 19, 38, 15),
    "1525289895": day(2018, 5, 2, 19, 38, 15),
    date(2018, 5, 2): day(2018, 5, 2),
    datetime(2018, 5, 2, 3): day(2018, 5, 2, 3),
    "2016-12-31T23:59:60Z": day(2017, 1, 1),
}
NO_DATES = [
    "yesterday",
    "May",
    "12:30",
    "10",
    7,
    20189999,
    True,
    "2018-13-45",
    "0000-00-00",
    "0000-12-31",
    "-001-03-15",
    "9999-12-31T23:59:60Z",
    float("inf"),
    [2018],
    {},
]


@pytest.mark.parametrize(("value", "moment"), DATES.items(), ids=map(repr, DATES))
def test_dates_are_read_in_their_usual_spellings(value, moment):
    assert as_date(value) == moment


@pytest.mark.parametrize("value", NO_DATES, ids=map(repr, NO_DATES))
def test_what_does_not_say_the_year_or_is_no_date_is_none(value):
    with pytest.raises(BadValueError, match="not a date"):
        as_date(value)


@given(st.text() | st.integers() | st.floats() | st.booleans() | st.lists(st.integers(), max_size=2))
def test_any_value_is_a_date_or_told_to_be_none(value):
    try:
        moment = as_date(value)
    except BadValueError:
        return
    assert moment.tzinfo is UTC
    pa.array([moment], pa.timestamp("us", tz="UTC"))


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "//a.org", "ftp://a.org", "https://a b", 'http://a"b', 3, None]
)
def test_only_web_links_are_links(value):
    with pytest.raises(BadValueError, match="not a link"):
        as_url(value)


def test_a_list_of_categories_is_one_line():
    assert as_category(["cs.LG", None, " stat\nML "]) == "cs.LG, stat ML"
    assert as_category(True) == "True"


ROW = {
    "text": "A text.",
    "link": "https://a.org/1",
    "when": "2018-05-02",
    "price": "$12.99",
    "year": 1999,
    "tags": ["a", "b"],
    "note": " n ",
}
OPTIONS = {
    "url": "link",
    "date": "when",
    "columns": {"price": "number", "year": "date", "tags": "category", "note": "text"},
}


def test_columns_ride_along_with_their_types():
    documents = shaped([ROW, {"text": "bare"}], **OPTIONS)
    full, bare = documents.table.select(["url", "date", "price", "year", "tags", "note"]).to_pylist()
    assert full == {
        "url": "https://a.org/1",
        "date": day(2018, 5, 2),
        "price": 12.99,
        "year": day(1999, 1, 1),
        "tags": "a, b",
        "note": "n",
    }
    assert set(bare.values()) == {None}
    assert documents.noted == {}  # what is missing is not bad
    assert documents.table.schema.field("price").type == pa.float64()
    assert documents.table.schema.field("year").type == pa.timestamp("us", tz="UTC")


BAD = {
    "link": "javascript:x",
    "when": "soon",
    "price": "free",
    "year": "x",
    "tags": {"a": 1},
    "note": b"\xff",
    "name": {"a": 1},
}
PROBLEMS = {
    "name": ("title", "not text"),
    "link": ("url", "not a link"),
    "when": ("date", "not a date"),
    "price": ("columns.price", "not a number"),
    "year": ("columns.year", "not a date"),
    "tags": ("columns.tags", "not text"),
    "note": ("columns.note", "not text"),
}


@pytest.mark.parametrize("column", PROBLEMS)
def test_an_unreadable_value_follows_the_rule_of_the_config(column):
    field, problem = PROBLEMS[column]
    rows = [ROW | {"name": "T"}, ROW | {"text": "bad", column: BAD[column]}]
    options = {**OPTIONS, "title": "name"}

    documents = shaped(rows, **options)
    assert documents.noted == {f"{column} is {problem}, left empty": 1}
    assert documents.dropped == {}
    assert documents.column("text") == ["A text.", "bad"]

    documents = shaped(rows, **options, on_bad_value="drop")
    assert documents.dropped == {f"{column} is {problem}": 1}
    assert documents.column("text") == ["A text."]

    with pytest.raises(DataError, match=f"row 1: {column} is {problem}: ") as caught:
        shaped(rows, **options, on_bad_value="fail")
    assert caught.value.field == f"documents.{field}"


def test_values_left_empty_are_counted_of_documents_that_stay():
    rows = [{"text": f"text {i}", "price": "free"} for i in range(10)]
    documents = shaped(rows, columns={"price": "number"}, sample=4)
    assert documents.noted == {"price is not a number, left empty": 4}


@pytest.mark.parametrize("field", ["url", "date", "columns"])
def test_a_column_that_no_row_has_is_told(field):
    with pytest.raises(DataError, match="no row has a column 'x'") as caught:
        shaped([ROW], **{field: {"x": "number"} if field == "columns" else "x"})
    assert caught.value.field == ("documents.columns.x" if field == "columns" else f"documents.{field}")


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{columns: {¦price: nmber}}", "should be 'number', 'date', 'category' or 'text'"),
        ("{¦columns: {url: text}}", "url has a key of its own"),
        ("{¦columns: {chunk: number}}", "chunk has a key of its own"),
        ("{¦on_bad_value: ignore}", "should be 'null', 'drop' or 'fail'"),
    ],
)
def test_columns_that_cannot_be_are_told_with_their_place(section, message):
    assert any(message in told for told in problems_at(f"{ENTRY}    documents: {section}\n"))
