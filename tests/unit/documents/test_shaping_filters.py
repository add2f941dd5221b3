"""Which rows a filter lets through, and how numbers are read for it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.config import FilterRule
from sitegen.errors import DataError
from sitegen.pipeline.documents.drop_counts import Dropped
from sitegen.pipeline.documents.filters import Filters
from sitegen.pipeline.documents.values import BadValueError, as_number
from tests.unit.helpers import problems_at, shaped

NUMBERS = {
    12: 12,
    -0.5: -0.5,
    "12.99": 12.99,
    "$12.99": 12.99,
    "$ 1,299.00": 1299,
    "US$1,299": 1299,
    "1.299,00 €": 1299,
    "12,99 €": 12.99,
    "1.299": 1.299,
    "1.299.000": 1299000,
    "1 299,50": 1299.5,
    "1’2": None,
    "Rs. 500": 500,
    "from 12.99": 12.99,
    "-5 %": -5,
    "-$5": -5,
    ".5": 0.5,
    "1e3": 1000,
    " 7\n": 7,
    "$10.00 - $20.00": None,
    "1.2.3": None,
    "None": None,
    "—": None,
    "": None,
    "nan": None,
    "inf": None,
    "12 34": None,
    True: None,
    math.inf: None,
    None: None,
    (1,): None,
}


@pytest.mark.parametrize(("value", "number"), NUMBERS.items(), ids=map(repr, NUMBERS))
def test_numbers_are_read_from_what_people_write(value, number):
    if number is None:
        with pytest.raises(BadValueError, match="not a number"):
            as_number(value)
    else:
        assert as_number(value) == number


@given(st.floats(0, 10**9).map(lambda number: round(number, 2)))
def test_a_price_is_read_as_it_was_written(price):
    assert as_number(f"${price:,.2f}") == price
    assert as_number(f"{price:.2f} EUR") == price


def passes(value, **rule):
    try:
        Filters((FilterRule(column="x", **rule),))({} if value is KeyError else {"x": value})
    except Dropped:
        return False
    return True


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ({"present": True}, ["a", 0, False, ["a"]], [None, "", " ", [], math.nan, KeyError]),
        ({"number": True}, [5, "5", "$5.00"], ["five", None, KeyError, [5], True]),
        ({"min": 1, "max": 999}, [1, 999, "$12.99", "999"], [0.99, 1000, "1,000", "free", None]),
        ({"min": 0}, [0, 10**12], [-1]),
        ({"equals": "en"}, ["en", ["de", "en"]], ["de", "EN", None, {}]),
        ({"equals": 5}, [5, "5"], [6, "five"]),
        ({"equals": True}, [True, "True"], [False, 1]),
        ({"equals": 0}, [0, "0"], [None, False, ""]),
        ({"one_of": ("a", 2)}, ["a", 2, "2"], ["b", None]),
        ({"matches": "^[A-Z]"}, ["Abc", ["Abc"]], ["abc", 5, None, {"A": 1}]),
        ({"matches": "a", "min": 1, "equals": "1a"}, ["1a"], ["1b", "0a"]),
        ({"equals": "en", "drop": True}, ["de", None, KeyError], ["en"]),
        ({"present": True, "drop": True}, [None, ""], ["a"]),
    ],
)
def test_a_rule_lets_through_what_meets_it(rule, good, bad):
    assert [value for value in good if not passes(value, **rule)] == []
    assert [value for value in bad if passes(value, **rule)] == []


def test_each_rule_counts_the_rows_it_drops_in_order():
    rows = [{"text": text, "price": price} for text, price in (("a", "x"), ("b", "$5"), ("c", "$5000"), ("", None))]
    documents = shaped(rows, filter=[{"column": "price", "number": True}, {"column": "price", "min": 1, "max": 999}])
    assert list(documents.dropped.items()) == [("price is not a number", 2), ("price is not a number from 1 to 999", 1)]
    assert documents.column("id") == ["1"]


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ({"present": True}, "x is missing"),
        ({"present": True, "drop": True}, "x is present"),
        ({"min": 2}, "x is not a number of at least 2"),
        ({"max": 2.5}, "x is not a number of at most 2.5"),
        ({"one_of": ("a", 1)}, "x is not one of a, 1"),
        ({"equals": "a", "matches": "b+", "drop": True}, "x is a and like b+"),
    ],
)
def test_a_rule_is_named_by_what_it_drops(rule, name):
    assert Filters((FilterRule(column="x", **rule),)).rules == (name,)


def test_a_column_that_no_row_has_is_told_with_its_rule():
    with pytest.raises(DataError, match="no row has a column 'prize'; columns are price, text") as caught:
        shaped([{"text": "a", "price": 1}], filter=[{"column": "price", "number": True}, {"column": "prize", "min": 1}])
    assert caught.value.field == "documents.filter.1.column"


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("filter: [{column: x, ¦matches: '(a'}]", "is not a regular expression: missing )"),
        ("filter: [¦{column: x}]", "tests nothing; add present"),
        ("filter: [¦{column: x, min: 2, max: 1}]", "min is larger than max"),
        ("filter: [{column: x, ¦one_of: []}]", "at least 1 item"),
        ("filter: [{column: x, ¦equals: [1]}]", "should be a text, a number"),
        ("filter: [{¦colum: x, column: y, number: true}]", "did you mean column?"),
    ],
)
def test_a_rule_that_cannot_be_is_told_with_its_place(section, message):
    from tests.unit.helpers import ENTRY

    assert any(message in told for told in problems_at(f"{ENTRY}    documents:\n      {section}\n"))
