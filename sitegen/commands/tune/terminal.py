"""A tuning on the terminal: a table, and small maps of braille dots side by side."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sitegen.commands.tune.tune import Tuning, document_colors
from sitegen.pipeline.clusters.parameter_search import Candidate
from sitegen.report import Terminal

MAP_COLUMNS, MAP_ROWS = 24, 12
"""Of characters; each holds 2 x 4 dots, which makes the map square."""
DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.int64)
BRAILLE = 0x2800


def print_tuning(tuning: Tuning, console: Console | None = None) -> None:
    """Print a tuning to stdout, or to `console`."""
    console = console or Terminal(highlight=False)
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("method")
    for name in ("samples", "size", "topics", "outside", "largest", "validity", "stability", "score"):
        table.add_column(name, justify="right")
    for number, candidate in enumerate([*tuning.row, *tuning.others]):
        if number == len(tuning.row):
            table.add_row("others", style="dim")
        style = "bold green" if candidate is tuning.chosen else ""
        table.add_row(*_cells(candidate), "<-" if candidate is tuning.chosen else "", style=style)
    console.print(Text(f"{tuning.slug}: {len(tuning.places):,} documents\n", "bold"))
    console.print(table)
    console.print(Text("\nsamples: min_samples, size: min_cluster_size; of the others the best is shown\n", "dim"))
    if console.color_system:  # without colours all maps are the same
        maps = Table.grid(padding=(0, 3))
        shown = neighbours(tuning)
        maps.add_row(*(Text(f"size {each.min_cluster_size}: {each.topics} topics", "dim") for each in shown))
        maps.add_row(*(braille_map(tuning.places, document_colors(tuning.places, each)) for each in shown))
        console.print(maps)
        console.print()
    console.print(Text(tuning.why), soft_wrap=True)
    console.print(Text(f"\n{tuning.yaml}", "bold"), soft_wrap=True)


def neighbours(tuning: Tuning) -> list[Candidate]:
    """Return the chosen candidate between a finer and a coarser one, where there are such."""
    at = tuning.row.index(tuning.chosen)
    return list(dict.fromkeys([*tuning.row[max(at - 2, 0) : at][:1], tuning.chosen, *tuning.row[at + 1 : at + 3][-1:]]))


def braille_map(places: npt.NDArray[np.float32], colors: npt.NDArray[np.uint8]) -> Text:
    """Draw documents as dots; each character has the mean colour of its documents.

    Args:
        places: float32 (n, 2), in the map square.
        colors: uint8 (n, 4), the last is not used.
    """
    width, height = 2 * MAP_COLUMNS, 4 * MAP_ROWS
    x = np.clip((places[:, 0] * width).astype(int), 0, width - 1)
    y = np.clip(((1 - places[:, 1]) * height).astype(int), 0, height - 1)
    counts = np.zeros((height, width), np.int64)
    np.add.at(counts, (y, x), 1)
    # Where many documents are, a dot stands for more than one; else large maps would be all dots.
    lit = counts >= max(1.0, counts[counts > 0].mean() / 2)
    cells = lit.reshape(MAP_ROWS, 4, MAP_COLUMNS, 2).transpose(0, 2, 1, 3)
    codes = BRAILLE + (cells * DOTS).sum(axis=(2, 3))
    sums = np.zeros((MAP_ROWS, MAP_COLUMNS, 4))
    np.add.at(sums, (y // 4, x // 2), np.column_stack([colors[:, :3], np.ones(len(colors))]))
    mean = (sums[..., :3] / np.maximum(sums[..., 3:], 1)).astype(int)
    text = Text()
    for row in range(MAP_ROWS):
        for code, (red, green, blue) in zip(codes[row].tolist(), mean[row].tolist(), strict=True):
            text.append(chr(code), f"rgb({red},{green},{blue})")
        text.append("\n")
    return text


def _cells(candidate: Candidate) -> list[str]:
    return [
        candidate.method,
        str(candidate.min_samples),
        str(candidate.min_cluster_size),
        f"{candidate.topics:,}",
        f"{candidate.outliers:.0%}",
        f"{candidate.largest:.0%}",
        f"{candidate.validity:.2f}",
        f"{candidate.stability:.2f}",
        f"{candidate.score:.2f}",
    ]
