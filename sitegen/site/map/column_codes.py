"""The columns by which a map can be coloured, sized and filtered: one small code per document and column.

Codes lie in storage order, in shards that a page loads only for a column that someone has chosen; what the codes mean
lies in one more shard. A column in which all documents have the same value tells nothing apart and is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from bokeh.palettes import Viridis256

from sitegen.parallel import in_threads
from sitegen.site.map.palette import OUTLIER, PALETTE
from sitegen.site.map.storage import Segment, by_segment
from sitegen.site.output.hashed_files import HashedFiles, numbered
from sitegen.site.output.parts import Folders, add_parts
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
    """A column that a page offers. `kind` is `category`, `number` or `date`; `label` is its name in the data.

    `note` says what its values mean, where they are not the data's own; such a column sets no sizes.
    """

    name: str
    kind: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class ColumnFiles:
    """The columns of a map.

    Attributes:
        offered: in the order in which a page lists them.
        index: file of the shard `columns`, which says what codes mean.
        folder: of the shards `column-<c>-<k>` in `<c>/<k ÷ 1000>/<k>.js`, by place in `offered` and rows; of a map that
            grows, the folders of each column, with `<k ÷ 1000>/<k>.js` in them.
    """

    offered: tuple[MapColumn, ...]
    index: str
    folder: str | tuple[Folders, ...]


def columns_of(settings: MapSettings) -> list[MapColumn]:
    """Return the columns of which `privacy:` makes each document's value public, if they can colour a map."""
    documents = settings.documents
    kinds = {"date": "date", **documents.columns}
    named = [MapColumn(name, kinds[name], name) for name in settings.privacy.columns if name in kinds]
    category = MapColumn("category", "category", documents.category or "category")
    return [each for each in (category, *dict.fromkeys(named)) if each.kind != "text"]


def write_columns(
    files: HashedFiles,
    columns: Sequence[MapColumn],
    public: pa.Table,
    order: npt.NDArray[np.int64],
    segments: Sequence[Segment] | None = None,
) -> ColumnFiles | None:
    """Write every column that tells documents apart, one at a time; None if there is none.

    Args:
        public: what is public of the documents, with these columns among its own.
        order: int64 (n,), storage row -> document.
        segments: those of a map that grows, as in `Storage`; None of others.
    """
    fitted = None if segments is None else np.zeros(len(order), bool)
    if segments is not None and fitted is not None:
        fitted[order[: segments[0].end]] = True
    offered: list[MapColumn] = []
    meanings: list[dict[str, object]] = []
    folders: list[Folders] = []

    def coded() -> Iterator[tuple[int, Codes]]:
        for column in columns:
            codes, meaning = _coded(column.kind, public.column(column.name), fitted)
            if meaning is None:
                continue
            offered.append(column)
            note = {"note": column.note} if column.note else {}
            meanings.append({"name": column.name, "label": column.label, "kind": column.kind, **meaning, **note})
            yield len(offered) - 1, codes[order]

    if segments is not None:
        for number, codes in coded():
            parts = (
                (segment.start, first, _shards(number, first, codes[: segment.end], starts))
                for segment, first, starts in by_segment(segments, ROWS_PER_SHARD)
            )
            folders.append(add_parts(files, f"columns-{number}", parts))
    else:
        starts = range(0, len(order), ROWS_PER_SHARD)
        every = chain.from_iterable(
            ((f"{number}/{path}", data) for path, data in _shards(number, 0, codes, starts))
            for number, codes in coded()
        )
        first = next(every, None)
        if first is not None:
            folder = files.add_set("columns", chain([first], every))
    if not offered:
        return None
    index = files.add("columns.js", shard("columns", json_payload(meanings)))
    return ColumnFiles(tuple(offered), index, folder if segments is None else tuple(folders))


def category_codes(
    values: pa.ChunkedArray, fitted: npt.NDArray[np.bool_] | None = None
) -> tuple[Codes, dict[str, object] | None]:
    """Return a code per value, and what the codes mean: 0 to 19 for the most frequent ones, 20 for any other.

    Of equally frequent ones the first in the order of code points comes first. The colour of a category depends on
    its name and on which others there are, not on how many documents they have, so it holds from build to build.

    Args:
        fitted: of a map that grows, the documents of the fit, bool (n,). Their categories keep their codes: the most
            frequent are those of these documents, and then others.
    """
    present = pc.if_else(pc.equal(values, ""), pa.scalar(None, values.type), values)
    counts = _counts(present)
    first = counts if fitted is None else _counts(present.filter(pa.array(fitted)))
    ranks = {name: (-first.get(name, 0), 0 if name in first else -count, name) for name, count in counts.items()}
    counted = sorted(counts.items(), key=lambda item: ranks[item[0]])
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


def _counts(values: pa.ChunkedArray) -> dict[str, int]:
    return {each["values"]: each["counts"] for each in pc.value_counts(values.drop_null()).to_pylist()}


def category_colors(names: Sequence[str]) -> list[str]:
    """Return a colour per name, no two alike: a name takes the colour of its hash, or the next that is free."""
    colors = PALETTE if len(names) <= len(PALETTE) else (*PALETTE, *MORE_COLORS)
    free = list(colors)
    taken = {}
    for name in sorted(names):
        start = int.from_bytes(hashlib.sha256(name.encode("utf-8")).digest()[:4], "big") % len(colors)
        wanted = (colors[(start + step) % len(colors)] for step in range(len(colors)))
        taken[name] = next(color for color in wanted if color in free)
        free.remove(taken[name])
    return [taken[name] for name in names]


def range_codes(values: npt.NDArray[np.float64]) -> tuple[Codes, dict[str, object] | None]:
    """Return a code per number, 0 at the low end of a robust range to `HIGHEST` at its high end, and their meaning.

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


def _coded(
    kind: str, values: pa.ChunkedArray, fitted: npt.NDArray[np.bool_] | None
) -> tuple[Codes, dict[str, object] | None]:
    if kind == "category":
        return category_codes(values, fitted)
    if kind == "date":
        # milliseconds since 1970, as JavaScript counts them; far dates lose microseconds
        numbers = pc.divide(values.cast(pa.int64()).cast(pa.float64(), safe=False), 1000.0)
        return range_codes(pc.fill_null(numbers, float("nan")).to_numpy())
    return range_codes(pc.fill_null(values.cast(pa.float64()), float("nan")).to_numpy())


def _shards(column: int, first: int, codes: Codes, starts: Iterable[int]) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of the shards of a column that begin at these rows, numbered from `first` on."""
    payloads = ((number, _packed(codes[start : start + ROWS_PER_SHARD])) for number, start in enumerate(starts, first))
    return in_threads(lambda each: (numbered(each[0]), shard(f"column-{column}-{each[0]}", each[1])), payloads)


def _packed(codes: Codes) -> bytes:
    """All lower bytes of the codes of a shard, then all higher ones."""
    return codes.astype("<u2").view(np.uint8).reshape(-1, 2).T.tobytes()
