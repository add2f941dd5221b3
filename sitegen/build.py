"""Builds a gallery: for each dataset the pipeline, then its map; then the site, its check, and the swap."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import cast

from sitegen import __version__
from sitegen.artifacts import (
    Documents,
    Entry,
    Reduction,
    Store,
    TopicLabels,
    Topics,
    digest,
)
from sitegen.config import DatasetConfig, Project, read_dataset
from sitegen.errors import ConfigError, PublishError, SitegenError
from sitegen.lock import locked
from sitegen.pipeline import STAGES, Pipeline, StageStatus
from sitegen.report import Report
from sitegen.state import MapRecord, State, build_time, listing
from sitegen.summary import Outcome, host_limits, table

STATE = ".sitegen"
STAGE_NAMES = tuple(stage.name for stage in STAGES)
_version = cache(version)  # which parses a file each time


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
        keep_going: publish even if a dataset fails; that one stays as it was last published.
        drafts: publish drafts too.
        state: where to remember what was published; the project's own place if absent.
    """

    output: Path
    only: frozenset[str] = frozenset()
    force: frozenset[str] = frozenset()
    stored: bool = False
    strict: bool = False
    base_url: str | None = None
    keep_going: bool = False
    drafts: bool = False
    state: Path | None = None


def build(project: Project, options: BuildOptions, report: Report) -> None:
    """Bring the site in `options.output` up to date.

    Raises:
        SitegenError: it cannot be built; the site that was there stays as it was. Or a dataset failed, and
            `keep_going` published the others.
    """
    datasets = _selected(project, options.only, options.drafts)
    # Before hours of computing, not after.
    from sitegen.site.publish import check_output

    check_output(options.output)
    with locked(project.root / STATE / "lock", report.info):
        _build(project, datasets, options, report)


def _build(project: Project, datasets: Sequence[DatasetConfig], options: BuildOptions, report: Report) -> None:
    store = Store(project.root / STATE / "cache")
    state = State.load(options.state or project.root / STATE / "published.json")
    records: dict[str, MapRecord] = {}
    outcomes: dict[str, Outcome] = {}
    errors: dict[str, SitegenError] = {}
    for dataset in datasets:
        pipeline = _pipeline(project, dataset, store, report, options.force)
        outcome = outcomes[dataset.slug] = Outcome(dataset.slug, "built")
        started = time.monotonic()
        try:
            with _placed(project, dataset):
                entries = pipeline.stored() if options.stored else pipeline.run()
                records[dataset.slug] = MapRecord(dataset, _render_map(pipeline, entries, store, report))
        except SitegenError as error:
            if len(datasets) == 1 and not options.keep_going:
                raise
            report.error(str(error))
            errors[dataset.slug], outcome.result = error, "failed"
        outcome.seconds = time.monotonic() - started
        outcome.ran = len(pipeline.ran)
        outcome.cached = len(STAGES) - outcome.ran if dataset.slug in records else 0
    failed = ", ".join(errors)
    if errors and not options.keep_going:
        for line in table(list(outcomes.values())):
            report.info(line)
        raise PublishError(
            f"{failed}: failed, so nothing was published; --keep-going publishes the others. What was computed is kept"
        )
    maps = []
    for dataset in _shown(project, options.drafts):
        record = records.get(dataset.slug) or _published(dataset.slug, state, store, report)
        if record is not None:
            maps.append(record)
            kept = Outcome(dataset.slug, "kept")
            if dataset.slug not in records:
                outcomes[dataset.slug] = kept
    if errors and not maps:
        raise PublishError(f"{failed}: failed, and there is no other map to publish")
    _publish(project, options, maps, outcomes, state, report)
    if options.strict and report.warnings:
        raise PublishError(f"{report.warnings} warning(s), and --strict was given; the site was not changed")
    if errors:
        raise PublishError(f"{failed}: failed; published without what is new in it")


def status(project: Project, only: frozenset[str], report: Report) -> dict[str, list[StageStatus]]:
    """What `build` would do, by slug, without doing it."""
    store = Store(project.root / STATE / "cache")
    found = {}
    for dataset in _selected(project, only, drafts=True):
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


def _selected(project: Project, only: frozenset[str], drafts: bool) -> list[DatasetConfig]:
    known = [dataset.slug for dataset in project.config.datasets]
    unknown = sorted(only.difference(known))
    if unknown:
        raise ConfigError(f"{project.path}: no dataset {', '.join(unknown)}; there are {', '.join(known)}")
    # Who names a draft wants it computed, though only `drafts` publishes it.
    return [
        dataset
        for dataset in project.config.datasets
        if (dataset.slug in only if only else drafts or not dataset.draft)
    ]


def _shown(project: Project, drafts: bool) -> list[DatasetConfig]:
    """The datasets of the site in the order of the gallery."""
    shown = [dataset for dataset in project.config.datasets if drafts or not dataset.draft]
    return sorted(shown, key=lambda dataset: dataset.order)


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
        "libraries": {name: _version(name) for name in LIBRARIES},
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


def _publish(
    project: Project,
    options: BuildOptions,
    maps: Sequence[MapRecord],
    outcomes: dict[str, Outcome],
    state: State,
    report: Report,
) -> None:
    from sitegen.site.theme import theme_digest

    output, base_url = options.output, options.base_url or project.config.site.base_url
    site_config = project.config.site.model_dump(mode="json")
    libraries = {name: _version(name) for name in ("bokeh", "jinja2", "markdown-it-py", "pillow")}
    pages = _texts(project.root / "pages")
    common = digest([__version__, base_url, site_config, theme_digest(project.root), pages, libraries])
    now = build_time()
    described = {each.dataset.slug: state.describe(each, common, now) for each in maps}
    site = digest([str(output.resolve()), common, list(described), described])
    files = listing(output)
    if site == state.site and files == state.files:
        report.info(f"nothing changed: {output} is up to date")
        return
    from sitegen.site.check import check_site
    from sitegen.site.pages import RenderedMap, write_site
    from sitegen.site.publish import staging

    same = {slug for slug, what in described.items() if state.unchanged(slug, what, files)}
    rendered = []
    for each in maps:
        slug = each.dataset.slug
        if slug not in same:
            each.entry.verify()
        previous = output / slug if slug in same else None
        rendered.append(RenderedMap(each.dataset, each.entry.folder, described[slug]["updated"], previous))
    with staging(output) as folder:
        write_site(project.config.site, base_url, rendered, folder, project.root)
        check = check_site(folder)
        sizes = {name: size for name, (size, _) in listing(folder).items()}
        for problem in [*check.problems, *host_limits(sizes)]:
            report.warn(problem)
        if options.strict and report.warnings:
            raise PublishError(f"{report.warnings} warning(s), and --strict was given; {output} was not changed")
    state.site, state.files, state.maps = site, listing(output), {**state.maps, **described}
    state.save()
    for each in maps:
        outcome = outcomes[each.dataset.slug]
        if each.dataset.slug in same and outcome.result == "built":
            outcome.result = "unchanged"
        _measure(outcome, each, sizes, check.first_view)
    for line in table(list(outcomes.values())):
        report.info(line)
    report.info(f"published {len(maps)} map(s), {len(sizes)} files, {sum(sizes.values()) / 1e6:.1f} MB in {output}")


def _texts(folder: Path) -> dict[str, str]:
    """Digest of each page of the project's own, by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.md"))}


def _measure(outcome: Outcome, record: MapRecord, sizes: dict[str, int], first_view: dict[str, int]) -> None:
    from sitegen.site.map import read_summary

    summary, slug = read_summary(record.entry.folder), record.dataset.slug
    own = [size for name, size in sizes.items() if name.startswith(f"{slug}/")]
    outcome.documents, outcome.topics = summary.documents, len(summary.topics)
    outcome.outside = summary.outliers / summary.documents
    outcome.first_view = first_view[f"{slug}/index.html"]
    outcome.files, outcome.size = len(own), sum(own)


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
