"""A picture of what `scale.py --json` wrote: `python benchmarks/chart.py scale.json docs/scale.svg`.

Seconds and memory over the number of documents, both axes logarithmic, and how they would grow with n log n.
"""

from __future__ import annotations

import argparse
import json
from html import escape
from pathlib import Path

import numpy as np

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 380, 70, 170, 20, 50
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif"
 font-size="13" fill="none" stroke-width="2">
<title>{title}</title>
<rect width="{width}" height="{height}" fill="#fff"/>
{marks}
</svg>
"""


def axes(sizes: np.ndarray, low: float, high: float) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Lines and words of both axes; and what log10 values are multiplied with, and added, to be x and y in pixels."""
    first, last = np.log10([sizes[0], sizes[-1]])
    per_x, per_y = (WIDTH - LEFT - RIGHT) / (last - first), (HEIGHT - TOP - BOTTOM) / (high - low)
    to_x, to_y = np.array([per_x, LEFT - per_x * first]), np.array([-per_y, HEIGHT - BOTTOM + per_y * low])
    marks = []
    for size in sizes:
        x = np.polyval(to_x, np.log10(size))
        marks.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd" stroke-width="1"/>')
        marks.append(f'<text x="{x:.1f}" y="{HEIGHT - 28}" fill="#333" text-anchor="middle">{size:,}</text>')
    for power in range(int(low), int(high) + 1):
        y = np.polyval(to_y, power)
        marks.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd" stroke-width="1"/>')
        marks.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" fill="#333" text-anchor="end">{10**power:,}</text>')
    marks.append(f'<text x="{LEFT}" y="{HEIGHT - 8}" fill="#333">documents</text>')
    return marks, to_x, to_y


def line(sizes: np.ndarray, values: np.ndarray, to: tuple[np.ndarray, np.ndarray], look: str, name: str) -> list[str]:
    """A curve with its name at its end; a broken one has it above its middle, where no other ends."""
    x, y = np.polyval(to[0], np.log10(sizes)), np.polyval(to[1], np.log10(values))
    path = "L".join(f"{left:.1f} {top:.1f}" for left, top in zip(x, y, strict=True))
    color = look.split('"')[1]
    middle, anchor = len(x) // 2, "start"
    left, top = x[-1] + 8, y[-1] + 4
    if "dash" in look:
        left, top, anchor = x[middle] - 8, y[middle] - 8, "end"
    name = f'<text x="{left:.1f}" y="{top:.1f}" fill="{color}" text-anchor="{anchor}">{escape(name)}</text>'
    return [f'<path d="M{path}" stroke={look}/>', name]


def chart(curve: list[dict[str, float]]) -> str:
    """The SVG of a curve."""
    sizes = np.array([each["documents"] for each in curve])
    seconds, memory = (np.array([each[name] for each in curve]) for name in ("processor_s", "peak_memory_MB"))
    growth = sizes * np.log2(sizes)
    expected = seconds[0] * growth / growth[0]
    every = np.log10(np.concatenate([seconds, memory, expected]))
    marks, *to = axes(sizes, np.floor(every.min()), np.ceil(every.max()))
    marks += line(sizes, expected, (to[0], to[1]), '"#777" stroke-dasharray="5 4"', "n log n")
    marks += line(sizes, memory, (to[0], to[1]), '"#b35900"', "peak memory, MB")
    marks += line(sizes, seconds, (to[0], to[1]), '"#1f5fa8"', "processor seconds")
    title = "Processor seconds and peak memory of a build over the number of documents"
    return SVG.format(width=WIDTH, height=HEIGHT, title=title, marks="\n".join(marks))


def main() -> None:
    """Draw it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("figures", type=Path)
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    options.picture.write_text(chart(json.loads(options.figures.read_text("utf-8"))["curve"]), "utf-8")


if __name__ == "__main__":
    main()
