"""Builds a gallery: for each dataset the pipeline, then its map; then the site, its check, and the swap."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sitegen.config import PLACEHOLDER, DatasetConfig, Project
from sitegen.errors import PublishError, SitegenError
from sitegen.pipeline.executor.executor import Executor, open_executor
from sitegen.publishing.publish import Target, map_record, publish, published_record
from sitegen.publishing.state import MapRecord, State
from sitegen.publishing.summary import Outcome, table
from sitegen.report import Report
from sitegen.workspace import STAGES, EditOutcome, Workspace

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
    # `--only` computes drafts too; only `--drafts` publishes them.
    datasets = [each for each in project.select(options.only) if options.only or options.drafts or not each.draft]
    # Before hours of computing, not after.
    from sitegen.site.output.staging import check_output
    from sitegen.site.pages.files.picture_fonts import picture_fonts

    check_output(options.output)
    picture_fonts(project.config.site.picture_fonts, project.root)
    for dataset in datasets:
        if dataset.description == PLACEHOLDER:
            report.warn(f"{dataset.slug}: the description is still that of `sitegen init`; say what the data is")
    workspace = Workspace(project, report)
    with workspace.locked():
        _build(workspace, datasets, options)


@dataclass(frozen=True)
class Computed:
    """What became of each dataset, by slug: its map where all went well, else its error."""

    records: dict[str, MapRecord]
    outcomes: dict[str, Outcome]
    errors: dict[str, SitegenError]


def _build(workspace: Workspace, datasets: Sequence[DatasetConfig], options: BuildOptions) -> None:
    project, report, store = workspace.project, workspace.report, workspace.store
    store.clear_drafts()
    state = State.load(options.state or workspace.directory / "published.json")
    with open_executor(project.config.compute, report) as executor:
        computed = _compute(workspace, datasets, options, executor)
    outcomes, failed = computed.outcomes, ", ".join(computed.errors)
    if any(outcome.ran for outcome in outcomes.values()):
        report.info(f"executor: {executor.summary}")
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
        Target(options.output, options.base_url or project.config.site.base_url, options.strict),
    )
    if options.strict and report.warnings:
        raise PublishError(f"{report.warnings} warning(s), and --strict was given; the site was not changed")
    if failed:
        raise PublishError(f"{failed}: failed; published without what is new in it")


def _compute(
    workspace: Workspace, datasets: Sequence[DatasetConfig], options: BuildOptions, executor: Executor
) -> Computed:
    """Bring each dataset and its map up to date; the error of one stops the others only if it is the only one."""
    computed = Computed({}, {}, {})
    for dataset in datasets:
        pipeline = workspace.pipeline(dataset, force=options.force, executor=executor)
        outcome = computed.outcomes[dataset.slug] = Outcome(dataset.slug, "built")
        started = time.monotonic()
        try:
            with workspace.project.placed(dataset):
                if options.stored:
                    pipeline.take_stored()
                else:
                    pipeline.check()
                workspace.remember_topics(dataset, pipeline)
                entries = pipeline.stored() if options.stored else pipeline.run()
                entries["map"] = pipeline.checked("map")
                _report_edits(workspace.resolved_edits(dataset, pipeline), dataset.slug, workspace.report)
                computed.records[dataset.slug] = map_record(dataset, entries, workspace.store)
        except SitegenError as error:
            if len(datasets) == 1 and not options.keep_going:
                raise
            workspace.report.error(str(error))
            computed.errors[dataset.slug], outcome.result = error, "failed"
        outcome.seconds = time.monotonic() - started
        outcome.ran = len(pipeline.ran)
        outcome.cached = len(pipeline.names) - outcome.ran if dataset.slug in computed.records else 0
    return computed


def _report_edits(outcomes: Sequence[EditOutcome], slug: str, report: Report) -> None:
    """Tell how many edits hold, and warn of each that does not."""
    if not outcomes:
        return
    counts = Counter(each.status for each in outcomes)
    report.info(f"{slug:<16} edits: {counts['held']} held, {counts['partly']} in part, {counts['orphaned']} orphaned")
    for each in outcomes:
        if each.status == "held" and each.say:
            report.detail(f"{each.place}: {each.say}")
        elif each.status != "held":
            report.warn(f"{each.place}: {each.say}")


def _shown(project: Project, drafts: bool) -> list[DatasetConfig]:
    """Return the datasets of the site in the order of the gallery."""
    shown = [dataset for dataset in project.config.entries if drafts or not dataset.draft]
    return sorted(shown, key=lambda dataset: dataset.order)
