"""`sitegen tune`: which `clusters:` settings suit a dataset, measured on its stored reduction."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Predefined, Reduction, content_order, split_by_topic, topic_centers
from sitegen.config import DatasetConfig, Project
from sitegen.errors import DataError
from sitegen.pipeline.clusters.beside_names import reduction_of_rest
from sitegen.pipeline.clusters.parameter_search import (
    SAMPLES,
    Candidate,
    recommend,
    scale_to_documents,
    search_parameters,
)
from sitegen.pipeline.color_slots import color_slots
from sitegen.report import Report
from sitegen.site.map import palette
from sitegen.site.map.map_square import to_map_square
from sitegen.workspace import Workspace

METHODS = ("eom", "leaf")


@dataclass(frozen=True)
class Tuning:
    """What was measured of one dataset.

    Attributes:
        places: float32 (n, 2), the documents, or the landmarks that stand for them, in the map square.
        candidates: every setting, by method, `min_samples` and ascending size.
        target: the number of topics asked for, if any.
        chosen, why: the recommendation.
    """

    slug: str
    title: str
    places: npt.NDArray[np.float32]
    candidates: tuple[Candidate, ...]
    target: int | None
    chosen: Candidate
    why: str

    @property
    def yaml(self) -> str:
        """The lines to paste into `datasets.yaml`."""
        chosen = self.chosen
        return (
            f"    clusters: {{min_cluster_size: {chosen.min_cluster_size}, "
            f"min_samples: {chosen.min_samples}, method: {chosen.method}}}"
        )

    @property
    def row(self) -> list[Candidate]:
        """The candidates that differ from the chosen one in their size only."""
        return [each for each in self.candidates if _row(each) == _row(self.chosen)]

    @property
    def others(self) -> list[Candidate]:
        """The best candidate of each other method and `min_samples`."""
        rows = dict.fromkeys(_row(each) for each in self.candidates if _row(each) != _row(self.chosen))
        return [recommend([each for each in self.candidates if _row(each) == row], self.target)[0] for row in rows]


def tune(project: Project, slug: str, report: Report) -> Tuning:
    """Measure settings of the dataset `slug`; what comes before the clusters is made first if it is not stored.

    The recommendation keeps the dataset's method, as `min_cluster_size: auto` does.

    Raises:
        SitegenError: there is no such dataset, or its reduction cannot be made.
    """
    dataset, reduction = reduction_of(project, slug, report)
    config, points = dataset.clusters, reduction.cluster_space[reduction.fitted]
    order = content_order(points)  # as the stage takes them
    samples = sorted({*SAMPLES, *([config.min_samples] if config.min_samples else [])})
    with report.task("settings", len(samples)) as advance:
        found = search_parameters(
            points[order], config, dataset.seed, samples=samples, methods=METHODS, advance=advance
        )
    share = len(points) / len(reduction.cluster_space)
    place_of = np.argsort(order)
    candidates = [
        scale_to_documents(dataclasses.replace(each, assignment=each.assignment[place_of]), share) for each in found
    ]
    candidates.sort(key=lambda each: (each.method, each.min_samples, each.min_cluster_size))
    chosen, why = recommend([each for each in candidates if each.method == config.method], config.topics)
    places = to_map_square(reduction.layout)[reduction.fitted]
    return Tuning(slug, dataset.title, places, tuple(candidates), config.topics, chosen, why)


def reduction_of(project: Project, slug: str, report: Report) -> tuple[DatasetConfig, Reduction]:
    """Return a dataset and its reduction, made first if it is not stored: of the documents that are clustered.

    Raises:
        SitegenError: there is no such dataset, or its reduction cannot be made.
    """
    with Workspace(project, report).open_pipeline(slug) as (dataset, pipeline):
        reduction = cast(Reduction, pipeline.load("reduction"))
        if dataset.predefined is None:
            return dataset, reduction
        named = cast(Predefined, pipeline.load("predefined"))
    _, rest = reduction_of_rest(reduction, named.assignment)
    if rest is None:
        raise DataError("every document is in a topic named beforehand, so there is nothing to cluster")
    return dataset, rest


def document_colors(places: npt.NDArray[np.float32], candidate: Candidate) -> npt.NDArray[np.uint8]:
    """Return the colour of every document by its topic, uint8 (n, 4)."""
    assignment = candidate.assignment
    by_size = np.argsort(-np.bincount(assignment[assignment >= 0], minlength=candidate.topics), kind="stable")
    members = split_by_topic(places, assignment, candidate.topics)
    centers = topic_centers([members[topic] for topic in by_size])
    slots = dict(zip(by_size.tolist(), color_slots(centers, [None] * len(centers)), strict=True))
    return palette.document_colors([palette.topic_color(slots[topic]) for topic in range(candidate.topics)])[assignment]


def _row(candidate: Candidate) -> tuple[str, int]:
    return candidate.method, candidate.min_samples
