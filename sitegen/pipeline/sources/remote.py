"""Files wherever fsspec reaches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial

from sitegen.errors import SourceError
from sitegen.pipeline.sources.data_file import DataFile
from sitegen.pipeline.sources.options import Options
from sitegen.pipeline.sources.readers import read_rows


class RemoteFiles:
    """Files at an address that fsspec opens, such as `s3://`."""

    def __init__(self, url: str, options: Options, field: str) -> None:
        self._options, self._field = options, field
        try:
            import fsspec

            self._system, path = fsspec.core.url_to_fs(url)
            self._paths = sorted(self._system.glob(path)) if "*" in path else [path]
            self._marks = [str(self._system.ukey(each)) for each in self._paths]
        except Exception as error:  # each file system raises what it likes
            raise SourceError(f"cannot open {url}: {_reason(error)}", field) from error
        if not self._paths:
            raise SourceError(f"no file matches {url}", field)

    def revision(self) -> str:
        """Return sizes and times of the files, which tell one state of them from another."""
        marks = "\n".join(f"{mark} {path}" for mark, path in zip(self._marks, self._paths, strict=True))
        return f"fsspec:{hashlib.sha256(marks.encode()).hexdigest()}"

    def rows(self) -> Iterator[dict[str, object]]:
        """Return the rows of all files."""
        for path in self._paths:
            try:
                yield from read_rows(DataFile(path, partial(self._system.open, path, "rb")), self._options)
            except SourceError:
                raise
            except Exception as error:  # each file system raises what it likes
                raise SourceError(f"cannot read {path}: {_reason(error)}", self._field) from error


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
