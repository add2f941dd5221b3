"""The geometry of a treemap: rectangles whose areas are sizes. A template draws them as inline SVG.

It needs no script, prints, and weighs a few kilobytes, where the one that bokeh draws would load 350 kB first.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from sitegen.site.map.labels.label_type import line_em

HEAD = 22.0
"""Height of the line with a parent's name."""
MARGIN = 3.0
FONT_PX, LINE = 12.5, 16.0
FEWEST_CHARACTERS = 5
WIDEST = 1.2
"""Readers' fonts are at most this much wider than the one that was measured."""
NARROWEST = FEWEST_CHARACTERS * FONT_PX / 2
"""Width from which a parent has a line for its name."""
ENOUGH_CHARACTERS = 12
"""Minimum characters per line before a word may be split."""
DOTS = "…"


@dataclass(frozen=True)
class Box:
    """A rectangle, y DOWN."""

    x: float
    y: float
    width: float
    height: float

    def rounded(self) -> Box:
        """Return the same to a tenth, which is all that a picture needs."""
        return Box(round(self.x, 1), round(self.y, 1), round(self.width, 1), round(self.height, 1))


@dataclass(frozen=True)
class Tile:
    """A rectangle with as much of its name as fits into it; `number` tells what it stands for."""

    number: int
    box: Box
    lines: tuple[str, ...]


def squarify(sizes: Sequence[int], box: Box) -> list[Box]:
    """Divide `box` into one rectangle per size, as square as they go. Sizes are positive, largest first.

    Squarified treemaps: Bruls, Huizing and van Wijk, https://doi.org/10.1007/978-3-7091-6783-0_4.
    """
    scale = box.width * box.height / sum(sizes) if sizes else 0
    areas = [size * scale for size in sizes]
    x, y, width, height = box.x, box.y, box.width, box.height
    boxes: list[Box] = []
    while len(boxes) < len(areas):
        start, side = len(boxes), min(width, height)
        end = start + 1
        while end < len(areas) and _worst(areas[start : end + 1], side) <= _worst(areas[start:end], side):
            end += 1
        depth = sum(areas[start:end]) / side
        along = 0.0
        for area in areas[start:end]:
            length = area / depth
            if width >= height:
                boxes.append(Box(x, y + along, depth, length))
            else:
                boxes.append(Box(x + along, y, length, depth))
            along += length
        if width >= height:
            x, width = x + depth, width - depth
        else:
            y, height = y + depth, height - depth
    return boxes


def _worst(row: Sequence[float], side: float) -> float:
    """Return the aspect ratio of the most elongated rectangle of a row along a side."""
    depth = sum(row) / side
    return max(max(depth**2 / area, area / depth**2) for area in row)


def tiles(numbers: Sequence[int], names: Sequence[str], sizes: Sequence[int], box: Box) -> list[Tile]:
    """Return a tile for each number; all three largest size first."""
    return [
        Tile(number, each.rounded(), _fitting(name, each))
        for number, name, each in zip(numbers, names, squarify(sizes, box), strict=True)
    ]


def inside(box: Box) -> Box:
    """Return the room that a parent leaves for its topics: below its name, if there is any."""
    head = HEAD if box.height > 2.5 * HEAD and box.width > NARROWEST else MARGIN
    margin, head = min(MARGIN, box.width / 4, box.height / 4), min(head, box.height / 2)
    return Box(box.x + margin, box.y + head, box.width - 2 * margin, box.height - head - margin)


def head_line(name: str, box: Box) -> str:
    """Return as much of a parent's name as fits on one line; nothing where it has no line."""
    if inside(box).y - box.y < HEAD:
        return ""
    return next(iter(_wrapped(name, FEWEST_CHARACTERS, 1, box)), "")


def _fitting(name: str, box: Box) -> tuple[str, ...]:
    longest = max(map(len, name.split()), default=0)
    fewest = max(FEWEST_CHARACTERS, min(longest, ENOUGH_CHARACTERS))
    return _wrapped(name, fewest, int((box.height - 2 * MARGIN) / LINE), box)


def _wrapped(name: str, fewest: int, most_lines: int, box: Box) -> tuple[str, ...]:
    """Return the name in lines that stay within the box, or no line.

    A word is broken only into lines of `fewest` characters or more.
    """
    room = (box.width - 2 * MARGIN) / FONT_PX
    for characters in range(len(name), min(fewest, len(name)) - 1, -1) if most_lines else ():
        lines = textwrap.wrap(name, characters, max_lines=most_lines, placeholder=DOTS)
        if lines != [DOTS] and all(WIDEST * line_em(line) <= room for line in lines):
            return tuple(lines)
    return ()
