"""Embedding in this process and on Dask workers of this machine, one of them killed: seconds, and whether bytes agree.

    python benchmarks/cluster.py [--documents 3072] [--workers 2]

The texts are made up; the embedder is the demo's, at 64 tokens. Prints JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[1]))

from results import add_json_option, hand_over
from sitegen.artifacts import DOCUMENT_SCHEMA, Documents
from sitegen.config import ComputeConfig, EmbeddingsConfig, RuntimeConfig
from sitegen.pipeline import Context
from sitegen.pipeline.embeddings.embed import embed
from sitegen.pipeline.executor.executor import InProcessExecutor, open_executor
from sitegen.report import Report, quiet_libraries

WORDS = 60


class KillingEngine:
    """An engine of which a worker is killed after the first block."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def map(self, function: Callable[[Any], Any], blocks: Iterable[Any], join: Any = None) -> Iterator[Any]:
        """The results, as if nothing had happened."""
        pid = next(self._engine.map(process_of, [None]))
        for number, result in enumerate(self._engine.map(function, blocks, join)):
            if number == 0:
                os.kill(pid, signal.SIGKILL)
            yield result


def process_of(_block: None) -> int:
    """The process that runs a block."""
    return os.getpid()


def texts(documents: int) -> Documents:
    """Made-up documents of a few to `WORDS` words of this project's guide."""
    words = (Path(__file__).parents[1] / "README.md").read_text("utf-8").split()
    rng = np.random.default_rng(1)
    rows = [" ".join(rng.choice(words, rng.integers(5, WORDS))) for _ in range(documents)]
    table = [{"id": str(number), "title": "", "text": text, "category": None} for number, text in enumerate(rows)]
    return Documents(pa.Table.from_pylist(table, DOCUMENT_SCHEMA), {})


def timed(documents: Documents, engine: Any) -> dict[str, Any]:
    """Seconds, documents a second and the digest of the vectors. Loading the model is a part of it."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch, quiet_libraries(0):
        context = Context(Path(), RuntimeConfig(device="cpu"), Report(0), Path(scratch), Path(scratch), engine)
        found = embed(embeddings_config=EmbeddingsConfig(max_tokens=64), documents=documents, context=context)
    seconds = time.monotonic() - started
    digest = hashlib.sha256(found.vectors.tobytes()).hexdigest()[:16]
    return {"seconds": round(seconds, 1), "documents_per_s": round(len(documents) / seconds, 1), "digest": digest}


def main() -> None:
    """Print what each engine took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=3072)
    parser.add_argument("--workers", type=int, default=2)
    add_json_option(parser)
    options = parser.parse_args()
    documents = texts(options.documents)
    figures: dict[str, Any] = {"documents": options.documents, "in-process": timed(documents, InProcessExecutor())}
    for workers in sorted({1, options.workers}):
        with open_executor(ComputeConfig(executor="dask", workers=workers, timeout=120), Report(0)) as engine:
            figures[f"{workers} worker(s)"] = timed(documents, engine)
    with open_executor(ComputeConfig(executor="dask", workers=options.workers, timeout=120), Report(0)) as engine:
        figures["a worker killed"] = {**timed(documents, KillingEngine(engine)), "summary": engine.summary}
    digests = {found["digest"] for found in figures.values() if isinstance(found, dict)}
    hand_over({**figures, "same bytes": len(digests) == 1}, options.json)


if __name__ == "__main__":
    main()
