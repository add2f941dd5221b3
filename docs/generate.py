"""Writes the three pages that are made from the code: `python docs/generate.py`. A test says when they are stale."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sitegen.config import Config
from sitegen.config.edits import EditsFile
from sitegen.site.pages.files import feeds
from sitegen.site.pages.views import about_view, changes_view, comparison_view, hierarchy_view, topic_views
from sitegen.site.pages.views import page_views as views

HERE = Path(__file__).parent
CONFIGURATION = """\
# Configuration

All keys of `datasets.yaml`, made from the classes that check it (`python docs/generate.py`). A key that is not in
the file has its default. `sitegen init` writes a file to begin with and its JSON Schema, by which editors complete and
check. How rows become documents is described in [data.md](data.md).
"""
EDITS = """\
# Edits of topics: reference

All keys of `edits/<slug>.yaml`, made from the classes that check it (`python docs/generate.py`). What edits are for,
and how they find their topics again after a rebuild, is described in
[editing-topics.md](editing-topics.md).
"""
TEMPLATES = """\
# What templates receive

Made from the data classes in `sitegen/site/pages/views/*.py` (`python docs/generate.py`). Every template has `site`, a
`SiteView`; `page`, the view named after the template; `links`, a `Links`; `assets`, which leads from a static file's
name to its address: `{{ page.root }}{{ assets["site.css"] }}`; and `styles`, which leads from a style's name to its
text, if it loads no other file. A name that is not there is an error.
How to change a template is described in [theming.md](theming.md).
"""


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (HERE / name).write_text(text, "utf-8")


def pages() -> dict[str, str]:
    """The pages by file name."""
    return {
        "configuration.md": reference(CONFIGURATION, Config),
        "edits.md": reference(EDITS, EditsFile),
        "templates.md": templates(),
    }


def reference(head: str, kind: type[BaseModel]) -> str:
    """A section for each class of a file, in the order in which they are first mentioned."""
    schema = kind.model_json_schema()
    sections = {"": schema}
    waiting = [schema]
    while waiting:
        for name in re.findall(r'"#/\$defs/(\w+)"', json.dumps(waiting.pop(0)["properties"])):
            if name not in sections:
                sections[name] = schema["$defs"][name]
                waiting.append(sections[name])
    return head + "".join(_section(name, section) for name, section in sections.items())


def _section(name: str, schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = [
        f"| `{key}` | {_type(field)} | {'**required**' if key in required else _default(field)} "
        f"| {_line(field.get('description', ''))} |"
        for key, field in schema["properties"].items()
    ]
    head = ["", f"## {name or 'The file'}", "", schema.get("description", ""), ""]
    return "\n".join([*head, "| key | value | default | what it does |", "|---|---|---|---|", *rows, ""])


def _type(field: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for several in ("anyOf", "oneOf"):
        if several in field:
            return " or ".join(dict.fromkeys(_type(each) for each in field[several]))
    if "enum" in field or "const" in field:
        return " or ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}" if field.get("items") else "list"
    if field.get("type") == "object":
        more = field.get("additionalProperties")
        return f"mapping to {_type(more)}" if isinstance(more, dict) else "mapping"
    names = {"boolean": "true or false", "string": "text", "integer": "whole number", "null": "null"}
    name = names.get(str(field.get("type")), str(field.get("type", "any")))
    bounds = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    limits = [f"{sign} {field[key]:,}" for key, sign in bounds.items() if key in field]
    return f"{name} {', '.join(limits)}".rstrip()


def _default(field: dict[str, Any]) -> str:
    if "default" not in field:
        return ""
    value = field["default"]
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict) or len(text) > 60:
        return "see there" if isinstance(value, dict) else "see the source"
    return f"`{text}`"


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def templates() -> str:
    """A section for each view, in the order of the source."""
    return TEMPLATES + "".join(_view(view) for view in view_classes())


def view_classes() -> list[type]:
    """What templates receive: every data class of the modules of views, and `Links`."""
    modules = (views, topic_views, hierarchy_view, comparison_view, changes_view, about_view)
    named = [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__
    ]
    return [*filter(dataclasses.is_dataclass, named), feeds.Links]


def _view(view: type) -> str:
    rows = [f"| `{field.name}` | `{_line(str(field.type))}` |" for field in dataclasses.fields(view)]
    text = inspect.getdoc(view) or ""
    return "\n".join(["", f"## {view.__name__}", "", text, "", "| field | type |", "|---|---|", *rows, ""])


if __name__ == "__main__":
    main()
