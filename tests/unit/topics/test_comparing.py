"""Groups compared: real differences are found and ranked, groups drawn at random show none."""

from datetime import UTC, datetime
from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import multivariate_hypergeom

from sitegen.artifacts import CHUNK_FIELDS, DOCUMENT_SCHEMA, Documents
from sitegen.config import CompareConfig
from sitegen.errors import ConfigError, DataError
from sitegen.site.map.pictures.group_pictures import more_frequent
from sitegen.site.pages.facts.group_counts import ERROR, difference_interval, find_differences, holm, share_intervals
from sitegen.site.pages.facts.group_words import words_apart
from sitegen.site.pages.facts.grouped import group_documents, topic_counts
from sitegen.site.pages.facts.groups_over_time import count_over_time
from tests.unit.helpers import dataset


def tally(topic, group, topics=None):
    counts = np.zeros((topics or topic.max() + 1, 2), np.int64)
    np.add.at(counts, (topic, group), 1)
    return counts, np.bincount(group, minlength=2).astype(np.int64)


def with_groups(values, dates=None, chunks=None):
    rows = [
        {"id": str(at), "title": "", "text": f"text {at}", "category": value, "date": dates[at] if dates else None}
        for at, value in enumerate(values)
    ]
    schema = pa.schema([*DOCUMENT_SCHEMA, *CHUNK_FIELDS]) if chunks else DOCUMENT_SCHEMA
    if chunks:
        rows = [{**row, "document": document, "chunk": 0} for row, document in zip(rows, chunks, strict=True)]
    return Documents(pa.Table.from_pylist(rows, schema), {})


def test_half_of_a_topic_dropped_from_one_group_ranks_first():
    rng = np.random.default_rng(1)
    topic, group = rng.integers(0, 40, 8000), rng.integers(0, 2, 8000)
    kept = ~((topic == 17) & (group == 1) & (rng.random(8000) < 0.5))
    found = find_differences(*tally(topic[kept], group[kept]))
    assert (found[0].row, found[0].group) == (17, 0)
    assert found[0].claimed
    assert found[0].low > 0
    assert [each.row for each in found if each.claimed] == [17]


@pytest.mark.parametrize(
    ("topics", "groups"), [((12, 18, 30), (30, 30)), ((15, 15, 30), (20, 40)), ((6, 9), (5, 5, 5))]
)
def test_random_draws_claim_anything_at_most_once_in_twenty(topics, groups):
    """Exactly: the probabilities of all draws that claim something are added up."""
    total, claims = 0.0, 0.0
    for probability, counts in draws(topics, groups):
        total += probability
        claims += probability * any(each.claimed for each in find_differences(counts, np.array(groups)))
    assert total == pytest.approx(1)
    assert 0.001 < claims <= ERROR


def draws(topics, groups):
    """Yield every table of topics by groups that a random draw can give, with its probability."""
    if len(topics) == 1:
        yield 1.0, np.array([groups])
        return
    for row in product(*(range(min(topics[0], size) + 1) for size in groups)):
        if sum(row) == topics[0]:
            own = multivariate_hypergeom.pmf(row, groups, topics[0])
            left = tuple(size - count for size, count in zip(groups, row, strict=True))
            for probability, below in draws(topics[1:], left):
                yield own * probability, np.vstack([row, below])


def test_several_groups_are_each_compared_with_the_others():
    counts = np.array([[30, 30, 90], [70, 70, 10]])
    found = find_differences(counts, np.array([100, 100, 100]))
    first = {each.row: each for each in found}
    assert (first[0].group, first[0].claimed) == (2, True)
    assert first[0].value == pytest.approx(0.6)
    assert first[1].group in (0, 1)


def test_holm_is_never_below_the_value_and_keeps_the_order():
    values = np.array([0.01, 0.04, 0.03, 0.5])
    assert holm(values).tolist() == pytest.approx([0.04, 0.09, 0.09, 0.5])


def test_intervals_hold_the_share_at_its_ends_too():
    low, high = share_intervals(np.array([[0, 10, 5]]), np.array([10, 10, 10]))
    assert low.tolist()[0] == pytest.approx([0, 0.6915, 0.1871], abs=1e-4)
    assert high.tolist()[0] == pytest.approx([0.3085, 1, 0.8129], abs=1e-4)
    assert difference_interval(56, 70, 48, 80, 1.96) == pytest.approx((0.0524, 0.3339), abs=1e-4)  # Newcombe's example


def test_a_conversation_in_several_chunks_counts_once():
    found = with_groups(["a", "a", "a", "b"], chunks=["x", "x", "x", "y"])
    grouped = group_documents(CompareConfig(by="category"), found)
    counts, sizes = topic_counts(grouped, np.array([0, 0, 1, 0]), 2)
    assert sizes.tolist() == [1, 1]
    assert counts.tolist() == [[1, 1], [1, 0], [0, 0]]


def test_a_conversation_counts_once_when_its_first_chunk_was():
    dates = [datetime(year, 5, 1, tzinfo=UTC) for year in (2020, 2021, 2021, 2022)]
    found = with_groups(["a", "a", "b", "b"], dates, chunks=["x", "x", "y", "z"])
    grouped = group_documents(CompareConfig(by="category"), found)
    periods, counts = count_over_time(grouped, found, np.array([0, 0, 0, 1]), 2)
    assert periods.length == "3 months"
    assert (periods.names[0], periods.names[-1]) == ("2020-04", "2022-04")
    assert [sum(each) for each in periods.documents] == [1, 2]
    assert counts.sum(axis=2).tolist() == [[1, 1], [0, 1], [0, 0]]
    assert counts[0, 0].tolist() == [1, *[0] * (len(periods.names) - 1)]


def test_without_dates_there_are_no_periods():
    found = with_groups(["a", "b"])
    periods, counts = count_over_time(group_documents(CompareConfig(by="category"), found), found, np.array([0, 0]), 1)
    assert (periods.names, periods.documents, counts.shape) == ((), ((), ()), (2, 2, 0))


def test_groups_are_the_most_frequent_values_or_those_named():
    found = with_groups(["a"] * 5 + ["b"] * 3 + ["c"] * 4 + [None])
    assert group_documents(CompareConfig(by="category"), found).names == ("a", "c")
    named = group_documents(CompareConfig(by="category", groups=("c", "b")), found)
    assert named.group.tolist() == [-1] * 5 + [1] * 3 + [0] * 4 + [-1]


def test_periods_begin_at_days_of_the_split_or_in_the_middle():
    dates = [datetime(2025, month, 1, tzinfo=UTC) for month in range(1, 13)]
    found = with_groups(["a"] * 12, dates)
    halves = group_documents(CompareConfig(by="date"), found)
    assert (halves.names, halves.group.tolist()) == (("before 2025-07-01", "from 2025-07-01"), [0] * 6 + [1] * 6)
    thirds = group_documents(CompareConfig(by="date", split=("2025-05-01", "2025-09-01")), found)
    assert thirds.names == ("before 2025-05-01", "2025-05-01 to 2025-09-01", "from 2025-09-01")
    assert np.bincount(thirds.group).tolist() == [4, 4, 4]


@pytest.mark.parametrize(
    ("config", "values", "dates", "told"),
    [
        ({"by": "category"}, ["a", "a"], None, "nothing to compare"),
        ({"by": "category"}, [None, None], None, "nothing to compare"),
        ({"by": "category", "groups": ("a", "z")}, ["a", "b"], None, "no document has category 'z'"),
        ({"by": "date"}, ["a", "b"], None, "no document has a date"),
        ({"by": "date", "split": ("1990-01-01",)}, ["a"], [datetime(2025, 1, 1, tzinfo=UTC)], "holds no document"),
        ({"by": "date"}, ["a", "b"], [datetime(2025, 1, 1, tzinfo=UTC)] * 2, "holds no document"),
    ],
)
def test_groups_that_cannot_be_compared_are_told(config, values, dates, told):
    with pytest.raises(DataError, match=told):
        group_documents(CompareConfig(**config), with_groups(values, dates))


@pytest.mark.parametrize(
    ("compare", "told"),
    [
        ({"by": "price"}, "holds no groups; there are category, date"),
        ({"by": "date", "groups": ["a", "b"]}, "compare.groups: date holds dates"),
        ({"by": "category", "split": ["2025-01-01"]}, "compare.split: category holds values"),
        ({"by": "category", "groups": ["a"]}, "two to six different values"),
        ({"by": "date", "split": ["2025-02-01", "2025-01-01"]}, "days in order"),
    ],
)
def test_a_config_that_cannot_hold_is_told(compare, told):
    with pytest.raises(ConfigError, match=told):
        dataset(compare=compare, documents={"columns": {"price": "number"}})


def test_words_that_set_groups_apart_are_found_and_no_others():
    rng = np.random.default_rng(3)
    common = [f"word{number}" for number in range(60)]

    def texts(count, extra):
        return [
            {*rng.choice(common, 12, replace=False), *((extra,) if rng.random() < 0.5 else ())} for _ in range(count)
        ]

    ((more, less),) = words_apart([(texts(200, "sourdough"), texts(200, "pretzel"))])
    assert (more, less) == (["sourdough"], ["pretzel"])
    assert words_apart([(texts(200, "same"), texts(200, "same")), ([], [{"x"}])]) == [([], []), ([], [])]


def test_a_group_is_more_frequent_where_it_is_and_nowhere_else():
    rng = np.random.default_rng(4)
    xy = rng.random((4000, 2)).astype(np.float32)
    group = rng.integers(0, 2, 4000)
    corner = (xy < 0.25).all(axis=1)
    group[corner] = 1
    more = more_frequent(xy, group, 2)
    assert (more[(xy < 0.15).all(axis=1)] == 1).mean() > 0.8
    assert (more[(xy > 0.5).any(axis=1)] == -1).mean() > 0.98
    mixed = [(more_frequent(xy, rng.permutation(4000) % 2, 2) >= 0).any() for _ in range(20)]
    assert sum(mixed) <= 3
