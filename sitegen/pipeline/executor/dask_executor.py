"""The Dask executor: a bounded number of blocks on the way to workers, results in order, lost workers survived."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sitegen.config import ComputeConfig
from sitegen.errors import ComputeError
from sitegen.install_hint import install_command
from sitegen.pipeline.executor.dask_worker import Job, difference_of, processor, run, versions
from sitegen.report import Report

if TYPE_CHECKING:
    from distributed import Client, Future

B = TypeVar("B")
R = TypeVar("R")

IN_FLIGHT = 2
"""Blocks on the way per thread of the workers: one that is computed, one that waits for it."""
RETRIES = 2
"""How often a block that raises an error is tried again. Blocks of a lost worker are no part of this."""
LOCAL_LOSSES = 1
"""How many workers of this machine may end with a block before it is cut in two. Others' schedulers have their own."""
QUOTED_CHARS = 60
POLL_S = 5.0
REPLACE_S = 30.0
"""Workers of this machine that are all away for so long are replaced: Dask does not start one again that ended before
it noticed that it had started."""
FIELD = "compute.scheduler"


class DaskExecutor:
    """Blocks on the workers of a Dask cluster, which is asked for, or started, with the first one.

    A block goes to the scheduler whole, not by reference, so that it outlives the worker that holds it. What blocks
    share goes once to the scheduler and once to each worker.
    """

    def __init__(self, config: ComputeConfig, report: Report) -> None:
        self._config = config
        self._report = report
        self._open = ExitStack()
        self._seen: set[str] = set()
        self._lost: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        """Leave the cluster; end the workers that were started for it."""
        self._open.close()

    @property
    def summary(self) -> str:
        """Say what ran where."""
        if not self._seen:
            return "dask, but nothing was left to do for its workers"
        lost = f", {len(self._lost)} of them lost on the way" if self._lost else ""
        return f"dask, {len(self._seen)} worker(s) of {self._where}{lost}; texts went to these workers and nowhere else"

    @property
    def workers(self) -> int:
        """Return how many workers there are now; connects.

        Raises:
            ComputeError: there are none, or not those that are needed.
        """
        return len(self._threads())

    def map(
        self, function: Callable[[B], R], blocks: Iterable[B], join: Callable[[Sequence[R]], R] | None = None
    ) -> Iterator[R]:
        """See `Executor`. Blocks are drawn as results are taken: what is on the way is bounded.

        A block that ends the workers that take it is computed while nothing else is, and with `join` in halves, which
        need less memory, down to the one row at fault.

        Raises:
            ComputeError: the scheduler or all workers are lost, or a row ends every worker that takes it.
        """
        client, blocks = self._client, iter(blocks)
        from distributed import KilledWorker  # once it is known that it is there

        waiting: deque[tuple[B, Future]] = deque()
        with self._explain_failures():
            job = client.submit(_same, Job(function, versions()), pure=False)

            def submit(block: B) -> Future:
                return client.submit(run, job, block, pure=False, retries=RETRIES)

            try:
                while True:
                    room = IN_FLIGHT * max(1, sum(self._threads().values())) - len(waiting)
                    waiting.extend((block, submit(block)) for block in islice(blocks, max(0, room)))
                    if not waiting:
                        return
                    block, future = waiting.popleft()
                    try:
                        result = self._result(future)
                    except (KilledWorker, MemoryError):
                        others = [other for other, _ in waiting]
                        client.cancel([future for _, future in waiting])
                        waiting.clear()
                        result = self._alone(submit, block, join)
                        waiting.extend((other, submit(other)) for other in others)
                    yield result
            finally:
                if client.status == "running":
                    client.cancel([future for _, future in waiting])

    def _alone(self, submit: Callable[[B], Future], block: B, join: Callable[[Sequence[R]], R] | None) -> R:
        """Compute a block that was lost with its workers: with nothing beside it, it is known what ends them."""
        from distributed import KilledWorker

        try:
            found: R = self._result(submit(block))
        except (KilledWorker, MemoryError) as error:
            rows: Any = block
            if join is None or len(rows) == 1:
                raise ComputeError(
                    f"{_described(rows)} ended every worker of {self._where} that took it: most likely they run out of "
                    "memory; start fewer on a machine, or with more (`dask worker --memory-limit`), or shorten or "
                    "drop such a text (documents.max_chars, drop_over_chars, filter), and build again: what is "
                    "finished is kept",
                    FIELD,
                ) from error
            self._report.warn(f"{len(rows):,} rows ended the workers that took them; they go to workers in two parts")
            middle = len(rows) // 2
            return join([self._alone(submit, part, join) for part in (rows[:middle], rows[middle:])])
        return found

    @cached_property
    def _client(self) -> Client:
        """A client of the cluster, whose workers are known to be fit."""
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise ComputeError(f"Dask is not installed; {install_command('dask')}", "compute.executor") from error
        address = self._start() if self._config.scheduler == "local" else self._config.scheduler
        try:
            client = Client(address, timeout=self._config.timeout, set_as_default=False, name="sitegen")
        except (OSError, TimeoutError, ValueError) as error:
            raise ComputeError(
                f"no Dask scheduler answers at {address} within {self._config.timeout:g} s; start one there with "
                "`dask scheduler`, or mend the address",
                FIELD,
            ) from error
        self._open.enter_context(client)
        self._inspect(client)
        return client

    def _start(self) -> Any:
        """Workers on this machine, one thread each, which end with this process."""
        from distributed import LocalCluster

        return self._open.enter_context(
            LocalCluster(
                n_workers=self._config.workers,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False, "allowed_failures": LOCAL_LOSSES},
                silence_logs=logging.ERROR,
                env={"TQDM_DISABLE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"},
            )
        )

    def _inspect(self, client: Client) -> None:
        """Wait for the workers, and compare what they are made of with this process."""
        wanted = self._config.workers or 1
        try:
            client.wait_for_workers(wanted, timeout=self._config.timeout)
        except TimeoutError as error:
            raise ComputeError(
                f"{len(client.nthreads())} of {wanted} workers came to {self._where} within "
                f"{self._config.timeout:g} s; start them with `dask worker {self._where}`",
                FIELD,
            ) from error
        ours = versions()
        answers = {f"worker {address}": theirs for address, theirs in client.run(versions, on_error="return").items()}
        for who, theirs in {f"the scheduler at {self._where}": _versions_of_scheduler(client), **answers}.items():
            if isinstance(theirs, Exception):
                raise ComputeError(
                    f"{who} cannot run sitegen ({theirs}); install sitegen with its extras pipeline and dask in its "
                    "environment",
                    FIELD,
                ) from theirs
            if difference := difference_of(theirs, ours):
                raise ComputeError(f"{who} has {difference}", FIELD)
        if others := set(client.run(processor).values()) - {processor()}:
            self._report.warn(
                f"workers have other processors than this machine ({', '.join(sorted(others))}): the last bits of "
                "results may depend on where they are computed"
            )

    @property
    def _where(self) -> str:
        return "this machine" if self._config.scheduler == "local" else self._config.scheduler

    def _threads(self) -> dict[str, int]:
        """Return the threads of each worker that is there, by its address."""
        client = self._client
        try:
            threads: dict[str, int] = client.nthreads()
        except OSError as error:
            raise self._scheduler_lost(error) from error
        self._seen |= threads.keys()
        self._lost = self._seen - threads.keys()
        return threads

    def _result(self, future: Future) -> Any:
        """Wait for a block, as long as there are workers that could do it."""
        alone, replaced = 0.0, False
        while True:
            try:
                future.exception(timeout=POLL_S)  # which waits
            except TimeoutError:
                alone = 0.0 if self._threads() else alone + POLL_S
                if alone >= REPLACE_S and self._config.scheduler == "local" and not replaced:
                    alone, replaced = 0.0, True
                    self._replace_workers()
                if alone >= self._config.timeout:
                    raise ComputeError(
                        f"no worker is left at {self._where}; start some and build again: what is finished is kept",
                        FIELD,
                    ) from None
            else:
                return future.result()

    def _replace_workers(self) -> None:
        """Start other workers on this machine in the place of those that are there or should be."""
        cluster = self._client.cluster
        names = list(cluster.worker_spec)
        cluster.sync(cluster.scale_down, names)
        cluster.scale(len(names))

    @contextmanager
    def _explain_failures(self) -> Iterator[None]:
        """Errors of Dask in words that say what to do."""
        from distributed import CancelledError

        try:
            yield
        except CancelledError as error:
            raise self._scheduler_lost(error) from error

    def _scheduler_lost(self, error: BaseException) -> ComputeError:
        return ComputeError(
            f"the scheduler at {self._where} is lost ({error}); start it and build again: what is finished is kept",
            FIELD,
        )


def _versions_of_scheduler(client: Client) -> Any:
    """Like those of workers: the scheduler unpacks what it sends on."""
    try:
        return client.run_on_scheduler(versions)
    except Exception as error:  # whatever its environment lacks
        return error


def _described(block: Any) -> str:
    """Name a block that cannot be cut, by its text where it is one."""
    if isinstance(block, list) and len(block) == 1 and isinstance(block[0], str):
        (text,) = block
        return f"the text of {len(text):,} characters that begins {text[:QUOTED_CHARS]!r}"
    return "a block"


def _same(value: Any) -> Any:
    """Make a value a task's result: sent once, copied from worker to worker, and made again if all are lost."""
    return value
