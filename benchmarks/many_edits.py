"""Time and memory of thousands of edits: `python benchmarks/many_edits.py --edits 5000 --topics 8000`.

Publishes a table with places, topics and names, then adds edits of all ten kinds, each of topics of its own, and
publishes again; then with one edit more, then without the file. Prints the seconds of each build and of its stages, the
largest memory, what became of the edits, and whether the site without the file is that of before, byte for byte.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from results import add_json_option, hand_over
from table import make_table

PROJECT = """\
datasets:
  - slug: made-up
    title: Made up
    source: {type: file, path: table.parquet}
    documents: {text: text, id: id, min_chars: 1}
    given: {x: x, y: y, topic: topic, name: name}
    privacy: {text: full}
    embeddings: {model: null}
    labels: {model: null}
"""
BUILD = """
import resource, sys
from sitegen.cli import cli
try:
    cli(["build", "--config", sys.argv[1], "--output", sys.argv[2]])
finally:
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print("peak_mb", max(own, children) // 1024, flush=True)
"""
DONE = re.compile(r"(\w+) +done in ([\d.]+) s")
LISTED = 3
"""Documents that a move or a split takes."""


def write_edits(table: pa.Table, edits: int) -> Iterator[str]:
    """Yield lines of a file with edits of all kinds in turn; no topic has two that contradict each other."""
    topics, ids = table.column("topic").to_numpy(), table.column("id").to_pylist()
    order = np.argsort(topics, kind="stable")
    starts = np.searchsorted(topics[order], np.arange(topics.max() + 2))
    numbers = iter(np.flatnonzero(np.diff(starts) > LISTED).tolist())
    new_ids = count(int(topics.max()) + 1)

    def documents(topic: int) -> str:
        rows = order[starts[topic] : starts[topic + 1]][:LISTED]
        return f"[{', '.join(ids[row] for row in rows)}]"

    yield "dataset: made-up\nedits:\n"
    merged = next(numbers)
    for at in range(edits):
        topic = next(numbers)
        match at % 10:
            case 0:
                edit = f"rename, topic: {topic}, name: Name {topic}, description: About {topic}, who: Ana, why: better"
            case 1:  # chains of ten merges: each goes into the topic of the next
                edit, merged = f"merge, topics: [{merged}], into: {topic}", topic if at % 100 < 90 else next(numbers)
            case 2:
                edit = f"split, topic: {topic}, new_id: {next(new_ids)}, name: Split {topic}"
                edit += f", documents: {documents(topic)}" if at % 20 == 2 else ", matching: karun"
            case 3:
                edit = f"hide, topics: [{topic}]"
            case 4:
                edit = f"delete, topics: [{topic}]"
            case 5:
                edit = f"move, documents: {documents(topic)}, to: {next(numbers)}"
            case 6:
                edit = f"parent, topics: [{topic}, {next(numbers)}], name: Group {topic}"
            case 7:
                edit = f"color, topic: {topic}, color: '#aa3355'"
            case 8:
                edit = f"order, topics: [{topic}]"
            case _:
                edit = f"note, topic: {topic}, note: A note about {topic}"
        yield f"  - {{type: {edit}}}\n"


def build(config: Path) -> dict[str, Any]:
    """Build a site in a process of its own; return seconds, those of its stages, memory, and what was told of edits."""
    root = Path(__file__).resolve().parents[1]
    started = time.perf_counter()
    command = [sys.executable, "-c", BUILD, str(config), str(config.parent / "site")]
    environ = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=environ
    )
    if done.returncode:
        raise SystemExit(done.stdout)
    stages = {name: float(seconds) for name, seconds in DONE.findall(done.stdout)}
    (peak,) = re.findall(r"peak_mb (\d+)", done.stdout)
    told = re.findall(r"(?:held|orphaned|in part)[^\n]*", done.stdout)
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "stages": stages,
        "peak_mb": int(peak),
        "told": told[:3],
    }


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of each file of a site, by path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def main() -> None:
    """Make, edit, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=5000)
    parser.add_argument("--topics", type=int, default=8000)
    parser.add_argument("--documents", type=int, default=80_000)
    parser.add_argument("--keep", type=Path, help="leave the project here")
    add_json_option(parser)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = given.keep or Path(name)
        folder.mkdir(exist_ok=True)
        table = make_table(given.documents, given.topics)
        table = table.append_column("id", pa.array([f"d{row}" for row in range(len(table))]))
        pq.write_table(table, folder / "table.parquet")
        config, edits = folder / "datasets.yaml", folder / "edits" / "made-up.yaml"
        config.write_text(PROJECT, "utf-8")
        builds = {"first build": build(config)}
        print(builds, flush=True)
        before = digests(folder / "site")
        edits.parent.mkdir(exist_ok=True)
        text = "".join(write_edits(table, given.edits))
        edits.write_text(text, "utf-8")
        builds["with edits"] = build(config)
        print(builds, flush=True)
        edits.write_text(text + f"  - {{type: rename, topic: {given.topics - 1}, name: One more}}\n", "utf-8")
        builds["one more"] = build(config)
        print(builds, flush=True)
        edits.unlink()
        builds["without the file"] = build(config)
        same = digests(folder / "site") == before
    hand_over({"edits": given.edits, "topics": given.topics, "builds": builds, "same_bytes_without": same}, given.json)


if __name__ == "__main__":
    main()
