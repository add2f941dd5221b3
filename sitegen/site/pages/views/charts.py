"""The geometry of small charts. Templates draw them as inline SVG, each beside a table with the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640.0, 160.0
SPARK_WIDTH, SPARK_HEIGHT = 96.0, 22.0


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: its place in the chart's units with y DOWN, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    name: str
    value: int
    share: float


@dataclass(frozen=True)
class Chart:
    """Bars side by side, or one below the other: a bar chart, told in one sentence by `summary`."""

    title: str
    summary: str
    unit: str
    bars: tuple[Bar, ...]

    @property
    def peak(self) -> int:
        """The largest value: that of a bar as high as the chart."""
        return max((bar.value for bar in self.bars), default=0)

    @property
    def ticks(self) -> tuple[str, ...]:
        """Names for the axis: of the first bar, the one in the middle, and the last."""
        last = len(self.bars) - 1
        return tuple(self.bars[index].name for index in sorted({0, last // 2 if last > 3 else 0, last}))

    @property
    def empty(self) -> int:
        """Return how many bars have no documents, which looks like a gap."""
        return sum(not bar.value for bar in self.bars)


@dataclass(frozen=True)
class Spark:
    """A line without axes: `points` are those of an SVG polyline in `SPARK_WIDTH` x `SPARK_HEIGHT`."""

    points: str
    summary: str


def bar_chart(title: str, unit: str, names: Sequence[str], values: Sequence[int]) -> Chart | None:
    """Draw upright bars in a row, in `WIDTH` x `HEIGHT`; None without values."""
    if not any(values):
        return None
    step, peak, total = WIDTH / len(values), max(values), sum(values)
    bars = tuple(
        Bar(
            x=round(index * step + step * 0.08, 2),
            y=round(HEIGHT * (1 - value / peak), 2),
            width=round(step * 0.84, 2),
            height=round(HEIGHT * value / peak, 2),
            name=name,
            value=value,
            share=value / total,
        )
        for index, (name, value) in enumerate(zip(names, values, strict=True))
    )
    return Chart(title, _summary(names, values), unit, bars)


def rows(title: str, unit: str, counts: Sequence[tuple[str, int]], total: int) -> Chart | None:
    """Draw lying bars, one per table row, each in 100 x 8; None without counts. Shares are of `total`.

    The nameless row of all others has no bar: it would make those of the named ones small.
    """
    if not counts:
        return None
    peak = max((value for name, value in counts if name), default=1)
    bars = tuple(
        Bar(0, 0, round(100 * value / peak, 2) if name else 0, 8, name, value, share=value / total)
        for name, value in counts
    )
    return Chart(title, _summary([name for name, _ in counts], [value for _, value in counts]), unit, bars)


def spark(names: Sequence[str], values: Sequence[int]) -> Spark | None:
    """Return the course of values over time; None where there is none."""
    if len(values) < 2 or not any(values):
        return None
    peak, step = max(values), (SPARK_WIDTH - 2) / (len(values) - 1)
    points = (
        f"{1 + index * step:.1f},{1 + (SPARK_HEIGHT - 2) * (1 - value / peak):.1f}"
        for index, value in enumerate(values)
    )
    return Spark(" ".join(points), _summary(names, values))


def share_path(shares: Sequence[float | None], peak: float) -> str:
    """Return the path of an SVG line in `WIDTH` x `HEIGHT`, as high as `peak`; None leaves a gap.

    A share between two gaps is a line without length, which round ends make a dot.
    """
    step = WIDTH / max(len(shares) - 1, 1)
    path, before = "", None
    for index, share in enumerate(shares):
        if share is not None:
            place = f"{index * step:.0f} {HEIGHT * (1 - share / peak if peak else 1):.0f}"
            path += f"M{place}h0" if before is None else f"L{place}"
        before = share
    return path


def _summary(names: Sequence[str], values: Sequence[int]) -> str:
    top = max(range(len(values)), key=lambda index: values[index])
    return f"{names[0] or 'others'} to {names[-1] or 'others'}, most at {names[top] or 'others'} ({values[top]:,})"
