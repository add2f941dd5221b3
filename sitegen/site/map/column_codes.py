"""The columns by which a map can be coloured, sized and filtered: one small code per document and column.

Codes lie in storage order, in shards that a page loads only for a column that someone has chosen; what the codes mean
lies in one more shard. A column in which all documents have the same value tells nothing apart and is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from bokeh.palettes import Viridis256

from sitegen.parallel import in_threads
from sitegen.site.map.palette import OUTLIER, PALETTE
from sitegen.site.output.hashed_files import HashedFiles, numbered
from sitegen.site.output.shards import json_payload, shard
from sitegen.site.settings import MapSettings

Codes = npt.NDArray[np.uint16]

ROWS_PER_SHARD = 4096
LARGEST = 20
"""Categories with a code and colour of their own; the code of all others is their number."""
HIGHEST = 0xFFFD
"""Code of the high end of a range."""
MISSING = 0xFFFF
NAME_CHARS = 120
BINS = 40
CLIPPED_SHARE = 0.005
"""Share of the documents at either end of a number that its range need not reach."""
SLACK = 0.5
"""The range goes up to the smallest and largest value all the same if that makes it no longer than by this share."""
LIMIT = 1e300
"""Numbers are cut off here, so that their differences are numbers."""
MORE_COLORS = ("#6820e0", "#38d4a4", "#983850", "#8c20a4", "#6898ec", "#804480", "#8050ec", "#bc2020")
"""After `PALETTE`, for up to 20 categories: each the farthest from all before it in OKLab, as seen with normal vision,
deuteranopia and protanopia (simulated after Machado, Oliveira and Fernandes, 2009)."""
SCALE = tuple(Viridis256[24:240:8])
"""For numbers and dates: viridis, which colour-blind readers can follow, without its darkest and lightest ends, which
would vanish on a dark or a light page."""


@dataclass(frozen=True)
class MapColumn:
    """A column that a page offers. `kind` is `category`, `number` or `date`; `label` is its name in the data."""

    name: str
    kind: str
    label: str


@dataclass(frozen=True)
class ColumnFiles:
    """The columns of a map.

    Attributes:
        offered: in the order in which a page lists them.
        index: file of the shard `columns`, which says what codes mean.
        folder: of the shards `column-<c>-<k>` in `<c>/<k ÷ 1000>/<k>.js`, by place in `offered` and rows.
    """

    offered: tuple[MapColumn, ...]
    index: str
    folder: str


def columns_of(settings: MapSettings) -> list[MapColumn]:
    """Return the columns of which `privacy:` makes each document's value public, if they can colour a map."""
    documents = settings.documents
    kinds = {"date": "date", **documents.columns}
    named = [MapColumn(name, kinds[name], name) for name in settings.privacy.columns if name in kinds]
    category = MapColumn("category", "category", documents.category or "category")
    return [each for each in (category, *dict.fromkeys(named)) if each.kind != "text"]


def write_columns(
    files: HashedFiles, columns: Sequence[MapColumn], public: pa.Table, order: npt.NDArray[np.int64]
) -> ColumnFiles | None:
    """Write every column that tells documents apart, one at a time; None if there is none.

    Args:
        public: what is public of the documents, with these columns among its own.
        order: int64 (n,), storage row -> document.
    """
    offered: list[MapColumn] = []
    meanings: list[dict[str, Any]] = []

    def payloads() -> Iterator[tuple[str, str, bytes]]:
        for column in columns:
            codes, meaning = _coded(column.kind, public.column(column.name))
            if meaning is None:
                continue
            number = len(offered)
            offered.append(column)
            meanings.append({"name": column.name, "label": column.label, "kind": column.kind, **meaning})
            for k, packed in enumerate(_packed(codes[order])):
                yield f"{number}/{numbered(k)}", f"column-{number}-{k}", packed

    waiting = payloads()
    first = next(waiting, None)
    if first is None:
        return None
    folder = files.add_set("columns", _shards(chain([first], waiting)))
    index = files.add("columns.js", shard("columns", json_payload(meanings)))
    return ColumnFiles(tuple(offered), index, folder)


def category_codes(values: pa.ChunkedArray) -> tuple[Codes, dict[str, Any] | None]:
    """One code per value, and what the codes mean: 0 to 19 for the most frequent ones, 20 for any other.

    Of equally frequent ones the first in the order of code points comes first. The colour of a category depends on
    its name and on which others there are, not on how many documents they have, so it holds from build to build.
    """
    present = pc.if_else(pc.equal(values, ""), pa.scalar(None, values.type), values)
    counted = [(each["values"], each["counts"]) for each in pc.value_counts(present.drop_null()).to_pylist()]
    counted.sort(key=lambda item: (-item[1], item[0]))
    missing = present.null_count
    if len(counted) + (missing > 0) < 2:
        return np.zeros(0, np.uint16), None
    largest = [name for name, _ in counted[:LARGEST]]
    known = pc.fill_null(pc.index_in(present, pa.array(largest, present.type)), LARGEST).to_numpy()
    codes = np.where(present.is_null().to_numpy(), MISSING, known).astype(np.uint16)
    return codes, {
        "values": [
            [name if len(name) <= NAME_CHARS else name[:NAME_CHARS] + "…", count, color]
            for (name, count), color in zip(counted, category_colors(largest), strict=False)
        ],
        "other": sum(count for _, count in counted[LARGEST:]),
        "others": len(counted[LARGEST:]),
        "missing": missing,
        "grey": OUTLIER,
    }


def category_colors(names: Sequence[str]) -> list[str]:
    """One colour per name, no two alike: a name takes the colour of its hash, or the next that is free."""
    colors = PALETTE if len(names) <= len(PALETTE) else (*PALETTE, *MORE_COLORS)
    free = list(colors)
    taken = {}
    for name in sorted(names):
        start = int.from_bytes(hashlib.sha256(name.encode("utf-8")).digest()[:4], "big") % len(colors)
        wanted = (colors[(start + step) % len(colors)] for step in range(len(colors)))
        taken[name] = next(color for color in wanted if color in free)
        free.remove(taken[name])
    return [taken[name] for name in names]


def range_codes(values: npt.NDArray[np.float64]) -> tuple[Codes, dict[str, Any] | None]:
    """One code per number, from 0 at the low end of a robust range to `HIGHEST` at its high end, and what they mean.

    What is not finite is missing; what lies beyond an end has the end's code.
    """
    present = np.isfinite(values)
    numbers = np.clip(values[present], -LIMIT, LIMIT)
    if not len(numbers) or numbers.min() == numbers.max():
        return np.zeros(0, np.uint16), None
    low, high = _robust_range(numbers)
    inside = np.clip(numbers, low, high)
    codes = np.full(len(values), MISSING, np.uint16)
    codes[present] = np.rint((inside - low) / (high - low) * HIGHEST)
    whole = bool((numbers == np.rint(numbers)).all())
    bins = int(high - low) + 1 if whole and high - low < BINS else BINS
    return codes, {
        "low": low,
        "high": high,
        "below": bool(numbers.min() < low),
        "above": bool(numbers.max() > high),
        "whole": whole,
        "histogram": np.histogram(codes[present], bins, (0, HIGHEST))[0].tolist(),
        "missing": int((~present).sum()),
        "scale": SCALE,
        "grey": OUTLIER,
    }


def _robust_range(numbers: npt.NDArray[np.float64]) -> tuple[float, float]:
    least, most = float(numbers.min()), float(numbers.max())
    low, high = (float(each) for each in np.quantile(numbers, (CLIPPED_SHARE, 1 - CLIPPED_SHARE)))
    if low == high:
        return least, most
    slack = SLACK * (high - low)
    ends = (least if low - least <= slack else low), (most if most - high <= slack else high)
    # whole numbers stay whole, so that each can be chosen
    return (float(np.floor(ends[0])), float(np.ceil(ends[1]))) if (numbers == np.rint(numbers)).all() else ends


def _coded(kind: str, values: pa.ChunkedArray) -> tuple[Codes, dict[str, Any] | None]:
    if kind == "category":
        return category_codes(values)
    if kind == "date":
        # milliseconds since 1970, as JavaScript counts them; far dates lose microseconds
        numbers = pc.divide(values.cast(pa.int64()).cast(pa.float64(), safe=False), 1000.0)
        return range_codes(pc.fill_null(numbers, float("nan")).to_numpy())
    return range_codes(pc.fill_null(values.cast(pa.float64()), float("nan")).to_numpy())


def _packed(codes: Codes) -> Iterator[bytes]:
    """All lower bytes of a shard's codes, then all higher ones."""
    for start in range(0, len(codes), ROWS_PER_SHARD):
        yield codes[start : start + ROWS_PER_SHARD].astype("<u2").view(np.uint8).reshape(-1, 2).T.tobytes()


def _shards(payloads: Iterable[tuple[str, str, bytes]]) -> Iterator[tuple[str, bytes]]:
    return in_threads(lambda each: (each[0], shard(each[1], each[2])), payloads)
