"""`sitegen status`: which stored results are fresh, and why the others are stale."""

from __future__ import annotations

from collections.abc import Callable

from sitegen.config import Project
from sitegen.errors import ConfigError
from sitegen.pipeline import StageStatus
from sitegen.report import Report
from sitegen.workspace import EditOutcome, Workspace


def print_status(
    project: Project, only: frozenset[str], report: Report, say: Callable[[str], None], *, strict: bool = False
) -> None:
    """Say of each stage whether it is fresh, and of each edit what became of it.

    Raises:
        ConfigError: `only` names a dataset that does not exist; or `strict`, and an edit is lost, or may be.
    """
    stages = status(project, only, report)
    outcomes = edit_outcomes(project, stages, report)
    for slug, found in stages.items():
        say(slug)
        for stage in found:
            say(f"  {stage.stage:<13} {'fresh' if stage.fresh else 'stale'}  {stage.why}")
        _print_edits(outcomes.get(slug, []), say)
    if not strict:
        return
    unknown = [slug for slug, found in stages.items() if any(s.stage == "edits" and not s.fresh for s in found)]
    if unknown:
        raise ConfigError(f"{', '.join(unknown)}: what became of edits is known after a build, and --strict was given")
    lost = sum(edit.status in {"orphaned", "partly"} for edits in outcomes.values() for edit in edits)
    if lost:
        raise ConfigError(f"{lost} edit(s) lost their topics or documents, and --strict was given")


def _print_edits(edits: list[EditOutcome], say: Callable[[str], None]) -> None:
    if not edits:
        return
    held = sum(edit.status == "held" for edit in edits)
    say(f"  {held} of {sum(edit.status != 'warning' for edit in edits)} edits hold")
    for edit in edits:
        if edit.say:
            say(f"    {edit.status:<9} {edit.place}: {edit.say}")


def status(project: Project, only: frozenset[str], report: Report) -> dict[str, list[StageStatus]]:
    """Return what `build` would do, by slug, without doing it.

    Raises:
        ConfigError: `only` names a dataset that does not exist.
    """
    workspace = Workspace(project, report)
    if worker := workspace.worker():
        report.info(f"being built: what is stale may be on its way, by {worker}")
    found = {}
    for dataset in project.select(only):
        with project.placed(dataset):
            found[dataset.slug] = workspace.pipeline(dataset).status()
    return found


def edit_outcomes(
    project: Project, stages: dict[str, list[StageStatus]], report: Report
) -> dict[str, list[EditOutcome]]:
    """Return what the latest build made of each edit, by slug, of the datasets whose edits are up to date.

    Args:
        stages: what `status` found.
    """
    workspace = Workspace(project, report)
    found = {}
    for dataset in project.select(stages):
        if any(each.stage == "edits" and each.fresh for each in stages[dataset.slug]):
            found[dataset.slug] = workspace.resolved_edits(dataset, workspace.pipeline(dataset))
    return found
