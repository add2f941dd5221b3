"""A picture of what `scale.py --json` wrote: `python benchmarks/chart.py scale.json docs/scale.svg`.

Seconds and memory over the number of documents, both axes logarithmic, and how they would grow with n log n.
"""

from __future__ import annotations

import argparse
import json
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 380, 70, 170, 20, 50
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif"
 font-size="13" fill="none" stroke-width="2">
<title>{title}</title>
<rect width="{width}" height="{height}" fill="#fff"/>
{marks}
</svg>
"""


class Paper:
    """Marks of an SVG, placed by documents and by what they cost, both on logarithmic axes."""

    def __init__(self, sizes: np.ndarray, low: int, high: int) -> None:
        """Axes from the first to the last of the sizes, and from 10 to the power `low` to 10 to the power `high`."""
        self.marks: list[str] = []
        self._first, self._last = np.log10([sizes[0], sizes[-1]])
        self._low, self._high = low, high
        for size in sizes:
            x = self.x(size)
            self.marks.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd" stroke-width="1"/>')
            self._write(x, HEIGHT - 28, f"{size:,}", "#333", "middle")
        for cost in (10**power for power in range(low, high + 1)):
            y = self.y(cost)
            self.marks.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd" stroke-width="1"/>')
            self._write(LEFT - 8, y + 4, f"{cost:,}", "#333", "end")
        self._write(LEFT, HEIGHT - 8, "documents", "#333", "start")

    def x(self, documents: Any) -> Any:
        """Pixels from the left."""
        return LEFT + (np.log10(documents) - self._first) / (self._last - self._first) * (WIDTH - LEFT - RIGHT)

    def y(self, cost: Any) -> Any:
        """Pixels from the top."""
        return HEIGHT - BOTTOM - (np.log10(cost) - self._low) / (self._high - self._low) * (HEIGHT - TOP - BOTTOM)

    def curve(self, sizes: np.ndarray, costs: np.ndarray, color: str, name: str, *, dashed: bool = False) -> None:
        """A line with its name at its end; a dashed one has it above its middle, where no other ends."""
        x, y = self.x(sizes), self.y(costs)
        path = "L".join(f"{left:.1f} {top:.1f}" for left, top in zip(x, y, strict=True))
        dashes = ' stroke-dasharray="5 4"' if dashed else ""
        self.marks.append(f'<path d="M{path}" stroke="{color}"{dashes}/>')
        if dashed:
            middle = len(x) // 2
            self._write(x[middle] - 8, y[middle] - 8, name, color, "end")
        else:
            self._write(x[-1] + 8, y[-1] + 4, name, color, "start")

    def _write(self, x: float, y: float, text: str, color: str, anchor: str) -> None:
        self.marks.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" text-anchor="{anchor}">{escape(text)}</text>')


def chart(curve: list[dict[str, float]]) -> str:
    """The SVG of what was measured."""
    sizes = np.array([each["documents"] for each in curve])
    seconds, memory = (np.array([each[name] for each in curve]) for name in ("processor_s", "peak_memory_MB"))
    growth = sizes * np.log2(sizes)
    expected = seconds[0] * growth / growth[0]
    every = np.log10(np.concatenate([seconds, memory, expected]))
    paper = Paper(sizes, int(np.floor(every.min())), int(np.ceil(every.max())))
    paper.curve(sizes, expected, "#777", "n log n", dashed=True)
    paper.curve(sizes, memory, "#b35900", "peak memory, MB")
    paper.curve(sizes, seconds, "#1f5fa8", "processor seconds")
    title = "Processor seconds and peak memory of a build over the number of documents"
    return SVG.format(width=WIDTH, height=HEIGHT, title=title, marks="\n".join(paper.marks))


def main() -> None:
    """Draw it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("figures", type=Path)
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    options.picture.write_text(chart(json.loads(options.figures.read_text("utf-8"))["curve"]), "utf-8")


if __name__ == "__main__":
    main()
