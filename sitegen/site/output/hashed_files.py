"""Writes the files of a map under names that carry a hash of their content, so that caches never serve an old one."""

from __future__ import annotations

import hashlib
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")
FILES_PER_FOLDER = 1000


class HashedFiles:
    """Adds files to one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, name: str, data: bytes) -> str:
        """Write one file; returns its name with the hash in it."""
        stem, _, extension = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{extension}"
        (self._folder / hashed).write_bytes(data)
        return hashed

    def add_set(self, name: str, items: Iterable[tuple[str, bytes]]) -> str:
        """Write many files into one folder, which carries one hash for them all; returns the folder's name.

        Args:
            name: of the folder, without the hash.
            items: path inside the folder, and content. They are written as they come and never held together.
        """
        draft = self._folder / f".{name}"
        draft.mkdir()
        digest = hashlib.sha256()
        for path, data in items:
            target = draft / path
            target.parent.mkdir(exist_ok=True, parents=True)
            target.write_bytes(data)
            digest.update(f"{path}\0{len(data)}\0".encode() + data)
        hashed = f"{name}-{digest.hexdigest()[:10]}"
        draft.rename(self._folder / hashed)
        return hashed


def numbered(number: int) -> str:
    """Path of a shard inside the folder of its set: no folder holds more than `FILES_PER_FOLDER`."""
    return f"{number // FILES_PER_FOLDER}/{number}.js"


def in_threads(function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
    """`function` of each item, in order, on all cores, with only a few results at a time in memory.

    For functions that spend their time outside the interpreter, such as compression.
    """
    workers = os.cpu_count() or 1
    pending = iter(items)
    with ThreadPoolExecutor(workers) as pool:
        while some := list(islice(pending, 16 * workers)):
            yield from pool.map(function, some)


def in_processes(function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
    """`function` of each item, in order, on all cores, with only a few items at a time in memory.

    For functions that spend their time in the interpreter. A lone item is not worth a process.
    """
    workers = os.cpu_count() or 1
    pending = iter(items)
    first = list(islice(pending, 2))
    if len(first) < 2 or workers < 2:
        yield from map(function, chain(first, pending))
        return
    # Not by fork: other libraries have threads, whose locks a copy would keep for ever.
    start = get_context("spawn")
    quiet = (signal.SIGINT, signal.SIG_IGN)  # the one who is interrupted ends the others
    with ProcessPoolExecutor(workers, start, initializer=signal.signal, initargs=quiet) as pool:
        running: deque[Future[Out]] = deque()
        for item in chain(first, pending):
            running.append(pool.submit(function, item))
            if len(running) > 2 * workers:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
