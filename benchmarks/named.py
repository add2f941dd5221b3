"""How many topics a map names at first sight: `python benchmarks/named.py [SITE]`, by pane and map of a built gallery.

Each map page is opened as readers do, and names are counted that can be seen whole: none overlaps another, a button
or the frame.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from results import add_json_option, hand_over
from sitegen.commands.serve.server import HOST, serving

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 12
PANES = {
    "1440x900": {"viewport": {"width": 1440, "height": 900}},
    "1280x800": {"viewport": {"width": 1280, "height": 800}},
    "390x844": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "844x390": {"viewport": {"width": 844, "height": 390}, "is_mobile": True, "has_touch": True},
    "1440x900, no script": {"viewport": {"width": 1440, "height": 900}, "java_script_enabled": False},
    "390x844, no script": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        "java_script_enabled": False,
    },
}
LABELS = """all => all.map((each) => {
    const { left, top, right, bottom } = each.getBoundingClientRect();
    const seen = getComputedStyle(each).visibility === "visible";
    return { topic: each.dataset.topic, seen, left, top, right, bottom };
})"""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "build")
    add_json_option(parser)
    arguments = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    maps = sorted(page.parent.name for page in arguments.site.glob("*/index.html") if (page.parent / "map").is_dir())
    figures = {}
    with serving(arguments.site) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for slug, (pane, options) in itertools.product(maps, PANES.items()):
            url = f"http://{HOST}:{port}/{slug}/index.html"
            figures[f"{slug}, {pane}"] = named(browser, url, options)
        browser.close()
    hand_over(figures, arguments.json)


def named(browser: Browser, url: str, options: dict[str, Any]) -> dict[str, int]:
    """Names that can be seen on one page, and what is wrong with them."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto(url, wait_until="load")
    if options.get("java_script_enabled", True):
        page.wait_for_selector("html[data-map=ready]")
        page.wait_for_timeout(1000)
    pane = page.locator("#map").bounding_box() or {"x": 0, "y": 0, "width": 0, "height": 0}
    labels = [
        each for each in page.locator("#labels .label").evaluate_all(LABELS) if each["seen"] and each["right"] > 0
    ]
    buttons = page.locator("#map button:visible").evaluate_all(LABELS)
    topics = page.locator("#topics-title").text_content() or "0"
    values = page.locator("#topics li button").evaluate_all("all => all.map((each) => each.dataset.size ?? each.value)")
    sizes = page.locator("#topics li .size").evaluate_all(
        "all => all.map((each) => parseInt(each.textContent.replace(',', '')))"
    )
    order = [
        value for _, value in sorted(zip((-size for size in sizes), values, strict=True), key=lambda each: each[0])
    ]
    shown = {each["topic"] for each in labels if each["topic"]}
    context.close()
    return {
        "topics": int(topics.split()[0].replace(",", "")),
        "named": len(shown),
        "of the 12 largest": len(shown.intersection(order[:LARGEST])),
        "of the 40 largest": len(shown.intersection(order[:40])),
        "parents": sum(not each["topic"] for each in labels),
        "overlaps": sum(_overlap(a, b) for a, b in itertools.combinations([*labels, *buttons], 2) if a in labels),
        "cut": sum(
            each["left"] < pane["x"] - 1
            or each["right"] > pane["x"] + pane["width"] + 1
            or each["top"] < pane["y"] - 1
            or each["bottom"] > pane["y"] + pane["height"] + 1
            for each in labels
        ),
    }


def _overlap(a: dict[str, float], b: dict[str, float]) -> bool:
    across = min(a["right"], b["right"]) - max(a["left"], b["left"])
    return min(across, min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])) > 1


if __name__ == "__main__":
    main()
