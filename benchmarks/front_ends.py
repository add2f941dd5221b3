"""A map in the notebooks of JupyterLab and Notebook 7, opened and run in Chromium: `python benchmarks/front_ends.py`.

Makes an environment with jupyterlab, notebook and sitegen's base install, and executes a notebook of two cells there.
Each front end then opens the executed notebook, which it does not trust, and a new one, whose cells are run. Prints of
each how wide the map's picture is, which file it says to open, and what the page asked other hosts for. `--python
PYTHON` names an environment that is there already, `--pictures FOLDER` keeps screenshots.
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from notebook import make_environment, write_notebook
from results import add_json_option, hand_over
from table import make_table

FRONT_ENDS = {"JupyterLab": ("lab", "lab/tree/{}"), "Notebook 7": ("notebook", "notebooks/{}")}
"""Command of Jupyter and address of a notebook."""
TOKEN = "benchmark"
WAIT_MS = 120_000


def main() -> None:
    """Execute, serve, look, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    add_json_option(parser)
    arguments = parser.parse_args()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = arguments.python or make_environment(folder / "environment", "jupyterlab", "notebook")
        work = folder / "work"
        work.mkdir()
        pq.write_table(make_table(5000, 30), work / "table.parquet")
        write_notebook(work / "executed.ipynb")
        convert = [python, "-m", "nbconvert", "--log-level=WARN", "--execute", "--inplace", "executed.ipynb"]
        subprocess.run([*convert, "--to", "notebook"], cwd=work, check=True)
        if arguments.pictures:
            arguments.pictures.mkdir(parents=True, exist_ok=True)
        for title, (command, address) in FRONT_ENDS.items():
            write_notebook(work / "new.ipynb")
            with serving(python, command, work) as url:
                for notebook, run in (("executed.ipynb", False), ("new.ipynb", True)):
                    where = f"{url}{address.format(notebook)}?token={TOKEN}&reset"
                    picture = arguments.pictures and arguments.pictures / f"{command}-{Path(notebook).stem}.png"
                    figures[f"{title}, {Path(notebook).stem}"] = look(where, run, arguments.chromium, picture)
    hand_over(figures, arguments.json)
    if not all(each["picture, px"] and not each["asked for"] and each["file to open"] for each in figures.values()):
        sys.exit("a front end does not show the map, or it asks a host for something")


@contextmanager
def serving(python: Path, command: str, folder: Path) -> Iterator[str]:
    """Yield the address of a Jupyter server over `folder`, with settings of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = folder.parent / f"settings-{command}"
    environ = {**os.environ, "JUPYTER_CONFIG_DIR": f"{settings}", "JUPYTER_DATA_DIR": f"{settings}/data"}
    options = ["--no-browser", "--allow-root", f"--port={port}", f"--IdentityProvider.token={TOKEN}"]
    with (folder.parent / f"{command}.log").open("wb") as log:
        server = subprocess.Popen(
            [python, "-m", "jupyter", command, *options], cwd=folder, env=environ, stdout=log, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{port}/"
            for _ in range(120):
                try:
                    urllib.request.urlopen(f"{url}api", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.5)
            yield url
        finally:
            server.terminate()
            server.wait(20)


def look(url: str, run: bool, chromium: str | None, picture: Path | None) -> dict[str, Any]:
    """Open a notebook, run all its cells if asked to, and return what its output shows."""
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        editors = page.locator(".jp-Notebook:visible .jp-CodeCell .cm-content")
        editors.first.wait_for(timeout=WAIT_MS)
        if run:
            begun = page.locator(".jp-Notebook:visible .jp-InputPrompt", has_text=re.compile(r"\[[*\d]+\]"))
            while not begun.count():  # until the kernel is there, keys run nothing
                editors.first.click()
                page.keyboard.press("Shift+Enter")
                page.wait_for_timeout(2000)
            editors.nth(1).click()
            page.keyboard.press("Shift+Enter")
        image = page.locator(".jp-OutputArea-output img[src^='data:image/webp']:visible")
        image.wait_for(timeout=WAIT_MS)
        width = image.evaluate("async image => { await image.decode(); return image.naturalWidth; }")
        shown = image.evaluate("image => Math.round(image.getBoundingClientRect().width)")
        image.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        if picture:
            page.screenshot(path=picture)
        told = page.locator(".jp-OutputArea-output .sitegen code").inner_text()
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
