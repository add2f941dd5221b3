"""Rows from a file that an installed package carries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sitegen.config import PackageSource
from sitegen.errors import SourceError
from sitegen.pipeline.installed_packages import package_folder, package_release
from sitegen.pipeline.sources.local import data_file
from sitegen.pipeline.sources.options import Options
from sitegen.pipeline.sources.readers import read_rows


class PackageFile:
    """A file inside a package, often one JSON object of objects."""

    def __init__(self, config: PackageSource, root: Path) -> None:
        folder = package_folder(config.package).resolve()
        self._path = (folder / config.path.replace("\0", "\ufffd")).resolve()
        if not self._path.is_relative_to(folder):
            raise SourceError(f"path {config.path!r} leaves the package {config.package}", "path")
        if not self._path.is_file():
            raise SourceError(f"package {config.package} holds no file {config.path!r}", "path")
        self._release = package_release(config.package)

    def revision(self) -> str:
        """Return the package's release and the file's size."""
        return f"{self._release} {self._path.stat().st_size} bytes"

    def rows(self) -> Iterator[dict[str, object]]:
        """Return the rows of the file; an object of objects gains the column `key`."""
        return read_rows(data_file(self._path, self._path.parent), Options())
