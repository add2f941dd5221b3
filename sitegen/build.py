"""Builds a gallery: for each dataset the pipeline, then its map; then the site, its check, and the swap."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sitegen import __version__
from sitegen.artifacts import (
    Documents,
    Entry,
    Reduction,
    Store,
    TopicLabels,
    Topics,
    canonical_json,
    digest,
)
from sitegen.config import DatasetConfig, Project, dump_dataset, read_dataset
from sitegen.errors import ConfigError, PublishError, SitegenError
from sitegen.pipeline import STAGES, Pipeline, StageStatus
from sitegen.report import Report

if TYPE_CHECKING:
    from sitegen.site.pages import RenderedMap

STATE = ".sitegen"
STAGE_NAMES = tuple(stage.name for stage in STAGES)


@dataclass(frozen=True)
class BuildOptions:
    """What `sitegen build` was asked for.

    Attributes:
        output: folder of the site.
        only: slugs to bring up to date; all if empty. The others are published as they last were.
        force: stages to run even if nothing changed.
        stored: run no stage, publish from what is stored.
        strict: fail on warnings.
        base_url: where the site will be served, instead of `site.base_url`.
    """

    output: Path
    only: frozenset[str] = frozenset()
    force: frozenset[str] = frozenset()
    stored: bool = False
    strict: bool = False
    base_url: str | None = None


@dataclass(frozen=True)
class MapRecord:
    """One published map: the config it was built with and the stored result. Kept to publish it again as it is."""

    dataset: DatasetConfig
    entry: Entry


@dataclass
class State:
    """What the project last published, in `.sitegen/published.json`."""

    path: Path
    site: str = ""
    files: dict[str, list[int]] = field(default_factory=dict)
    maps: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> State:
        """The state on disk; an empty one if there is none that can be read."""
        try:
            data = json.loads(path.read_text("utf-8"))
            return cls(path, data["site"], data["files"], data["maps"])
        except (OSError, ValueError, KeyError, TypeError):
            return cls(path)

    def save(self) -> None:
        """Write the state to disk."""
        draft = self.path.with_suffix(".part")
        draft.write_text(canonical_json({"site": self.site, "files": self.files, "maps": self.maps}), "utf-8")
        draft.replace(self.path)


def build(project: Project, options: BuildOptions, report: Report) -> None:
    """Bring the site in `options.output` up to date.

    Raises:
        SitegenError: it cannot be built; the site that was there stays as it was.
    """
    datasets = _selected(project, options.only)
    # Before hours of computing, not after.
    from sitegen.site.publish import check_output

    check_output(options.output)
    store = Store(project.root / STATE / "cache")
    state = State.load(project.root / STATE / "published.json")
    records = {}
    for dataset in datasets:
        pipeline = _pipeline(project, dataset, store, report, options.force)
        with _placed(project, dataset):
            entries = pipeline.stored() if options.stored else pipeline.run()
            records[dataset.slug] = MapRecord(dataset, _render_map(pipeline, entries, store, report))
    maps = [
        record
        for dataset in project.config.datasets
        if (record := records.get(dataset.slug) or _published(dataset.slug, state, store, report)) is not None
    ]
    _publish(project, options, maps, state, report)
    if options.strict and report.warnings:
        raise PublishError(f"{report.warnings} warning(s), and --strict was given; the site was not changed")


def status(project: Project, only: frozenset[str], report: Report) -> dict[str, list[StageStatus]]:
    """What `build` would do, by slug, without doing it."""
    store = Store(project.root / STATE / "cache")
    found = {}
    for dataset in _selected(project, only):
        with _placed(project, dataset):
            found[dataset.slug] = _pipeline(project, dataset, store, report, frozenset()).status()
    return found


@contextmanager
def _placed(project: Project, dataset: DatasetConfig) -> Iterator[None]:
    """Errors say where in the file they come from."""
    try:
        yield
    except SitegenError as error:
        raise type(error)(f"{project.locate(dataset, error.field)}: {error}") from error


def _selected(project: Project, only: frozenset[str]) -> list[DatasetConfig]:
    known = [dataset.slug for dataset in project.config.datasets]
    unknown = sorted(only.difference(known))
    if unknown:
        raise ConfigError(f"{project.path}: no dataset {', '.join(unknown)}; there are {', '.join(known)}")
    return [dataset for dataset in project.config.datasets if not only or dataset.slug in only]


def _pipeline(
    project: Project, dataset: DatasetConfig, store: Store, report: Report, force: frozenset[str]
) -> Pipeline:
    return Pipeline(
        dataset, STAGES, store, root=project.root, runtime=project.config.runtime, report=report, force=force
    )


def _render_map(pipeline: Pipeline, entries: dict[str, Entry], store: Store, report: Report) -> Entry:
    """The stored map of a dataset, rendered if its artifacts or its `map:` section changed."""
    from sitegen.site import LIBRARIES, MAP_VERSION, SECTIONS

    dataset = pipeline.dataset
    parts = {
        "stage": "map",
        "version": MAP_VERSION,
        "config": dataset.section(*SECTIONS),
        "inputs": {name: entries[name].content for name in ("documents", "reduction", "topics", "labels")},
        "libraries": {name: version(name) for name in LIBRARIES},
    }
    entry = store.find("map", digest(parts))
    if entry is not None:
        try:
            entry.verify()
        except SitegenError as error:
            report.warn(f"{dataset.slug}: {error}; rendering it again")
            store.discard(entry)
            entry = None
    if entry is None:
        from sitegen.site.map import render_map

        report.info(f"{dataset.slug:<16} map         renders")
        with store.writing("map", parts) as folder:
            render_map(
                dataset,
                cast(Documents, pipeline.load("documents")),
                cast(Reduction, pipeline.load("reduction")),
                cast(Topics, pipeline.load("topics")),
                cast(TopicLabels, pipeline.load("labels")),
                folder,
            )
        entry = store.find("map", digest(parts))
    if entry is None:
        raise PublishError(f"{dataset.slug}: the rendered map could not be read back")
    return entry


def _published(slug: str, state: State, store: Store, report: Report) -> MapRecord | None:
    """A map as it was last published."""
    record = state.maps.get(slug)
    entry = store.find("map", record["key"]) if record else None
    if record is None or entry is None:
        report.warn(f"{slug}: not built yet, so it is left out; build it with --only {slug}")
        return None
    try:
        return MapRecord(read_dataset(record["dataset"]), entry)
    except ValueError:
        report.warn(f"{slug}: built by another sitegen, left out; build it with --only {slug}")
        return None


def _publish(project: Project, options: BuildOptions, maps: Sequence[MapRecord], state: State, report: Report) -> None:
    from sitegen.site.theme import theme_digest

    output, base_url = options.output, options.base_url or project.config.site.base_url
    described = {
        each.dataset.slug: {"dataset": dump_dataset(each.dataset), "key": each.entry.key, "content": each.entry.content}
        for each in maps
    }
    site = digest(
        [
            __version__,
            str(output.resolve()),
            base_url,
            project.config.site.model_dump(mode="json"),
            described,
            theme_digest(),
            {name: version(name) for name in ("bokeh", "jinja2", "rcssmin", "rjsmin")},
        ]
    )
    if site == state.site and _listing(output) == state.files:
        report.info(f"nothing changed: {output} is up to date")
        return
    from sitegen.site.check import check_site
    from sitegen.site.map import read_summary
    from sitegen.site.pages import RenderedMap, write_site
    from sitegen.site.publish import staging

    for each in maps:
        each.entry.verify()
    with staging(output) as folder:
        rendered: list[RenderedMap] = [RenderedMap(each.dataset, each.entry.folder) for each in maps]
        write_site(project.config.site, base_url, rendered, folder)
        check = check_site(folder)
        for problem in check.problems:
            report.warn(problem)
        if options.strict and report.warnings:
            raise PublishError(f"{report.warnings} warning(s), and --strict was given; {output} was not changed")
    state.site, state.files, state.maps = site, _listing(output), {**state.maps, **described}
    state.save()
    for each in maps:
        summary = read_summary(each.entry.folder)
        report.info(
            f"{each.dataset.slug:<16} {summary.documents:,} documents, {len(summary.topics)} topics, "
            f"{summary.outliers / summary.documents:.0%} outside, "
            f"first view {check.first_view[f'{each.dataset.slug}/index.html'] / 1000:.0f} kB"
        )
    total = sum(size for size, _ in state.files.values())
    report.info(f"published {len(maps)} map(s), {len(state.files)} files, {total / 1e6:.1f} MB in {output}")


def _listing(folder: Path) -> dict[str, list[int]]:
    """Size and time of change of every file: enough to see that the site is as it was written."""
    if not folder.is_dir():
        return {}
    return {
        path.relative_to(folder).as_posix(): [path.stat().st_size, path.stat().st_mtime_ns]
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def clean(config: Path, output: Path, cache: bool) -> list[Path]:
    """Remove the site, and with `cache` all stored results; returns what was removed.

    Raises:
        PublishError: `output` holds something that sitegen did not write.
    """
    from sitegen.site.publish import check_output

    check_output(output)
    removed = []
    for folder in (output, *([config.resolve().parent / STATE] if cache else [])):
        if folder.exists():
            shutil.rmtree(folder)
            removed.append(folder)
    return removed
