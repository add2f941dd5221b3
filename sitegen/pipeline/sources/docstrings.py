"""Rows from the docstrings of installed packages, read with `ast`; nothing is imported."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

from sitegen.config import DocstringsSource
from sitegen.pipeline.installed_packages import package_folder, package_release

SKIPPED_FOLDERS = frozenset({"tests", "test", "testing", "_vendor", "vendor", "externals", "__pycache__"})
DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
KINDS = {ast.Module: "module", ast.ClassDef: "class", ast.FunctionDef: "function", ast.AsyncFunctionDef: "function"}


class Docstrings:
    """Docstrings of modules, classes and functions that are public by name."""

    def __init__(self, config: DocstringsSource, root: Path) -> None:
        self._folders = {name: package_folder(name) for name in config.packages}

    def revision(self) -> str:
        """Return the releases of the packages."""
        return ", ".join(package_release(name) for name in self._folders)

    def rows(self) -> Iterator[dict[str, object]]:
        """Yield rows with the columns `name`, `package`, `kind`, `text`."""
        for package, folder in self._folders.items():
            for path in sorted(folder.rglob("*.py")):
                inner = path.relative_to(folder).with_suffix("")
                if SKIPPED_FOLDERS.isdisjoint(inner.parts):
                    module = ".".join((package, *(part for part in inner.parts if part != "__init__")))
                    for name, kind, text in _docstrings(path, module):
                        yield {"name": name, "package": package, "kind": kind, "text": text}


def _docstrings(path: Path, module: str) -> Iterator[tuple[str, str, str]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError, RecursionError, MemoryError):
        return  # templates and files for other versions of Python
    stack: list[tuple[ast.AST, str]] = [(tree, module)]
    while stack:
        node, name = stack.pop()
        if isinstance(node, (ast.Module, *DEFINITIONS)) and (text := ast.get_docstring(node)):
            yield name, KINDS[type(node)], text
        if isinstance(node, ast.Module | ast.ClassDef):
            public = (child for child in node.body if isinstance(child, DEFINITIONS) and not child.name.startswith("_"))
            stack.extend((child, f"{name}.{child.name}") for child in reversed(list(public)))
