"""The bokeh document of the map: a bare, empty figure that the page's own script fills and drives.

The document knows nothing of the dataset, so it is small, the same for every map, and the same on
every build. What moves (ranges, columns, glyphs) has a name, by which static/js/map/points/plot.js finds it.
"""

from typing import Any, Literal

from bokeh.core.types import ID
from bokeh.embed import json_item
from bokeh.models import ColumnDataSource, Plot, Range1d, Scatter
from bokeh.models.renderers import GlyphRenderer

TARGET = ID("plot")


def map_plot() -> dict[str, object]:
    """Return the figure as `Bokeh.embed.embed_item` wants it, equal to the byte on every call."""
    points = ColumnDataSource(name="points", data={"x": [], "y": [], "color": [], "alpha": []})
    focus = ColumnDataSource(name="focus", data={"x": [], "y": [], "color": [], "line": []})
    dots = Scatter(name="dots", x="x", y="y", size=4, fill_color="color", fill_alpha="alpha", line_color=None)
    ring = Scatter(x="x", y="y", size=12, fill_color="color", line_color="line", line_width=2)
    plot = Plot(
        x_range=Range1d(name="x_range", start=0, end=1),
        y_range=Range1d(name="y_range", start=0, end=1),
        renderers=[
            _renderer(points, dots),
            # bokeh paints overlays on a canvas of their own: moving the ring repaints no point
            _renderer(focus, ring, level="overlay"),
        ],
        output_backend="canvas",
        sizing_mode="stretch_both",
        toolbar_location=None,
        min_border=0,
        outline_line_color=None,
        background_fill_color=None,
        border_fill_color=None,
        # decimating while the map moves would make points flicker
        lod_threshold=None,
    )
    return with_stable_ids(dict(json_item(plot, TARGET)))


def _renderer(
    source: ColumnDataSource, glyph: Scatter, level: Literal["glyph", "overlay"] = "glyph"
) -> "GlyphRenderer[Scatter]":  # generic to type checkers only
    # Plain glyphs for states this map never enters, because bokeh prepares each variant every frame.
    # One each: a shared one becomes a reference, and pages sort keys, so it could precede its target.
    return GlyphRenderer(
        data_source=source,
        glyph=glyph,
        level=level,
        selection_glyph=Scatter(x="x", y="y"),
        nonselection_glyph=Scatter(x="x", y="y"),
        muted_glyph=Scatter(x="x", y="y"),
    )


def with_stable_ids(item: dict[str, object]) -> dict[str, object]:
    """Rename bokeh's ids, which count through the whole process, in order of appearance."""
    names: dict[str, str] = {}

    def renamed(node: object) -> Any:
        if isinstance(node, dict):
            return {
                key: names.setdefault(value, f"m{len(names)}") if key in ("id", "root_id") else renamed(value)
                for key, value in node.items()
            }
        return [renamed(each) for each in node] if isinstance(node, list) else node

    stable: dict[str, object] = renamed(item)
    return stable
