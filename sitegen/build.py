"""Builds a gallery: for each dataset the pipeline, then its map; then the site, its check, and the swap."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sitegen.artifacts import Documents, Embeddings, Reduction, Store, Topics
from sitegen.config import DatasetConfig, Project
from sitegen.errors import PublishError, SitegenError
from sitegen.lock import locked
from sitegen.pipeline import STAGES, Pipeline, StageStatus
from sitegen.pipeline.executor.executor import Engine, open_engine
from sitegen.publishing import publish, published_record, render_record
from sitegen.report import Report, quiet_libraries
from sitegen.state import MapRecord, State
from sitegen.summary import Outcome, table

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
    # Who names a draft wants it computed, though only `drafts` publishes it.
    datasets = [each for each in project.select(options.only) if options.only or options.drafts or not each.draft]
    # Before hours of computing, not after.
    from sitegen.site.output.staging import check_output

    check_output(options.output)
    with _alone(project, report):
        _build(project, datasets, options, report)


@dataclass(frozen=True)
class Computed:
    """What became of each dataset, by slug: its map where all went well, else its error."""

    records: dict[str, MapRecord]
    outcomes: dict[str, Outcome]
    errors: dict[str, SitegenError]


def _build(project: Project, datasets: Sequence[DatasetConfig], options: BuildOptions, report: Report) -> None:
    store = Store(project.root / STATE / "cache")
    store.clear_drafts()
    state = State.load(options.state or project.root / STATE / "published.json")
    with open_engine(project.config.compute, report) as engine:
        computed = _compute(project, datasets, store, options, report, engine)
    outcomes, failed = computed.outcomes, ", ".join(computed.errors)
    if any(outcome.ran for outcome in outcomes.values()):
        report.info(f"engine: {engine.summary}")
    if failed and not options.keep_going:
        for line in table(list(outcomes.values())):
            report.info(line)
        raise PublishError(
            f"{failed}: failed, so nothing was published; --keep-going publishes the others. What was computed is kept"
        )
    maps = []
    for dataset in _shown(project, options.drafts):
        slug = dataset.slug
        record = computed.records.get(slug) or published_record(slug, state, store, report)
        if record is not None:
            maps.append(record)
            if slug not in computed.records:
                outcomes[slug] = Outcome(slug, "kept")
    if failed and not maps:
        raise PublishError(f"{failed}: failed, and there is no other map to publish")
    publish(
        project,
        maps,
        outcomes,
        state,
        report,
        output=options.output,
        base_url=options.base_url or project.config.site.base_url,
        strict=options.strict,
    )
    if options.strict and report.warnings:
        raise PublishError(f"{report.warnings} warning(s), and --strict was given; the site was not changed")
    if failed:
        raise PublishError(f"{failed}: failed; published without what is new in it")


def _compute(
    project: Project,
    datasets: Sequence[DatasetConfig],
    store: Store,
    options: BuildOptions,
    report: Report,
    engine: Engine,
) -> Computed:
    """Bring each dataset and its map up to date; the error of one stops the others only if it is the only one."""
    computed = Computed({}, {}, {})
    for dataset in datasets:
        pipeline = _pipeline(project, dataset, store, report, options.force, engine)
        outcome = computed.outcomes[dataset.slug] = Outcome(dataset.slug, "built")
        started = time.monotonic()
        try:
            with project.placed(dataset):
                entries = pipeline.stored() if options.stored else pipeline.run()
                computed.records[dataset.slug] = render_record(pipeline, entries, store, report)
        except SitegenError as error:
            if len(datasets) == 1 and not options.keep_going:
                raise
            report.error(str(error))
            computed.errors[dataset.slug], outcome.result = error, "failed"
        outcome.seconds = time.monotonic() - started
        outcome.ran = len(pipeline.ran)
        outcome.cached = len(STAGES) - outcome.ran if dataset.slug in computed.records else 0
    return computed


def status(project: Project, only: frozenset[str], report: Report) -> dict[str, list[StageStatus]]:
    """What `build` would do, by slug, without doing it."""
    store = Store(project.root / STATE / "cache")
    found = {}
    for dataset in project.select(only):
        with project.placed(dataset):
            found[dataset.slug] = _pipeline(project, dataset, store, report).status()
    return found


def reduction_of(project: Project, slug: str, report: Report) -> tuple[DatasetConfig, Reduction]:
    """A dataset and its reduction, made first if it is not stored.

    Raises:
        SitegenError: there is no such dataset, or its reduction cannot be made.
    """
    (dataset,) = project.select({slug})
    with _alone(project, report), project.placed(dataset), open_engine(project.config.compute, report) as engine:
        pipeline = _pipeline(project, dataset, Store(project.root / STATE / "cache"), report, engine=engine)
        return dataset, cast(Reduction, pipeline.load("reduction"))


def export(project: Project, slug: str, folder: Path, report: Report) -> None:
    """Write the topics of a dataset, brought up to date, as a BERTopic model.

    Raises:
        SitegenError: they cannot be made, or `folder` holds something.
    """
    (dataset,) = project.select({slug})
    with (
        _alone(project, report),
        project.placed(dataset),
        quiet_libraries(report.verbosity),
        open_engine(project.config.compute, report) as engine,
    ):
        pipeline = _pipeline(project, dataset, Store(project.root / STATE / "cache"), report, engine=engine)
        from sitegen.pipeline.topics.bertopic_model import save_model

        save_model(
            folder,
            dataset.topics,
            dataset.embeddings,
            cast(Documents, pipeline.load("documents")),
            cast(Embeddings, pipeline.load("embeddings")),
            cast(Topics, pipeline.load("topics")),
            project.root,
        )


def _alone(project: Project, report: Report) -> AbstractContextManager[None]:
    """No other sitegen writes below `.sitegen/` meanwhile."""
    return locked(project.root / STATE / "lock", report.info)


def _shown(project: Project, drafts: bool) -> list[DatasetConfig]:
    """The datasets of the site in the order of the gallery."""
    shown = [dataset for dataset in project.config.datasets if drafts or not dataset.draft]
    return sorted(shown, key=lambda dataset: dataset.order)


def _pipeline(
    project: Project,
    dataset: DatasetConfig,
    store: Store,
    report: Report,
    force: frozenset[str] = frozenset(),
    engine: Engine | None = None,
) -> Pipeline:
    return Pipeline(
        dataset,
        STAGES,
        store,
        root=project.root,
        runtime=project.config.runtime,
        report=report,
        force=force,
        engine=engine,
    )


def clean(config: Path, output: Path, cache: bool) -> list[Path]:
    """Remove the site, and with `cache` all stored results; returns what was removed.

    Raises:
        PublishError: `output` holds something that sitegen did not write.
    """
    from sitegen.site.output.staging import check_output

    check_output(output)
    removed = []
    for folder in (output, *([config.resolve().parent / STATE] if cache else [])):
        if folder.exists():
            shutil.rmtree(folder)
            removed.append(folder)
    return removed
