"""A tuning as one HTML file that loads nothing: pictures, curves and numbers."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sitegen.commands.tune.tune import Tuning, document_colors
from sitegen.pipeline.clusters.parameter_search import Candidate

HERE = Path(__file__).parent
PICTURE_PX = 360
WIDTH, HEIGHT = 400, 210
LEFT, RIGHT, TOP, BOTTOM = 40, 315, 10, 182


@dataclass(frozen=True)
class Picture:
    """The map coloured by a candidate's topics; `data` is a WebP in base64."""

    candidate: Candidate
    data: str


@dataclass(frozen=True)
class Tick:
    """A labelled place on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Line:
    """A line of a chart: its points as SVG wants them, its name, and where it ends."""

    name: str
    points: str
    x: float
    y: float


@dataclass(frozen=True)
class Chart:
    """A figure of merit over `min_cluster_size`, in SVG coordinates."""

    title: str
    lines: tuple[Line, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    mark: tuple[float, float]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT


def write_page(tuning: Tuning, path: Path) -> None:
    """Write the report of a tuning to `path`.

    Raises:
        OSError: it cannot be written.
    """
    path.write_text(render_page(tuning), "utf-8")


def render_page(tuning: Tuning) -> str:
    """Render the report of a tuning as HTML."""
    style = (HERE / "report.css").read_text("utf-8")
    env = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return env.get_template("report.html.j2").render(
        tuning=tuning,
        style=Markup(style),  # noqa: S704, our own file
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        side=PICTURE_PX,
        charts=charts(tuning),
        row=_pictures(tuning, tuning.row),
        others=_pictures(tuning, tuning.others),
    )


def charts(tuning: Tuning) -> tuple[Chart, ...]:
    """Draw topics, documents outside and score over the size, one line per `min_samples`, of the chosen method."""
    shown = [each for each in tuning.candidates if each.method == tuning.chosen.method]
    most = max(each.topics for each in shown)
    tops = [10.0**power for power in range(8) if 10**power <= max(most, 1)]
    quarters = [0.0, 0.25, 0.5, 0.75, 1.0]
    return (
        _chart("topics", tuning, shown, lambda each: _log_scale(max(each.topics, 1), 1, max(most, 2)),
               [(_log_scale(top, 1, max(most, 2)), f"{top:,.0f}") for top in tops]),
        _chart("documents outside", tuning, shown, lambda each: each.outliers, [(q, f"{q:.0%}") for q in quarters]),
        _chart("score", tuning, shown, lambda each: each.score, [(q, f"{q:g}") for q in quarters]),
    )  # fmt: skip


def _chart(
    title: str,
    tuning: Tuning,
    shown: Sequence[Candidate],
    height: Callable[[Candidate], float],
    levels: Iterable[tuple[float, str]],
) -> Chart:
    sizes = sorted({each.min_cluster_size for each in shown})

    def place(each: Candidate) -> tuple[float, float]:
        x = _log_scale(each.min_cluster_size, sizes[0], max(sizes[-1], sizes[0] + 1))
        return round(LEFT + x * (RIGHT - LEFT), 1), _y(height(each))

    lines = []
    for samples in sorted({each.min_samples for each in shown}):
        points = [place(each) for each in shown if each.min_samples == samples]
        name = f"{samples} samples"
        lines.append(Line(name, " ".join(f"{x},{y}" for x, y in points), *points[-1]))
    labelled = [each for each in shown if each.min_samples == tuning.chosen.min_samples][::2]
    return Chart(
        title,
        tuple(_spread(lines)),
        tuple(Tick(place(each)[0], f"{each.min_cluster_size:,}") for each in labelled),
        tuple(Tick(_y(level), label) for level, label in levels),
        place(tuning.chosen),
    )


def _spread(lines: list[Line], gap: float = 13.0) -> list[Line]:
    """Move the names of lines that end close together apart, upwards: below are the labels of the axis."""
    places: dict[str, float] = {}
    last = HEIGHT + gap
    for line in sorted(lines, key=lambda line: -line.y):
        last = places[line.name] = min(line.y, last - gap)
    return [replace(line, y=places[line.name]) for line in lines]


def _log_scale(value: float, low: float, high: float) -> float:
    return log(value / low) / log(high / low)


def _y(share: float) -> float:
    return round(BOTTOM - share * (BOTTOM - TOP), 1)


def _pictures(tuning: Tuning, candidates: Sequence[Candidate]) -> list[Picture]:
    from sitegen.site.map.pictures.density_tiles import webp
    from sitegen.site.map.pictures.shading import shade

    pictures = []
    for each in candidates:
        picture = webp(shade(tuning.places, document_colors(tuning.places, each), PICTURE_PX, PICTURE_PX))
        pictures.append(Picture(each, base64.b64encode(picture).decode()))
    return pictures
