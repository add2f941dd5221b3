"""How right the stored neighbours are, and what a reader fetches: `python benchmarks/neighbors.py chitchat`.

Of datasets of `datasets.yaml` that were built, and with `--glosses 10000 100000` of so many glosses of WordNet, whose
neighbours are found here and whose request is the largest there could be: rows in random order.

Recall at 5 and 10: the share of stored neighbours that are as similar as the exact fifth or tenth, for up to 2,000
documents, each compared with all others.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from build import glosses
from growth import embedded, unique
from results import add_json_option, hand_over
from sitegen.artifacts import Embeddings, Float32, Int32, Neighbors, Store, digest
from sitegen.config import RuntimeConfig, load_project
from sitegen.pipeline import Context
from sitegen.pipeline.neighbors.find_neighbors import find_neighbors
from sitegen.report import Report
from sitegen.site.map.neighbors import Neighborhoods, write_neighbors
from sitegen.site.output.hashed_files import HashedFiles

MEASURED, TIE = 2000, 1e-6
SEED = 42


def recall(vectors: Float32, rows: Int32) -> dict[str, float]:
    """Recall at 5 and 10 of neighbours, int32 (n, k)."""
    sample = np.random.default_rng(SEED).permutation(len(vectors))[:MEASURED]
    right: dict[int, list[float]] = {5: [], 10: []}
    for row in sample:
        likeness = vectors @ vectors[row]
        found = likeness[rows[row]]
        assert row not in rows[row]
        likeness[row] = -np.inf
        for count, shares in right.items():
            last = np.partition(likeness, len(likeness) - count)[-count]
            shares.append(float((found[:count] >= last - TIE).mean()))
    return {f"recall at {count}": round(float(np.mean(shares)), 4) for count, shares in right.items()}


def of_dataset(root: Path, slug: str, site: Path) -> dict[str, Any]:
    """Figures of a dataset that was built."""
    store = Store(root / ".sitegen" / "cache")
    kept: dict[str, Any] = {}
    for name, kind in (("embeddings", Embeddings), ("neighbors", Neighbors)):
        entry = store.find(name, digest(json.loads((store.root / "latest" / slug / f"{name}.json").read_text())))
        if entry is None:
            raise SystemExit(f"{slug}: {name} are not stored; run `sitegen build` first")
        kept[name] = store.load(entry, kind)
    vectors, rows = kept["embeddings"].vectors, kept["neighbors"].rows
    (folder,) = (site / slug / "map").glob("neighbors-*")
    topics = json.loads((site / slug / "download" / "topics.json").read_text("utf-8"))
    shares = [topic["neighbors_kept"] for topic in topics]
    return {
        "documents": len(vectors),
        **recall(vectors, rows),
        **requests(folder),
        "kept by the map, of topics: least, median, most": np.quantile(shares, [0, 0.5, 1]).round(3).tolist(),
    }


def of_glosses(vectors: Float32, folder: Path, context: Context) -> dict[str, Any]:
    """Figures of vectors, float32 (n, d)."""
    started, processors = time.monotonic(), time.process_time()
    near = find_neighbors(embeddings=Embeddings(vectors), seed=SEED, context=context).rows
    seconds = {
        "seconds": round(time.monotonic() - started, 1),
        "of processors": round(time.process_time() - processors, 1),
    }
    rng = np.random.default_rng(SEED)
    order, kept = rng.permutation(len(vectors)), rng.integers(0, 11, len(vectors), np.int32)
    hoods = Neighborhoods(near, kept, shown=5)
    written = write_neighbors(HashedFiles(folder), hoods, order)
    assert written is not None
    return {"documents": len(vectors), **seconds, **recall(vectors, near), **requests(folder / written.lists)}


def requests(folder: Path) -> dict[str, Any]:
    """Bytes of a set of shards."""
    sizes = [path.stat().st_size for path in folder.rglob("*.js")]
    return {"bytes in all": sum(sizes), "bytes of the largest request": max(sizes)}


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slugs", nargs="*")
    parser.add_argument("--glosses", nargs="*", type=int, default=[], metavar="N", help="so many glosses of WordNet")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "sitegen-glosses")
    parser.add_argument("--config", type=Path, default=Path("datasets.yaml"))
    parser.add_argument("--site", type=Path, default=Path("build"))
    add_json_option(parser)
    options = parser.parse_args()
    found: dict[str, Any] = {}
    for slug in options.slugs:
        found[slug] = of_dataset(load_project(options.config).root, slug, options.site)
    if options.glosses:
        options.folder.mkdir(parents=True, exist_ok=True)
        texts, _ = unique(*glosses(options.folder))
        with tempfile.TemporaryDirectory() as scratch:
            context = Context(Path(), RuntimeConfig(), Report(-1), Path(scratch), options.folder)
            vectors = embedded(texts[: max(options.glosses)], context)  # kept for all sizes
        for count in options.glosses:
            with tempfile.TemporaryDirectory() as place:
                found[f"{count:,} glosses"] = of_glosses(vectors[:count], Path(place), context)
    hand_over(found, options.json)


if __name__ == "__main__":
    main()
