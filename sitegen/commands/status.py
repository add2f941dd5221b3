"""`sitegen status`: which stored results are fresh, and why the others are stale."""

from __future__ import annotations

from sitegen.config import Project
from sitegen.pipeline import StageStatus
from sitegen.report import Report
from sitegen.workspace import EditOutcome, Workspace


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


def with_stale_edits(stages: dict[str, list[StageStatus]]) -> list[str]:
    """Return the slugs of the datasets of whose edits it is not known whether they hold."""
    return [slug for slug, found in stages.items() if any(each.stage == "edits" and not each.fresh for each in found)]


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
