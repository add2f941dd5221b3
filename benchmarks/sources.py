"""Rows a second and memory of reading a table of products: `python benchmarks/sources.py --rows 300000`.

Writes rows of the shape of Amazon-Reviews-2023's `raw_meta_*` as Parquet, then streams them through the source `file`
in a process of its own and prints JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from results import add_json_option, hand_over, peak_memory_mb

ROWS_PER_FILE = 350_000
BLOCK = 10_000
WORDS = ["filter", "hose", "steel", "quiet", "water", "kitchen", "easy", "clean", "inch", "pack", "white", "part"]


def main() -> None:
    """Write, read, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_800_000)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    add_json_option(parser)
    arguments = parser.parse_args()
    if arguments.read:
        print(json.dumps(read(arguments.read)))
        return
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        write(Path(folder), arguments.rows)
        written = time.monotonic() - started
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        done = subprocess.run([sys.executable, __file__, "--read", folder], stdout=subprocess.PIPE, check=True)
        figures = {**json.loads(done.stdout), "parquet_mb": size // 10**6, "write_seconds": round(written, 1)}
        hand_over(figures, arguments.json)


def write(folder: Path, rows: int) -> None:
    """Eight files or so, like eight categories. Blocks repeat: it is the shape that counts, not the words."""
    blocks = [
        pa.Table.from_pylist([product(random.Random(f"{block} {n}")) for n in range(BLOCK)]) for block in range(2)
    ]
    for number, start in enumerate(range(0, rows, ROWS_PER_FILE)):
        count = min(ROWS_PER_FILE, rows - start)
        with pq.ParquetWriter(folder / f"{number:03}.parquet", blocks[0].schema) as writer:
            for index, at in enumerate(range(0, count, BLOCK)):
                writer.write_table(blocks[index % 2].slice(0, min(BLOCK, count - at)))


def product(rng: random.Random) -> dict[str, Any]:
    """One row; about a third has no price."""

    def text(words: int) -> str:
        return " ".join(rng.choices(WORDS, k=words))

    pictures = [f"https://m.media-amazon.com/images/I/{rng.random()}.jpg" for _ in range(rng.randint(1, 6))]
    return {
        "main_category": "Appliances",
        "title": text(12),
        "average_rating": round(rng.uniform(1, 5), 1),
        "rating_number": rng.randint(1, 5000),
        "features": [text(15) for _ in range(rng.randint(0, 6))],
        "description": [text(40) for _ in range(rng.randint(0, 2))],
        "price": rng.choice([f"{rng.uniform(1, 999):.2f}", f"{rng.uniform(1, 999):.2f}", "None"]),
        "images": {"hi_res": pictures, "large": pictures, "thumb": pictures, "variant": ["MAIN"] * len(pictures)},
        "videos": {"title": [text(5)], "url": ["https://example.org"], "user_id": [""]},
        "store": text(2),
        "categories": ["Appliances", "Parts & Accessories", text(2)],
        "details": json.dumps({"Brand": text(1), "Model": str(rng.random()), "Weight": "3 pounds"}),
        "parent_asin": f"B{rng.randint(0, 10**9):09}",
        "bought_together": rng.choice([None, "B1"]),
        "subtitle": rng.choice([None, ""]),
        "author": rng.choice([None, ""]),
    }


def read(folder: Path) -> dict[str, Any]:
    """Stream all rows, keep none."""
    from sitegen.config import FileSource
    from sitegen.pipeline.sources import open_source

    before = peak_memory_mb()
    source = open_source(FileSource(type="file", path=str(folder / "*.parquet")), folder)
    started = time.monotonic()
    source.revision()
    hashed = time.monotonic()
    count = sum(1 for _ in source.rows())
    seconds = time.monotonic() - hashed
    return {
        "rows": count,
        "rows_per_second": round(count / seconds),
        "seconds": round(seconds, 1),
        "revision_seconds": round(hashed - started, 2),
        "peak_rss_mb": peak_memory_mb(),
        "rss_before_mb": before,
    }


if __name__ == "__main__":
    main()
