"""The theme: templates, and static files under names that carry a hash of their content."""

from __future__ import annotations

import hashlib
import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from rcssmin import cssmin
from rjsmin import jsmin

PACKAGE = Path(__file__).resolve().parent.parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=const |let |function |async function |class )", re.MULTILINE)


def theme_folder(name: str) -> Path:
    """`templates` or `static`: inside the installed package, or at the top of a checkout."""
    installed = PACKAGE / "theme" / name
    return installed if installed.is_dir() else PACKAGE.parent / name


def theme_digest() -> str:
    """Changes when any file of the theme does."""
    digest = hashlib.sha256()
    for root in (theme_folder("templates"), theme_folder("static")):
        for path in sorted(root.rglob("*")):
            if path.is_file():
                digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def environment() -> Environment:
    """jinja2, escaping everything, failing on unknown names."""
    env = Environment(
        loader=FileSystemLoader(theme_folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["json_script"] = json_script
    return env


def json_script(value: Any) -> Markup:
    """JSON that can stand in a <script> element: nothing in it can end the element or start a comment."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704, escaped above


def assets() -> dict[str, tuple[str, bytes]]:
    """Every static file that pages use: logical name -> (published path, content)."""
    static = theme_folder("static")
    files = {path.name: cssmin(path.read_text("utf-8")).encode() for path in sorted((static / "css").glob("*.css"))}
    files["favicon.svg"] = (static / "favicon.svg").read_bytes()
    for script in ("map.js", "search.js"):
        files[script] = jsmin(bundle(static / "js" / script)).encode()
    files["bokeh.min.js"] = _bokeh_script().read_bytes()
    published = {}
    for name, data in files.items():
        stem, _, extension = name.rpartition(".")
        published[name] = (f"assets/{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{extension}", data)
    return published


def bundle(entry: Path) -> str:
    """One classic script of an ES module and all that it imports, each once, imports first.

    A page opened from disk may load classic scripts but no modules. The modules keep to a form that makes this
    plain text work: named imports on one line, and top-level names that are unique among them.
    """
    ordered: dict[Path, str] = {}

    def visit(path: Path, ancestors: tuple[Path, ...]) -> None:
        if path in ancestors:
            raise ValueError(f"{path.name} imports itself through {' -> '.join(p.name for p in ancestors)}")
        if path in ordered:
            return
        source = path.read_text("utf-8")
        for name in IMPORT.findall(source):
            visit(path.parent / name, (*ancestors, path))
        ordered[path] = EXPORT.sub("", IMPORT.sub("", source)).strip()

    visit(entry, ())
    return '(() => {\n"use strict";\n' + "\n\n".join(ordered.values()) + "\n})();\n"


def _bokeh_script() -> Path:
    spec = find_spec("bokeh")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("bokeh is not installed")
    return Path(spec.origin).parent / "server" / "static" / "js" / "bokeh.min.js"
