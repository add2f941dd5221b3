"""Samples: seeded, in the source's order, by weight, and within the caps."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.errors import DataError, SourceError
from sitegen.pipeline.documents.read_documents import shape
from sitegen.pipeline.documents.sampling import choose
from tests.unit.helpers import ENTRY, dataset, problems_at, shaped


def rows_of(**counts):
    """Rows of each kind, mixed, with prices 0 to 99."""
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    order = np.random.default_rng(1).permutation(len(kinds))
    return [{"text": f"text {place}", "kind": kinds[i], "price": place % 100} for place, i in enumerate(order)]


def sampled(rows, seed=42, **sample):
    return shaped(rows, seed=seed, category="kind", columns={"price": "number"}, sample=sample)


def kinds(documents):
    return dict(Counter(documents.column("category")))


@pytest.mark.parametrize(
    "sample",
    [
        {"size": 50},
        {"size": 50, "stratify": "kind"},
        {"size": 50, "balance": "kind", "weights": {"a": 3}},
        {"size": 50, "balance": "kind", "cap": {"column": "price", "width": 10, "most": 6}},
    ],
    ids=["random", "stratified", "balanced", "capped"],
)
def test_a_sample_is_seeded_in_order_and_counted(sample):
    rows = rows_of(a=300, b=100, c=20)
    one, again, other = sampled(rows, **sample), sampled(rows, **sample), sampled(rows, seed=43, **sample)
    assert one.table == again.table
    assert one.table != other.table
    places = [int(place) for place in one.column("id")]
    assert len(places) == 50
    assert places == sorted(set(places))
    assert one.column("text") == [f"text {place}" for place in places]
    assert one.dropped == {"not in the sample": 370}
    assert one.rows == 420


def test_a_stratified_sample_keeps_shares():
    assert kinds(sampled(rows_of(a=300, b=100, c=20), size=42, stratify="kind")) == {"a": 30, "b": 10, "c": 2}


@pytest.mark.parametrize(
    ("weights", "shares"),
    [
        ({}, {"a": 20, "b": 20, "c": 20}),
        ({"a": 2, "b": 0}, {"a": 40, "c": 20}),
        ({"a": 0.5, "b": 0.5}, {"a": 18, "b": 17, "c": 25}),
    ],
)
def test_a_balanced_sample_follows_weights_and_fills_its_gaps(weights, shares):
    found = kinds(sampled(rows_of(a=300, b=100, c=25), size=60, balance="kind", weights=weights))
    assert found.keys() == shares.keys()
    assert all(abs(found[kind] - shares[kind]) <= 1 for kind in shares)


def test_a_cap_holds_in_each_bin_and_inside_a_bin_by_weight():
    rows = rows_of(a=900, b=100)
    cap = {"column": "price", "edges": [10, 50], "most": 40}
    documents = sampled(rows, size=1000, balance="kind", cap=cap)
    bins = [int(np.searchsorted([10, 50], price, side="right")) for price in documents.column("price")]
    assert Counter(bins) == {0: 40, 1: 40, 2: 40}
    assert sum(kind == "b" for kind, place in zip(documents.column("category"), bins, strict=True) if place == 2) == 20


def test_rows_without_a_number_share_a_bin():
    rows = [{"text": f"t{i}", "price": price} for i, price in enumerate([None, "?", float("nan"), 1, 2, 300])]
    cap = {"column": "price", "width": 10, "most": 2}
    documents = shaped(rows, sample={"size": 10, "cap": cap}, columns={"price": "number"})
    assert Counter(documents.column("price")) == {None: 2, 1: 1, 2: 1, 300: 1}


@given(
    documents=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=80),
    weights=st.lists(st.sampled_from([0, 0.5, 1, 3]), min_size=4, max_size=4),
    size=st.integers(1, 60),
    most=st.integers(1, 10),
    seed=st.integers(0, 5),
)
def test_any_sample_keeps_its_size_its_caps_and_its_weights(documents, weights, size, most, seed):
    categories, bins = (np.array(column, np.int64) for column in zip(*documents, strict=True))
    chosen = choose(size, categories, np.array(weights, np.float64), bins, most, seed)
    assert (np.diff(chosen) > 0).all()
    assert (np.bincount(bins[chosen], minlength=1) <= most).all()
    allowed = np.flatnonzero(np.array(weights)[categories] > 0)
    within_caps = np.minimum(np.bincount(bins[allowed], minlength=1), most).sum()
    assert len(chosen) == min(size, within_caps)
    assert np.isin(chosen, allowed).all()
    assert (chosen == choose(size, categories, np.array(weights, np.float64), bins, most, seed)).all()


@given(
    counts=st.lists(st.integers(1, 50), min_size=1, max_size=4),
    weights=st.lists(st.sampled_from([0.5, 1, 2, 5]), min_size=4, max_size=4),
    size=st.integers(1, 150),
)
def test_shares_follow_the_weights_until_a_category_runs_out(counts, weights, size):
    weights = np.array(weights[: len(counts)], np.float64)
    categories = np.repeat(np.arange(len(counts)), counts)
    found = np.bincount(categories[choose(size, categories, weights, None, len(categories), 0)], minlength=len(counts))
    first_out, last_in = (found + 0.5) / weights, (found - 0.5) / weights
    assert found.sum() == min(size, sum(counts))
    assert first_out[found < counts].min(initial=np.inf) >= last_in.max()


def test_chunks_are_sampled_like_documents():
    rows = [{"text": "One two. Three four. Five six. Seven eight."}, {"text": "short"}]
    documents = shaped(rows, chunk={"chars": 12}, sample=3)
    assert len(documents) == 3
    assert documents.dropped == {"not in the sample": 2}
    assert documents.rows == len(documents) + 2 - sum(documents.noted.values())
    assert documents.column("text") == sorted(
        documents.column("text"), key="One two. Three four. Five six. Seven eight. short".find
    )


def test_a_weight_of_a_value_that_is_not_there_is_told():
    with pytest.raises(DataError, match="kind 'd'; values are a, b") as caught:
        sampled(rows_of(a=2, b=2), size=2, balance="kind", weights={"d": 2})
    assert caught.value.field == "documents.sample.weights"


@pytest.mark.parametrize(
    ("sample", "field"),
    [
        ({"size": 1, "stratify": "x"}, "stratify"),
        ({"size": 1, "balance": "x"}, "balance"),
        ({"size": 1, "cap": {"column": "x", "width": 1, "most": 1}}, "cap.column"),
    ],
)
def test_a_column_of_a_sample_that_no_row_has_is_told(sample, field):
    with pytest.raises(DataError, match="no row has a column 'x'; columns are kind") as caught:
        sampled(rows_of(a=1), **sample)
    assert caught.value.field == f"documents.sample.{field}"


def test_a_source_that_shrinks_between_the_two_passes_is_told(tmp_path):
    passes = iter([rows_of(a=9), rows_of(a=2)])
    config = dataset(documents={"sample": 9}).documents
    with pytest.raises(SourceError, match="fewer rows when it was read again"):
        shape(lambda: next(passes), config, 42, root=tmp_path, scratch=tmp_path)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("¦sample: many", "should be a number, or a section with size"),
        ("¦sample: 0", "greater than or equal to 1"),
        ("sample: {size: 1, ¦wieghts: {}}", "did you mean weights?"),
        ("¦sample: {size: 1, weights: {a: 1}}", "weights need balance"),
        ("¦sample: {size: 1, stratify: a, balance: b}", "needs either stratify or balance"),
        ("sample: {size: 1, balance: a, weights: {¦b: -1}}", "greater than or equal to 0"),
        ("sample: {size: 1, ¦cap: {column: a, most: 1}}", "needs either width or edges"),
        ("sample: {size: 1, ¦cap: {column: a, most: 1, edges: [2, 1]}}", "edges must ascend"),
        ("¦chunk: {}", "needs either tokens or chars"),
    ],
)
def test_a_sample_that_cannot_be_is_told_with_its_place(section, message):
    assert any(message in told for told in problems_at(f"{ENTRY}    documents:\n      {section}\n"))
