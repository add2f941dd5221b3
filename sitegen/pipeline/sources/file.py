"""Rows of the user's own files, local or wherever fsspec reaches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from sitegen.config import FileSource, HuggingFaceSource
from sitegen.pipeline.sources.local import content_revision, data_file, find_files
from sitegen.pipeline.sources.options import Options
from sitegen.pipeline.sources.readers import read_rows
from sitegen.pipeline.sources.remarks import Remarks
from sitegen.pipeline.sources.remote import RemoteFiles


class _Reader(Protocol):
    def revision(self) -> str: ...
    def rows(self) -> Iterator[dict[str, object]]: ...


class Files:
    """The rows of one file or several, in the order of their names. Attributes: remarks: of their readers."""

    remarks: Remarks

    def __init__(self, config: FileSource, root: Path) -> None:
        options = Options(config.format, config.delimiter, config.quoting, config.escape, config.rows, config.per)
        self.remarks = options.remarks
        self._reader: _Reader
        if "://" in config.path:
            self._reader = RemoteFiles(config.path, options, "path")
        elif (folder := root / Path(config.path.replace("\0", "\ufffd")).expanduser()).is_dir():
            from sitegen.pipeline.sources.huggingface import HubDataset

            self._reader = HubDataset(HuggingFaceSource(type="huggingface", path=str(folder)), root)
        else:
            self._reader = LocalFiles(find_files(root, config.path, "path"), root, options)

    def revision(self) -> str:
        """Name the content of the files."""
        return self._reader.revision()

    def rows(self) -> Iterator[dict[str, object]]:
        """Return the rows of all files."""
        return self._reader.rows()


class LocalFiles:
    """Files of this machine."""

    def __init__(self, paths: list[Path], root: Path, options: Options) -> None:
        self._paths, self._root, self._options = paths, root, options

    def revision(self) -> str:
        """Return the hash of their content."""
        return content_revision(self._paths, self._root)

    def rows(self) -> Iterator[dict[str, object]]:
        """Return the rows of all files."""
        for path in self._paths:
            yield from read_rows(data_file(path, self._root), self._options)
