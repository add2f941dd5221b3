"""A map in a notebook, executed and converted: `python benchmarks/notebook.py`.

Makes an environment with nbclient, nbconvert and sitegen's base install, executes a notebook of two cells there, and
converts it to HTML. Prints how much the map adds to the notebook, and whether the HTML shows it in a browser that
reaches no host. `--python PYTHON` names an environment that is there already, `--picture FILE` keeps a screenshot.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from results import add_json_option, hand_over
from table import make_table

ROOT = Path(__file__).resolve().parents[1]
MOST_BYTES = 500_000
CELLS = (
    "import pandas, sitegen\nframe = pandas.read_parquet('table.parquet')",
    "sitegen.publish_table(frame, x='x', y='y', topic='topic', name='name', output='site', quiet=True)",
)


def main() -> None:
    """Execute, convert, look, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    add_json_option(parser)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = arguments.python or make_environment(folder / "environment")
        work = folder / "work"
        work.mkdir()
        pq.write_table(make_table(5000, 30), work / "table.parquet")
        write_notebook(work / "map.ipynb")
        convert = [python, "-m", "nbconvert", "--log-level=WARN", "map.ipynb"]
        subprocess.run([*convert, "--execute", "--to", "notebook", "--output", "done.ipynb"], cwd=work, check=True)
        subprocess.run([*convert[:-1], "done.ipynb", "--to", "html"], cwd=work, check=True)
        shutil.rmtree(work / "site")  # what is shown stands in the notebook itself
        added = (work / "done.ipynb").stat().st_size - (work / "map.ipynb").stat().st_size
        figures = {"bytes added": added, **look(work / "done.html", arguments.chromium, arguments.picture)}
        hand_over(figures, arguments.json)
        if added > MOST_BYTES or not figures["picture, px"] or figures["asked for"]:
            sys.exit("the map is too large, is not shown, or asks a host for something")


def make_environment(folder: Path, *front_ends: str) -> Path:
    """Return the Python of a new environment with nbconvert, sitegen and packages of front ends."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    packages = ["nbclient", "nbconvert", "ipykernel", "pandas", *front_ends, "--editable", str(ROOT)]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    return python


def write_notebook(path: Path) -> None:
    """Write the cells as a notebook of format 4.5."""
    cells = [
        {"cell_type": "code", "id": f"cell{n}", "metadata": {}, "source": code, "outputs": [], "execution_count": None}
        for n, code in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    form = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(form), "utf-8")


def look(page_file: Path, chromium: str | None, picture: Path | None) -> dict[str, Any]:
    """Open the page without a network; the width of the map's picture, and hosts that the map's output asked for."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        # MathJax and require.js are nbconvert's own, in every page that it makes
        page.route("http*://**", lambda route: route.abort())
        page.goto(page_file.as_uri())
        image = page.locator(".sitegen img")
        image.wait_for()
        width = image.evaluate("image => image.complete ? image.naturalWidth : 0")
        sources = page.locator(".sitegen [src]").evaluate_all("all => all.map(each => each.getAttribute('src'))")
        if picture:
            image.scroll_into_view_if_needed()
            page.screenshot(path=picture)
        browser.close()
    return {"picture, px": width, "asked for": [source for source in sources if not source.startswith("data:")]}


if __name__ == "__main__":
    main()
