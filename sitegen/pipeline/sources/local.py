"""Files of this machine: finding them and naming their content."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sitegen.errors import SourceError, did_you_mean
from sitegen.pipeline.sources.data_file import DataFile


def find_files(root: Path, pattern: str, field: str) -> list[Path]:
    """Return the files that `pattern` names below `root`, sorted; a name that is there is no pattern.

    Raises:
        SourceError: there is none, or they are all empty; it is about `field`.
    """
    pattern = str(Path(pattern.replace("\0", "\ufffd")).expanduser())
    path = root / pattern
    names = [pattern] if path.is_file() else glob.glob(pattern, root_dir=root, recursive=True)  # noqa: PTH207, Path.glob takes no absolute pattern
    files = sorted(root / name for name in names if (root / name).is_file())
    if not files:
        raise SourceError(f"no file {pattern!r} in {root.resolve()}{_near(path)}", field)
    if not any(each.stat().st_size for each in files):
        raise SourceError(f"{_listed(each.name for each in files)}: no data, 0 bytes", field)
    return files


def _near(path: Path) -> str:
    """Say what there is instead."""
    folder = path.parent
    if not folder.is_dir():
        return "" if glob.has_magic(str(folder)) else f"; there is no folder {folder}"
    names = sorted(each.name for each in folder.iterdir() if each.is_file() and not each.name.startswith("."))
    if meant := did_you_mean(path.name, names):
        return f"; {meant}"
    name = folder.resolve().name or folder.resolve()
    return f"; {name} holds {_listed(names)}" if names else f"; {name} holds no file"


def _listed(names: Iterable[str], most: int = 5) -> str:
    first = list(names)
    return ", ".join(first[:most]) + (f" and {len(first) - most} more" if len(first) > most else "")


def data_file(path: Path, root: Path) -> DataFile:
    """Return a file of this machine, called by its path below `root`."""
    inside = path.is_relative_to(root)
    return DataFile((path.relative_to(root) if inside else path).as_posix(), lambda: path.open("rb"))


def content_revision(paths: Iterable[Path], root: Path) -> str:
    """Name the content of files, wherever the project lies."""
    parts = hashlib.sha256()
    for path in paths:
        stat = path.stat()
        digest = _content_hash(path.resolve(), stat.st_size, stat.st_mtime_ns)
        parts.update(f"{digest} {data_file(path, root).name if path.is_relative_to(root) else path.name}\n".encode())
    return f"sha256:{parts.hexdigest()}"


@cache
def _content_hash(path: Path, size: int, changed: int) -> str:
    """Read once in a process for every state of the file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
