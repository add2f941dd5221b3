"""`sitegen refit`: makes the map of a dataset that grows anew; the next build lays it onto the old one."""

from __future__ import annotations

from sitegen.config import Project
from sitegen.errors import ConfigError
from sitegen.pipeline import GROWING
from sitegen.report import Report
from sitegen.workspace import Workspace


def refit(project: Project, slug: str, report: Report) -> None:
    """Forget the fit of a map and compute it anew, from all documents. `build` publishes it.

    Topics that continue keep number and colour, and the layout is laid onto that of the last build.

    Raises:
        ConfigError: there is no dataset `slug`, or each build of it is a new fit.
        SitegenError: it cannot be computed; the next build tries again.
    """
    with Workspace(project, report).open_pipeline(slug) as (dataset, pipeline):
        if dataset.growth.mode != "grow":
            raise ConfigError(f"{slug}: growth.mode is refit, so every build fits the map anew; there is nothing to do")
        # what topics and places were is kept: the new map is laid onto it
        pipeline.forget(GROWING.keys() - {"continuity"})
        pipeline.run()
