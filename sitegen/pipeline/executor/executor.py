"""Where blocks of work run: in this process, or on the workers of a Dask cluster.

A stage cuts its work into blocks of a fixed size, whoever does it, and hands over a function of one block that does not
depend on any other. So every executor, and any number of workers, gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, Self, TypeVar

from sitegen.config import ComputeConfig
from sitegen.report import Report

B = TypeVar("B")
R = TypeVar("R")


class Executor(Protocol):
    """Runs a function over blocks. As a context manager it ends what it started.

    Attributes:
        summary: what ran where, for the end of a build.
    """

    @property
    def summary(self) -> str:
        """See above."""
        ...

    def map(
        self, function: Callable[[B], R], blocks: Iterable[B], join: Callable[[Sequence[R]], R] | None = None
    ) -> Iterator[R]:
        """Return the results of `function`, in the order of `blocks`, which are drawn as there is room for them.

        Args:
            function: a module-level function, or a `functools.partial` of one: it may be sent to another process, once
                for all blocks, so what they share belongs into it.
            blocks: with `join`, sequences or arrays of rows.
            join: makes one result of those of the parts of a block, for a block that is too much in one piece.

        Raises:
            ComputeError: there is nobody to do it.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: Any) -> None: ...


class InProcessExecutor:
    """A plain loop."""

    summary = "in-process"

    def map(
        self, function: Callable[[B], R], blocks: Iterable[B], join: Callable[[Sequence[R]], R] | None = None
    ) -> Iterator[R]:
        """See `Executor`."""
        return map(function, blocks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        """Nothing was started."""


def open_executor(config: ComputeConfig, report: Report) -> Executor:
    """Return the executor that the config names; nothing is started or asked before the first block."""
    if config.executor == "in-process":
        return InProcessExecutor()
    from sitegen.pipeline.executor.dask_executor import DaskExecutor

    return DaskExecutor(config, report)
