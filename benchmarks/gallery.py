"""Cold and incremental times of publishing galleries: `python benchmarks/gallery.py --maps 1 10 50`.

The results of all stages are made up and stored beforehand, so what is measured is sitegen itself: drawing the maps,
rendering, checking and publishing the pages. Prints JSON, times in seconds.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import json
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from rich.console import Console

from results import add_json_option, hand_over
from sitegen.artifacts import TOPIC_SCHEMA, Clusters, Embeddings, Reduction, Store, Topics
from sitegen.commands.build import BuildOptions, build
from sitegen.config import load_project
from sitegen.pipeline import STAGES, Pipeline
from sitegen.report import Report
from sitegen.site.output.check import check_site


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--maps", type=int, nargs="+", default=[1, 10, 50])
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--topics", type=int, default=30)
    add_json_option(parser)
    arguments = parser.parse_args()
    galleries = []
    for maps in arguments.maps:
        print(f"{maps} maps", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            galleries.append(measure(Path(folder), maps, arguments.documents, arguments.topics))
    hand_over({"galleries": galleries}, arguments.json)


def measure(root: Path, maps: int, documents: int, topics: int) -> dict[str, Any]:
    """Seconds of each kind of build of a gallery of `maps` in `root`."""
    rows = [{"text": f"Text number {number} of a made-up collection."} for number in range(documents)]
    (root / "rows.json").write_text(json.dumps(rows))
    (root / "model").mkdir()
    titles = {f"map-{number}": f"Map {number}" for number in range(maps)}
    write_config(root, titles)
    fill(root, documents, topics)
    times = {"cold": timed(root), "nothing changed": timed(root)}
    titles["map-0"] = "Another title"
    write_config(root, titles)
    times["one title changed"] = timed(root)
    (root / "static" / "css").mkdir(parents=True)
    (root / "static" / "css" / "brand.css").write_text(":root { --accent: red }")
    times["theme changed"] = timed(root)
    site = [path for path in (root / "build").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in site)
    check = check_site(root / "build")
    return {
        "maps": maps,
        **times,
        "files": len(site),
        "mb": round(size / 1e6, 1),
        "index_kB": round(check.first_view["index.html"] / 1000, 1),
        "problems": check.problems,
    }


def write_config(root: Path, titles: dict[str, str]) -> None:
    """A gallery of datasets that differ in their titles and seeds, so that each has a map of its own to draw."""
    datasets = [
        {
            "slug": slug,
            "title": title,
            "seed": seed,
            "source": {"type": "file", "path": "rows.json"},
            "embeddings": {"model": "./model"},
            "labels": {"model": None},
        }
        for seed, (slug, title) in enumerate(titles.items())
    ]
    (root / "datasets.yaml").write_text(json.dumps({"datasets": datasets}))


def fill(root: Path, documents: int, topics: int) -> None:
    """Store what the stages that need models would make, under their real keys."""
    rng = np.random.default_rng(7)
    assignment = rng.integers(-1, topics, documents).astype(np.int32)
    layout = (rng.uniform(0, 10, (topics + 1, 2))[assignment] + rng.normal(0, 0.3, (documents, 2))).astype(np.float32)
    table = [
        {
            "topic": topic,
            "size": int((assignment == topic).sum()),
            "keywords": [f"word{topic}", "made", "up"],
            "keybert": [f"word{topic}", "made", "up"],
            "mmr": [f"word{topic}", "made", "up"],
            "representatives": [int(each) for each in np.flatnonzero(assignment == topic)[:3]],
        }
        for topic in range(topics)
    ]
    made = {
        "embeddings": Embeddings(np.eye(documents, 4, dtype=np.float32)),
        "reduction": Reduction(layout, layout),
        "clusters": Clusters(assignment, (assignment >= 0).astype(np.float32)),
        "topics": Topics(pa.Table.from_pylist(table, TOPIC_SCHEMA), assignment),
    }
    stages = [
        dataclasses.replace(stage, run=partial(give, made[stage.name])) if stage.name in made else stage
        for stage in STAGES
    ]
    project, store = load_project(root / "datasets.yaml"), Store(root / ".sitegen" / "cache")
    for dataset in project.config.datasets:
        Pipeline(dataset, stages, store, root=root, runtime=project.config.runtime, report=silent()).run()


def give(artifact: Any, **_: Any) -> Any:
    """A stage that has nothing to compute."""
    return artifact


def timed(root: Path) -> float:
    """Seconds of one build, as `sitegen build` does it once it has started."""
    started = time.monotonic()
    build(load_project(root / "datasets.yaml"), BuildOptions(root / "build"), silent())
    return round(time.monotonic() - started, 2)


def silent() -> Report:
    """A report that nobody reads."""
    return Report(-1, Console(file=io.StringIO()))


if __name__ == "__main__":
    main()
