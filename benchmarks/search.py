"""What the search index costs to build and to ask: `python benchmarks/search.py --documents 1000000`.

Writes the index of made-up documents of 820 characters, their 200,000 words as frequent as Zipf's law says, then asks
200 queries of one to three words through the page's own code in Node, and prints JSON. A query's bytes
are whole shards as a server sends them; the root is loaded once per visit and counted with each query.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from results import add_json_option, hand_over, peak_memory_mb
from sitegen.site.output.hashed_files import HashedFiles
from sitegen.site.search.index import Batch, write_search, write_topic_rows

WORDS = 200_000
CHARS = 820
PER_BATCH = 5000
TOPICS = 300
ASK = Path(__file__).resolve().parents[1] / "tests" / "js" / "ask.js"


class Library:
    """Documents of random words; `seconds` is the time it took to make them."""

    def __init__(self, documents: int) -> None:
        self.documents = documents
        self.seconds = 0.0
        rng = random.Random(1)
        syllables = [a + b for a in "bcdfghjklmnprstvwz" for b in "aeiou"]
        made = dict.fromkeys("".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(2 * WORDS))
        self.words = list(made)[:WORDS]

    def batches(self) -> Iterator[Batch]:
        """The documents, each from its own place in one long stream of words."""
        rng = np.random.default_rng(2)
        shares = np.cumsum(1 / np.arange(1, len(self.words) + 1))
        words = np.array(self.words, object)
        for start in range(0, self.documents, PER_BATCH):
            started = time.monotonic()
            ranks = np.searchsorted(shares, rng.random((min(PER_BATCH, self.documents - start), 150)) * shares[-1])
            texts = [" ".join(row)[:CHARS] for row in words[ranks]]
            batch = Batch([text[:60] for text in texts], texts)
            self.seconds += time.monotonic() - started
            yield batch

    def queries(self, count: int) -> list[tuple[str, list[str]]]:
        """One to three words, half of them among the 300 most frequent; every other query ends in half a word."""
        rng = random.Random(3)
        asked = []
        for number in range(count):
            ranks = [
                int(min(300 if rng.random() < 0.5 else WORDS, WORDS) ** rng.random()) for _ in range(1 + number % 3)
            ]
            words = [self.words[rank] for rank in ranks]
            last = words[-1][: rng.randint(1, len(words[-1]))] if rng.random() < 0.5 else f"{words[-1]} "
            asked.append((" ".join([*words[:-1], last]), []))
        return asked


def main() -> None:
    """Write, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    add_json_option(parser)
    options = parser.parse_args()
    library = Library(options.documents)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = time.monotonic()
        root = write_search(library.batches(), {}, {"categories": []}, HashedFiles(folder)) + "/root.js"
        write_topic_rows(np.arange(library.documents) % TOPICS, HashedFiles(folder))
        seconds = time.monotonic() - started - library.seconds
        sizes = [path.stat().st_size for path in folder.rglob("*.js")]
        result = {
            "documents": library.documents,
            "build_seconds": round(seconds),
            "peak_rss_mb": peak_memory_mb(),
            "files": len(sizes),
            "megabytes": round(sum(sizes) / 1e6, 1),
            "largest_shard_kb": round(max(sizes) / 1000, 1),
            "root_kb": round((folder / root).stat().st_size / 1000, 1),
        }
        hand_over({**result, **ask(folder, root, library.queries(200))}, options.json)


def ask(folder: Path, root: str, queries: list[tuple[str, list[str]]]) -> dict[str, Any]:
    """Requests and kilobytes of the queries, the root included."""
    node = shutil.which("node") or str(Path(sys.executable).parent / "node")
    started = time.monotonic()
    done = subprocess.run(
        [node, str(ASK), str(folder / root)], input=json.dumps(queries), stdout=subprocess.PIPE, text=True, check=True
    )
    answers = json.loads(done.stdout)
    root_bytes = (folder / root).stat().st_size
    requests = [len(dict(answer["loads"])) for answer in answers]
    kilobytes = [(root_bytes + sum(dict(answer["loads"]).values())) / 1000 for answer in answers]
    return {
        "requests_worst": max(requests),
        "requests_median": median(requests),
        "kb_worst": round(max(kilobytes), 1),
        "kb_median": round(median(kilobytes), 1),
        "ms_per_query": round(1000 * (time.monotonic() - started) / len(queries), 1),
        "answered": sum(bool(answer["rows"]) for answer in answers),
    }


if __name__ == "__main__":
    main()
