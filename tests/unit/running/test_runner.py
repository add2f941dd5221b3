"""The runner: what runs, what does not, and why; with small stages that make real artifacts."""

import dataclasses
import inspect
import json
from importlib.metadata import version
from typing import get_type_hints

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from sitegen.artifacts import Clusters, Documents, Embeddings
from sitegen.config import DatasetConfig, RuntimeConfig, parse_config
from sitegen.errors import DataError
from sitegen.pipeline import EDIT_STAGES, GROWING, JOINED, PREDEFINED, STAGES, Pipeline, Stage
from sitegen.pipeline.explain_key import explain
from tests.unit.helpers import clusters, dataset, documents, embeddings, flip_a_byte, snapshot, to_yaml

NAMES = ["documents", "embeddings", "clusters"]


class Lab:
    """Three toy stages over one store. `calls` lists what ran; the other attributes steer what the stages do."""

    def __init__(self, store, report, screen, root):
        self.store, self.report, self.root = store, report, root
        self._screen = screen
        self.calls = []
        self.blas_threads = set()
        self.broken = set()
        self.revision = "r1"
        self.drift = 0.0
        self.stages = [
            Stage("documents", 1, ("source", "documents", "seed"), (), Documents, self._documents, (), self._revision),
            Stage("embeddings", 1, ("embeddings",), ("documents",), Embeddings, self._embeddings, ("click",)),
            Stage("clusters", 1, ("clusters",), ("embeddings",), Clusters, self._clusters, ()),
        ]

    def pipeline(self, force=(), runtime=None, **changes):
        return Pipeline(
            dataset(**changes),
            self.stages,
            self.store,
            root=self.root,
            runtime=runtime or RuntimeConfig(),
            report=self.report,
            force=frozenset(force),
        )

    def run(self, **options):
        """Run a new pipeline; returns what ran and what is stored."""
        self.calls.clear()
        entries = self.pipeline(**options).run()
        return list(self.calls), entries

    def said(self):
        """What was printed since this was last asked."""
        text = self._screen.getvalue()
        self._screen.truncate(0)
        self._screen.seek(0)
        return text

    def _start(self, name):
        self.calls.append(name)
        self.blas_threads.update(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas")
        if name in self.broken:
            raise DataError(f"{name} cannot go on")

    def _revision(self, *, source_config, documents_config, seed, root):
        return self.revision

    def _documents(self, *, source_config, documents_config, seed, context):
        self._start("documents")
        return documents([f"text {number} of seed {seed}" for number in range(4)])

    def _embeddings(self, *, embeddings_config, documents, context):
        self._start("embeddings")
        length = float(embeddings_config.max_tokens or 1) + self.drift
        return embeddings([[len(text), length] for text in documents.column("text")])

    def _clusters(self, *, clusters_config, embeddings, context):
        self._start("clusters")
        return clusters([int(row[1]) % clusters_config.min_cluster_size for row in embeddings.vectors])


@pytest.fixture
def lab(store, report, screen, tmp_path):
    return Lab(store, report, screen, tmp_path)


@pytest.fixture
def built(lab):
    """A lab in which everything was made once."""
    lab.run()
    lab.said()
    lab.calls.clear()
    return lab


def damage(entry):
    flip_a_byte(entry.folder / next(iter(entry.files)))


def test_the_first_run_makes_everything_in_order(lab):
    calls, entries = lab.run()
    assert calls == NAMES
    assert list(entries) == NAMES
    assert lab.store.load(entries["clusters"], Clusters).assignment.tolist() == [1, 1, 1, 1]


def test_a_stage_multiplies_matrices_on_one_thread(lab):
    with threadpool_limits(2, user_api="blas"):
        lab.run()
    assert lab.blas_threads == {1}


def test_the_second_run_does_nothing(built):
    before = snapshot(built.store.root)
    calls, _ = built.run()
    assert calls == []
    assert snapshot(built.store.root) == before


CHANGES = {
    "clusters": ({"clusters": {"min_cluster_size": 7}}, ["clusters"]),
    "embeddings": ({"embeddings": {"max_tokens": 64}}, ["embeddings", "clusters"]),
    "documents, all new": ({"seed": 7_000_000}, ["documents", "embeddings", "clusters"]),
    "documents, with the same result": ({"documents": {"max_chars": 9999}}, ["documents"]),
    "title": ({"title": "B", "description": "C", "tags": ["x"]}, []),
    "slug": ({"slug": "other"}, []),
    "sections of no stage": ({"map": {"points": 5}, "topics": {"keywords": 5}}, []),
    "a default said aloud": ({"clusters": {"min_cluster_size": 15}, "seed": 42}, []),
}


@pytest.mark.parametrize(("changes", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_runs_the_stages_that_it_concerns_and_no_other(built, changes, expected):
    calls, _ = built.run(**changes)
    assert calls == expected


def test_a_change_taken_back_runs_nothing(built):
    _, before = built.run()
    built.run(clusters={"min_cluster_size": 7})
    calls, after = built.run()
    assert calls == []
    assert after == before


def test_a_changed_result_carries_on_to_the_end_of_the_wave(built):
    _, entries = built.run(embeddings={"max_tokens": 64})
    assert entries["clusters"].parts["inputs"] == {"embeddings": entries["embeddings"].content}
    assert built.store.load(entries["clusters"], Clusters).assignment.tolist() == [64 % 15] * 4


@pytest.mark.parametrize("stage", NAMES)
def test_a_forced_stage_runs_alone_if_its_result_is_the_same(built, stage):
    calls, _ = built.run(force=[stage])
    assert calls == [stage]
    assert "forced" in built.said()


def test_a_forced_stage_with_a_new_result_runs_what_lies_below(built):
    built.drift = 3.0
    calls, entries = built.run(force=["embeddings"])
    assert calls == ["embeddings", "clusters"]
    assert built.store.load(entries["clusters"], Clusters).assignment.tolist() == [4] * 4
    assert built.run()[0] == []


def test_runtime_never_changes_a_key(built):
    _, before = built.run()
    for runtime in (RuntimeConfig(device="cuda"), RuntimeConfig(batch_size=1)):
        calls, entries = built.run(runtime=runtime)
        assert calls == []
        assert entries == before


def test_stages_are_told_the_runtime(lab):
    seen = []

    def run(*, embeddings_config, documents, context):
        seen.append((context.runtime.device, context.runtime.batch_size, context.root))
        return embeddings([[1, 1]])

    lab.stages[1] = dataclasses.replace(lab.stages[1], run=run)
    lab.run(runtime=RuntimeConfig(device="mps", batch_size=7))
    assert seen == [("mps", 7, lab.root)]


def test_another_revision_of_the_data_runs_its_stage(built):
    built.revision = "r2"
    calls, _ = built.run()
    assert calls == ["documents"]
    assert "revision r1 -> r2" in built.said()


def test_another_version_of_a_stage_runs_it(built):
    built.stages[2] = dataclasses.replace(built.stages[2], version=2)
    calls, _ = built.run()
    assert calls == ["clusters"]
    assert "version 1 -> 2" in built.said()


def test_the_release_of_a_library_is_part_of_the_key(built):
    _, entries = built.run()
    assert entries["embeddings"].parts["libraries"] == {"click": version("click")}
    built.stages[1] = dataclasses.replace(built.stages[1], libraries=("click", "jinja2"))
    assert built.run()[0] == ["embeddings"]
    assert f"jinja2 nothing -> {version('jinja2')}" in built.said()


def test_a_library_unused_by_the_settings_is_not_in_the_key(built):
    used_if = {"click": lambda *, embeddings_config: embeddings_config.max_tokens is not None}
    built.stages[1] = dataclasses.replace(built.stages[1], used_if=used_if)
    assert built.run()[1]["embeddings"].parts["libraries"] == {"click": None}
    assert built.run(embeddings={"max_tokens": 9})[1]["embeddings"].parts["libraries"] == {"click": version("click")}


USES = {
    "tokenizers": ({"documents": {"max_tokens": 99}}, {"documents": {"max_chars": 99}}),
    "regex": ({"documents": {"chunk": {"chars": 99}}}, {"documents": {"min_chars": 9}}),
    "rensa": ({"documents": {"drop_near_duplicates": 0.9}}, {}),
    "sentence-transformers": ({}, {"embeddings": {"model": None, "file": "vectors.npy"}}),
    "fast-hdbscan": ({"clusters": {"engine": "fast_hdbscan"}}, {}),
    "cuml-cu12": ({"clusters": {"engine": "cuml"}}, {"clusters": {"engine": "fast_hdbscan"}}),
    "stopwordsiso": ({"topics": {"stop_words": "de"}}, {"topics": {"stop_words": None}, "labels": {"model": None}}),
    "torch": ({}, {"labels": {"model": None}, "embeddings": {"model": None, "file": "vectors.npy"}}),
    "transformers": ({}, {"labels": {"endpoint": "http://a/v1"}, "embeddings": {"file": "vectors.npy"}}),
}


ALL_STAGES = (*STAGES, *GROWING.values(), *EDIT_STAGES, PREDEFINED)


@pytest.mark.parametrize(("library", "using", "idle"), [(name, *both) for name, both in USES.items()], ids=USES)
def test_only_the_libraries_in_use_count(library, using, idle):
    stages = [stage for stage in ALL_STAGES if library in stage.used_if]
    assert all(stage.uses(library, dataset(**using)) for stage in stages)
    assert not any(stage.uses(library, dataset(**idle)) for stage in stages)


def joined(*members):
    """A map of two datasets with these settings."""
    entries = [
        {"slug": slug, "title": slug, "source": {"type": "file", "path": "a.csv"}, **changes}
        for slug, changes in zip("ab", members, strict=True)
    ]
    maps = [{"slug": "both", "title": "Both", "datasets": ["a", "b"]}]
    return parse_config(to_yaml({"datasets": entries, "maps": maps})).entries[-1]


JOINED_USES = {
    name: tuple({section: values for section, values in each.items() if section != "labels"} for each in both)
    for name, both in USES.items()
    if any(name in stage.used_if for stage in JOINED.values())
}
# Datasets of one map have an embedder in common.
GIVEN_VECTORS = {"embeddings": {"file": "vectors.npy"}}
JOINED_USES |= dict.fromkeys(("sentence-transformers", "transformers", "torch"), ({}, GIVEN_VECTORS))


@pytest.mark.parametrize(("library", "uses"), JOINED_USES.items(), ids=JOINED_USES)
def test_a_library_of_one_joined_dataset_counts(library, uses):
    using, idle = uses
    for stage in JOINED.values():
        if library in stage.used_if:
            assert stage.uses(library, joined(idle, using))
            assert not stage.uses(library, joined(idle, idle))


def test_each_condition_is_of_a_library_of_its_stage_and_tested():
    stages = (*ALL_STAGES, *JOINED.values())
    assert all(set(stage.used_if) <= set(stage.libraries) for stage in stages)
    assert {name for stage in stages for name in stage.used_if} == set(USES)


REASONS = {
    "changed": ({"clusters": {"min_cluster_size": 7}}, "clusters.min_cluster_size 15 -> 7"),
    "set": ({"clusters": {"min_samples": 3}}, "clusters.min_samples nothing -> 3"),
    "two": (
        {"clusters": {"min_cluster_size": 7, "method": "leaf"}},
        "clusters.method eom -> leaf, clusters.min_cluster_size 15 -> 7",
    ),
    "scalar": ({"seed": 7}, "seed 42 -> 7"),
    "input": ({"seed": 7_000_000}, "embeddings  runs: documents changed"),
}


@pytest.mark.parametrize(("changes", "why"), REASONS.values(), ids=REASONS.keys())
def test_a_run_says_what_changed_from_what_to_what(built, changes, why):
    built.run(**changes)
    assert why in built.said()


def test_a_first_run_says_so(lab):
    lab.run()
    assert lab.said().count("not made yet") == 3


def test_a_result_that_was_removed_is_told_as_gone(built):
    _, entries = built.run()
    built.store.discard(entries["clusters"])
    assert built.run()[0] == ["clusters"]
    assert "its stored result is gone" in built.said()


def test_long_values_are_told_in_short():
    why = explain({"config": {"a": "x" * 500}}, {"config": {"a": "y" * 500}})
    assert why.startswith("a xxx")
    assert len(why) < 100


def test_two_keys_that_are_equal_differ_in_nothing():
    parts = {"config": {"a": {"b": [1]}}, "inputs": {"x": "1"}, "version": 1}
    assert explain(parts, json.loads(json.dumps(parts))) == ""


@pytest.mark.parametrize("how", ["flip", "unlink", "truncate"])
def test_a_damaged_result_is_made_again_with_a_warning(built, how):
    _, entries = built.run()
    path = entries["embeddings"].folder / "vectors.npy"
    right = path.read_bytes()
    {"flip": flip_a_byte, "unlink": lambda p: p.unlink(), "truncate": lambda p: p.write_bytes(right[:50])}[how](path)
    calls, after = built.run(clusters={"min_cluster_size": 7})
    assert calls == ["embeddings", "clusters"]
    assert built.report.warnings == 1
    assert "a: stored embeddings" in built.said()
    assert path.read_bytes() == right
    assert built.store.load(after["clusters"], Clusters).assignment.tolist() == [1] * 4
    assert built.run(clusters={"min_cluster_size": 7})[0] == []


def test_a_damaged_result_is_made_again_when_it_is_loaded(built):
    pipeline = built.pipeline()
    entries = pipeline.run()
    damage(entries["documents"])
    assert pipeline.load("documents").column("text")[0] == "text 0 of seed 42"
    assert built.calls == ["documents"]
    assert built.report.warnings == 1


def test_damage_all_the_way_up_is_mended_all_the_way_up(built):
    _, entries = built.run()
    damage(entries["documents"])
    damage(entries["embeddings"])
    calls, _ = built.run(clusters={"min_cluster_size": 7})
    assert calls == ["documents", "embeddings", "clusters"]
    assert built.report.warnings == 2


def test_the_next_stage_is_keyed_by_the_content_made_again(built):
    _, entries = built.run()
    damage(entries["embeddings"])
    built.drift = 3.0
    _, after = built.run(clusters={"min_cluster_size": 7})
    assert after["embeddings"].content != entries["embeddings"].content
    assert after["clusters"].parts["inputs"] == {"embeddings": after["embeddings"].content}
    assert built.store.load(after["clusters"], Clusters).assignment.tolist() == [4] * 4


def test_no_stage_stays_on_an_input_made_again_differently(lab):
    def joint(*, embeddings, clusters, context):
        lab.calls.append("joint")
        assert clusters.assignment.tolist() == [int(row[1]) % 15 for row in embeddings.vectors]
        return clusters

    lab.stages.append(Stage("joint", 1, (), ("embeddings", "clusters"), Clusters, joint, ()))
    _, entries = lab.run()
    damage(entries["embeddings"])
    lab.drift = 3.0
    calls, after = lab.run(force=["joint"])
    assert calls == ["embeddings", "clusters", "joint"]
    assert after["clusters"].parts["inputs"] == {"embeddings": after["embeddings"].content}
    assert lab.run()[0] == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_damaged_manifest_is_a_result_that_is_gone(built, text):
    _, entries = built.run()
    (entries["clusters"].folder / "manifest.json").write_text(text)
    assert built.run()[0] == ["clusters"]
    assert built.run()[0] == []


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"config": 3}'])
def test_a_damaged_memory_of_the_last_run_is_no_crash(built, text):
    for path in (built.store.root / "latest").rglob("*.json"):
        path.write_text(text)
    assert built.run(clusters={"min_cluster_size": 7})[0] == ["clusters"]


def test_what_a_stage_learned_is_there_under_its_next_key(lab):
    found = []

    def run(*, embeddings_config, documents, context):
        found.append(sorted(path.name for path in context.persistent_dir.iterdir()))
        (context.persistent_dir / "answer.json").write_bytes(b"{}")
        return embeddings([[1, 1]])

    lab.stages[1] = dataclasses.replace(lab.stages[1], run=run)
    lab.run()
    lab.stages[1] = dataclasses.replace(lab.stages[1], version=99)
    lab.run()
    assert found == [[], ["answer.json"]]


def test_an_error_keeps_what_was_finished_before_it(lab):
    lab.broken = {"clusters"}
    with pytest.raises(DataError, match="clusters cannot go on"):
        lab.run()
    assert lab.calls == NAMES
    lab.broken = set()
    assert lab.run()[0] == ["clusters"]


def test_shards_of_a_failed_stage_serve_the_next_try_then_go(lab):
    found = []

    def run(*, embeddings_config, documents, context):
        found.append(sorted(path.name for path in context.scratch.iterdir()))
        (context.scratch / "0.npy").write_bytes(b"shard")
        if len(found) == 1:
            raise DataError("power cut")
        return embeddings([[1, 1]])

    lab.stages[1] = dataclasses.replace(lab.stages[1], run=run)
    with pytest.raises(DataError):
        lab.run()
    lab.run()
    lab.run(force=["embeddings"])
    assert found == [[], ["0.npy"], []]


def test_shards_made_with_another_config_are_not_seen(lab):
    found = []

    def run(*, embeddings_config, documents, context):
        found.append(sorted(path.name for path in context.scratch.iterdir()))
        (context.scratch / "0.npy").write_bytes(b"shard")
        raise DataError("power cut")

    lab.stages[1] = dataclasses.replace(lab.stages[1], run=run)
    for tokens in (8, 16):
        with pytest.raises(DataError):
            lab.run(embeddings={"max_tokens": tokens})
    assert found == [[], []]


def facts(statuses):
    return [(each.stage, each.fresh) for each in statuses]


def test_status_of_nothing_is_stale_and_says_what_waits(lab):
    statuses = lab.pipeline().status()
    assert facts(statuses) == [(name, False) for name in NAMES]
    assert [each.why for each in statuses] == ["not made yet", "waits for documents", "waits for embeddings"]


def test_status_after_a_build_is_fresh(built):
    assert facts(built.pipeline().status()) == [(name, True) for name in NAMES]


def test_status_after_a_change_says_why(built):
    statuses = built.pipeline(embeddings={"max_tokens": 64}).status()
    assert facts(statuses) == [("documents", True), ("embeddings", False), ("clusters", False)]
    assert statuses[1].why == "embeddings.max_tokens nothing -> 64"
    assert statuses[2].why == "waits for embeddings"


def test_status_runs_and_writes_nothing(built):
    before = snapshot(built.root)
    built.pipeline(seed=1).status()
    built.pipeline().status()
    assert built.calls == []
    assert snapshot(built.root) == before


def test_a_pipeline_that_told_its_status_does_what_is_forced(built):
    pipeline = built.pipeline(force=["clusters"])
    pipeline.status()
    pipeline.run()
    assert built.calls == ["clusters"]


def test_a_stage_is_given_the_sections_it_declares_and_no_other(lab):
    given = {}

    def run(**arguments):
        given.update(arguments)
        return clusters([0])

    lab.stages[2] = dataclasses.replace(lab.stages[2], run=run, sections=("clusters", "seed"))
    lab.run()
    assert set(given) == {"clusters_config", "seed", "embeddings", "context"}
    assert (given["clusters_config"], given["seed"]) == (dataset().clusters, 42)


each_stage = pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)


@each_stage
def test_a_real_stage_takes_exactly_what_it_declares(stage):
    parameters = inspect.signature(stage.run).parameters.values()
    handed = {"context", "previous"} if stage.uses_previous_result else {"context"}
    assert {each.name for each in parameters} == {*stage.settings(dataset()), *stage.inputs, *handed}
    assert {each.kind for each in parameters} == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage.revision], ids=lambda stage: stage.name)
def test_a_real_revision_takes_the_sections_of_its_stage(stage):
    parameters = inspect.signature(stage.revision).parameters.values()
    assert {each.name for each in parameters} == {*stage.settings(dataset()), "root"}
    assert {each.kind for each in parameters} == {inspect.Parameter.KEYWORD_ONLY}


@each_stage
def test_a_real_stage_makes_what_it_declares_of_earlier_results(stage):
    hints = get_type_hints(stage.run)
    earlier = {each.name: each.produces for each in STAGES[: STAGES.index(stage)]}
    assert hints["return"] is stage.produces
    assert {name: hints[name] for name in stage.inputs} == {name: earlier[name] for name in stage.inputs}


@each_stage
def test_a_real_stage_depends_only_on_sections_of_its_dataset(stage):
    assert set(stage.sections) <= set(DatasetConfig.model_fields)
    assert set(stage.sections).isdisjoint(
        {"slug", "title", "description", "license", "homepage", "tags", "map", "privacy", "citation"}
    )


def test_every_section_that_can_change_a_result_has_a_stage():
    about = {"slug", "title", "description", "license", "homepage", "tags", "citation", "draft", "order"}
    pages = {"map", "privacy", "compare"}
    chooses_stages = {"growth"}
    used = {name for stage in (*STAGES, PREDEFINED) for name in stage.sections}
    assert used == set(DatasetConfig.model_fields) - about - pages - chooses_stages


class Diary(Lab):
    """A lab whose last stage follows: it notes what it was given of the build before."""

    def __init__(self, *args):
        super().__init__(*args)
        self.given = []
        self.stages = [
            *self.stages[:2],
            Stage("clusters", 1, ("clusters",), ("embeddings",), Clusters, self._follow, (), uses_previous_result=True),
        ]

    def _follow(self, *, clusters_config, embeddings, previous, context):
        self.given.append(None if previous is None else previous.assignment.tolist())
        return self._clusters(clusters_config=clusters_config, embeddings=embeddings, context=context)


@pytest.fixture
def diary(store, report, screen, tmp_path):
    return Diary(store, report, screen, tmp_path)


def test_a_stage_that_follows_is_given_its_earlier_result(diary):
    diary.run(embeddings={"max_tokens": 8})
    diary.run(embeddings={"max_tokens": 9})
    diary.run(embeddings={"max_tokens": 10})
    assert diary.given == [None, [8, 8, 8, 8], [9, 9, 9, 9]]


def test_a_stage_that_follows_does_not_follow_itself(diary):
    diary.run(embeddings={"max_tokens": 8})
    diary.run(embeddings={"max_tokens": 9})
    calls, entries = diary.run(embeddings={"max_tokens": 9})
    assert calls == []
    assert all(status.fresh for status in diary.pipeline(embeddings={"max_tokens": 9}).status())
    assert diary.pipeline(embeddings={"max_tokens": 9}).stored() == entries


def test_forced_it_is_given_the_same_again(diary):
    diary.run(embeddings={"max_tokens": 8})
    diary.run(embeddings={"max_tokens": 9})
    diary.run(embeddings={"max_tokens": 9}, force=["clusters"])
    assert diary.given == [None, [8, 8, 8, 8], [8, 8, 8, 8]]


def test_a_build_before_that_is_damaged_is_told_and_left(diary):
    _, entries = diary.run(embeddings={"max_tokens": 8})
    damage(entries["clusters"])
    diary.run(embeddings={"max_tokens": 9})
    assert diary.given == [None, None]
    assert "begun anew" in diary.said()


@pytest.mark.parametrize("note", [b"{", b"\xff\xfe", b"null"])
def test_a_note_of_the_build_before_that_is_damaged_is_told(diary, note):
    diary.run(embeddings={"max_tokens": 8})
    for path in (diary.store.root / "latest").rglob("clusters.json"):
        path.write_bytes(note)
    diary.run(embeddings={"max_tokens": 9})
    assert diary.given == [None, None]
    assert "what clusters knew of the last build is lost; it is begun anew" in diary.said()
