"""Embedding on workers, with the real model."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from sitegen.artifacts import Embeddings
from sitegen.config import ComputeConfig, EmbeddingsConfig, RuntimeConfig
from sitegen.errors import ModelError
from sitegen.pipeline import Context
from sitegen.pipeline.embeddings import embed
from sitegen.pipeline.executor.executor import Executor, InProcessExecutor, open_executor
from sitegen.report import Report
from tests.unit.helpers import documents

pytest.importorskip("distributed")
pytestmark = pytest.mark.pipeline

TEXTS = [f"Document {number} is about {'graphs and their edges ' * (number % 7)}" for number in range(96)]


class KillsOne:
    """An engine of which one worker is killed after the first block."""

    def __init__(self, engine: Executor) -> None:
        self.engine = engine

    def map(self, function, blocks, join=None) -> Iterator:
        results = self.engine.map(function, blocks, join)
        yield next(results)
        os.kill(next(self.engine.map(pid_of, [0])), signal.SIGKILL)
        yield from results


def pid_of(block: int) -> int:
    return os.getpid()


def embedded(folder: Path, engine, **options) -> Embeddings:
    folder.mkdir()
    context = Context(Path(), RuntimeConfig(device="cpu"), Report(-1), folder, folder, engine)
    config = EmbeddingsConfig(max_tokens=32, **options)
    return embed.embed(embeddings_config=config, documents=documents(TEXTS), context=context)


def test_two_workers_one_killed_give_the_bytes_of_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "SHARD", 8)
    expected = embedded(tmp_path / "here", InProcessExecutor()).vectors
    with open_executor(ComputeConfig(executor="dask", workers=2, timeout=60), Report(-1)) as engine:
        assert embedded(tmp_path / "there", KillsOne(engine)).vectors.tobytes() == expected.tobytes()
        assert "1 of them lost on the way" in engine.summary
        (tmp_path / "model").mkdir()
        with pytest.raises(ModelError, match=r"on worker tcp://.* cannot be loaded") as caught:
            embedded(tmp_path / "broken", engine, model=str(tmp_path / "model"))
    assert caught.value.field == "embeddings.model"
