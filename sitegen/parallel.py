"""Maps a function over many items on all cores, in order, with few results at a time in memory."""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
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

    For functions of modules that spend their time in the interpreter. A lone item is not worth a process.
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
            with _script_left_alone():
                running.append(pool.submit(function, item))
            if len(running) > 2 * workers:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


@contextmanager
def matrices_on_one_thread() -> Iterator[None]:
    """Let OpenBLAS, which multiplies matrices for numpy and scipy, use one thread meanwhile.

    On some processors (AVX2 without AVX-512) the last bits of a product depend on how many threads make it.
    """
    import scipy.linalg  # noqa: F401  # loads scipy's own OpenBLAS, so that it is found
    from threadpoolctl import ThreadpoolController

    with ThreadpoolController().select(internal_api="openblas").limit(limits=1):
        yield


@contextmanager
def _script_left_alone() -> Iterator[None]:
    """Keep a process that starts now from running the script of this one again.

    A spawned process imports `__main__`, so that it finds the functions of it. A script that publishes a table without
    `if __name__ == "__main__"` would publish it again there, and both would wait for each other.
    """
    main = sys.modules["__main__"]
    kept: dict[str, object] = {name: vars(main).pop(name) for name in ("__file__", "__spec__") if name in vars(main)}
    main.__spec__ = None
    try:
        yield
    finally:
        vars(main).update(kept)
