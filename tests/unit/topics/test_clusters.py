"""Clusters: one tree and its cuts are HDBSCAN, and `auto` finds the groups that are there."""

import numpy as np
import pytest
from hdbscan import HDBSCAN, all_points_membership_vectors
from sklearn.datasets import make_blobs

from sitegen.artifacts import Reduction, content_order
from sitegen.config import ClustersConfig
from sitegen.errors import DataError
from sitegen.pipeline.clusters import parameter_search
from sitegen.pipeline.clusters.find_clusters import find_clusters
from sitegen.pipeline.clusters.hdbscan_tree import cut_tree, grow_tree, relative_validity
from sitegen.pipeline.clusters.parameter_search import Candidate, recommend
from tests.unit.helpers import ENTRY, problems_at

PLANTED = (90, 70, 60, 50, 40, 30)
"""Documents in each group of `blobs`."""


@pytest.fixture(scope="module")
def blobs():
    points, _ = make_blobs(PLANTED, 5, cluster_std=0.4, center_box=(-6, 6), random_state=3)
    noise = np.random.default_rng(0).uniform(-8, 8, (30, 5))
    found = np.concatenate([points, noise]).astype(np.float32)
    return found[content_order(found)]  # as the stage itself orders them, by which clusters are numbered


def found(points, context, seed=42, **options):
    reduction = Reduction(points, points[:, :2].copy())
    return find_clusters(clusters_config=ClustersConfig(**options), seed=seed, reduction=reduction, context=context)


def fitted_by_hdbscan(points, prediction_data=False, **options):
    names = {"method": "cluster_selection_method"}
    return HDBSCAN(
        min_cluster_size=12,
        min_samples=4,
        approx_min_span_tree=False,
        core_dist_n_jobs=1,
        algorithm="prims_kdtree" if "alpha" in options else "boruvka_kdtree",  # Boruvka's ignores alpha
        prediction_data=prediction_data,
        **{names.get(name, name): value for name, value in options.items()},
    ).fit(points.astype(np.float64))


@pytest.mark.parametrize(
    "options",
    [
        {"method": "leaf"},
        {"alpha": 1.3},
        {"metric": "manhattan"},
        {"cluster_selection_epsilon": 2.0},
        {"max_cluster_size": 60},
        {"allow_single_cluster": True},
    ],
    ids=str,
)
def test_every_parameter_means_what_it_means_to_hdbscan(blobs, context, options):
    expected = fitted_by_hdbscan(blobs, **options)
    clusters = found(blobs, context, min_cluster_size=12, min_samples=4, **options)
    assert clusters.assignment.tolist() == expected.labels_.tolist()
    assert np.allclose(clusters.strength, expected.probabilities_)


@pytest.mark.parametrize("options", [{}, {"metric": "manhattan"}, {"method": "leaf"}], ids=str)
def test_documents_outside_join_what_hdbscan_finds_likeliest(blobs, context, options):
    fitted = fitted_by_hdbscan(blobs, prediction_data=True, **options)
    shares, expected = all_points_membership_vectors(fitted), fitted.labels_.copy()
    probability = shares.max(axis=1)
    outside = np.sort(probability[expected < 0])
    threshold = float(outside[len(outside) // 2 - 1 :][:2].mean())
    joining = (expected < 0) & (probability >= threshold)
    assert 0 < joining.sum() < len(outside)
    expected[joining] = shares.argmax(axis=1)[joining]
    clusters = found(blobs, context, min_cluster_size=12, min_samples=4, join_probability=threshold, **options)
    assert clusters.assignment.tolist() == expected.tolist()
    assert np.allclose(clusters.strength[joining], probability[joining])


@pytest.mark.parametrize("size", [200, 500])
def test_of_one_cluster_or_none_nothing_is_more_probable(blobs, context, size):
    clusters = found(blobs, context, min_cluster_size=size, min_samples=4, join_probability=0.01)
    assert (clusters.assignment == found(blobs, context, min_cluster_size=size, min_samples=4).assignment).all()


@pytest.mark.slow
def test_the_engines_agree(blobs, context):
    one, other = (
        found(blobs, context, min_cluster_size=12, min_samples=4, engine=engine)
        for engine in ("hdbscan", "fast_hdbscan")
    )
    assert (one.assignment >= 0).tolist() == (other.assignment >= 0).tolist()
    assert len({*zip(one.assignment.tolist(), other.assignment.tolist(), strict=True)}) == len(PLANTED) + 1


@pytest.mark.parametrize("size", [5, 45, 65, 500])
def test_validity_is_hdbscans(blobs, size):
    config = ClustersConfig()
    fitted = HDBSCAN(min_cluster_size=size, min_samples=4, approx_min_span_tree=False, gen_min_span_tree=True)
    expected = fitted.fit(blobs.astype(np.float64)).relative_validity_
    tree = grow_tree(blobs, 4, config)
    assert relative_validity(tree, cut_tree(tree, size, "eom", config)[0]) == pytest.approx(expected)


def test_auto_finds_the_planted_groups_and_says_why(blobs, context, screen):
    assignment = found(blobs, context, min_cluster_size="auto").assignment
    assert sorted(np.bincount(assignment[assignment >= 0]), reverse=True) == pytest.approx(PLANTED, abs=2)
    assert f"{len(PLANTED)} topics with" in screen.getvalue()


def test_auto_gives_the_same_bytes_twice(blobs, context):
    one, other = (found(blobs, context, min_cluster_size="auto") for _ in range(2))
    assert one.assignment.tobytes() == other.assignment.tobytes()
    assert one.strength.tobytes() == other.strength.tobytes()


@pytest.mark.parametrize("topics", [2, 4, 12])
def test_auto_comes_close_to_a_target(context, topics):
    # Groups within groups: 3 of 4 of 2.
    rng = np.random.default_rng(1)
    centers = [rng.normal(0, scale, (count, 5)) for count, scale in ((3, 40), (4, 8), (2, 2.5))]
    places = [a + b + c for a in centers[0] for b in centers[1] for c in centers[2]]
    points = np.concatenate([place + rng.normal(0, 0.2, (25, 5)) for place in places]).astype(np.float32)
    assignment = found(points, context, min_cluster_size="auto", topics=topics).assignment
    assert abs(assignment.max() + 1 - topics) <= 1


def test_identical_documents_are_no_topic(context):
    points = np.ones((60, 5), np.float32)
    for size in (10, "auto"):
        clusters = found(points, context, min_cluster_size=size)
        assert set(clusters.assignment) == {-1}
        assert np.isfinite(clusters.strength).all()


def test_too_few_documents_are_refused(context):
    for options in ({"min_cluster_size": 15}, {"min_samples": 12}, {"min_cluster_size": "auto"}):
        with pytest.raises(DataError, match="9 documents are left") as caught:
            found(np.eye(9, 5, dtype=np.float32), context, **options)
        assert caught.value.field == "clusters.min_samples"


def candidate(size, topics, validity, stability=1.0):
    return Candidate(size, 5, "eom", topics, 0.1, 0.2, validity, stability, np.zeros(1, np.int32))


def test_the_rule_takes_most_topics_among_equals():
    candidates = [candidate(5, 90, 0.3), candidate(10, 60, 0.49), candidate(20, 40, 0.5), candidate(30, 70, 0.9, 0.5)]
    assert recommend(candidates, None)[0] is candidates[1]


def test_the_rule_takes_the_best_of_those_near_a_target():
    candidates = [candidate(5, 95, 0.3), candidate(7, 105, 0.4), candidate(20, 40, 0.9)]
    assert recommend(candidates, 100)[0] is candidates[1]
    assert recommend(candidates, 50)[0] is candidates[2]


def test_nothing_found_is_said():
    assert "No setting finds a topic" in recommend([candidate(5, 0, 0.0, 1.0)], None)[1]


def test_stability_is_measured_on_a_sample_of_many_documents(blobs, monkeypatch):
    monkeypatch.setattr(parameter_search, "POOL", 200)
    grown = []
    monkeypatch.setattr(
        parameter_search, "grow_tree", lambda points, *rest: grown.append(len(points)) or grow_tree(points, *rest)
    )
    parameter_search.search_parameters(blobs, ClustersConfig(), 1, samples=[5], methods=["eom"], advance=lambda _: None)
    assert grown == [len(blobs), 160, 160]


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{¦min_cluster_size: many}", "greater than or equal to 2, or auto"),
        ("{¦min_cluster_size: true}", "greater than or equal to 2, or auto"),
        ("{¦max_cluster_size: 1}", "greater than or equal to 2"),
        ("{¦engine: sklearn}", "should be 'hdbscan', 'fast_hdbscan' or 'cuml'"),
    ],
)
def test_mistakes_in_the_section_are_told(section, message):
    assert any(message in told for told in problems_at(f"{ENTRY}    clusters: {section}\n"))


def test_settings_that_do_not_fit_together_are_told():
    (told,) = problems_at(f"{ENTRY}    clusters: {{¦topics: 100}}\n")
    assert "min_cluster_size: auto" in told
    (told,) = problems_at(f"{ENTRY}    ¦clusters: {{engine: fast_hdbscan, alpha: 1.2}}\n")
    assert "take engine: hdbscan" in told
