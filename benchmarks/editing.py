"""Seconds from an edit in the preview to the page that shows it: `python benchmarks/editing.py datasets.yaml chitchat`.

Works on a copy of a project that was built; `--documents 100000` makes one up instead, of documents of 820 characters
in 200 topics with given places. `sitegen serve --edit` runs in a process of its own. Chromium renames, merges, colours
and hides topics by the editing bar, and takes the last step back; an edit is seen when the page has been made anew and
its list of topics shows it. Prints the seconds of each, and which stages of the pipeline ran how long.
The words of the documents, which a preview counts once for all, are counted before. `--pictures FOLDER` keeps
screenshots of each step, before it is saved and when it is seen, in a wide window and at the width of a phone.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from playwright.sync_api import Page, expect, sync_playwright

from browsing import FLAGS, NO_GPU
from page import words
from results import add_json_option, hand_over
from table import make_table

TOPICS = 200
WAIT_MS = 600_000
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
MADE_UP = """\
datasets:
  - slug: made-up
    title: Made up
    source: {type: file, path: table.parquet}
    documents: {text: text, min_chars: 1}
    given: {x: x, y: y, topic: topic, name: name}
    privacy: {text: full}
    embeddings: {model: null}
    labels: {model: null}
"""
DONE = re.compile(r"(\w+) +done in ([\d.]+) s")


class Editing:
    """A preview that is edited in a browser.

    Args:
        pictures: folder for screenshots, if any are kept.

    Attributes:
        figures: what was measured.
    """

    def __init__(self, page: Page, log: Path, pictures: Path | None) -> None:
        self._page, self._log, self._pictures = page, log, pictures
        self.figures: list[dict[str, Any]] = []

    def step(
        self, name: str, seen: str, topics: list[int], press: str, form: dict[str, str] | None = None, both: str = ""
    ) -> None:
        """Choose topics, press a button of the bar, fill in the form, and wait until a CSS selector is on the page."""
        page, bar = self._page, self._page.locator("#sitegen-edit")
        for topic in topics:
            page.locator(f"li:has(> button[value='{topic}']) > .sitegen-box").check()
        if both:
            bar.get_by_label("Name of both").fill(both)
        told = len(self._log.read_text("utf-8"))
        started = time.perf_counter()
        button = bar.get_by_role("button", name=press, exact=True)
        if form:
            button.click()
            button = page.locator("form.sitegen-topic").get_by_role("button", name="Save")
        for field, value in (form or {}).items():
            page.locator("form.sitegen-topic").get_by_label(field, exact=True).fill(value)
        started += self._keep_pictures(f"{len(self.figures) + 1:02} {name}, 1 to save")
        button.click()
        expect(bar).to_contain_text(re.compile("Saved|Undone"))
        page.wait_for_event("load", timeout=WAIT_MS)
        expect(page.locator("html")).to_have_attribute("data-map", "ready", timeout=WAIT_MS)
        page.wait_for_selector(seen, timeout=WAIT_MS, state="attached")
        seconds = round(time.perf_counter() - started, 2)
        stages = {stage: float(took) for stage, took in DONE.findall(self._log.read_text("utf-8")[told:])}
        self.figures.append({"edit": name, "seconds": seconds, "stages": stages})
        print(self.figures[-1], flush=True)
        self._keep_pictures(f"{len(self.figures):02} {name}, 2 seen")

    def _keep_pictures(self, name: str) -> float:
        """Keep screenshots of the page if they are wanted; return how many seconds it took."""
        started = time.perf_counter()
        if self._pictures:
            for kind, size in (("phone", PHONE), ("wide", WIDE)):
                self._page.set_viewport_size(size)
                for box in self._page.locator(".sitegen-box:checked").all()[:1]:
                    box.evaluate("each => each.scrollIntoView({ block: 'center', behavior: 'instant' })")
                self._page.screenshot(path=self._pictures / f"{name}, {kind}.png")
        return time.perf_counter() - started


def measure(config: Path, slug: str, page: Page, pictures: Path | None) -> list[dict[str, Any]]:
    """Serve a project, edit it in the page, and return the figures."""
    log = config.parent / "log.txt"
    command = [sys.executable, "-m", "sitegen", "serve", "--edit", "--port", "0", "--config", str(config)]
    root = Path(__file__).resolve().parents[1]
    with log.open("w") as file:
        environ = {**os.environ, "PYTHONPATH": str(root), "PYTHONUNBUFFERED": "1"}
        server = subprocess.Popen(command, stdout=file, stderr=file, cwd=config.parent, env=environ)
        try:
            while (found := re.search(r"http://\S+#edit=\S+", log.read_text("utf-8"))) is None:
                if server.poll() is not None:
                    raise SystemExit(log.read_text("utf-8"))
                time.sleep(0.2)
            while f"{slug}: words are counted" not in log.read_text("utf-8"):
                time.sleep(0.2)
            base, token = found[0].split("#")
            page.goto(f"{base}{slug}/index.html#{token}")
            expect(page.locator("html")).to_have_attribute("data-map", "ready", timeout=WAIT_MS)
            rows = page.locator("#topics li > button")
            ids = [int(each.get_attribute("value") or -1) for each in rows.all()[:8]]
            editing = Editing(page, log, pictures)
            named = "#topics bdi:text-is('{}')"
            gone = "#topics:not(:has(button[value='{}']))"
            color = f"#topics button[value='{ids[5]}'][style*='#aa3355']"
            editing.step("rename", named.format("Renamed"), ids[:1], "Edit", {"Name": "Renamed"})
            editing.step("rename again", named.format("Again"), ids[:1], "Edit", {"Name": "Again"})
            editing.step("merge", gone.format(ids[2]), ids[1:3], "Merge", both="Both")
            editing.step("merge again", gone.format(ids[4]), ids[3:5], "Merge", both="All")
            editing.step("colour", color, ids[5:6], "Edit", {"Colour": "#aa3355"})
            editing.step("hide", gone.format(ids[6]), ids[6:7], "Hide")
            editing.step("undo", f"#topics button[value='{ids[6]}']", [], "Undo")
            return editing.figures
        finally:
            server.terminate()
            server.wait()


def make_project(documents: int) -> pa.Table:
    """Return documents of 820 characters with their places and topics."""
    texts = words(np.random.default_rng(7), documents).column("text")
    table = make_table(documents, TOPICS)
    return table.set_column(table.schema.get_field_index("text"), "text", texts)


def main() -> None:
    """Prepare, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path, nargs="?")
    parser.add_argument("slug", nargs="?", default="made-up")
    parser.add_argument("--documents", type=int, help="make up a project of so many")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="keep screenshots of each step here")
    add_json_option(parser)
    given = parser.parse_args()
    if (given.config is None) == (given.documents is None):
        parser.error("give either a project or --documents")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        config = Path(name) / "datasets.yaml"
        if given.config is None:
            pq.write_table(make_project(given.documents), Path(name) / "table.parquet")
            config.write_text(MADE_UP, "utf-8")
        else:
            shutil.copy(given.config, config)
            shutil.copytree(given.config.resolve().parent / ".sitegen", Path(name) / ".sitegen")
        executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        page = playwright.chromium.launch(executable_path=executable, args=FLAGS + NO_GPU).new_page()
        if given.pictures:
            given.pictures.mkdir(parents=True, exist_ok=True)
        figures = measure(config, given.slug, page, given.pictures)
        hand_over({"documents": given.documents or given.slug, "edits": figures}, given.json)


if __name__ == "__main__":
    main()
