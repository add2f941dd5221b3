"""Time and memory of publishing a table with places, topics and names: `python benchmarks/table.py --rows 1000000`.

Makes the table, publishes it by `sitegen.publish_table` in a process of its own, compares topics and names of the site
with the table, and prints JSON. `--base` is the Python of an environment with the base install alone (no torch).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from results import add_json_option, hand_over

PUBLISH = """
import json, resource, sys, time
import pyarrow.parquet as pq
import sitegen
started = time.monotonic()
table = pq.read_table(sys.argv[1])
columns = {name: name for name in ("text", "x", "y", "topic", "name")}
sitegen.publish_table(table, **columns, output=sys.argv[2], quiet=True)
own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps({"seconds": round(time.monotonic() - started, 1), "peak_mb": max(own, children) // 1024,
                  "torch": "torch" in sys.modules}))
"""
WORDS = np.array([f"{a}{b}{c}" for a in ("ka", "lo", "mi") for b in ("ru", "se", "ta", "vo") for c in ("n", "r", "s")])


def main() -> None:
    """Make, publish, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--topics", type=int, default=400)
    parser.add_argument("--base", default=sys.executable, help="Python to publish with")
    add_json_option(parser)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = make_table(arguments.rows, arguments.topics)
        pq.write_table(table, folder / "table.parquet")
        command = [arguments.base, "-c", PUBLISH, str(folder / "table.parquet"), str(folder / "site")]
        root = Path(__file__).resolve().parents[1]
        environ = {**os.environ, "PYTHONPATH": str(root)}
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environ, cwd=folder)
        figures = {"rows": arguments.rows, "topics": arguments.topics, **json.loads(done.stdout)}
        hand_over({**figures, **compare(table, folder / "site" / "map" / "download")}, arguments.json)


def make_table(rows: int, topics: int) -> pa.Table:
    """Documents of ten words around a centre for each topic; a tenth is outside any."""
    rng = np.random.default_rng(42)
    topic = np.where(rng.random(rows) < 0.1, -1, rng.integers(0, topics, rows))
    places = rng.uniform(-50, 50, (topics + 1, 2))[topic] + rng.normal(0, 1, (rows, 2))
    chosen = WORDS[rng.integers(0, len(WORDS), (rows, 9))]
    texts = [
        f"subject{of} {' '.join(words)} {number}" for number, (of, words) in enumerate(zip(topic, chosen, strict=True))
    ]
    names = [None if of < 0 else f"Subject {of}" for of in topic.tolist()]
    return pa.table({"text": texts, "x": places[:, 0], "y": places[:, 1], "topic": topic, "name": names})


def compare(table: pa.Table, folder: Path) -> dict[str, float]:
    """Shares of documents with the topic and the name that the table gives, and the largest error of a place in pixels.

    A pixel is a thousandth of the map's side.
    """
    documents = pq.read_table(folder / "documents.parquet")
    names = {row["topic"]: row["name"] for row in json.loads((folder / "topics.json").read_text("utf-8"))}
    topics = documents.column("topic").to_numpy()
    wanted = table.column("topic").to_numpy()
    named = [names.get(topic) for topic in topics.tolist()]
    scale = float(np.ptp(documents.column("x").to_numpy()) / np.ptp(table.column("x").to_numpy()))
    errors = []
    for axis in ("x", "y"):
        found, given = documents.column(axis).to_numpy(), table.column(axis).to_numpy() * scale
        errors.append(float(np.abs((found - found.mean()) - (given - given.mean())).max()))
    return {
        "same_topic": float((topics == wanted).mean()),
        "same_name": float(np.mean([a == b for a, b in zip(named, table.column("name").to_pylist(), strict=True)])),
        "pixels_off": round(max(errors) * 1000, 3),
    }


if __name__ == "__main__":
    main()
