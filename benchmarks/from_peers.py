"""Runs other programs for topics and publishes their results: `python benchmarks/from_peers.py`.

For each folder `examples/from-PROGRAM`: makes an environment of its own with its `requirements.txt`, runs its
`export.py` there on documents and vectors of the demo gallery, publishes the files by its `datasets.yaml`, and compares
the site with them. `--environments FOLDER` keeps the environments for another run. Prints JSON, and a table.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

import sitegen
from results import add_json_option, hand_over
from sitegen.artifacts import Documents, Embeddings
from sitegen.config import GivenConfig, load_project
from sitegen.report import Report
from sitegen.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
OUTSIDE = {None, "-1", "Unlabelled"}
SIDE = 1000
"""A pixel is a thousandth of the map's side."""


def main() -> None:
    """Run, publish, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = sorted(path.name.removeprefix("from-") for path in (ROOT / "examples").glob("from-*"))
    parser.add_argument("programs", nargs="*", default=known, metavar="PROGRAM", help=", ".join(known))
    parser.add_argument("--project", type=Path, default=ROOT / "datasets.yaml")
    parser.add_argument("--slug", default="python-docs", help="dataset with the documents and vectors")
    parser.add_argument("--documents", type=int, default=1200)
    parser.add_argument("--environments", type=Path, help="folder to keep the environments in")
    add_json_option(parser)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environments = (arguments.environments or folder / "environments").resolve()
        write_input(arguments.project, arguments.slug, arguments.documents, folder)
        rows = [try_program(program, folder, environments) for program in arguments.programs]
    hand_over({"programs": rows}, arguments.json)
    head = list(rows[0])
    lines = [head, ["---"] * len(head), *([str(row[key]) for key in head] for row in rows)]
    print("\n".join("| " + " | ".join(line) + " |" for line in lines), file=sys.stderr)


def write_input(project: Path, slug: str, count: int, folder: Path) -> None:
    """Write `documents.parquet` (id, title, text, category) and `vectors.npy`, computed if they are not there yet."""
    with Workspace(load_project(project), Report(0)).open_pipeline(slug) as (_, pipeline):
        documents = cast(Documents, pipeline.load("documents"))
        vectors = cast(Embeddings, pipeline.load("embeddings")).vectors
    pq.write_table(documents.table.select(["id", "title", "text", "category"])[:count], folder / "documents.parquet")
    np.save(folder / "vectors.npy", vectors[:count])


def try_program(program: str, folder: Path, environments: Path) -> dict[str, Any]:
    """Run one program and publish what it made; the share of documents for which the site says the same, in percent."""
    example, work = ROOT / "examples" / f"from-{program}", folder / program
    shutil.copytree(example, work)
    python = environments / program / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", environments / program], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", example / "requirements.txt"], check=True)
    export = [python, "export.py", folder / "documents.parquet", folder / "vectors.npy"]
    environ = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": ""}
    subprocess.run(export, cwd=work, check=True, env=environ, stdout=sys.stderr)
    sitegen.build(work / "datasets.yaml", output=work / "site", quiet=True)
    (dataset,) = load_project(work / "datasets.yaml").config.datasets
    (source,) = dataset.source
    table = pq.read_table(work / cast(Any, source).path)
    return {"program": dataset.given.made_with, **compare(table, dataset.given, work / "site" / dataset.slug)}


def compare(table: pa.Table, given: GivenConfig, site: Path) -> dict[str, Any]:
    """Compare the downloads of a map with the table that it was made from; both have the same order."""
    documents = pq.read_table(site / "download" / "documents.parquet")
    topics = {row["topic"]: row for row in json.loads((site / "download" / "topics.json").read_text("utf-8"))}
    found = documents.column("topic").to_pylist()
    labels = _labels(table, given.topic or "")
    pairs = list(zip(labels, found, strict=True))
    topic_of = dict(pairs)
    one_to_one = len(set(topic_of.values())) == len(topic_of)
    same = [topic_of[label] == topic and (label is None) == (topic < 0) for label, topic in pairs]
    named = "keywords name them"
    if given.name:
        names = table.column(given.name).to_pylist()
        equal = [topic < 0 or topics[topic]["name"] == name for topic, name in zip(found, names, strict=True)]
        named = f"{100 * np.mean(equal):g}"
    places = np.column_stack([table.column(axis).to_numpy() for axis in (given.x, given.y)]).astype(np.float64)
    mapped = np.column_stack([documents.column(axis).to_numpy() for axis in ("x", "y")]).astype(np.float64)
    return {
        "documents": len(found),
        "topics": len(topics),
        "same topic, %": f"{100 * np.mean(same) * one_to_one:g}",
        "same name, %": named,
        "same groups, %": _same_groups(table, given, topics, found) if given.layers else "no layers",
        "pixels off": round(_off(places, mapped) * SIDE, 3),
    }


def _same_groups(
    table: pa.Table, given: GivenConfig, topics: Mapping[int, Mapping[str, Any]], found: Sequence[int]
) -> str:
    """Return the share of topics that lie, layer by layer, in the group that most of their documents are in."""
    inner: Sequence[Hashable] = [None if topic < 0 else topic for topic in found]
    expected: dict[int, Hashable] = {topic: topic for topic in topics}
    same = []
    for number, layer in enumerate(given.layers):
        outer = _labels(table, layer.topic)
        counts: dict[Hashable, Counter[str]] = {}
        for inside, group in zip(inner, outer, strict=True):
            if inside is not None and group is not None:
                counts.setdefault(inside, Counter())[group] += 1
        most = {inside: groups.most_common(1)[0][0] for inside, groups in counts.items()}
        expected = {topic: most.get(inside) for topic, inside in expected.items()}
        said = {topic: _group(row, number) for topic, row in topics.items()}
        group_of = {expected[topic]: said[topic] for topic in topics}
        one_to_one = len(set(group_of.values())) == len(group_of)
        same += [one_to_one and group_of[expected[topic]] == said[topic] for topic in topics]
        inner = outer
    return f"{100 * np.mean(same):g}"


def _group(topic: Mapping[str, Any], layer: int) -> Hashable:
    """Return the group of a topic in a layer, as the site says it; names tell groups above the parents apart."""
    around = [topic["parent"], *topic.get("above", [])]
    return around[layer] if layer < len(around) else None


def _labels(table: pa.Table, column: str) -> list[str | None]:
    labels = [None if label is None else str(label) for label in table.column(column).to_pylist()]
    return [None if label in OUTSIDE else label for label in labels]


def _off(places: npt.NDArray[np.float64], mapped: npt.NDArray[np.float64]) -> float:
    """Return the largest distance along an axis from where one scale and one shift for all put a place."""
    scale = np.ptp(mapped[:, 0]) / np.ptp(places[:, 0])
    apart = mapped - places * scale
    return float(np.abs(apart - apart.mean(axis=0)).max())


if __name__ == "__main__":
    main()
