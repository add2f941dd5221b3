"""A picture of what a benchmark wrote with `--json`: `python benchmarks/chart.py scale.json docs/scale.svg`.

Of `scale.py`: seconds and memory over the number of documents, both axes logarithmic, and how they would grow with
n log n. Of `growth.py --parts days`: the drift of a map over fifty steps.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
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
    """Marks of an SVG, placed on two axes of one scale."""

    def __init__(
        self,
        across: Mapping[float, str],
        up: Mapping[float, str],
        below: str,
        scale: Callable[[Any], Any] = np.asarray,
    ) -> None:
        """Axes from the first to the last tick, each tick with its name; `below` says what the lower axis is."""
        self.marks: list[str] = []
        self._scale = scale
        self._first, self._last = scale([min(across), max(across)])
        self._low, self._high = scale([min(up), max(up)])
        for tick, name in across.items():
            x = self.x(tick)
            self.marks.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd" stroke-width="1"/>')
            self._write(x, HEIGHT - 28, name, "#333", "middle")
        for tick, name in up.items():
            y = self.y(tick)
            self.marks.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd" stroke-width="1"/>')
            self._write(LEFT - 8, y + 4, name, "#333", "end")
        self._write(LEFT, HEIGHT - 8, below, "#333", "start")

    def x(self, value: Any) -> Any:
        """Pixels from the left."""
        return LEFT + (self._scale(value) - self._first) / (self._last - self._first) * (WIDTH - LEFT - RIGHT)

    def y(self, value: Any) -> Any:
        """Pixels from the top."""
        return HEIGHT - BOTTOM - (self._scale(value) - self._low) / (self._high - self._low) * (HEIGHT - TOP - BOTTOM)

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

    def values(self, points: list[tuple[float, float]], color: str) -> None:
        """The shares at these points, above each."""
        for across, up in points:
            self._write(self.x(across), self.y(up) - 8, f"{up:.1%}", color, "middle")

    def _write(self, x: float, y: float, text: str, color: str, anchor: str) -> None:
        self.marks.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" text-anchor="{anchor}">{escape(text)}</text>')


def chart(curve: list[dict[str, float]]) -> str:
    """The SVG of what was measured."""
    sizes = np.array([each["documents"] for each in curve])
    seconds, memory = (np.array([each[name] for each in curve]) for name in ("processor_s", "peak_memory_MB"))
    growth = sizes * np.log2(sizes)
    expected = seconds[0] * growth / growth[0]
    every = np.log10(np.concatenate([seconds, memory, expected]))
    costs = [10**power for power in range(int(np.floor(every.min())), int(np.ceil(every.max())) + 1)]
    across, up = ({each: f"{each:,}" for each in ticks} for ticks in (sizes.tolist(), costs))
    paper = Paper(across, up, "documents", np.log10)
    paper.curve(sizes, expected, "#777", "n log n", dashed=True)
    paper.curve(sizes, memory, "#b35900", "peak memory, MB")
    paper.curve(sizes, seconds, "#1f5fa8", "processor seconds")
    title = "Processor seconds and peak memory of a build over the number of documents"
    return SVG.format(width=WIDTH, height=HEIGHT, title=title, marks="\n".join(paper.marks))


def drift_chart(drift: list[dict[str, Any]]) -> str:
    """The SVG of what `growth.py` measured at every tenth day."""
    every = [each[name] for each in drift for name in ("misfits", "neighbors_new") if each.get(name) is not None]
    up = {tick / 100: f"{tick}%" for tick in range(0, int(np.ceil(100 * max(every))) + 5, 5)}
    across = {each["day"]: f"{each['day']}" for each in drift}
    paper = Paper(across, up, "days, each with 0.2% more documents; dashed: misfits by chance")
    days = np.array([each["day"] for each in drift])
    paper.curve(days, np.full(len(days), 0.05), "#777", "", dashed=True)
    for name, color, told in (("neighbors_new", "#b35900", "new neighbours"), ("misfits", "#1f5fa8", "misfits")):
        known = [(each["day"], each[name]) for each in drift if each.get(name) is not None]
        paper.curve(*np.array(known).T, color, told)
        paper.values(known, color)
    title = "Drift of a map over fifty steps: misfits among newcomers, newcomers among neighbours of fitted documents"
    return SVG.format(width=WIDTH, height=HEIGHT, title=title, marks="\n".join(paper.marks))


def main() -> None:
    """Draw it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("figures", type=Path)
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    figures = json.loads(options.figures.read_text("utf-8"))
    drawn = drift_chart(figures["days"]["drift"]) if "days" in figures else chart(figures["curve"])
    options.picture.write_text(drawn, "utf-8")


if __name__ == "__main__":
    main()
