"""Takes the README's pictures of the built gallery: `make screenshots`, after `make gallery`."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from sitegen.commands.serve.server import HOST, serving

ROOT = Path(__file__).resolve().parent.parent
SHOTS = (
    ("gallery", "", 1280, 800, "light"),
    ("map", "chitchat/", 1280, 800, "light"),
    ("map-dark", "python-docs/", 1280, 800, "dark"),
    ("map-phone", "chitchat/", 390, 844, "light"),
)


def main() -> None:
    """Write docs/*.webp."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with serving(ROOT / "build") as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, path, width, height, scheme in SHOTS:
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(f"http://{HOST}:{port}/{path}")
            page.wait_for_load_state("networkidle")
            if path:
                page.wait_for_selector("html[data-map=ready]")
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            target = ROOT / "docs" / f"{name}.webp"
            target.parent.mkdir(exist_ok=True)
            picture.save(target, quality=80, method=6)
            print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main()
