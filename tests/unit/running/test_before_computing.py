"""What is known to be wrong before anything is computed is told then; what runs meanwhile is told too."""

import sys
from pathlib import Path

import numpy as np
import pytest

from sitegen.config import ClustersConfig, RuntimeConfig, load_project, parse_config
from sitegen.errors import DataError, ModelError, SitegenError, SourceError
from sitegen.pipeline import STAGES, Pipeline
from sitegen.pipeline.clusters.hdbscan_tree import cut_tree, grow_tree
from sitegen.pipeline.embeddings.embed import reach_embedder
from sitegen.pipeline.sources.local import find_files
from sitegen.workspace import Workspace
from tests.unit.helpers import run_cli, to_yaml

ROWS = {"type": "file", "path": "rows.jsonl"}


@pytest.fixture
def pipeline(tmp_path, store, report):
    """The stages of a dataset with these sections."""

    def pipeline(**sections):
        (tmp_path / "rows.jsonl").write_text('{"text": "one"}\n')
        entry = {"slug": "a", "title": "A", "source": ROWS, "embeddings": {"model": None, "file": "v.npy"}, **sections}
        np.save(tmp_path / "v.npy", np.ones((1, 2), np.float32))
        dataset = parse_config(
            to_yaml({"datasets": [{**entry, "labels": {"model": None, **sections.get("labels", {})}}]})
        )
        return Pipeline(dataset.datasets[0], STAGES, store, root=tmp_path, runtime=RuntimeConfig(), report=report)

    return pipeline


@pytest.mark.parametrize(
    ("sections", "field"),
    [
        ({"topics": {"stop_words": "jp"}}, "topics.stop_words"),
        ({"labels": {"model": "no/such/folder.gguf"}}, "labels.model"),
        ({"clusters": {"engine": "cuml"}}, "clusters.engine"),
        ({"embeddings": {"model": None, "file": "none.npy"}}, "embeddings.file"),
    ],
)
def test_mistakes_of_the_config_are_told_before_any_stage_runs(pipeline, sections, field):
    found = pipeline(**sections)
    with pytest.raises(SitegenError) as caught:
        found.run()
    assert caught.value.field == field
    assert found.ran == set()


@pytest.mark.parametrize(("section", "more"), [("embeddings", {"file": None}), ("labels", {})])
def test_an_unreachable_model_is_told_before_any_stage_runs(pipeline, section, more, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    found = pipeline(**{section: {"model": "someone/model-of-nobody", **more}})
    with pytest.raises(ModelError, match="someone/model-of-nobody is not stored here and the Hub cannot be reached"):
        found.run()
    assert found.ran == set()


def test_given_vectors_need_no_model_of_the_hub(pipeline, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    reach_embedder(pipeline(embeddings={"model": "someone/model-of-nobody", "file": "v.npy"}).dataset)
    reach_embedder(pipeline(embeddings={"model": "package:a/b"}).dataset)


def test_a_missing_library_is_told_before_any_stage_runs(pipeline, monkeypatch):
    monkeypatch.setitem(sys.modules, "rensa", None)
    found = pipeline(documents={"drop_near_duplicates": 0.8})
    with pytest.raises(DataError, match="near duplicates need the library rensa"):
        found.run()
    assert found.ran == set()


def test_alpha_changes_the_tree():
    points = np.random.default_rng(0).normal(size=(400, 3)).astype(np.float32)
    one, two = (grow_tree(points, 5, ClustersConfig(alpha=alpha)) for alpha in (1.0, 3.0))
    assert two.edges[:, 2].sum() < one.edges[:, 2].sum()
    assert len(cut_tree(two, 10, "eom", ClustersConfig())[0]) == 400


def test_status_says_that_a_build_runs(tmp_path, report):
    config = tmp_path / "datasets.yaml"
    config.write_text(to_yaml({"datasets": [{"slug": "a", "title": "A", "source": ROWS}]}))
    project = load_project(config)
    with Workspace(project, report).locked():
        said = run_cli("status", cwd=tmp_path).stderr
    assert "being built: what is stale may be on its way, by process" in said
    assert "being built" not in run_cli("status", cwd=tmp_path).stderr


def test_a_missing_file_is_told_with_the_name_of_its_folder(tmp_path, monkeypatch):
    (tmp_path / "other.csv").write_text("text\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=rf"in {tmp_path}; {tmp_path.name} holds other\.csv"):
        find_files(Path(), "nothing-alike.jsonl", "path")


def test_pointers_of_git_lfs_are_told_before_any_stage_runs(pipeline, tmp_path):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_text(pointer)
    (tmp_path / "vectors.npy").write_text(pointer)
    for sections in ({"labels": {"model": "./model"}}, {"embeddings": {"model": None, "file": "vectors.npy"}}):
        found = pipeline(**sections)
        with pytest.raises(SitegenError, match="is a Git LFS pointer"):
            found.run()
        assert found.ran == set()
