"""A profile's charts in bokeh. Their text takes its colours from the page, so that they suit light and dark."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from bokeh.core.types import ID
from bokeh.embed import json_item
from bokeh.models import ColumnDataSource, DataRange1d, HoverTool, NumeralTickFormatter, Range, Range1d
from bokeh.models.annotations import Span
from bokeh.plotting import figure

from sitegen.commands.inspect import phrases
from sitegen.commands.inspect.distributions import Categories, Distribution
from sitegen.commands.inspect.histogram import Histogram
from sitegen.commands.inspect.profile import Profile
from sitegen.pipeline.documents.fields import shorten
from sitegen.site.map.bokeh_figure import with_stable_ids

BAR = "#2f8f83"
MARK = "#d2691e"
HEIGHT = 200
ROW = 26
MILLISECONDS_PER_DAY = 86_400_000
LABEL_CHARS = 28


def charts(profile: Profile) -> list[str]:
    """Return the argument of `Bokeh.embed.embed_item` for each chart, as JSON whose keys keep their order.

    In another order a reference could come before what it refers to.
    """
    plots = {"chars": _bars(profile.chars)}
    if profile.tokens:
        plots["tokens"] = _bars(profile.tokens.lengths, profile.tokens.window)
    for number, each in enumerate(profile.distributions):
        if (plot := _distribution(each)) is not None:
            plots[f"column-{number}"] = plot
    return [json.dumps(with_stable_ids(dict(json_item(plot, ID(name))))) for name, plot in plots.items()]


def _distribution(distribution: Distribution) -> figure | None:
    if isinstance(distribution, Categories):
        return _categories(distribution) if distribution.top else None
    return _bars(distribution.bars, dates=distribution.dates) if distribution.bars else None


def _bars(bars: Histogram, mark: int | None = None, dates: bool = False) -> figure:
    plot = _figure(HEIGHT, DataRange1d(start=0), DataRange1d(), x_axis_type="datetime" if dates else "linear")
    scale = MILLISECONDS_PER_DAY if dates else 1  # as bokeh counts
    edges = [bars.start + place * bars.width for place in range(len(bars.counts) + 1)]
    source = ColumnDataSource(
        {
            "left": [edge * scale for edge in edges[:-1]],
            "right": [edge * scale for edge in edges[1:]],
            "top": bars.counts,
            "range": [_range(left, right, dates) for left, right in pairwise(edges)],
        }
    )
    plot.quad(
        left="left", right="right", top="top", bottom=0, source=source, fill_color=BAR, line_color=None, fill_alpha=0.8
    )
    plot.add_tools(HoverTool(tooltips=[("", "@range"), ("documents", "@top{0,0}")]))
    plot.yaxis.formatter = NumeralTickFormatter(format="0,0")
    if not dates:
        plot.xaxis.formatter = NumeralTickFormatter(format="0,0.[00]")
    if mark is not None and bars.start <= mark <= bars.end:
        plot.add_layout(Span(location=mark, dimension="height", line_color=MARK, line_width=2, line_dash="dashed"))
    return plot


def _range(left: float, right: float, dates: bool) -> str:
    if dates:
        return f"{phrases.moment(left, right - left)} – {phrases.moment(right, right - left)}"
    return f"{phrases.number(left)} – {phrases.number(right)}"


def _categories(categories: Categories) -> figure:
    values, counts = zip(*categories.top, strict=True)
    places = list(range(len(values), 0, -1))
    plot = _figure(ROW * len(values) + 40, Range1d(start=0.3, end=len(values) + 0.7), DataRange1d(start=0))
    source = ColumnDataSource({"place": places, "value": values, "count": counts})
    plot.hbar(y="place", right="count", height=0.7, source=source, fill_color=BAR, line_color=None, fill_alpha=0.8)
    plot.add_tools(HoverTool(tooltips=[("", "@value"), ("documents", "@count{0,0}")]))
    plot.yaxis.ticker = places
    plot.yaxis.major_label_overrides = {
        place: shorten(value, LABEL_CHARS) for place, value in zip(places, values, strict=True)
    }
    plot.yaxis.major_tick_in = plot.yaxis.major_tick_out = 0
    plot.ygrid.visible = False
    plot.xaxis.formatter = NumeralTickFormatter(format="0,0")
    return plot


def _figure(height: int, y_range: Range, x_range: Range, **options: Any) -> figure:
    plot = figure(
        height=height,
        x_range=x_range,
        y_range=y_range,
        sizing_mode="stretch_width",
        toolbar_location=None,
        background_fill_color=None,
        border_fill_color=None,
        outline_line_color=None,
        min_border=8,
        **options,
    )
    plot.tools = []
    plot.axis.minor_tick_line_color = None
    plot.xgrid.visible = False
    return plot
