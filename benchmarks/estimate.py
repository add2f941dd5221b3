"""What 10 and 100 million documents would take: arithmetic from rates measured on two cores, and a real quadtree.

    python benchmarks/estimate.py

Nothing but the quadtree of up to 10 million made-up places is computed. Prints JSON.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from results import add_json_option, hand_over
from sitegen.pipeline.embeddings.embed import SHARD
from sitegen.site.map.point_tiles import pack_root
from sitegen.site.map.quadtree import build_quadtree
from sitegen.site.output.shards import shard

SIZES = (1_000_000, 10_000_000, 100_000_000)
LARGEST_TREE = 10_000_000
DIMENSIONS = 384
CHARS = 820
EMBEDDED_PER_CORE_S = 20.0
"""Documents of 820 characters at 128 tokens, all-MiniLM-L6-v2: 40 a second on two cores."""
CORES = (16, 64, 256)
PUBLISHED_S, PUBLISHED_FILES, PUBLISHED_BYTES = 153.3, 24_716, 954e6
"""Of a million documents with full texts, on one machine: `benchmarks/page.py --documents 1000000`."""
READ_S, PLACED_S, COUNTED_S = 40.9, 475.6, 1473.8
"""Of a million documents on two cores: reading; reduction and clusters; topics. `benchmarks/scale.py`."""
ROOT, ROOM = 4000, 1000
CLUSTERS = 400
HOST_FILES, HOST_BYTES = 20_000, 1e9
"""Cloudflare Pages takes so many files, GitHub Pages so many bytes."""


def estimate(documents: int) -> dict[str, Any]:
    """Figures of so many documents. A quadtree larger than `LARGEST_TREE` is scaled up from that."""
    tiles, listed = quadtree(min(documents, LARGEST_TREE))
    scale, larger = documents / 1e6, documents / min(documents, LARGEST_TREE)
    core_hours = documents / EMBEDDED_PER_CORE_S / 3600
    return {
        "documents": documents,
        "blocks to embed": -(-documents // SHARD),
        "embedding, core hours": round(core_hours),
        **{f"embedding on {cores} cores, hours": round(core_hours / cores, 1) for cores in CORES},
        "texts to the workers, GB": round(documents * CHARS / 1e9, 1),
        "vectors from the workers, GB": round(documents * DIMENSIONS * 4 / 1e9, 1),
        "reading on one machine, hours": round(READ_S * scale / 3600, 1),
        "reduction and clusters on two cores, hours": round(PLACED_S * scale / 3600, 1),
        "topics on two cores, hours": round(COUNTED_S * scale / 3600, 1),
        "publishing on one machine, hours": round(PUBLISHED_S * scale / 3600, 1),
        "site, files": round(PUBLISHED_FILES * scale),
        "site, GB": round(PUBLISHED_BYTES * scale / 1e9, 1),
        "files, times what a host takes": round(PUBLISHED_FILES * scale / HOST_FILES, 1),
        "bytes, times what a host takes": round(PUBLISHED_BYTES * scale / HOST_BYTES, 1),
        "tiles of points": round(tiles * larger),
        "list of tiles in the first view, kB": round(listed * larger / 1000),
    }


def quadtree(documents: int) -> tuple[int, int]:
    """Tiles of a quadtree of clustered places, and bytes of the shard that lists them."""
    rng = np.random.default_rng(1)
    centers = rng.uniform(0.05, 0.95, (CLUSTERS, 2)).astype(np.float32)
    places = centers[rng.integers(CLUSTERS, size=documents)]
    places += rng.normal(0, 0.012, places.shape).astype(np.float32)
    tree = build_quadtree(places, rng.permutation(documents), ROOT, ROOM)
    return len(tree.levels), len(shard("points", pack_root(tree, b"")))


def main() -> None:
    """Print the estimates."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_json_option(parser)
    hand_over({"estimates": [estimate(documents) for documents in SIZES]}, parser.parse_args().json)


if __name__ == "__main__":
    main()
