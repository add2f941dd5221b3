"""Shows a map in sites of other generators: `python benchmarks/in_sites.py`.

For each folder `examples/in-GENERATOR`: makes an environment with its `requirements.txt`, publishes a small map into
the place that the recipe names, builds the site, and opens it in Chromium at three widths. Fails if the map does not
show, or if it or the page has a scroll bar that it should not have. `--pictures FOLDER` keeps screenshots.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import sitegen
from results import add_json_option, hand_over
from table import make_table

ROOT = Path(__file__).resolve().parents[1]
WIDTHS = (320, 768, 1280)
OVERFLOW = """() => {
  const root = document.documentElement;
  return [root.scrollWidth > root.clientWidth, root.scrollHeight > root.clientHeight];
}"""


@dataclass(frozen=True)
class Recipe:
    """Where the maps go, the command after `bin/`, and the folder of the finished site."""

    maps: str
    command: tuple[str, ...]
    site: str


RECIPES = {
    "mkdocs": Recipe("docs/maps", ("mkdocs", "build", "--quiet"), "site"),
    "sphinx": Recipe("extra/maps", ("sphinx-build", "-q", ".", "out"), "out"),
    "jupyter-book": Recipe("extra/maps", ("jupyter-book", "build", "-q", "."), "_build/html"),
    "hugo": Recipe("static/maps", ("hugo", "--quiet"), "public"),
}


def main() -> None:
    """Build each site, look at it, print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("generators", nargs="*", default=list(RECIPES), metavar="GENERATOR", help=", ".join(RECIPES))
    parser.add_argument("--environments", type=Path, help="folder to keep the environments in")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    add_json_option(parser)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environments = (arguments.environments or folder / "environments").resolve()
        columns = {name: name for name in ("text", "x", "y", "topic", "name")}
        sitegen.publish_table(make_table(2000, 12), **columns, output=folder / "maps", quiet=True)
        found = {}
        for generator in arguments.generators:
            site = build(generator, folder, environments)
            found[generator] = look(site, arguments.chromium, arguments.pictures, generator)
    hand_over({"generators": found}, arguments.json)
    if any(each["page wider than window"] or each["map scrolls"] for rows in found.values() for each in rows):
        sys.exit("a scroll bar that should not be there")


def build(generator: str, folder: Path, environments: Path) -> Path:
    """Build the example of a generator and return the folder of its site."""
    recipe, work = RECIPES[generator], folder / generator
    shutil.copytree(ROOT / "examples" / f"in-{generator}", work)
    bin_folder = environments / generator / "bin"
    if not bin_folder.is_dir():
        subprocess.run([sys.executable, "-m", "venv", bin_folder.parent], check=True)
        subprocess.run([bin_folder / "pip", "install", "--quiet", "-r", work / "requirements.txt"], check=True)
    shutil.copytree(folder / "maps", work / recipe.maps)
    subprocess.run([bin_folder / recipe.command[0], *recipe.command[1:]], cwd=work, check=True)
    return work / recipe.site


def look(site: Path, chromium: str | None, pictures: Path | None, generator: str) -> list[dict[str, Any]]:
    """Open the first page at each width, and wait until the map in it can be used."""
    from playwright.sync_api import sync_playwright

    handler = partial(SimpleHTTPRequestHandler, directory=str(site))
    handler.func.log_message = lambda *_: None  # type: ignore[attr-defined]
    rows = []
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium)
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.goto(f"http://127.0.0.1:{server.server_port}/")
            frame = page.frame_locator("iframe")
            page.locator("iframe").scroll_into_view_if_needed()
            frame.locator("html.embed canvas:visible").first.wait_for(timeout=120_000)
            inside = next(each for each in page.frames if "?embed" in each.url)
            box = page.locator("iframe").bounding_box()
            assert box is not None
            rows.append(
                {
                    "width": width,
                    "map": [round(box["width"]), round(box["height"])],
                    "page wider than window": page.evaluate(OVERFLOW)[0],
                    "map scrolls": any(inside.evaluate(OVERFLOW)),
                }
            )
            if pictures:
                pictures.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=pictures / f"{generator}-{width}.png")
            page.close()
        browser.close()
        server.shutdown()
    return rows


if __name__ == "__main__":
    main()
