"""Random values that Python packs for the page and the page's own functions read, in Node: the same must arrive."""

from __future__ import annotations

import base64
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.trust.report import paragraph, verdict
from sitegen.site.map.point_tiles import OUTSIDE, pack_root, pack_tile, sampling_order
from sitegen.site.map.quadtree import build_quadtree, tile_codes
from sitegen.site.output.shards import json_payload, shard

CASES, AT_ONCE = 10_000, 500
NODE = shutil.which("node") or str(Path(sys.executable).parent / "node")
STEP = 2.0**-16
"""Of a point's place inside its tile: what rounding may move it."""
RANGES = (
    (0, 0x7F),
    (0, 0x20),
    (0x80, 0x7FF),
    (0x2000, 0x206F),
    (0x3000, 0xD7FF),
    (0xE000, 0xFFFF),
    (0x10000, 0x10FFFF),
)

Case = tuple[str, list[str], Any]
"""What it is, its scripts, and the value that the page should read."""


def random_text(rng: random.Random) -> str:
    """A text of any characters that UTF-8 has, or of those that end strings and scripts."""
    if rng.random() < 0.2:
        return "".join(
            rng.choices(("</script>", "<!--", '"', "'", "\\", "\u2028", "\0", "\ufeff", "&"), k=rng.randrange(9))
        )
    return "".join(chr(rng.randint(*rng.choice(RANGES))) for _ in range(rng.randrange(40)))


def random_value(rng: random.Random) -> Any:
    """What a row of a shard may hold."""
    numbers = (rng.randint(-(2**53) + 1, 2**53 - 1), rng.uniform(-1e300, 1e300), rng.random(), 0, -1)
    return rng.choice((None, random_text(rng), random_text(rng), *numbers))


def make_case(rng: random.Random) -> Case:
    """One random case of one of the four kinds of shards."""
    name = f"{rng.choice(('titles', 'texts', 'points', 'search-t'))}-{rng.randrange(10**6)}"
    match rng.choice(("bytes", "json", "json", "codes", "tiles")):
        case "bytes":
            data = rng.randbytes(rng.randrange(2000)) * rng.choice((1, 1, 50))
            return "bytes", [_script(name, data)], [name, base64.b64encode(data).decode()]
        case "json":
            rows = [[random_value(rng) for _ in range(rng.randrange(5))] for _ in range(rng.randrange(20))]
            return "json", [_script(name, json_payload(rows))], [name, rows]
        case "codes":
            codes = np.array([rng.randrange(65536) for _ in range(rng.randrange(300))], np.uint16)
            low_and_high = codes.astype("<u2").view(np.uint8).reshape(-1, 2).T.tobytes()
            return "codes", [_script(name, low_and_high)], [name, codes.tolist()]
    return _tiles(rng)


def _script(name: str, payload: bytes) -> str:
    return shard(name, payload).decode("ascii")


def _tiles(rng: random.Random) -> Case:
    count, root, room = rng.randint(1, 200), rng.randint(1, 60), rng.randint(1, 20)
    numbers = np.random.default_rng(rng.randrange(2**32))
    grid = rng.choice((2, 30, 10**6))  # many documents may lie at one place
    xy = (numbers.integers(0, grid, (count, 2)) / grid).astype(np.float32)
    topics = numbers.integers(-1, OUTSIDE, count).astype(np.int32)
    tree = build_quadtree(xy, sampling_order(topics, root, rng.randrange(100)), root, room)
    starts = [numbers.integers(0, 2**32, rng.randrange(4)) for _ in tree.counts]
    bounds = zip(tree.starts.tolist(), tree.counts.tolist(), strict=True)
    packed = [
        pack_tile(tile_codes(tree, tile), topics[tree.order[first : first + n]], starts[tile])
        for tile, (first, n) in enumerate(bounds)
    ]
    packed[0] = pack_root(tree, packed[0])
    scripts = [_script(f"points-{tile}", each) for tile, each in enumerate(packed)]
    return "tiles", scripts, (tree, xy[tree.order], topics[tree.order], starts)


def differs(case: Case, read: Any) -> bool:
    """Whether the page read another value."""
    kind, _, packed = case
    if kind != "tiles":
        return bool(packed != read)
    tree, xy, topics, starts = packed
    counts = [len(points[0]) for points in read["points"]]
    if read["level"] != tree.levels.tolist() or counts != tree.counts.tolist():
        return True
    columns = [np.concatenate(column) for column in zip(*read["points"], strict=True)]
    away = np.abs(np.column_stack(columns[:2]) - xy) * 2.0 ** np.repeat(tree.levels, tree.counts)[:, None]
    return not (
        (away <= 1.01 * STEP).all()
        and (columns[2] == np.where(topics < 0, OUTSIDE, topics)).all()
        and (columns[3] == np.arange(len(topics))).all()
        and read["starts"] == [each.tolist() or [0] for each in starts]
    )


def compare(count: int, seed: int = 1) -> tuple[Counter[str], list[str]]:
    """Pack and read `count` random cases: how many of each kind there were, and what arrived otherwise."""
    rng, kinds, problems = random.Random(seed), Counter[str](), list[str]()
    for start in range(0, count, AT_ONCE):
        cases = [make_case(rng) for _ in range(min(AT_ONCE, count - start))]
        kinds.update(kind for kind, _, _ in cases)
        sent = json.dumps([{"kind": kind, "scripts": scripts} for kind, scripts, _ in cases])
        command = [NODE, str(Path(__file__).with_name("unpack.js"))]
        told = subprocess.run(command, input=sent.encode(), capture_output=True, check=True).stdout
        for number, (case, read) in enumerate(zip(cases, json.loads(told), strict=True), start):
            if differs(case, read):
                problems.append(f"case {number}, {case[0]}: another value")
    return kinds, problems


def section(folder: Path) -> Iterator[str]:
    """The report's lines about packing."""
    kinds, problems = compare(CASES)
    told = ", ".join(f"{count:,} of {kind}" for kind, count in sorted(kinds.items()))
    yield from paragraph(f"""
        {CASES:,} random cases were packed by Python, read by the functions of the page in Node, and compared value by
        value: {told}. Texts use all characters of UTF-8. Tiles have up to 200 points, also many at one position;
        positions may differ by the rounding to 16 bits.
    """)
    yield from verdict(problems)
