"""The Dask engine, with a real scheduler and real worker processes on loopback."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from sitegen.artifacts import Reduction
from sitegen.config import ClustersConfig, ComputeConfig, TopicsConfig
from sitegen.errors import ComputeError, DataError
from sitegen.pipeline.clusters.knn_assignment import assign_by_neighbors
from sitegen.pipeline.executor import dask_executor
from sitegen.pipeline.executor.blocks import BLOCK
from sitegen.pipeline.executor.dask_executor import IN_FLIGHT, DaskExecutor
from sitegen.pipeline.executor.executor import InProcessExecutor, open_executor
from sitegen.pipeline.topics.term_counts import count_block, join_counts
from sitegen.pipeline.topics.vectorizer import bag_of_words
from tests.unit.helpers import REPO, cli_env

dask = pytest.importorskip("dask")
pytest.importorskip("distributed")

WAIT_S = 120
"""A worker takes a second or two to come, on a busy machine many times that."""


class Cluster:
    """Processes of `dask scheduler` and `dask worker`."""

    def __init__(self, folder, **environment):
        self._folder = folder
        self._environment = environment
        self._processes = []
        file = folder / "scheduler.json"
        options = ("--port", "0", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
        self._run("dask_scheduler", *options, "--scheduler-file", str(file))
        self.address = until(lambda: file.exists() and file.read_text() and json.loads(file.read_text())["address"])

    def worker(self, *options, path=()):
        """Start one; folders of `path` come before this checkout."""
        self._run(
            "dask_worker", self.address, "--nthreads", "1", "--no-dashboard", *(options or ["--no-nanny"]), path=path
        )

    def _run(self, command, *options, path=()):
        paths = os.pathsep.join(map(str, [*path, REPO, REPO / "tests"]))
        self._processes.append(
            subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{command}", "--host", "127.0.0.1", *options],
                cwd=self._folder,
                env={**cli_env(self._folder), **self._environment, "PYTHONPATH": paths},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    def close(self):
        for process in reversed(self._processes):
            process.kill()
        for process in self._processes:
            process.wait(WAIT_S)


def until(found):
    """What `found()` returns as soon as that is true."""
    deadline = time.monotonic() + WAIT_S
    while not (value := found()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return value


@pytest.fixture
def start(tmp_path_factory):
    """Makes clusters that end with the test."""
    clusters = []

    def start(**environment):
        clusters.append(Cluster(tmp_path_factory.mktemp("cluster"), **environment))
        return clusters[-1]

    yield start
    for each in clusters:
        each.close()


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """A scheduler with three workers, for tests that leave them alive."""
    found = Cluster(tmp_path_factory.mktemp("three"))
    for _ in range(3):
        found.worker()
    yield found
    found.close()


@pytest.fixture
def engine_of(report):
    """An engine of a cluster's workers, once so many are there."""
    engines = []

    def engine_of(address, workers=1, timeout=WAIT_S):
        config = ComputeConfig(executor="dask", scheduler=address, workers=workers, timeout=timeout)
        engines.append(open_executor(config, report))
        return engines[-1]

    yield engine_of
    for engine in engines:
        engine.__exit__()


def project(weights, block, folder=None):
    """What a stage does to a block; with a folder slowly, and with a file that says who does it."""
    if folder is not None:
        (folder / f"{block[0, 0]:.9f}").write_text(str(os.getpid()), "ascii")
        time.sleep(0.2)
    return np.tanh(block @ weights).astype(np.float32)


@pytest.fixture
def work():
    """A function, and 12 blocks of it."""
    rng = np.random.default_rng(3)
    return partial(project, rng.normal(size=(64, 16))), [rng.normal(size=(50, 64)) for _ in range(12)]


def as_bytes(arrays):
    return [array.tobytes() for array in arrays]


def test_one_worker_and_three_give_the_bytes_of_this_process(work, three, start, engine_of):
    function, blocks = work
    alone = start()
    alone.worker()
    expected = as_bytes(InProcessExecutor().map(function, blocks))
    assert len(set(expected)) == len(blocks)
    one, several = engine_of(alone.address), engine_of(three.address, 3)
    assert as_bytes(one.map(function, blocks)) == expected
    assert as_bytes(several.map(function, blocks)) == expected
    assert "1 worker(s)" in one.summary
    assert "3 worker(s)" in several.summary


def test_killing_a_worker_within_a_block_changes_nothing(work, start, engine_of, tmp_path):
    function, blocks = work
    doers = start()
    doers.worker()
    doers.worker()
    notes = tmp_path / "notes"
    notes.mkdir()
    engine = engine_of(doers.address, 2)
    results = engine.map(partial(function, folder=notes), blocks)
    found = [next(results)]
    latest = max(notes.iterdir(), key=lambda note: note.stat().st_mtime_ns)
    os.kill(int(latest.read_text("ascii")), signal.SIGKILL)
    found.extend(results)
    assert as_bytes(found) == as_bytes(InProcessExecutor().map(function, blocks))
    assert "2 worker(s)" in engine.summary
    assert "1 of them lost on the way" in engine.summary


def test_no_more_blocks_are_on_the_way_than_workers_can_take(three, engine_of):
    drawn = []
    blocks = (drawn.append(number) or number for number in range(100))
    results = engine_of(three.address, 3).map(float, blocks)
    assert next(results) == 0.0
    assert len(drawn) == 3 * IN_FLIGHT
    results.close()
    assert len(drawn) == 3 * IN_FLIGHT


def test_words_are_counted_on_workers_as_in_this_process(three, engine_of, tmp_path):
    rng = np.random.default_rng(5)
    words = [f"w{number}" for number in range(200)]
    texts = pa.chunked_array([[" ".join(rng.choice(words, 6)) for _ in range(BLOCK + 500)]])
    bags = []
    for name, engine in {"here": InProcessExecutor(), "there": engine_of(three.address, 3)}.items():
        (tmp_path / name).mkdir()
        bags.append(bag_of_words(TopicsConfig(), texts, tmp_path / name, engine))
    here, there = bags
    assert there.words.tolist() == here.words.tolist()
    assert there.counts.shape == (BLOCK + 500, len(here.words))
    for part in ("data", "indices", "indptr"):
        assert getattr(there.counts, part).tobytes() == getattr(here.counts, part).tobytes()


def test_documents_join_topics_on_workers_as_in_this_process(three, engine_of, context):
    rng = np.random.default_rng(6)
    points = rng.normal(size=(2 * BLOCK + 7, 2)).astype(np.float32)
    landmarks = np.arange(0, len(points), 9, dtype=np.int32)
    fitted = (np.arange(len(landmarks), dtype=np.int32) % 4) - 1, np.linspace(0, 1, len(landmarks), dtype=np.float32)
    joined = [
        assign_by_neighbors(
            Reduction(points, points, landmarks), *fitted, ClustersConfig(), replace(context, executor=engine)
        )
        for engine in (InProcessExecutor(), engine_of(three.address, 3))
    ]
    assert [each.tobytes() for each in joined[1]] == [each.tobytes() for each in joined[0]]


class Model:
    """Something that takes long to load, and notes when it is."""

    def __init__(self, folder):
        self.folder = folder

    def __setstate__(self, state):
        self.__dict__ = state
        (self.folder / f"{os.getpid()}-{time.monotonic_ns()}").touch()

    def __call__(self, block):
        time.sleep(0.02)
        return block


def test_what_blocks_share_does_not_travel_with_each_of_them(three, engine_of, tmp_path):
    assert list(engine_of(three.address, 3).map(Model(tmp_path), range(30))) == list(range(30))
    assert 1 <= len(list(tmp_path.iterdir())) < 10


def refuse(block):
    raise DataError("this cannot be modelled", "topics.min_df")


def test_an_error_of_the_function_says_where_it_happened(three, engine_of):
    with pytest.raises(DataError, match=r"on worker tcp://127\.0\.0\.1:\d+: this cannot be modelled") as caught:
        list(engine_of(three.address, 3).map(refuse, [1]))
    assert caught.value.field == "topics.min_df"


def once(folder, block):
    """Fails the first time."""
    mark = folder / str(block)
    if not mark.exists():
        mark.touch()
        raise OSError("the disk hiccupped")
    return block


def test_a_block_that_fails_is_tried_again(three, engine_of, tmp_path):
    assert list(engine_of(three.address, 3).map(partial(once, tmp_path), range(5))) == list(range(5))


def swell(block):
    """Takes 50 MB more every 50 ms, up to far more than the worker may have."""
    held = []
    for _ in range(60):
        held.append(np.ones(50_000_000 // 8))
        time.sleep(0.05)
    return len(held)


@pytest.mark.slow
def test_a_worker_that_runs_out_of_memory_is_told(start, engine_of):
    short = start(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    short.worker("--nanny", "--memory-limit", "600MB")
    with pytest.raises(
        ComputeError, match="most likely they run out of memory; start fewer on a machine, or with more"
    ):
        list(engine_of(short.address).map(swell, [1]))


def lengths(block):
    return [len(text) for text in block]


def joined(parts):
    return [each for part in parts for each in part]


def at_most_two(block):
    """Ends the process where a block is too much for it."""
    if len(block) > 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return lengths(block)


@pytest.mark.slow
def test_a_block_too_much_for_workers_is_computed_in_parts(start, engine_of, screen):
    weak = start(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    weak.worker("--nanny")
    blocks = [["a", "ab"], ["a", "", "abc", "ab", "abcde"], ["abcd"]]
    assert list(engine_of(weak.address).map(at_most_two, blocks, joined)) == list(map(lengths, blocks))
    assert "5 rows ended the workers that took them; they go to workers in two parts" in screen.getvalue()


def lethal(block):
    """Ends the process at one text."""
    if any(text.startswith("poison") for text in block):
        os.kill(os.getpid(), signal.SIGKILL)
    return lengths(block)


@pytest.mark.slow
def test_only_the_text_that_ends_every_worker_is_told(report):
    blocks = [["a", "ab"], ["a", "poison \x1b" * 100, "abc"], ["abcd"], ["b"]]
    with DaskExecutor(ComputeConfig(executor="dask", workers=1, timeout=WAIT_S), report) as engine:
        results = engine.map(lethal, blocks, joined)
        assert next(results) == [1, 2]
        with pytest.raises(
            ComputeError,
            match=r"^the text of 800 characters that begins 'poison \\x1bpoison .*' ended every worker of this machine "
            r"that took it: .* drop such a text \(documents\.max_chars, drop_over_chars, filter\), and build again",
        ):
            list(results)
        assert list(engine.map(lethal, [["fine"]], joined)) == [[4]]


def test_counts_of_parts_are_those_of_the_block():
    texts = ["b a a", "c", "", "b d"]
    whole, parts = count_block(str.split, texts), [count_block(str.split, part) for part in (texts[:2], texts[2:])]
    words, counts = join_counts(parts)
    assert words == whole[0]
    assert counts.toarray().tolist() == whole[1].toarray().tolist()


def test_a_scheduler_that_is_not_there_is_told(engine_of):
    with pytest.raises(ComputeError, match=r"no Dask scheduler answers at 127\.0\.0\.1:1 within 0\.3 s; start one"):
        list(engine_of("127.0.0.1:1", timeout=0.3).map(float, [1]))


def test_workers_that_do_not_come_are_told(start, engine_of):
    address = start().address
    with pytest.raises(
        ComputeError, match=rf"0 of 2 workers came to {address} within 1 s; start them with `dask worker"
    ):
        list(engine_of(address, workers=2, timeout=1).map(float, [1]))


def test_workers_that_are_all_lost_are_told(start, engine_of, monkeypatch):
    monkeypatch.setattr(dask_executor, "POLL_S", 0.2)
    left = start()
    left.worker()
    engine = engine_of(left.address)
    (pid,) = engine.map(pid_of, [1])
    object.__setattr__(engine._config, "timeout", 1.0)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ComputeError, match=rf"no worker is left at {left.address}; start some and build again"):
        list(engine.map(float, [1]))


def pid_of(block):
    return os.getpid()


def test_a_worker_that_dask_leaves_dead_is_replaced(report, monkeypatch):
    from distributed.core import Status

    monkeypatch.setattr(dask_executor, "POLL_S", 0.2)
    with DaskExecutor(ComputeConfig(executor="dask", workers=1, timeout=WAIT_S), report) as engine:
        (pid,) = engine.map(pid_of, [1])
        (nanny,) = engine._client.cluster.workers.values()
        nanny.status = Status.starting  # in which a nanny does not look after its worker
        monkeypatch.setattr(dask_executor, "REPLACE_S", 1.0)
        os.kill(pid, signal.SIGKILL)
        (other,) = engine.map(pid_of, [1])
        assert other != pid


def test_a_scheduler_that_is_lost_is_told(start, engine_of, monkeypatch):
    monkeypatch.setattr(dask_executor, "POLL_S", 0.2)
    lost = start()
    lost.worker()
    engine = engine_of(lost.address)
    assert list(engine.map(float, [1])) == [1.0]
    engine._client._timeout = 3.0  # for how long it looks for a scheduler that is gone
    results = engine.map(float, range(50))
    next(results)
    lost.close()
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(ComputeError, match=rf"the scheduler at {lost.address} is lost .*; start it and build again"),
    ):
        list(results)


def test_a_worker_without_sitegen_is_told(start, engine_of, tmp_path):
    (tmp_path / "sitegen.py").write_text("raise ModuleNotFoundError('no sitegen here', name='sitegen')")
    bare = start()
    bare.worker(path=[tmp_path])
    with pytest.raises(ComputeError, match=r"worker tcp://.* cannot run sitegen .*; install sitegen with its"):
        list(engine_of(bare.address).map(float, [1]))


def test_a_worker_with_other_versions_is_told(start, engine_of, tmp_path):
    (tmp_path / "numpy-0.1.dist-info").mkdir()
    (tmp_path / "numpy-0.1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 0.1\n")
    old = start()
    old.worker(path=[tmp_path])
    with pytest.raises(ComputeError, match=r"worker tcp://.* has numpy 0\.1 \(here .*\): install the same versions"):
        list(engine_of(old.address).map(float, [1]))


def test_so_is_one_that_comes_late(three, engine_of, monkeypatch):
    engine = engine_of(three.address, 3)
    assert list(engine.map(float, [1])) == [1.0]
    monkeypatch.setattr(dask_executor, "versions", lambda: {"numpy": "9.9"})  # as if workers had been changed since
    with pytest.raises(ComputeError, match=r"worker tcp://.* has numpy .* \(here 9\.9\)"):
        list(engine.map(float, [1]))


def test_workers_on_this_machine_are_started_and_ended(report):
    config = ComputeConfig(executor="dask", workers=2, timeout=WAIT_S)
    with DaskExecutor(config, report) as engine:
        assert engine.workers == 2
        (pid,) = engine.map(pid_of, [1])
        assert pid != os.getpid()
        assert "2 worker(s) of this machine" in engine.summary
    until(lambda: not Path(f"/proc/{pid}").exists())
