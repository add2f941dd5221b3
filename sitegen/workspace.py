"""The working directory `.sitegen/` of a project: its lock, its stored results, its pipelines."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from sitegen.artifacts import Continuity, Documents, Neighbors, ResolvedEdits, Store, TopicLabels, Topics, digest
from sitegen.config import (
    CompareConfig,
    DatasetConfig,
    DocumentsConfig,
    GivenConfig,
    MapConfig,
    PrivacyConfig,
    Project,
)
from sitegen.config.edits_file import Edits, edits_path, read_edits
from sitegen.errors import ConfigError
from sitegen.pipeline import EDIT_STAGES, Context, Pipeline, Stage, stages_of
from sitegen.pipeline import STAGES as MODEL_STAGES
from sitegen.pipeline.edits.bag_cache import cached_bag
from sitegen.pipeline.edits.fingerprint import Computed, lock_path, read_lock
from sitegen.pipeline.edits.remember import remember_topics
from sitegen.pipeline.edits.resolve import computed_topics, revision_of
from sitegen.pipeline.executor.executor import Executor, open_executor
from sitegen.report import Report

DIRECTORY = ".sitegen"


def _render(
    map_config: MapConfig,
    privacy_config: PrivacyConfig,
    documents_config: DocumentsConfig,
    given_config: GivenConfig,
    seed: int,
    compare_config: CompareConfig | None = None,
    compare: None = None,
    joined_config: tuple[DatasetConfig, ...] = (),
    **artifacts_and_folder: Any,
) -> None:
    from sitegen.site.render_dataset import render_dataset  # loads datashader, for which `status` need not wait
    from sitegen.site.settings import MapSettings, OneOfSeveral

    joined = tuple(OneOfSeveral(each.title, each.privacy, each.documents) for each in joined_config)
    settings = MapSettings(map_config, privacy_config, documents_config, seed, given_config, compare_config, joined)
    render_dataset(settings, **artifacts_and_folder)


def _render_edited(
    documents: Documents,
    edits: ResolvedEdits,
    edited_topics: Topics,
    edited_labels: TopicLabels,
    continuity: Continuity,
    neighbors: Neighbors,
    **configs_and_folder: Any,
) -> None:
    from sitegen.site.edited import edited_map

    _render(**edited_map(documents, edits, edited_topics, edited_labels, continuity, neighbors), **configs_and_folder)


MAP = Stage(
    "map",
    version=35,
    sections=("map", "privacy", "seed", "documents", "given", "compare"),
    inputs=("documents", "topics", "labels", "continuity", "neighbors"),
    produces=None,
    run=_render,
    libraries=("datashader", "bokeh", "pillow", "pyarrow", "scipy"),
    reuses_files=True,
)
"""Renders the map, its statistics and its downloads. Needs no model, so stored results can be published anywhere."""
EDITED_MAP = replace(
    MAP,
    inputs=("documents", "edits", "edited_topics", "edited_labels", "continuity", "neighbors"),
    run=_render_edited,
)
STAGES = (*MODEL_STAGES, MAP)


@dataclass(frozen=True)
class EditOutcome:
    """What became of an edit: `held`, `partly`, `orphaned` or `warning`; its place in the file, and what to say."""

    status: str
    place: str
    say: str


@dataclass(frozen=True)
class Workspace:
    """The working directory of one project."""

    project: Project
    report: Report

    @property
    def directory(self) -> Path:
        """Return the folder of locks, results and what was last published."""
        return self.project.root / DIRECTORY

    @property
    def store(self) -> Store:
        """Return the store of results."""
        return Store(self.directory / "cache")

    def locked(self) -> AbstractContextManager[None]:
        """Hold the project's lock, so that no other sitegen writes here meanwhile."""
        return locked(self.directory / "lock", self.report.info)

    def worker(self) -> str:
        """Say which other sitegen works here now; empty if none does."""
        path = self.directory / "lock"
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _holder(path)
        return ""

    def pipeline(
        self, dataset: DatasetConfig, *, force: frozenset[str] = frozenset(), executor: Executor | None = None
    ) -> Pipeline:
        """Return the stages of one dataset, with those that apply its edits if it has any; nothing runs yet.

        Raises:
            ConfigError: its file of edits cannot be used.
        """
        stages = stages_of(dataset, STAGES)
        if read_edits(self.project.root, dataset.slug) is not None:
            stages = (*stages[:-1], *EDIT_STAGES, EDITED_MAP)
        if dataset.joined:
            *others, rendering = stages
            stages = (*others, replace(rendering, sections=(*rendering.sections, "joined")))
        return Pipeline(
            dataset,
            stages,
            self.store,
            root=self.project.root,
            runtime=self.project.config.runtime,
            report=self.report,
            force=force,
            executor=executor,
        )

    def remember_topics(self, dataset: DatasetConfig, pipeline: Pipeline) -> None:
        """Write down what newly edited topics are known by; brings the stages that they come from up to date.

        Raises:
            ConfigError: an edit names what is not there.
        """
        path = lock_path(self.project.root, dataset.slug)
        lost = not path.exists() and pipeline.was_made("edits")
        remember_topics(self.project.root, dataset, pipeline.load)
        if "edits" not in pipeline.names:
            pipeline.forget(["edits"])  # the next edit is the first one again
        elif lost:
            told = f"{path.name} was not there, so they mean the topics that have their numbers now"
            self.report.info(f"{dataset.slug:<16} edits: {told}")

    def stored_topics(self, dataset: DatasetConfig) -> Computed:
        """Return the topics of the latest build as they were before any edit; nothing runs.

        Raises:
            ArtifactError: a stage has no stored result.
            ConfigError: its file of edits cannot be used.
        """
        pipeline = self.pipeline(dataset)
        pipeline.take_stored()
        return computed_topics(
            dataset.embeddings,
            cast(Topics, pipeline.load("topics")),
            cast(TopicLabels, pipeline.load("labels")),
            cast(Continuity, pipeline.load("continuity")),
        )

    def count_words(self, dataset: DatasetConfig) -> None:
        """Count the words of a dataset whose stages are up to date, which edits of documents in topics need.

        Raises:
            DataError: as `bag_of_words`.
        """
        pipeline = self.pipeline(dataset)
        documents = cast(Documents, pipeline.load("documents"))
        hashes = cast(Continuity, pipeline.load("continuity")).fingerprints
        key = digest(["words", dataset.slug])
        scratch = self.store.scratch(key)
        words = self.store.persistent_dir("edited_topics")
        context = Context(
            self.project.root, self.project.config.runtime, self.report, scratch, words, slug=dataset.slug
        )
        cached_bag(dataset.topics, documents.table.column("text"), hashes, context)
        self.store.drop_scratch(key)

    def resolved_edits(self, dataset: DatasetConfig, pipeline: Pipeline) -> list[EditOutcome]:
        """Return what became of each edit of a dataset, whose stages are up to date; none without edits.

        If the file was changed since, edits are named by their number alone: their lines may be those of others.
        """
        if "edits" not in pipeline.names:
            return []
        resolved = cast(ResolvedEdits, pipeline.load("edits"))
        edits = self._edits_of(dataset, pipeline.checked("edits").parts["revision"])
        path = edits.path if edits else edits_path(self.project.root, dataset.slug).name
        return [
            EditOutcome(
                each["status"],
                edits.place("edits", each["edit"]) if edits else f"{path}: edits[{each['edit']}]",
                each["say"],
            )
            for each in resolved.outcomes
        ] + [EditOutcome("warning", path, each) for each in resolved.warnings]

    def _edits_of(self, dataset: DatasetConfig, revision: object) -> Edits | None:
        """Return the edits if they are still those of a revision."""
        with suppress(ConfigError):
            edits = read_edits(self.project.root, dataset.slug)
            if revision_of(edits, read_lock(self.project.root, dataset.slug)) == revision:
                return edits
        return None

    @contextmanager
    def open_pipeline(self, slug: str) -> Iterator[tuple[DatasetConfig, Pipeline]]:
        """Yield a dataset and its pipeline, locked and ready to run; errors carry their place in the config.

        Raises:
            ConfigError: there is no dataset `slug`.
        """
        (dataset,) = self.project.select({slug})
        with (
            self.locked(),
            self.project.placed(dataset),
            open_executor(self.project.config.compute, self.report) as executor,
        ):
            yield dataset, self.pipeline(dataset, executor=executor)


@contextmanager
def locked(path: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock at `path`; while another process holds it, `say` who that is, and wait.

    The lock is the kernel's, so it ends with the process that holds it. The file names the latest holder; it stays
    behind and means nothing by itself.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another sitegen: {_holder(path)}")
            fcntl.flock(file, fcntl.LOCK_EX)
        started = time.strftime("%Y-%m-%d %H:%M:%S")
        holder = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": started})
        os.ftruncate(file, 0)
        os.pwrite(file, holder.encode(), 0)
        yield
    finally:
        os.close(file)


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text("utf-8"))
        return f"process {holder['pid']} on {holder['host']}, which has worked here since {holder['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that has just begun"
