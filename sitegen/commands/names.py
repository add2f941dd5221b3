"""`sitegen names`: how well the stored names of a dataset's topics point to their topics, worst first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sitegen.artifacts import LabelRow, TopicLabels, TopicRow, Topics
from sitegen.config import Project
from sitegen.errors import ArtifactError
from sitegen.pipeline.labels.wording.name_fit import NARROW
from sitegen.report import Report
from sitegen.workspace import Workspace

NAMED_BY = {"llm": "the model", "phrase": "a phrase", "keywords": "keywords", "predefined": "you, beforehand"}


def judge_names(project: Project, slug: str, report: Report) -> list[str]:
    """Return the lines that say it; nothing is computed.

    Raises:
        ConfigError: there is no such dataset.
        ArtifactError: its names are not stored, or were stored before they were measured.
    """
    (dataset,) = project.select({slug})
    with project.placed(dataset):
        pipeline = Workspace(project, report).pipeline(dataset)
        pipeline.stored()
        topics, labels = cast(Topics, pipeline.load("topics")), cast(TopicLabels, pipeline.load("labels"))
    return list(name_lines(topics.rows(), labels.rows()))


def name_lines(topics: list[TopicRow], labels: list[LabelRow]) -> Iterator[str]:
    """Yield how many names point to their own topic, then a line per name, worst first.

    Args:
        topics, labels: rows of `TOPIC_SCHEMA` and `LABEL_SCHEMA`.

    Raises:
        ArtifactError: a name was not measured.
    """
    if any(label["rank"] is None for label in labels):
        raise ArtifactError("the stored names were not measured yet; run sitegen build")
    if not labels:
        yield "there are no topics"
        return
    pointing = sum(label["rank"] == 1 for label in labels)
    yield f"{pointing} of {len(labels)} names ({pointing / len(labels):.0%}) point to their own topic"
    for source, told in NAMED_BY.items():
        count = sum(label["named_by"] == source for label in labels)
        if count:
            yield f"{count} by {told}"
    yield ""
    width = max(len(label["name"]) for label in labels)
    yield f"{'name':<{width}}  margin    fit  rank  documents  why"
    for label in sorted(labels, key=lambda label: (label["margin"], label["topic"])):
        size = topics[label["topic"]]["size"]
        yield (
            f"{label['name']:<{width}}  {label['margin']:6.2f} {label['fit']:6.2f}  {label['rank']:4}  {size:9,}  "
            f"{_why(label, labels)}"
        ).rstrip()


def _why(label: LabelRow, labels: list[LabelRow]) -> str:
    other = labels[label["nearest"]]["name"] if label["nearest"] is not None else ""
    said = []
    if label["rank"] is not None and label["rank"] > 1:
        said.append(f"it is closer to the documents of {other}")
    elif label["margin"] is not None and label["margin"] < NARROW and other:
        said.append(f"it is nearly as close to the documents of {other}")
    if label["reason"]:
        said.append(label["reason"])
    return "; ".join(said)
