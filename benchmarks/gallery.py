"""Seconds that `sitegen build` takes for galleries: first, unchanged, one title changed, the theme changed.

    python benchmarks/gallery.py --maps 1 10 50
    python benchmarks/gallery.py --maps 50 --against ../before

The datasets bring places, topics and names, so no model is loaded, and what is measured is sitegen itself: the start of
the command, drawing the maps, rendering, checking and publishing the pages. `--against` measures another checkout too,
build by build in turns, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from results import add_json_option, hand_over
from sitegen.site.output.check import check_site

HERE = Path(__file__).resolve().parents[1]


class Gallery:
    """A project of `maps` datasets in `root`, built by the sitegen of `checkout`."""

    def __init__(self, root: Path, checkout: Path, maps: int, documents: int, topics: int) -> None:
        self.root, self.checkout = root, checkout
        self.seconds: dict[str, list[float]] = {}
        self._titles = {f"map-{number}": f"Map {number}" for number in range(maps)}
        root.mkdir(parents=True, exist_ok=True)
        (root / "rows.json").write_text(json.dumps(rows(documents, topics)))
        self._write_config()

    def build(self, what: str) -> None:
        """Build, and note the seconds under `what`."""
        command = [sys.executable, "-m", "sitegen", "build", "--quiet"]
        started = time.monotonic()
        subprocess.run(command, cwd=self.root, env={**os.environ, "PYTHONPATH": str(self.checkout)}, check=True)
        self.seconds.setdefault(what, []).append(round(time.monotonic() - started, 2))

    def change_title(self, number: int) -> None:
        """Give the first map another title."""
        self._titles["map-0"] = f"Title {number}"
        self._write_config()

    def change_theme(self, number: int) -> None:
        """Give all pages another colour of links."""
        (self.root / "static" / "css").mkdir(parents=True, exist_ok=True)
        (self.root / "static" / "css" / "brand.css").write_text(f":root {{ --accent: #{number:06x} }}")

    def figures(self) -> dict[str, Any]:
        """The median of the seconds of each kind of build, and the size of the site."""
        site = [path for path in (self.root / "build").rglob("*") if path.is_file()]
        check = check_site(self.root / "build")
        return {
            "seconds": {what: statistics.median(each) for what, each in self.seconds.items()},
            "files": len(site),
            "mb": round(sum(path.stat().st_size for path in site) / 1e6, 1),
            "index_kB": round(check.first_view["index.html"] / 1000, 1),
            "problems": check.problems,
        }

    def _write_config(self) -> None:
        """Datasets that differ in their titles and seeds, so that each has a map of its own to draw."""
        datasets = [
            {
                "slug": slug,
                "title": title,
                "description": "Made up.",
                "seed": seed,
                "source": {"type": "file", "path": "rows.json"},
                "documents": {"drop_duplicates": False},
                "given": {"x": "x", "y": "y", "topic": "topic", "name": "name"},
            }
            for seed, (slug, title) in enumerate(self._titles.items())
        ]
        (self.root / "datasets.yaml").write_text(json.dumps({"datasets": datasets}))


def rows(documents: int, topics: int) -> list[dict[str, Any]]:
    """Documents around the centres of topics."""
    rng = np.random.default_rng(7)
    topic = rng.integers(-1, topics, documents)
    places = rng.uniform(0, 10, (topics + 1, 2))[topic] + rng.normal(0, 0.3, (documents, 2))
    return [
        {"text": f"Text {row} of subject{of}.", "x": x, "y": y, "topic": of, "name": f"Subject {of}"}
        for row, (of, (x, y)) in enumerate(zip(topic.tolist(), places.tolist(), strict=True))
    ]


def measure(galleries: Sequence[Gallery], repeats: int) -> list[dict[str, Any]]:
    """Build them in turns."""
    for each in galleries:
        each.build("first")
    for number in range(repeats):
        for each in galleries:
            each.build("nothing changed")
        for each in galleries:
            each.change_title(number)
            each.build("one title changed")
        for each in galleries:
            each.change_theme(number)
            each.build("theme changed")
    return [each.figures() for each in galleries]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--maps", type=int, nargs="+", default=[1, 10, 50])
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--topics", type=int, default=30)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where to keep the galleries: a second run goes on from the first")
    parser.add_argument("--against", type=Path, help="another checkout, measured in turns with this one")
    add_json_option(parser)
    options = parser.parse_args()
    checkouts = {"this": HERE, **({"against": options.against.resolve()} if options.against else {})}
    found = []
    for maps in options.maps:
        print(f"{maps} maps", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            galleries = [
                Gallery((options.keep or Path(folder)) / name, checkout, maps, options.documents, options.topics)
                for name, checkout in checkouts.items()
            ]
            measured = dict(zip(checkouts, measure(galleries, options.repeats), strict=True))
        found.append({"maps": maps, **measured})
    hand_over({"galleries": found}, options.json)


if __name__ == "__main__":
    main()
