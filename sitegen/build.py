"""Builds a gallery: for each dataset the pipeline, then its map; then the site, its check, and the swap."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

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
from sitegen.errors import PublishError, SitegenError
from sitegen.pipeline import STAGES, Pipeline, StageStatus
from sitegen.report import Report

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
    """One published map: its config, the stored result and what made it. Kept to publish it again as it is."""

    dataset: DatasetConfig
    entry: Entry
    stages: list[dict[str, Any]]


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
    datasets = project.select(options.only)
    # Before hours of computing, not after.
    from sitegen.site.publish import check_output

    check_output(options.output)
    store = Store(project.root / STATE / "cache")
    state = State.load(project.root / STATE / "published.json")
    records = {}
    for dataset in datasets:
        pipeline = _pipeline(project, dataset, store, report, options.force)
        with project.placed(dataset):
            entries = pipeline.stored() if options.stored else pipeline.run()
            records[dataset.slug] = MapRecord(
                dataset, _render_map(pipeline, entries, store, report), _stage_facts(entries)
            )
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
    for dataset in project.select(only):
        with project.placed(dataset):
            found[dataset.slug] = _pipeline(project, dataset, store, report, frozenset()).status()
    return found


def reduction_of(project: Project, slug: str, report: Report) -> tuple[DatasetConfig, Reduction]:
    """A dataset and its reduction, made first if it is not stored.

    Raises:
        SitegenError: there is no such dataset, or its reduction cannot be made.
    """
    (dataset,) = project.select({slug})
    pipeline = _pipeline(project, dataset, Store(project.root / STATE / "cache"), report, frozenset())
    with project.placed(dataset):
        return dataset, cast(Reduction, pipeline.load("reduction"))


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
        from sitegen.site.dataset import render_dataset

        report.info(f"{dataset.slug:<16} map         renders")
        with store.writing("map", parts) as folder:
            render_dataset(
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


def _stage_facts(entries: dict[str, Entry]) -> list[dict[str, Any]]:
    """What the About page says of each stage. Times are never the same, so a reproducible build has none."""
    timed = "SOURCE_DATE_EPOCH" not in os.environ
    return [
        {
            "name": name,
            "seconds": entry.seconds if timed else None,
            "revision": entry.parts["revision"],
            "libraries": entry.parts["libraries"],
        }
        for name, entry in entries.items()
    ]


def _published(slug: str, state: State, store: Store, report: Report) -> MapRecord | None:
    """A map as it was last published."""
    record = state.maps.get(slug)
    entry = store.find("map", record["key"]) if record else None
    if record is None or entry is None:
        report.warn(f"{slug}: not built yet, so it is left out; build it with --only {slug}")
        return None
    try:
        return MapRecord(read_dataset(record["dataset"]), entry, record.get("stages", []))
    except ValueError:
        report.warn(f"{slug}: built by another sitegen, left out; build it with --only {slug}")
        return None


def _publish(project: Project, options: BuildOptions, maps: Sequence[MapRecord], state: State, report: Report) -> None:
    from sitegen.site.theme import theme_digest

    output, base_url = options.output, options.base_url or project.config.site.base_url
    described = {
        each.dataset.slug: {
            "dataset": dump_dataset(each.dataset),
            "key": each.entry.key,
            "content": each.entry.content,
            "stages": each.stages,
        }
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
            {name: version(name) for name in ("bokeh", "jinja2")},
        ]
    )
    if site == state.site and _listing(output) == state.files:
        report.info(f"nothing changed: {output} is up to date")
        return
    from sitegen.site.check import check_site
    from sitegen.site.details import read_details
    from sitegen.site.hints import hint
    from sitegen.site.map import read_summary
    from sitegen.site.pages import RenderedMap, write_site
    from sitegen.site.provenance import StageFacts
    from sitegen.site.publish import staging

    for each in maps:
        each.entry.verify()
    with staging(output) as folder:
        rendered = [
            RenderedMap(each.dataset, each.entry.folder, tuple(StageFacts(**stage) for stage in each.stages))
            for each in maps
        ]
        write_site(project.config.site, base_url, rendered, folder)
        check = check_site(folder)
        summaries = {each.dataset.slug: read_summary(each.entry.folder) for each in maps}
        for problem in [*check.problems, *filter(None, map(hint, summaries, summaries.values()))]:
            report.warn(problem)
        if options.strict and report.warnings:
            raise PublishError(f"{report.warnings} warning(s), and --strict was given; {output} was not changed")
    state.site, state.files, state.maps = site, _listing(output), {**state.maps, **described}
    state.save()
    for each in maps:
        summary = summaries[each.dataset.slug]
        report.info(
            f"{each.dataset.slug:<16} {summary.documents:,} documents, {len(summary.topics)} topics, "
            f"{summary.outliers / summary.documents:.0%} outside, "
            f"first view {check.first_view[f'{each.dataset.slug}/index.html'] / 1000:.0f} kB"
        )
        report.info(f"{each.dataset.slug:<16} public: {read_details(each.entry.folder).public}")
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
