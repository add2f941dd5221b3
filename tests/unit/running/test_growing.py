"""A map that grows: old documents keep place and topic to the bit, new ones join, stay outside or make a topic."""

import numpy as np
import pyarrow as pa
import pytest

from sitegen.artifacts import TOPIC_SCHEMA, Clusters, Embeddings, Reduction, Topics, content_hashes
from sitegen.config import ClustersConfig, EmbeddingsConfig, ReductionConfig, TopicsConfig
from sitegen.errors import ConfigError
from sitegen.pipeline.clusters.grow import cluster_or_join, dense_groups
from sitegen.pipeline.documents.fingerprints import fingerprints, rows_of, rows_of_each
from sitegen.pipeline.reduction import exact_neighbors
from sitegen.pipeline.reduction.exact_neighbors import largest, mean_distances, neighbors_among, neighbors_of_choices
from sitegen.pipeline.reduction.grow import reduce_or_grow
from sitegen.pipeline.topics import grow as topics_grow
from tests.unit.helpers import dataset, documents

K, PER_TOPIC, WIDTH = 4, 60, 16
CLUSTERS = ClustersConfig(min_cluster_size=15)


def vectors_near(axis, count, seed=0):
    """Unit vectors around one axis."""
    noise = np.random.default_rng([axis, seed]).normal(scale=0.08, size=(count, WIDTH))
    vectors = np.eye(WIDTH)[axis] + noise
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def scattered(count, seed=5):
    vectors = np.random.default_rng(seed).normal(size=(count, WIDTH))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


class Build:
    """One build: texts and vectors, what it made of them, and the next one with more or fewer."""

    def __init__(self, vectors, names, context, before=None):
        self.vectors, self.names, self.context = vectors, names, context
        found, embedded = documents(names), Embeddings(vectors)
        self.reduction = reduce_or_grow(
            reduction_config=ReductionConfig(),
            seed=42,
            documents=found,
            embeddings=embedded,
            previous=before and before.reduction,
            context=context,
        )
        self.clusters = cluster_or_join(
            clusters_config=CLUSTERS,
            seed=42,
            embeddings=embedded,
            reduction=self.reduction,
            previous=before and before.clusters,
            context=context,
        )

    def with_more(self, vectors, name="new"):
        names = [f"{name} {number}" for number in range(len(vectors))]
        return Build(np.concatenate([self.vectors, vectors]), [*self.names, *names], self.context, self)

    def of(self, rows):
        return Build(self.vectors[rows], [self.names[row] for row in rows], self.context, self)


@pytest.fixture
def first(context, monkeypatch):
    """A build whose fit is written down: topic t lies around axis t and around a place of its own."""
    vectors = np.concatenate([vectors_near(axis, PER_TOPIC) for axis in range(K)])
    truth = np.arange(K).repeat(PER_TOPIC)
    places = np.array([[0, 0], [10, 0], [0, 10], [10, 10]])[truth] + np.random.default_rng(1).normal(
        size=(len(truth), 2)
    )

    def reduce(*, embeddings, **_):
        if len(embeddings.vectors) == len(places):
            layout = places.astype(np.float32)
            return Reduction(np.hstack([layout, layout, layout[:, :1]]), layout)
        raise AssertionError("fitted again")

    def find_clusters(**_):
        return Clusters(truth.astype(np.int32), np.ones(len(truth), np.float32))

    monkeypatch.setattr("sitegen.pipeline.reduction.grow.reduce", reduce)
    monkeypatch.setattr("sitegen.pipeline.clusters.grow.find_clusters", find_clusters)
    return Build(vectors, [f"text {number}" for number in range(len(vectors))], context)


def test_old_documents_keep_place_and_topic_to_the_bit(first):
    second = first.with_more(vectors_near(2, 20, seed=1))
    n = len(first.names)
    assert np.array_equal(second.reduction.layout[:n], first.reduction.layout)
    assert np.array_equal(second.reduction.cluster_space[:n], first.reduction.cluster_space)
    assert np.array_equal(second.clusters.assignment[:n], first.clusters.assignment)
    assert np.array_equal(second.clusters.strength[:n], first.clusters.strength)


def test_newcomers_lie_by_their_neighbors_and_join_their_topic(first):
    second = first.with_more(vectors_near(2, 20, seed=1))
    n = len(first.names)
    assert (second.clusters.assignment[n:] == 2).mean() >= 0.9
    assert np.hypot(*(second.reduction.layout[n:] - [0, 10]).T).max() < 5
    assert second.reduction.since[n:].tolist() == [1] * 20
    assert second.reduction.growth["placed"] == 20
    assert second.reduction.growth["misfits"] < 0.3


def test_the_same_documents_in_another_order_are_the_same_map(first):
    order = np.random.default_rng(0).permutation(len(first.names))
    second = first.of(order)
    assert np.array_equal(second.reduction.layout, first.reduction.layout[order])
    assert np.array_equal(second.clusters.assignment, first.clusters.assignment[order])
    assert second.reduction.growth["builds"] == 0


def test_newcomers_unlike_the_old_stay_outside_and_are_told(first):
    second = first.with_more(scattered(20))
    assert (second.clusters.assignment[-20:] == -1).all()
    assert second.reduction.growth["misfits"] > 0.9


def test_dense_newcomers_make_a_new_topic_and_lie_together(first):
    second = first.with_more(np.concatenate([vectors_near(9, 30), vectors_near(1, 10, seed=1)]))
    n = len(first.names)
    assert second.clusters.assignment[n:].tolist()[:30] == [K] * 30
    assert K not in second.clusters.assignment[n + 30 :]
    spread = second.reduction.layout[n : n + 30].std(axis=0).max()
    assert spread < first.reduction.layout.std(axis=0).min() / 2


def test_a_daily_growing_group_is_a_topic_once_large_enough(first):
    build, group = first, vectors_near(9, 24)
    seen = []
    for day in range(6):
        build = build.with_more(group[4 * day : 4 * day + 4], f"day {day}")
        seen.append(int((build.clusters.assignment == K).sum()))
    assert seen[:2] == [0, 0]
    assert seen[-1] >= 20
    later = build.with_more(vectors_near(11, 20), "another")
    assert int((later.clusters.assignment == K + 1).sum()) == 20


def test_documents_that_are_gone_are_gone_and_the_others_stay(first):
    rows = np.arange(0, len(first.names), 2)
    second = first.of(rows)
    assert np.array_equal(second.reduction.layout, first.reduction.layout[rows])


def test_a_text_that_changed_under_its_id_is_a_newcomer(first):
    names = [*first.names[:-1], "another text"]
    second = Build(first.vectors, names, first.context, first)
    assert second.reduction.since.tolist() == [0] * (len(names) - 1) + [1]


@pytest.mark.parametrize("change", ["settings", "vectors", "few"])
def test_the_map_is_fitted_anew_where_it_cannot_grow(first, change, screen):
    before, vectors, names = first.reduction, first.vectors, first.names
    config = ReductionConfig(n_neighbors=10) if change == "settings" else ReductionConfig()
    if change == "vectors":
        vectors = -vectors
    if change == "few":
        names = [f"other {name}" for name in names]
    found = reduce_or_grow(
        reduction_config=config,
        seed=42,
        documents=documents(names),
        embeddings=Embeddings(vectors),
        previous=before,
        context=first.context,
    )
    assert found.growth["builds"] == 0
    told = {"settings": "settings of the reduction changed", "vectors": "other vectors", "few": "only 0 of its 240"}
    assert told[change] in screen.getvalue()


def test_the_same_input_gives_the_same_bytes(first):
    both = [first.with_more(vectors_near(9, 30)) for _ in range(2)]
    assert both[0].reduction.layout.tobytes() == both[1].reduction.layout.tobytes()
    assert both[0].clusters.assignment.tobytes() == both[1].clusters.assignment.tobytes()


def test_exact_neighbors_are_those_of_every_comparison():
    vectors = scattered(50)
    near, distances = neighbors_among(vectors, np.array([3, 7]), np.arange(50), 5)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    assert near.tolist() == np.argsort(-likeness[[3, 7]], axis=1)[:, :5].tolist()
    assert np.allclose(distances, 1 - np.sort(likeness[[3, 7]], axis=1)[:, :-6:-1], atol=1e-6)
    assert len(mean_distances(vectors, np.array([], int), np.arange(50), 5)) == 0


@pytest.mark.parametrize("products", [1 << 24, 100], ids=["one block", "many blocks"])
def test_nested_candidates_are_compared_as_by_themselves(products, monkeypatch):
    monkeypatch.setattr(exact_neighbors, "PRODUCTS_AT_ONCE", products)
    vectors, rows, every, some = scattered(50), np.arange(0, 50, 3), np.arange(50), np.arange(10, 50, 2)
    both = neighbors_of_choices(vectors, rows, (every, 5), (some, 3))
    for (near, distances), (candidates, count) in zip(both, [(every, 5), (some, 3)], strict=True):
        alone, apart = neighbors_among(vectors, rows, candidates, count)
        assert near.tolist() == alone.tolist()
        assert np.allclose(distances, apart, atol=1e-6)


def test_of_equally_near_documents_the_first_are_found():
    column, values = largest(np.array([[1, 3, 2, 3, 3], [0, 0, 0, 0, 0]], np.float32), 2)
    assert (column.tolist(), values.tolist()) == ([[1, 3], [0, 1]], [[3, 3], [0, 0]])


def test_groups_need_enough_documents_and_are_numbered_by_size():
    waiting = np.arange(100, 112)
    ring = [[100 + (i + step) % 8 for step in (1, 2, 3)] for i in range(8)]
    small = [[108 + (i + step) % 4 for step in (1, 2, 3)] for i in range(4)]
    numbers, count = dense_groups(np.array(ring + small), waiting, 5)
    assert (numbers.tolist(), count) == ([0] * 8 + [-1] * 4, 1)
    numbers, count = dense_groups(np.array(small + ring) * 0 + 5, waiting, 5)
    assert (numbers.tolist(), count) == ([-1] * 12, 0)


def test_rows_of_fingerprints():
    known = fingerprints(documents(["a", "b", "c"]))
    assert rows_of(fingerprints(documents(["c", "x", "a", "c"])), known).tolist() == [2, -1, 0, 2]
    assert rows_of(known, known[:0]).tolist() == [-1, -1, -1]
    (c, x, a) = fingerprints(documents(["c", "x", "a"])).tolist()
    assert rows_of_each([[c, x], [], [a]], known) == [[2, -1], [], [0]]
    assert len(np.unique(content_hashes(scattered(50)))) == 50


@pytest.mark.parametrize(
    ("section", "told"),
    [({"topics": {"reduce_to": 5}}, "topics.reduce_to"), ({"given": {"x": "x", "y": "y"}}, "given places")],
)
def test_what_cannot_go_together_is_told(section, told):
    with pytest.raises(ConfigError, match=told):
        dataset(growth={"mode": "grow"}, **section)


@pytest.fixture
def tell(monkeypatch, context):
    """Describe the topics of a build; notes how often that was done in earnest."""
    done = []

    def describe(*, clusters, **_):
        assignment, done_before = clusters.assignment, len(done)
        done.append(assignment)
        rows = [
            {
                "topic": topic,
                "size": int((assignment == topic).sum()),
                "keywords": [f"told {done_before}"],
                "keybert": [],
                "mmr": [],
                "representatives": np.flatnonzero(assignment == topic)[:2].tolist(),
            }
            for topic in range(int(assignment.max()) + 1)
        ]
        return Topics(pa.Table.from_pylist(rows, TOPIC_SCHEMA), assignment)

    monkeypatch.setattr(topics_grow, "describe_topics", describe)

    def run(build, previous=None, **settings):
        return topics_grow.describe_or_keep(
            topics_config=TopicsConfig(**settings),
            embeddings_config=EmbeddingsConfig(),
            documents=documents(build.names),
            embeddings=Embeddings(build.vectors),
            clusters=build.clusters,
            reduction=build.reduction,
            previous=previous,
            context=context,
        )

    return run


def words(topics):
    return {word for row in topics.rows() for word in row["keywords"]}


def test_topics_with_few_newcomers_keep_their_description(first, tell):
    told = tell(first)
    later = first.with_more(vectors_near(1, 5, seed=9))
    topics = tell(later, told)
    assert words(topics) == {"told 0"}
    assert topics.table.column("size").to_pylist() == [60, 65, 60, 60]
    assert np.array_equal(topics.assignment, later.clusters.assignment)
    turned = later.of(np.arange(len(later.names))[::-1])
    for row, again in zip(topics.rows(), tell(turned, topics).rows(), strict=True):
        assert [later.names[at] for at in row["representatives"]] == [
            turned.names[at] for at in again["representatives"]
        ]


def test_topics_that_became_others_are_described_anew(first, tell):
    told = tell(first)
    assert words(tell(first.with_more(vectors_near(1, 13, seed=9)), told)) == {"told 1"}
    assert words(tell(first.of(np.arange(1, len(first.names))), told)) == {"told 2"}
    assert words(tell(first, told, keywords=7)) == {"told 3"}
    assert words(tell(first, told)) == {"told 0"}
