"""What stays when documents are added: a dataset is computed from a share of its documents, then from all.

    python benchmarks/rebuild.py chitchat --share 0.95

Runs the stages of `datasets.yaml` in a folder of its own, so no site and no cache changes.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, cast

import numpy as np

from results import add_json_option, hand_over
from sitegen.artifacts import Continuity, Documents, Store
from sitegen.config import DatasetConfig, Project, SampleConfig, load_project
from sitegen.pipeline import STAGES, Pipeline
from sitegen.report import Report, quiet_libraries


def compute(project: Project, dataset: DatasetConfig, cache: Path) -> tuple[Documents, Continuity]:
    """Every stage of a dataset; what the last build of it left in `cache` is continued."""
    pipeline = Pipeline(
        dataset, STAGES, Store(cache), root=project.root, runtime=project.config.runtime, report=Report()
    )
    with project.placed(dataset), quiet_libraries(0):
        pipeline.run()
        return cast(Documents, pipeline.load("documents")), cast(Continuity, pipeline.load("continuity"))


def compare(before: Continuity, after: Continuity) -> dict[str, Any]:
    """Topics that kept their id, what became of them, and how far documents moved on the map."""
    old, new = ({topic["topic"]: topic for topic in each.topics.to_pylist()} for each in (before, after))
    kept = sorted(old.keys() & new.keys())
    _, rows, rows_before = np.intersect1d(after.fingerprints, before.fingerprints, return_indices=True)
    moved = np.hypot(*(after.layout[rows] - before.layout[rows_before]).T)
    low, high = np.percentile(before.layout, [2, 98], axis=0)
    return {
        "documents": [len(before.fingerprints), len(after.fingerprints)],
        "topics": [len(old), len(new)],
        "kept their id": len(kept),
        "kept their colour": sum(old[topic]["slot"] == new[topic]["slot"] for topic in kept),
        "kept their name": sum(old[topic]["name"] == new[topic]["name"] for topic in kept),
        "changes": dict(Counter(row["change"] for row in after.changes.to_pylist())),
        "median move, of the map's width": round(float(np.median(moved) / (high - low).mean()), 3),
        "largest that kept their id": {str(topic): [old[topic]["name"], new[topic]["name"]] for topic in kept[:12]},
    }


def main() -> None:
    """Compute both and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("slug")
    parser.add_argument("--share", type=float, default=0.95, help="of the documents that the first build has")
    parser.add_argument("--config", type=Path, default=Path("datasets.yaml"))
    add_json_option(parser)
    options = parser.parse_args()
    project = load_project(options.config)
    (dataset,) = project.select({options.slug})
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        every, _ = compute(project, dataset, cache)
        (cache / "latest").rename(cache / "unused")
        fewer = SampleConfig(size=round(len(every) * options.share))
        _, before = compute(
            project,
            dataset.model_copy(update={"documents": dataset.documents.model_copy(update={"sample": fewer})}),
            cache,
        )
        _, after = compute(project, dataset, cache)
    hand_over(compare(before, after), options.json)


if __name__ == "__main__":
    main()
