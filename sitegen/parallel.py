"""Maps a function over many items on all cores, in order, with few results at a time in memory."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


def in_threads(function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
    """Yield `function` of each item, in order, from threads on all cores, with only a few results at a time in memory.

    For functions that spend their time outside the interpreter, such as compression.
    """
    workers = os.cpu_count() or 1
    pending = iter(items)
    with ThreadPoolExecutor(workers) as pool:
        while some := list(islice(pending, 16 * workers)):
            yield from pool.map(function, some)


def in_processes(function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
    """Yield `function` of each item, in order, from processes on all cores, with only a few items at a time in memory.

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
    quiet = (signal.SIGINT, signal.SIG_IGN)  # only the parent process handles SIGINT
    with ProcessPoolExecutor(workers, start, initializer=signal.signal, initargs=quiet) as pool:
        running: deque[Future[Out]] = deque()
        for item in chain(first, pending):
            running.append(pool.submit(function, item))
            if len(running) > 2 * workers:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
