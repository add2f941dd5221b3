"""How documents are moved by the edges of a graph: as UMAP moves them, at both ends of an edge."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from sitegen.pipeline.reduction.descent import TURNS, descend, edges_by_turn, forces

pytestmark = pytest.mark.pipeline

A, B = 1.577, 0.895
SEED = 3


def weighted(pairs: list[tuple[int, int]], weights: list[float], documents: int) -> csr_matrix:
    """A symmetric graph."""
    one, other = np.array(pairs).T
    graph = csr_matrix((weights, (one, other)), shape=(documents, documents))
    return graph + graph.T


@pytest.mark.parametrize("squared", [1e-7, 0.003, 0.5, 1, 7.3, 900, 60_000])
def test_tabulated_forces_are_those_of_umap(squared: float) -> None:
    from sitegen.pipeline.reduction.descent import _force

    pull, push = (_force(table, np.float32(squared)) for table in forces(A, B))
    assert pull == pytest.approx(2 * A * B * squared ** (B - 1) / (1 + A * squared**B), rel=1e-4)
    assert push == pytest.approx(2 * B / ((0.001 + squared) * (1 + A * squared**B)), rel=2e-4)


def test_both_ends_of_an_edge_move_in_the_same_turn() -> None:
    rng = np.random.default_rng(SEED)
    pairs = sorted({(min(pair), max(pair)) for pair in rng.integers(0, 40, (200, 2)).tolist() if pair[0] != pair[1]})
    edges = edges_by_turn(weighted(pairs, rng.random(len(pairs)).tolist(), 40), 500, SEED)
    seen = []
    for turn in range(TURNS):
        listed = [
            (document, int(edges.others[edge]), float(edges.rates[edge]), bool(edges.pushes[edge]))
            for document in range(40)
            for edge in range(edges.starts[turn * 40 + document], edges.starts[turn * 40 + document + 1])
        ]
        assert sorted(listed) == sorted((other, one, rate, not pushes) for one, other, rate, pushes in listed)
        seen += [(one, other) for one, other, _, pushes in listed if pushes]
    assert sorted(seen) == sorted([*pairs, *((other, one) for one, other in pairs)])


def test_edges_too_weak_for_one_epoch_are_left_out() -> None:
    edges = edges_by_turn(weighted([(0, 1), (1, 2)], [1.0, 0.009], 3), 100, SEED)
    assert set(edges.others.tolist()) == {0, 1}


def test_an_edge_is_sampled_in_the_share_of_its_weight() -> None:
    rates = edges_by_turn(weighted([(0, 1), (1, 2)], [1.0, 0.25], 3), 100, SEED).rates
    assert sorted(set(rates.tolist())) == [0.25, 1.0]


def test_a_document_tied_to_all_others_stays_among_them() -> None:
    documents = 3000
    rng = np.random.default_rng(SEED)
    pairs = [(0, other) for other in range(1, documents)] + [(n, n + 1) for n in range(1, documents - 1)]
    start = rng.normal(size=(documents, 2)).astype(np.float32)
    places = descend(weighted(pairs, [1.0] * len(pairs), documents), start, A, B, 200, SEED)
    assert np.isfinite(places).all()
    lowest, highest = np.quantile(places[1:], (0.1, 0.9), axis=0)
    assert ((lowest < places[0]) & (places[0] < highest)).all()
