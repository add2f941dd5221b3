"""The whole way with the real models, on a small slice: what a user runs and sees."""

from __future__ import annotations

import io
import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from sitegen.cli import main

pytestmark = pytest.mark.pipeline

ENVIRON = {**os.environ, "SOURCE_DATE_EPOCH": "0"}
"""Times of computing are left out of the pages."""

CONFIG = """\
site:
  title: Small gallery
datasets:
  - slug: docs
    title: Some docstrings
    source:
      type: docstrings
      packages: [networkx, PIL, bokeh]
    documents:
      title: name
      category: package
      min_chars: 200
      max_chars: 400
      sample: 240
    embeddings:
      max_tokens: 64
    clusters:
      min_cluster_size: 6
      min_samples: 2
      method: leaf
    labels:
      candidates: 2
      max_new_tokens: 8
"""


class Project:
    """A folder with a `datasets.yaml`, and the command that a user runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "datasets.yaml"
        self.config.write_text(CONFIG)

    def edit(self, old: str, new: str) -> None:
        text = self.config.read_text()
        assert old in text
        self.config.write_text(text.replace(old, new))

    def start(self, *args: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "sitegen", *args]
        return subprocess.Popen(
            command, cwd=self.folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRON
        )

    def run_alone(self, *args: str) -> str:
        """Run the command in a process of its own, as a user does."""
        process = self.start(*args)
        out, err = process.communicate(timeout=600)
        assert process.returncode == 0, err
        assert "Traceback" not in err
        return out + err

    def run(self, *args: str, code: int = 0) -> str:
        """Run the command in this process, which has loaded the libraries already."""
        said = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
            patch.chdir(self.folder)
            patch.setattr(sys, "argv", ["sitegen", *args])
            patch.setenv("SOURCE_DATE_EPOCH", ENVIRON["SOURCE_DATE_EPOCH"])
            try:
                main()
                ended: object = 0
            except SystemExit as error:
                ended = error.code
        assert ended == code, said.getvalue()
        return said.getvalue()

    def page(self, path: str = "docs/index.html") -> str:
        return (self.folder / "build" / path).read_text()


def random_words() -> str:
    """A description that no compression brings under the page budget."""
    return random.Random(0).randbytes(300_000).hex()


def stages_run(output: str) -> list[str]:
    """The stages with a model that ran; the map is asked for by itself."""
    return re.findall(r"^docs +(?!map)(\w+) +runs:", output, re.MULTILINE)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("project"))
    output = project.run_alone("build")
    assert stages_run(output) == [
        "documents",
        "embeddings",
        "reduction",
        "neighbors",
        "clusters",
        "topics",
        "labels",
        "continuity",
    ]
    return project


@pytest.fixture
def project(built: Project) -> Project:
    """The built project, its config as at first."""
    built.config.write_text(CONFIG)
    built.run("build")
    return built


def test_the_map_shows_every_document_and_several_named_topics(project: Project) -> None:
    page = project.page()
    assert "240 documents shown" in page
    topics = re.findall(r"<bdi>([^<]+)</bdi>", page)
    assert len(topics) >= 6
    assert "graph" in " ".join(topics).lower()
    assert "240 documents" in project.page("index.html")


def test_other_users_can_read_the_site_but_not_the_cache(project: Project) -> None:
    readable = {path for path in (project.folder / "build").rglob("*") if path.stat().st_mode & 0o004}
    assert readable == set((project.folder / "build").rglob("*"))
    entries = [path.parent for path in (project.folder / ".sitegen").rglob("manifest.json")]
    assert {path.stat().st_mode & 0o077 for path in entries} == {0}


def test_a_second_build_does_nothing(project: Project) -> None:
    before = {path: path.stat().st_mtime_ns for path in (project.folder / "build").rglob("*")}
    assert "nothing changed" in project.run("build")
    assert before == {path: path.stat().st_mtime_ns for path in (project.folder / "build").rglob("*")}


def test_the_same_input_gives_the_same_bytes(project: Project, tmp_path: Path) -> None:
    """Before the tests that change it: topics keep the ids of the build before."""
    again = Project(tmp_path)
    again.run_alone("build")
    assert tree(again.folder / "build") == tree(project.folder / "build")


def test_cluster_size_reruns_clusters_and_below(project: Project) -> None:
    project.edit("min_cluster_size: 6", "min_cluster_size: 12")
    status = project.run("status")
    assert "min_cluster_size 6 -> 12" in status
    assert "waits for clusters" in status
    assert stages_run(project.run_alone("build")) == ["clusters", "topics", "labels", "continuity"]


def test_a_title_renders_pages_only(project: Project) -> None:
    project.edit("title: Some docstrings", "title: Other docstrings")
    output = project.run("build")
    assert stages_run(output) == []
    assert not re.search(r"^docs +map +runs:", output, re.MULTILINE)
    assert "Other docstrings" in project.page()


def test_no_cluster_is_a_valid_map_that_says_so(project: Project) -> None:
    project.edit("min_cluster_size: 6", "min_cluster_size: 200")
    project.run("build")
    assert "No group of documents was dense enough" in project.page()
    assert "utside any topic" not in project.page()


def test_too_few_documents_is_a_clear_error_and_loses_nothing(project: Project) -> None:
    before = tree(project.folder / "build")
    project.edit("sample: 240", "sample: 9")
    output = project.run("build", code=1)
    assert "datasets.yaml:4:5: datasets[0]: 9 documents are left" in output
    assert "reduction.n_neighbors" in output
    assert tree(project.folder / "build") == before


def test_stored_results_are_published_without_any_model(project: Project) -> None:
    project.edit("min_cluster_size: 6", "min_cluster_size: 12")
    project.edit("title: Some docstrings", "title: Published without models")
    blocked = ("torch", "transformers", "sentence_transformers", "bertopic", "umap", "hdbscan", "sklearn")
    script = f"import sys; sys.modules.update(dict.fromkeys({blocked})); from sitegen.cli import main; main()"
    command = [sys.executable, "-c", script, "build", "--stored"]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert stages_run(done.stderr) == []
    assert "Published without models" in project.page()


def test_strict_turns_a_warning_into_a_failure(project: Project) -> None:
    before = tree(project.folder / "build")
    project.edit("title: Small gallery", f"title: Small gallery\n  description: {random_words()}")
    output = project.run("build", "--strict", code=1)
    assert "first view" in output
    assert tree(project.folder / "build") == before


def test_only_keeps_the_other_maps_as_published(project: Project) -> None:
    entry = project.config.read_text().split("datasets:\n")[1]
    project.config.write_text(project.config.read_text() + entry.replace("slug: docs", "slug: again"))
    project.run("build", "--only", "again")
    project.edit("title: Some docstrings", "title: Changed everywhere")
    project.run("build", "--only", "again")
    assert "Changed everywhere" in project.page("again/index.html")
    assert "Some docstrings" in project.page("docs/index.html")


def test_a_damaged_artifact_is_made_again(project: Project) -> None:
    damaged = next((project.folder / ".sitegen/cache/reduction").rglob("cluster_space.npy"))
    original = damaged.read_bytes()
    damaged.write_bytes(original[:-1] + bytes([original[-1] ^ 1]))
    project.edit("min_samples: 2", "min_samples: 3")
    project.edit("labels:\n", "labels:\n      model: null\n")  # names are not looked at here
    output = project.run("build")
    assert "damaged" in output
    assert stages_run(output)[:2] == ["clusters", "reduction"]
    assert damaged.read_bytes() == original


def test_an_interrupted_build_keeps_what_was_finished(tmp_path: Path) -> None:
    project = Project(tmp_path)
    process = project.start("build")
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob(".sitegen/cache/documents/*/*/manifest.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted: what was finished is kept" in err
    assert "Traceback" not in err
    assert not (tmp_path / "build").exists()
    assert re.search("documents +fresh", project.run("status"))
