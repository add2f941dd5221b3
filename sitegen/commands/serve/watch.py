"""Notices that files changed, by looking at them twice a second: a gallery's sources are few and small."""

from __future__ import annotations

import stat
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

EVERY_S = 0.5
FOLDERS = ("templates", "static", "pages", "edits")
WRITTEN_BY_BUILDS = ".lock.json"
Seen = dict[Path, tuple[int, int]]


def watched(config: Path) -> list[Path]:
    """Return what a gallery is made from, beside its data: the config, the project's own theme, its pages and edits."""
    return [config, *(config.resolve().parent / name for name in FOLDERS)]


def scan_mtimes(paths: Sequence[Path]) -> Seen:
    """Return the time of change and size of every file among `paths` and below them."""
    files = [file for path in paths for file in (path, *path.rglob("*"))]
    seen = {}
    for file in files:
        try:
            found = file.stat()
        except OSError:
            continue
        if file.name.endswith(WRITTEN_BY_BUILDS):
            continue
        if stat.S_ISREG(found.st_mode):
            seen[file] = (found.st_mtime_ns, found.st_size)
    return seen


def changes(paths: Sequence[Path], wait: Callable[[float], object] = time.sleep) -> Iterator[list[Path]]:
    """Yield the changed files, each time no more changes follow within `EVERY_S`. Never ends.

    What changes while the caller works is found when it asks again.
    """
    return _changes(paths, scan_mtimes(paths), wait)


def _changes(paths: Sequence[Path], before: Seen, wait: Callable[[float], object]) -> Iterator[list[Path]]:
    while True:
        wait(EVERY_S)
        now = scan_mtimes(paths)
        if now == before:
            continue
        while True:  # an editor, or a copy of many files, takes more than one step
            wait(EVERY_S)
            later = scan_mtimes(paths)
            if later == now:
                break
            now = later
        yield sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
        before = now
