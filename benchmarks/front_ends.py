"""A map in JupyterLab, Notebook 7 and marimo, opened and run in Chromium: `python benchmarks/front_ends.py`.

Makes an environment with the front ends and sitegen's base install, and executes a notebook of two cells there.
Those of Jupyter then open the executed notebook, which they do not trust, and a new one, whose cells are run; marimo
opens and runs a notebook of its own, which calls `show()`. Prints of each how wide the map's picture is, which file it
says to open, and what the page asked other hosts for. `--python PYTHON` names an environment that is there already,
`--pictures FOLDER` keeps screenshots.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from notebook import make_environment, write_notebook
from results import add_json_option, hand_over
from table import make_table

FRONT_ENDS = {"JupyterLab": ("lab", "lab/tree/{}"), "Notebook 7": ("notebook", "notebooks/{}")}
"""Command of Jupyter and address of a notebook."""
MARIMO = "marimo"
TOKEN = "benchmark"
WAIT_MS = 120_000
MARIMO_NOTEBOOK = """import marimo

app = marimo.App()


@app.cell
def _():
    import pandas, sitegen
    frame = pandas.read_parquet("table.parquet")
    return frame, sitegen


@app.cell
def _(frame, sitegen):
    site = sitegen.publish_table(frame, x="x", y="y", topic="topic", name="name", output="site", quiet=True)
    site.show()
    return
"""


def main() -> None:
    """Execute, serve, look, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = [*FRONT_ENDS, MARIMO]
    parser.add_argument("front_ends", nargs="*", metavar="FRONT_END", help=", ".join(known))
    parser.add_argument("--python", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    add_json_option(parser)
    arguments = parser.parse_args()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = arguments.python or make_environment(folder / "environment", "jupyterlab", "notebook", MARIMO)
        work = folder / "work"
        work.mkdir()
        pq.write_table(make_table(5000, 30), work / "table.parquet")
        asked = arguments.front_ends or known
        if arguments.pictures:
            arguments.pictures.mkdir(parents=True, exist_ok=True)
        if asked != [MARIMO]:
            write_notebook(work / "executed.ipynb")
            convert = [python, "-m", "nbconvert", "--log-level=WARN", "--execute", "--inplace", "executed.ipynb"]
            subprocess.run([*convert, "--to", "notebook"], cwd=work, check=True)
        for title, (command, address) in FRONT_ENDS.items():
            if title not in asked:
                continue
            write_notebook(work / "new.ipynb")
            with serving(python, command, work) as url:
                for notebook, run in (("executed.ipynb", open_jupyter), ("new.ipynb", run_jupyter)):
                    where = f"{url}{address.format(notebook)}?token={TOKEN}&reset"
                    picture = arguments.pictures and arguments.pictures / f"{command}-{Path(notebook).stem}.png"
                    figures[f"{title}, {Path(notebook).stem}"] = look(where, run, arguments.chromium, picture)
        if MARIMO in asked:
            (work / "map.py").write_text(MARIMO_NOTEBOOK, "utf-8")
            picture = arguments.pictures and arguments.pictures / "marimo.png"
            command = [python, "-m", "marimo", "--quiet", "edit", "map.py", "--headless", "--no-token"]
            with served(command, "health", work) as url:
                figures[MARIMO] = look(url, run_marimo, arguments.chromium, picture)
    hand_over(figures, arguments.json)
    if not all(each["picture, px"] and not each["asked for"] and each["file to open"] for each in figures.values()):
        sys.exit("a front end does not show the map, or it asks a host for something")


@contextmanager
def serving(python: Path, command: str, folder: Path) -> Iterator[str]:
    """Yield the address of a Jupyter server over `folder`, with settings of its own."""
    settings = folder.parent / f"settings-{command}"
    environ = {**os.environ, "JUPYTER_CONFIG_DIR": f"{settings}", "JUPYTER_DATA_DIR": f"{settings}/data"}
    options = ["--no-browser", "--allow-root", f"--IdentityProvider.token={TOKEN}"]
    with served([python, "-m", "jupyter", command, *options], "api", folder, environ) as url:
        yield url


@contextmanager
def served(
    command: Sequence[str | Path], ready: str, folder: Path, environ: dict[str, str] | None = None
) -> Iterator[str]:
    """Yield the address of a server, once it answers at the path `ready`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder.parent / "server.log").open("wb") as log:
        server = subprocess.Popen([*command, f"--port={port}"], cwd=folder, env=environ, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}/"
            for _ in range(120):
                try:
                    urllib.request.urlopen(f"{url}{ready}", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.5)
            yield url
        finally:
            server.terminate()
            server.wait(20)


def open_jupyter(page: Any) -> None:
    """Wait for the notebook."""
    page.locator(".jp-Notebook:visible .jp-CodeCell .cm-content").first.wait_for(timeout=WAIT_MS)


def run_jupyter(page: Any) -> None:
    """Run both cells."""
    open_jupyter(page)
    editors = page.locator(".jp-Notebook:visible .jp-CodeCell .cm-content")
    begun = page.locator(".jp-Notebook:visible .jp-InputPrompt", has_text=re.compile(r"\[[*\d]+\]"))
    while not begun.count():  # until the kernel is there, keys run nothing
        editors.first.click()
        page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(2000)
    editors.nth(1).click()
    page.keyboard.press("Shift+Enter")


def run_marimo(page: Any) -> None:
    """Run the last cell, and with it those that it needs."""
    editors = page.locator(".cm-content:visible")
    editors.nth(1).wait_for(timeout=WAIT_MS)
    editors.last.click()
    page.keyboard.press("Control+Enter")


def look(url: str, run: Callable[[Any], None], chromium: str | None, picture: Path | None) -> dict[str, Any]:
    """Open a notebook, run what `run` runs in it, and return what its output shows."""
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        run(page)
        image = page.locator(".sitegen img[src^='data:image/webp']:visible")
        image.wait_for(timeout=WAIT_MS)
        width = image.evaluate("async image => { await image.decode(); return image.naturalWidth; }")
        shown = image.evaluate("image => Math.round(image.getBoundingClientRect().width)")
        image.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        if picture:
            page.screenshot(path=picture)
        told = page.locator(".sitegen code:visible").inner_text()
        browser.close()
    hosts = sorted({each for each in asked if each.startswith("http") and not each.startswith("http://127.0.0.1:")})
    return {
        "picture, px": width,
        "shown, px": shown,
        "file to open": told,
        "asked for": hosts,
    }


if __name__ == "__main__":
    main()
