"""The picture of a map beside DataMapPlot's of the same data: `python benchmarks/pictures.py SLUG --peers PYTHON`.

Both have the same documents, places and names, by their default settings, light and dark. Counted are the names on
each picture, and those that can be read: none overlaps another, none leaves the picture. The gallery has to be built
with the pictures; PYTHON has datamapplot (see `peers.py`), whose pictures go into the folder `--output`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from playwright.sync_api import sync_playwright

from results import add_json_option, hand_over

ROOT = Path(__file__).resolve().parent.parent
UMAP_EXTENT = 20
"""DataMapPlot's glow has a width for layouts about as wide as UMAP's."""
Box = tuple[float, float, float, float]
DATAMAPPLOT = """
import json, sys
import numpy as np
import datamapplot
from matplotlib.text import Text
folder, title = sys.argv[1:]
names = np.array(json.load(open(f"{folder}/names.json")), dtype=object)
found = {}
for suffix, dark in (("", False), ("-dark", True)):
    figure, axes = datamapplot.create_plot(
        np.load(f"{folder}/places.npy"), names, title=title, darkmode=dark, font_family="sans-serif", figsize=(15, 10),
        dpi=200, noise_label="",
    )
    figure.savefig(f"{folder}/datamapplot{suffix}.png", dpi=200)
    renderer = figure.canvas.get_renderer()
    page = figure.bbox
    # Each name is there twice, as text and as the annotation with its line.
    named = {text.get_text(): text for text in axes.texts if text.get_text().strip()}
    boxes = [Text.get_window_extent(text, renderer) for text in named.values()]  # without the line
    found[suffix] = [[box.x0, page.height - box.y1, box.x1, page.height - box.y0] for box in boxes]
    found["size"] = [page.width, page.height]
json.dump(found, sys.stdout)
"""
LINES = """() => [...document.querySelectorAll("g text")].map((line) => {
    const { x, y, width, height } = line.getBBox();
    return [line.textContent, x, y + height / 5, x + width, y + height * 4 / 5];
})"""


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slug")
    parser.add_argument("--site", type=Path, default=ROOT / "build")
    parser.add_argument("--peers", type=Path, required=True, metavar="PYTHON", help="a Python with datamapplot")
    parser.add_argument("--output", type=Path, default=Path("pictures"))
    add_json_option(parser)
    arguments = parser.parse_args()
    downloads, folder = arguments.site / arguments.slug / "download", arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    topics = {row["topic"]: row["name"] for row in json.loads((downloads / "topics.json").read_bytes())}
    for suffix in ("", "-dark"):
        shutil.copyfile(downloads / f"map{suffix}.png", folder / f"sitegen{suffix}.png")
    figures: dict[str, Any] = {"topics": len(topics), "sitegen": of_sitegen(downloads / "map.svg", [*topics.values()])}
    figures["DataMapPlot"] = of_datamapplot(downloads, topics, folder, arguments.slug, arguments.peers)
    hand_over(figures, arguments.json)


def of_sitegen(picture: Path, names: list[str]) -> dict[str, int]:
    """Count the names on sitegen's picture, whose SVG has them as text, at the places of the PNG."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(picture.resolve().as_uri())
        lines = page.evaluate(LINES)
        width, height = page.evaluate(
            "() => [document.rootElement.viewBox.baseVal.width, document.rootElement.viewBox.baseVal.height]"
        )
        browser.close()
    written = " ".join(line for line, *_ in lines)
    named = sum(name in written for name in names)
    hidden = len(lines) - readable([tuple(box) for _, *box in lines], width, height)
    return {"named": named, "lines of names that overlap or leave the picture": hidden}


def of_datamapplot(downloads: Path, topics: dict[int, str], folder: Path, title: str, python: Path) -> dict[str, Any]:
    """Draw DataMapPlot's pictures into `folder` and count the names on them."""
    table = pq.read_table(downloads / "documents.parquet", columns=["topic", "x", "y"]).to_pydict()
    np.save(folder / "places.npy", UMAP_EXTENT * np.column_stack([table["x"], table["y"]]).astype(np.float32))
    (folder / "names.json").write_text(json.dumps([topics.get(topic, "") for topic in table["topic"]]), "utf-8")
    done = subprocess.run([python, "-c", DATAMAPPLOT, folder, title], check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    size = found.pop("size")
    return {
        suffix.removeprefix("-") or "light": {"named": len(boxes), "readable": readable(boxes, *size)}
        for suffix, boxes in found.items()
    }


def readable(boxes: list[Box], width: float, height: float) -> int:
    """How many boxes overlap no other and are inside a picture of this size."""
    bad = {
        number
        for number, (left, top, right, bottom) in enumerate(boxes)
        if left < 0 or top < 0 or right > width or bottom > height
    }
    for (one, a), (other, b) in combinations(enumerate(boxes), 2):
        if min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1]):
            bad |= {one, other}
    return len(boxes) - len(bad)


if __name__ == "__main__":
    main()
