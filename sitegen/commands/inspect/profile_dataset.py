"""Looks at a dataset of a project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sitegen.commands.inspect.column_profile import Row
from sitegen.commands.inspect.profile import Profile, profile
from sitegen.config import Project
from sitegen.errors import ConfigError, PublishError
from sitegen.pipeline.sources import open_source
from sitegen.report import Report, quiet_libraries

TOLD_EVERY = 100_000


def profile_dataset(project: Project, slug: str, limit: int | None, report: Report) -> Profile:
    """Return the profile of a dataset, of its first `limit` rows if given.

    Raises:
        SitegenError: there is no such dataset, or it cannot be read or shaped; with its place in the file.
    """
    (dataset,) = project.select([slug])
    if dataset.joined:
        slugs = ", ".join(each.slug for each in dataset.joined)
        raise ConfigError(f"{project.locate(dataset, '')}: a map of several datasets; inspect one of them: {slugs}")
    with project.placed(dataset), quiet_libraries(report.verbosity):
        source = open_source(dataset.source, project.root)

        def rows() -> Iterator[Row]:
            for number, row in enumerate(source.rows(), 1):
                if number % TOLD_EVERY == 0:
                    report.info(f"  {number:,} rows read")
                yield row

        try:
            return profile(rows, dataset, project.root, limit)
        finally:
            for line in source.remarks.told:
                report.info(f"  {line}")
            for line in source.remarks.warned:
                report.warn(line)


def write_page(found: Profile, path: Path) -> None:
    """Write a profile as one HTML file.

    Raises:
        PublishError: the file cannot be written.
    """
    from sitegen.commands.inspect.page import page

    try:
        path.write_text(page(found), "utf-8")
    except OSError as error:
        raise PublishError(f"{path}: cannot be written: {error.strerror}") from error
