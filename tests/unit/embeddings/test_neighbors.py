"""The documents closest to each by their vectors, in a build from nothing, in one that grows, and beside the map."""

import numpy as np
import pyarrow as pa
import pytest

from sitegen.artifacts import Embeddings, Neighbors
from sitegen.pipeline import GROWING, STAGES, stages_of
from sitegen.pipeline.neighbors import find_neighbors as module
from sitegen.pipeline.neighbors import grow
from sitegen.pipeline.neighbors.find_neighbors import COUNT, find_neighbors
from sitegen.pipeline.neighbors.grow import find_or_update_neighbors
from sitegen.site.map.column_codes import MapColumn
from sitegen.site.map.neighbors import Neighborhoods, find_neighborhoods, kept_near, with_kept, without_deleted
from tests.unit.helpers import dataset


def unit_vectors(count, seed=3, width=12):
    vectors = np.random.default_rng(seed).normal(size=(count, width))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def exact(vectors, count=COUNT):
    """Neighbours, nearest first, by sorting all similarities."""
    likeness = vectors.astype(np.float64) @ vectors.astype(np.float64).T
    np.fill_diagonal(likeness, -np.inf)
    return np.argsort(-likeness, axis=1, kind="stable")[:, :count]


def found(vectors, context):
    return find_neighbors(embeddings=Embeddings(vectors), seed=1, context=context).rows


def test_they_are_the_exact_ones_nearest_first(context):
    vectors = unit_vectors(200)
    assert np.array_equal(found(vectors, context), exact(vectors))


def test_the_order_of_rows_decides_nothing(context):
    vectors, shuffled = unit_vectors(120), np.random.default_rng(5).permutation(120)
    again = found(vectors[shuffled], context)
    assert np.array_equal(shuffled[again], found(vectors, context)[shuffled])


def test_a_document_has_its_copies_as_neighbours_never_itself(context):
    vectors = np.concatenate([unit_vectors(30), unit_vectors(1, seed=8).repeat(15, axis=0)])
    rows = found(vectors, context)
    assert (rows != np.arange(45)[:, None]).all()
    assert all(len(set(each)) == COUNT for each in rows.tolist())
    assert (rows[30:] >= 30).all()


@pytest.mark.parametrize(("count", "known"), [(1, 0), (2, 1), (4, 3), (11, 10)])
def test_few_documents_have_few_neighbours(count, known, context):
    assert found(unit_vectors(count), context).shape == (count, known)


def test_without_vectors_there_are_none(context):
    assert found(np.empty((5, 0), np.float32), context).shape == (5, 0)


def test_many_documents_need_a_library_and_the_log_says_so(context, screen, monkeypatch):
    monkeypatch.setattr(module, "EXACT_UP_TO", 40)
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert found(unit_vectors(50), context).shape == (50, 0)
    assert "no nearest neighbours of 50 documents without pip install" in screen.getvalue()


# A map that grows


def grown(vectors, previous, context):
    return find_or_update_neighbors(embeddings=Embeddings(vectors), seed=1, previous=previous, context=context)


@pytest.fixture
def no_search(monkeypatch):
    """Finding all neighbours anew fails."""

    def fail(*_):
        raise AssertionError("found anew")

    monkeypatch.setattr(grow, "nearest_by_vectors", fail)


@pytest.mark.parametrize(
    "rows",
    [
        [*range(300)],
        [*range(299, -1, -1)],
        [*range(300), *range(400, 412)],
        [*range(5), *range(8, 300)],
        [*range(405, 400, -1), *range(298, 1, -1), 420],
    ],
    ids=["the same", "in another order", "more", "fewer", "more, fewer, in another order"],
)
def test_what_came_and_went_is_worked_in_exactly(rows, context, no_search, monkeypatch):
    vectors = unit_vectors(500)
    with monkeypatch.context() as patch:
        patch.setattr(grow, "nearest_by_vectors", module.nearest_by_vectors)
        first = grown(vectors[:300], None, context)
    assert np.array_equal(grown(vectors[rows], first, context).rows, exact(vectors[rows]))


def test_copies_on_a_growing_map_are_never_their_own_neighbours(context, no_search, monkeypatch):
    vectors = unit_vectors(300)
    vectors[7] = vectors[12]
    with monkeypatch.context() as patch:
        patch.setattr(grow, "nearest_by_vectors", module.nearest_by_vectors)
        first = grown(vectors[:290], None, context)
    rows = grown(vectors[::-1].copy(), first, context).rows
    assert (rows != np.arange(300)[:, None]).all()
    assert all(len(set(each)) == COUNT for each in rows.tolist())


def test_far_newcomers_change_no_list_even_of_inexact_searches(context, monkeypatch):
    far = np.zeros((204, 14), np.float32)
    far[:200, :12], far[200:, 12:] = unit_vectors(200), unit_vectors(4, width=2)
    far[7] = far[12]
    swapped = exact(far[:200])[:, [1, 0, *range(2, COUNT)]]
    monkeypatch.setattr(grow, "nearest_by_vectors", lambda *_: swapped.astype(np.int32))
    first = grown(far[:200], None, context)
    assert np.array_equal(grown(far, first, context).rows[:200], first.rows)


def test_where_many_came_all_are_found_anew(context):
    vectors = unit_vectors(300)
    first = grown(vectors[:100], None, context)
    assert grow.update_neighbors(vectors, grown(vectors, None, context).prints, first) is None
    assert np.array_equal(grown(vectors, first, context).rows, exact(vectors))


# Stages


def test_none_are_found_where_none_are_shown():
    chosen = {stage.name: stage for stage in stages_of(dataset(map={"neighbors": 0}))}
    growing = {stage.name: stage for stage in stages_of(dataset(map={"neighbors": 0}, growth={"mode": "grow"}))}
    ordinary = {stage.name: stage for stage in STAGES}
    assert [name for name, stage in chosen.items() if stage is not ordinary[name]] == ["neighbors"]
    assert growing["neighbors"] is chosen["neighbors"]
    embedded = Embeddings(np.eye(3, 4, dtype=np.float32))
    assert chosen["neighbors"].run(embeddings=embedded, context=None).rows.shape == (3, 0)
    assert stages_of(dataset(growth={"mode": "grow"}))[3] is GROWING["neighbors"]


# Beside the map


def test_kept_are_those_among_as_many_nearest_on_the_map():
    xy = np.array([[0, 0], [1, 0], [2, 0], [4, 0], [8, 0]], np.float32)
    near = np.array([[1, 2], [3, 4], [0, 4], [2, -1], [-1, -1]], np.int32)
    # 0: both; 1: nearest are 0 and 2; 2: nearest are 1 and, equally far, 0 and 3; 3: its nearest is 2; 4 has none
    assert kept_near(near, xy).tolist() == [2, 0, 1, 1, 0]


def test_the_mean_share_leaves_out_documents_without_neighbours():
    hoods = Neighborhoods(np.array([[1, 2], [0, -1], [-1, -1]], np.int32), np.array([1, 1, 0], np.int32), 5)
    assert hoods.mean_share() == 0.75
    assert hoods.mean_share(np.array([0, 2])) == 0.5
    assert hoods.mean_share(np.array([2])) is None


def test_deleted_documents_are_no_neighbours():
    rows = np.array([[1, 2, 3], [2, 0, 3], [3, 1, 0], [0, 1, 2]], np.int32)
    left = without_deleted(Neighbors(rows), np.array([0, 2, 3]))
    assert left.rows.tolist() == [[1, 2, -1], [2, 0, -1], [0, 1, -1]]


def test_nothing_is_said_where_neighbours_are_absent_or_hidden():
    xy = np.zeros((3, 2), np.float32)
    assert find_neighborhoods(None, xy, 5) is None
    assert find_neighborhoods(Neighbors(np.empty((3, 0), np.int32)), xy, 5) is None
    assert find_neighborhoods(Neighbors(np.array([[1], [2], [0]], np.int32)), xy, 0) is None


def test_the_column_of_what_is_kept_takes_no_name_of_the_data():
    hoods = Neighborhoods(np.array([[1], [0], [-1]], np.int32), np.array([1, 0, 0], np.int32), 5)
    own = pa.table({"neighbors_kept": ["a", "b", "c"]})
    columns, table = with_kept([MapColumn("neighbors_kept", "category", "mine")], own, hoods)
    assert [each.name for each in columns] == ["neighbors_kept", "neighbors_kept_"]
    assert table.column("neighbors_kept_").to_pylist() == [1.0, 0.0, None]
    assert with_kept([], own, None) == ([], own)
