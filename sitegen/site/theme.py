"""The theme: templates, and static files under names that carry a hash of their content.

A project's `templates/` and `static/` go before the built-in ones, file by file. `npm run build` makes `static/dist`,
the theme's scripts and styles as they are published, of `static/js` and `static/css`.
"""

from __future__ import annotations

import hashlib
import json
import re
import traceback
import unicodedata
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from markupsafe import Markup

from sitegen.errors import PublishError, did_you_mean
from sitegen.site.map.bokeh_subset import lean_bokeh

PACKAGE = Path(__file__).resolve().parent.parent
UNDEFINED = re.compile("'([^']+)' is undefined")
"""What jinja2 says of a name that a template is not given."""
LEFT_TO_RIGHT = frozenset({"L", "EN", "ES", "ET", "CS", "NSM", "BN", "B", "S", "WS", "ON"})
"""Classes of Unicode's bidirectional algorithm whose characters neither run from right to left nor change direction."""
STATIC = ("dist/", "favicon.svg")
"""What of the theme's `static` is published."""


def theme_folder(name: str) -> Path:
    """Return `templates` or `static`: inside the installed package, or at the top of a checkout."""
    installed = PACKAGE / "theme" / name
    return installed if installed.is_dir() else PACKAGE.parent / name


def theme_digest(project: Path | None = None) -> str:
    """Hash every file of the theme, and of what `project`, a folder, overrides."""
    digest = hashlib.sha256()
    for name in ("templates", "static"):
        for path, file in sorted(theme_files(name, project).items()):
            digest.update(f"{name}/{path}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def theme_files(name: str, project: Path | None = None) -> dict[str, Path]:
    """Return the files of `templates` or `static` by relative path; those of `project` go before built-in ones.

    Raises:
        PublishError: one is a symbolic link.
    """
    built_in = _files(theme_folder(name))
    if name == "static":
        built_in = {path: file for path, file in built_in.items() if path.startswith(STATIC)}
    if project is None or project / name == theme_folder(name):
        return built_in
    return built_in | _files(project / name)


def _files(root: Path) -> dict[str, Path]:
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_symlink():
            raise PublishError(f"{path}: is a symbolic link; put the file itself there")
        if path.is_file():
            found[path.relative_to(root).as_posix()] = path
    return found


def own_files(project: Path) -> dict[str, Path]:
    """Return the files of a project's `static/` that are no part of the theme: they are published as they are.

    Hidden ones are not, because editors and file managers leave such; but for `.well-known`, which is meant.
    """
    return {
        name: path
        for name, path in theme_files("static", project).items()
        if name not in theme_files("static")
        and not _is_style(name)
        and not any(part.startswith(".") and part != ".well-known" for part in name.split("/"))
    }


def _is_style(name: str) -> bool:
    return name.startswith("css/") and name.endswith(".css")


class _BuiltIn(FileSystemLoader):
    """Templates of the theme under their names, and under `!name` even where a project has its own.

    `!base.html` is `!base.html.j2`: so the generators spell it that people come from.
    """

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        name = template.removeprefix("!")
        short = name != template and not name.endswith(".j2")
        return super().get_source(environment, f"{name}.j2" if short else name)


def environment(project: Path | None = None) -> Environment:
    """Return jinja2, escaping everything, failing on unknown names. Templates of `project` go before the theme's.

    Raises:
        PublishError: one of `project` takes no template's place because its name lacks the `.j2`.
    """
    for path in sorted((project / "templates").glob("*")) if project else []:
        if (theme_folder("templates") / f"{path.name}.j2").is_file():
            raise PublishError(f"{path}: the theme's template is {path.name}.j2, so this one is not used; rename it")
    own = [FileSystemLoader(project / "templates")] if project else []
    env = Environment(
        loader=ChoiceLoader([*own, _BuiltIn(theme_folder("templates"))]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_without_nul,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # else each page of thousands looks whether its templates have changed
    )
    env.filters["json_script"] = json_script
    env.tests["left_to_right"] = left_to_right
    return env


def left_to_right(text: str) -> bool:
    """Tell whether a text runs from left to right, so that it changes the order of nothing beside it on our pages."""
    return text.isascii() or all(unicodedata.bidirectional(each) in LEFT_TO_RIGHT for each in text)


def _without_nul(value: object) -> object:
    """HTML has no way to write a NUL."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def render(env: Environment, template: str, **context: object) -> str:
    """Return the text of a page.

    Raises:
        PublishError: the template fails; with its file, line and reason, which names the variable.
    """
    try:
        return env.get_template(template).render(**context)
    except TemplateSyntaxError as error:
        raise PublishError(f"{error.filename or error.name}:{error.lineno}: {error.message}") from error
    except UnicodeDecodeError as error:
        raise PublishError(f"{template}: not UTF-8 text, save it as UTF-8") from error
    except Exception as error:  # a template can raise whatever the values in it do
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
        if not frames:
            raise
        what = f"there is no template {error.name}" if isinstance(error, TemplateNotFound) else str(error)
        if isinstance(error, UndefinedError):
            unknown = UNDEFINED.fullmatch(what)
            if unknown and (meant := did_you_mean(unknown[1], context)):
                what += f", {meant}"
            what += "; docs/templates.md lists what templates receive"
        raise PublishError(f"{frames[-1].filename}:{frames[-1].lineno}: {what}") from error


def json_script(value: object) -> Markup:
    """Return JSON that can stand in a <script> element: nothing in it can end the element or start a comment."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704, escaped above


def assets(project: Path | None = None) -> dict[str, tuple[str, bytes]]:
    """Return every static file that pages use: logical name -> (published path, content).

    `css/NAME` of a project goes before `dist/NAME` of the theme. Neither is changed in any way.
    """
    static = theme_files("static", project)
    files = {name.removeprefix("dist/"): static[name].read_bytes() for name in theme_files("static")}
    files |= {name.removeprefix("css/"): path.read_bytes() for name, path in static.items() if _is_style(name)}
    files["bokeh.min.js"] = lean_bokeh(bokeh_script().read_text("utf-8")).encode()
    published = {}
    for name, data in files.items():
        stem, _, extension = name.rpartition(".")
        published[name] = (f"assets/{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{extension}", data)
    return published


def inline_styles(published: Mapping[str, tuple[str, bytes]]) -> dict[str, Markup]:
    """Return by name the styles that a page can hold, so that it is painted without waiting for them.

    A style that loads something else stays a file, since its addresses are relative to that file.
    """
    texts = {name: data.decode("utf-8", "replace") for name, (_, data) in published.items() if name.endswith(".css")}
    loads = re.compile(r"url\(|@import|@charset|</|<!--|\ufffd", re.IGNORECASE)
    return {name: Markup(text) for name, text in texts.items() if not loads.search(text)}  # noqa: S704, the project's own style


def bokeh_script() -> Path:
    """Return the one script of bokeh that pages use."""
    spec = find_spec("bokeh")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("bokeh is not installed")
    return Path(spec.origin).parent / "server" / "static" / "js" / "bokeh.min.js"
