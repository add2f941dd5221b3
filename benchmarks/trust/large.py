"""What is large: a gallery of 200 datasets, and a million documents with their texts in 2,000 topics."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.trust.report import paragraph, verdict

BENCHMARKS = Path(__file__).resolve().parents[1]
DATASETS, DOCUMENTS, TOPICS = 200, 1_000_000, 2000
STEP_KB, MEMORY_GB = 150, 4
"""Budgets of a step of a map, and of publishing a million documents; that of a first view, `sitegen check` knows."""


def section(folder: Path) -> Iterator[str]:
    """The report's lines about size."""
    folder.mkdir()
    gallery = _figures(folder, "gallery.py", "--maps", DATASETS)["galleries"][0]["this"]
    seconds = gallery["seconds"]
    page = _figures(folder, "page.py", "--documents", DOCUMENTS, "--topics", TOPICS)
    yield from paragraph(f"""
        `benchmarks/gallery.py --maps {DATASETS}`: {DATASETS} datasets in one gallery, built in
        {seconds["first"]:,.0f} s: {gallery["files"]:,} files of {gallery["mb"]:,.0f} MB; the first view of the index is
        {gallery["index_kB"]:,.0f} kB. A build took {seconds["nothing changed"]:,.1f} s if nothing had changed, and
        {seconds["one title changed"]:,.1f} s after a change of one title.
    """)
    seen = "not opened, for want of playwright"
    if "wire_kB" in page:
        opened = f"painted after {page['painted_s']} s, ready after {page['ready_s']} s"
        seen = f"first view {page['wire_kB']:,.0f} kB, {opened}, a step {page['step_kB']:,.0f} kB"
    yield from paragraph(f"""
        `benchmarks/page.py --documents {DOCUMENTS} --topics {TOPICS}`: {DOCUMENTS:,} documents of 820 characters, texts
        and search included, in {TOPICS:,} topics, published in {page["publish_s"]:,.0f} s with at most
        {page["peak_memory_GB"]:.1f} GB: {page["files"]:,} files of {page["site_MB"]:,.0f} MB. Over 10 Mbit/s and 40 ms
        its page had: {seen}.
    """)
    yield from paragraph(f"""
        Required: `sitegen check` finds no problem in either, first views included, a step is at most {STEP_KB} kB,
        and memory at most {MEMORY_GB} GB.
    """)
    budgets = (
        ("a step of the map", page.get("step_kB", 0), STEP_KB),
        ("memory", page["peak_memory_GB"], MEMORY_GB),
    )
    over = [f"{name}: {found} of {budget}" for name, found, budget in budgets if found > budget]
    yield from verdict([*gallery["problems"], *page["problems"], *over])


def _figures(folder: Path, script: str, *options: Any) -> dict[str, Any]:
    """What a benchmark hands over."""
    file = folder / f"{script}.json"
    command = [sys.executable, BENCHMARKS / script, *map(str, options), "--json", file]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found
