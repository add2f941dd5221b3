"""Rows from a JSON file that an installed package carries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sitegen.config import PackageSource
from sitegen.errors import SourceError
from sitegen.pipeline.sources.installed import package_folder, package_release


class PackageFile:
    """A JSON file inside a package: a list of objects, JSON Lines, or an object of objects."""

    def __init__(self, config: PackageSource, root: Path) -> None:
        folder = package_folder(config.package)
        self._path = (folder / config.path.replace("\0", "\ufffd")).resolve()
        if not self._path.is_relative_to(folder.resolve()):
            raise SourceError(f"path {config.path!r} leaves the package {config.package}", "path")
        if not self._path.is_file():
            raise SourceError(f"package {config.package} holds no file {config.path!r}", "path")
        self._release = package_release(config.package)

    def revision(self) -> str:
        """The package's release and the file's size."""
        return f"{self._release} {self._path.stat().st_size} bytes"

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per object; an object of objects gains the column `key`."""
        for number, row in enumerate(self._read(self._path), 1):
            if not isinstance(row, dict):
                raise SourceError(f"{self._path.name}: row {number} is {type(row).__name__}, not an object")
            yield row

    def _read(self, path: Path) -> Iterator[Any]:
        try:
            with path.open(encoding="utf-8") as file:
                if path.suffix == ".jsonl":
                    for number, line in enumerate(file, 1):
                        if line.strip():
                            try:
                                yield json.loads(line)
                            except ValueError as error:
                                raise SourceError(f"{path.name}: line {number} is not valid JSON: {error}") from error
                    return
                data = json.load(file)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{path.name} is not valid JSON: {error}") from error
        if isinstance(data, dict):
            yield from ({"key": key, **row} if isinstance(row, dict) else row for key, row in data.items())
        elif isinstance(data, list):
            yield from data
        else:
            raise SourceError(f"{path.name} holds neither a list nor an object of objects")
