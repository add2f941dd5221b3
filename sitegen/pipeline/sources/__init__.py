"""Where rows come from: one file per kind of source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from sitegen.config import DocstringsSource, PackageSource
from sitegen.config import Source as SourceConfig
from sitegen.pipeline.sources.docstrings import Docstrings
from sitegen.pipeline.sources.package import PackageFile


class Source(Protocol):
    """A supplier of rows."""

    def revision(self) -> str:
        """Names the data, cheaply: another revision means other rows."""

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows, always in the same order."""


def open_source(config: SourceConfig) -> Source:
    """The source that a `source:` section describes.

    Raises:
        SourceError: it is not there.
    """
    match config:
        case PackageSource():
            return PackageFile(config)
        case DocstringsSource():
            return Docstrings(config)
