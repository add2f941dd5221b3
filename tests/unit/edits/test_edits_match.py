"""An edited topic is found again after a rebuild, or it is lost; it is never another one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.errors import ConfigError
from sitegen.pipeline.edits.fingerprint import SAMPLE, Computed, Lock, lock_path, read_lock, write_lock
from sitegen.pipeline.edits.match import match_fingerprints
from sitegen.pipeline.edits.resolve import shown_ids


def computed(assignment, *, hashes=None, centroids=None, keywords=None, model="m", seed=0):
    assignment = np.array(assignment, np.int32)
    count = int(assignment.max()) + 1
    if hashes is None:
        hashes = np.random.default_rng(seed).integers(-(2**63), 2**63, len(assignment), np.int64)
    return Computed(
        hashes,
        assignment,
        list(range(count)),
        np.eye(count, 8, dtype=np.float32) if centroids is None else centroids,
        keywords or [[f"word{topic}", f"other{topic}"] for topic in range(count)],
        [f"Topic {topic}" for topic in range(count)],
        model,
    )


def matched(before, after, *topics):
    return match_fingerprints(dict(zip(topics, before.fingerprints(topics), strict=True)), after)


def test_a_topic_is_found_by_its_documents_whatever_its_number():
    before = computed(np.repeat([0, 1, 2], 100))
    after = computed(np.repeat([2, 0, 1], 100), hashes=before.hashes, centroids=before.centroids[[1, 2, 0]])
    found = matched(before, after, 0, 1, 2)
    assert {topic: match.rank for topic, match in found.items()} == {0: 2, 1: 0, 2: 1}
    assert {match.by for match in found.values()} == {"documents"}
    assert all(match.likeness > 0.99 for match in found.values())


def test_a_topic_of_one_half_is_found_and_of_less_is_not():
    before = computed([0] * 400 + [1] * 400)
    half = np.array([0] * 300 + [1] * 100 + [1] * 400)
    assert matched(before, computed(half, hashes=before.hashes), 0)[0].rank == 0
    quarters = np.repeat([0, 1, 2, 3], 100).tolist() + [4] * 400
    lost = matched(before, computed(quarters, hashes=before.hashes), 0)[0]
    assert lost.rank is None
    assert {rank for rank, _ in lost.shares} == {0, 1, 2, 3}


def test_the_best_below_one_half_needs_a_lead():
    before = computed([0] * 400 + [1] * 400)
    clear = [0] * 170 + [1] * 60 + [2] * 60 + [3] * 110 + [4] * 400
    assert matched(before, computed(clear, hashes=before.hashes), 0)[0].by in {"lead", "documents"}
    close = [0] * 170 + [1] * 160 + [2] * 70 + [3] * 400
    assert matched(before, computed(close, hashes=before.hashes), 0)[0].rank is None


def test_a_topic_that_was_swallowed_by_a_large_one_is_lost():
    before = computed([0] * 100 + [1] * 900)
    assert matched(before, computed([0] * 1000, hashes=before.hashes), 0)[0].rank is None


def test_twice_the_documents_lose_no_topic():
    before = computed(np.repeat([0, 1, 2, 3], 200))
    more = np.random.default_rng(9).integers(-(2**63), 2**63, 800, np.int64)
    after = computed(np.tile(np.repeat([0, 1, 2, 3], 200), 2), hashes=np.concatenate([before.hashes, more]))
    found = matched(before, after, *range(4))
    assert [found[topic].rank for topic in range(4)] == [0, 1, 2, 3]


def test_two_edited_topics_never_become_one():
    before = computed([0] * 110 + [1] * 100 + [2] * 100)
    found = matched(before, computed([0] * 210 + [1] * 100, hashes=before.hashes), 0, 1, 2)
    assert (found[0].rank, found[2].rank) == (0, 1)
    assert found[1].rank is None


def test_without_documents_centroids_tell_and_then_keywords():
    before = computed(np.repeat([0, 1, 2], 50), seed=1)
    other = computed(np.repeat([0, 1, 2], 50), seed=2, centroids=before.centroids[[2, 0, 1]])
    found = matched(before, other, 0)[0]
    assert (found.rank, found.by) == (1, "centroid")
    renamed = computed(np.repeat([0, 1], 50), seed=2, keywords=[["x", "y"], ["word0", "other0"]], model="another")
    found = matched(before, renamed, 0)[0]
    assert (found.rank, found.by) == (1, "keywords")
    nothing = computed(np.repeat([0, 1], 50), seed=2, keywords=[["x"], ["z"]], model="another")
    assert matched(before, nothing, 0)[0].rank is None


@given(st.lists(st.integers(-1, 5), min_size=60, max_size=60), st.lists(st.integers(-1, 5), min_size=60, max_size=60))
def test_a_match_is_the_topic_that_has_most_of_the_documents(one, other):
    one, other = np.array([*range(6), *one]), np.array([*range(6), *other])
    before = computed(one, hashes=np.random.default_rng(3).integers(-(2**63), 2**63, 66, np.int64))
    found = matched(before, computed(other, hashes=before.hashes), *range(6))
    taken = [match.rank for match in found.values() if match.rank is not None]
    assert len(taken) == len(set(taken))
    for topic, match in found.items():
        if match.rank is not None and match.by == "documents":
            both = ((one == topic) & (other == match.rank)).sum()
            assert both / ((one == topic) | (other == match.rank)).sum() >= 0.5


@pytest.mark.slow
@settings(derandomize=True, max_examples=300, deadline=None)  # a sample may be far off, though hardly ever
@given(st.integers(0, 10_000), st.floats(0, 1), st.integers(2, 7))
def test_an_edit_finds_no_topic_with_fewer_of_its_documents(seed, mixed, count):
    # Large topics, of which a sample is remembered, are cut up anew at random: whatever is found, by documents or by
    # its lead, has more of the documents than any other topic, and really as much in common as is claimed.
    rng = np.random.default_rng(seed)
    one = rng.integers(-1, 5, 3000)
    shares = rng.dirichlet(np.full(count + 1, 0.3), 6)  # where the documents of each topic, and those outside, go
    moved = np.array([rng.choice(count + 1, p=shares[topic]) for topic in one]) - 1
    other = np.where(rng.random(len(one)) < mixed, moved, np.minimum(one, count - 1))
    other[:count] = range(count)
    before = computed(one, seed=seed)
    after = computed(other, hashes=before.hashes, centroids=np.zeros((count, 8), np.float32))
    for topic, match in matched(before, after, *range(5)).items():
        both = np.array([((one == topic) & (other == rank)).sum() for rank in range(count)])
        overlap = both / [((one == topic) | (other == rank)).sum() for rank in range(count)]
        if match.rank is not None:
            assert both[match.rank] > 0.9 * both.max()  # but for the error of the sample
            assert overlap[match.rank] > 0.2
            assert abs(overlap[match.rank] - match.likeness) < 0.2
        elif match.claimed is None:
            assert overlap.max() < 0.65


def test_edited_topics_keep_the_ids_that_edits_name():
    before = computed(np.repeat([0, 1, 2], 100))
    after = computed(np.repeat([2, 0, 1], 100), hashes=before.hashes)
    assert shown_ids(after.ids, matched(before, after, 0, 1, 2)) == [1, 2, 0]
    assert shown_ids(after.ids, matched(before, after, 0)) == [2, 1, 0]
    assert shown_ids(after.ids, {}) == [0, 1, 2]


def test_a_lock_is_read_as_it_was_written(tmp_path):
    (tmp_path / "edits").mkdir()
    before = computed([0] * 300 + [1] * 5)
    lock = Lock(dict(zip([0, 12], before.fingerprints([0, 1]), strict=True)), {"d<1>": 5, "ü": 2**32 - 1})
    write_lock(tmp_path, "a", lock)
    again = read_lock(tmp_path, "a")
    assert again.documents == lock.documents
    assert len(again.topics[0].documents) == SAMPLE
    for number, print_ in lock.topics.items():
        assert again.topics[number].documents.tolist() == print_.documents.tolist()
        assert again.topics[number].centroid.tolist() == print_.centroid.tolist()
        assert again.topics[number].keywords == print_.keywords
    assert len(lock_path(tmp_path, "a").read_text("utf-8").splitlines()) == 8


@pytest.mark.parametrize("text", ["", "[]", '{"topics": {"0": {}}, "documents": {}}', "<<<<<<< HEAD"])
def test_a_damaged_lock_is_told(tmp_path, text):
    (tmp_path / "edits").mkdir()
    lock_path(tmp_path, "a").write_text(text)
    with pytest.raises(ConfigError, match="take it from version control"):
        read_lock(tmp_path, "a")
