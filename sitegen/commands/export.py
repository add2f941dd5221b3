"""`sitegen export`: a dataset's topics as a model that `BERTopic.load` reads."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from sitegen.artifacts import Documents, Embeddings, Topics
from sitegen.config import Project
from sitegen.report import Report, quiet_libraries
from sitegen.workspace import Workspace


def export(project: Project, slug: str, folder: Path, report: Report) -> None:
    """Write the topics of a dataset, brought up to date, as a BERTopic model.

    Raises:
        SitegenError: they cannot be made, or `folder` holds something.
    """
    with Workspace(project, report).open_pipeline(slug) as (dataset, pipeline), quiet_libraries(report.verbosity):
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
