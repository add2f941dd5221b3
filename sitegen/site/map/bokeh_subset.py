"""The part of bokeh's own script that a map uses: two fifths of it on the wire, still two thirds of a first view.

bokeh.min.js is a list of modules that call each other by their place in it. A module `models/…/index` only hands on
all models of its folder, those that a map never has too. So what is called from anywhere but there, and what the map
names, stays; each other module becomes an empty one, for which the indexes hand on nothing. Modules that are called,
but whose code a map never enters, are replaced by a stub with the same exports.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from sitegen.errors import PublishError

ROOTS = (
    "main",
    "models/glyphs/scatter",
    "models/plots/plot",
    "models/ranges/range1d",
    "models/renderers/glyph_renderer",
    "models/sources/column_data_source",
)
"""Where bokeh starts, and the models of `sitegen/site/map/bokeh_figure.py`."""
UNENTERED = (
    "client/connection",  # a bokeh server
    "client/session",
    "protocol/message",
    "protocol/receiver",
    "embed/notebook",
    "embed/server",
    "core/layout/grid",  # several figures in rows
    "core/patching",  # changes of a part of a column
    "core/util/affine",  # turned text
    "core/util/buffer",  # packed arrays in a document, and fflate with it
    "core/util/pretty",  # of what is logged
    "core/util/projections",  # longitude and latitude, and proj4 with it
    "core/util/ragged_array",  # glyphs of many points each
    "core/util/svg",  # drawing into an SVG
    "core/util/menus",
    "core/visuals/image",
    "core/visuals/patterns",  # hatches
    "document/defs",  # models defined in a document
    "models/annotations/toolbar_panel",
    "models/axes/axis",
    "models/callbacks/customjs",  # code in strings, which the policy of the page forbids
    "models/dom/html",
    "models/filters/composite_filter",
    *(f"models/glyphs/{name}" for name in ("harea", "harea_step", "line", "patch", "varea", "varea_step")),
    "models/grids/grid",
    "models/ranges/factor_range",
    "models/scales/log_scale",
    "models/text/math_text",  # TeX
    "models/tools/tool_button",
    *(
        f"styles/{name}.css"  # of what is not shown
        for name in (
            *("attribution", "buttons", "dialogs", "drawers", "examiner", "group_box", "icons", "legacy_menus"),
            *("legend", "logo", "menus", "notifications", "pretty", "tabs", "tool_button", "toolbar", "tooltips"),
        )
    ),
)
"""Modules that others name, to test whether a thing is one of theirs or to call them in cases that a map never has."""
EMPTY = "function _(){}"
BUNDLE = re.compile(
    r"(?P<head>.*?\}\)\n\(\[\n)(?P<modules>.*)(?P<tail>\n\], 0, (?P<names>\{[^{}]*\}), \{\}\);\}\);\s*)", re.DOTALL
)
BETWEEN = re.compile(r",\n(?=function _\()")
REQUIRE = re.compile(r"function _\((\w*)")
EXPORTS = re.compile(r"function _\(\w+,\w+,(?P<exports>\w+)")
INDEX = re.compile(r"models(/.+)?/index")


def lean_bokeh(script: str) -> str:
    """Return `script`, which is bokeh.min.js, without what no map uses.

    Raises:
        PublishError: it has another form, as another version of bokeh may.
    """
    found = BUNDLE.fullmatch(script)
    names: dict[str, int] = json.loads(found["names"]) if found else {}
    modules = BETWEEN.split(found["modules"]) if found else []
    if not found or not names.keys() >= {*ROOTS, *UNENTERED} or max(names.values()) >= len(modules):
        raise PublishError("bokeh.min.js has an unknown form; install the version of bokeh that sitegen asks for")
    stubs = {names[name]: _stub(modules[names[name]], name) for name in UNENTERED}
    used = _used([stubs.get(number, module) for number, module in enumerate(modules)], names)
    kept = [stubs.get(number, module) if number in used else EMPTY for number, module in enumerate(modules)]
    by_name = {name: number for name, number in names.items() if kept[number] != EMPTY}
    tail = found["tail"].replace(found["names"], json.dumps(by_name, separators=(",", ":")))
    return found["head"] + ",\n".join(kept) + tail


def _used(modules: Sequence[str], names: Mapping[str, int]) -> set[int]:
    indexes = {number for name, number in names.items() if INDEX.fullmatch(name)}
    used, waiting = set(indexes), [names[root] for root in ROOTS]
    while waiting:
        number = waiting.pop()
        if number not in used:
            used.add(number)
            waiting += _called(modules[number], len(modules))
    return used


def _called(module: str, count: int) -> list[int]:
    """Return the modules that a module calls, and perhaps some more.

    A shortened name can mean something else inside it.
    """
    require = REQUIRE.match(module)
    if not require or not require[1]:
        return []
    numbers = map(int, re.findall(rf"(?<![\w$.]){require[1]}\((\d+)\)", module))
    return [number for number in numbers if number < count]


def _stub(module: str, name: str) -> str:
    """Return a module with the same exports: empty classes, of which nothing is an instance, or empty style sheets."""
    found = EXPORTS.match(module)
    exports = re.findall(rf"(?<![\w$.]){found['exports']}\.([A-Za-z_]\w*)=(?!=)", module) if found else []
    value = '""' if name.endswith(".css") else "class{}"
    return f"function _(r,m,e,s){{s();{''.join(f'e.{each}={value};' for each in sorted(set(exports)))}}}"
