"""The number of threads is no input of a stage: one, two and four give the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.pipeline

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
SCRIPT = """
import hashlib, json, sys, tempfile
from pathlib import Path
from sitegen.config import ClustersConfig, EmbeddingsConfig, ReductionConfig, RuntimeConfig, TopicsConfig
from sitegen.parallel import matrices_on_one_thread
from sitegen.pipeline import STAGES, Context
from sitegen.report import Report
from tests.unit.helpers import documents
import torch

torch.set_num_threads(int(sys.argv[2]))  # by itself it takes no more threads than there are cores
threads = torch.get_num_threads()

SUBJECTS = ["graphs and their edges", "matrices of floats", "rivers in spring", "bread from rye", "old trains"]
texts = [f"Note {n % 500} tells of {SUBJECTS[n % 5]} " + "and more " * (n % 9) for n in range(600)]
made = {"documents": documents(texts)}
settings = {
    "embeddings_config": EmbeddingsConfig(max_tokens=24),
    "reduction_config": ReductionConfig(),
    "clusters_config": ClustersConfig(min_cluster_size=20, engine=sys.argv[1]),
    "topics_config": TopicsConfig(),
    "seed": 1,
}
with tempfile.TemporaryDirectory() as scratch:
    context = Context(Path(), RuntimeConfig(device="cpu"), Report(-1), Path(scratch), Path(scratch))
    for stage in [each for each in STAGES if each.name in ("embeddings", "reduction", "clusters", "topics")]:
        given = {name: settings[name] for name in (*(f"{each}_config" for each in stage.sections), "seed")
                 if name in settings and (name != "seed" or "seed" in stage.sections)}
        with matrices_on_one_thread():  # as Pipeline runs it
            made[stage.name] = stage.run(**given, **{name: made[name] for name in stage.inputs}, context=context)
topics = made["topics"]
found = {
    "embeddings": made["embeddings"].vectors.tobytes(),
    "reduction": made["reduction"].cluster_space.tobytes() + made["reduction"].layout.tobytes(),
    "clusters": made["clusters"].assignment.tobytes() + made["clusters"].strength.tobytes(),
    "topics": json.dumps([topics.rows(), topics.hierarchy.to_pylist(), topics.parents.to_pylist()]).encode(),
}
print(json.dumps({"threads": threads, "topics found": len(topics.rows()),
                  **{name: hashlib.sha256(part).hexdigest() for name, part in found.items()}}))
"""


def computed(threads: int, engine: str) -> dict[str, str]:
    """The hash of what each stage makes on so many threads."""
    environ = {**os.environ, **dict.fromkeys(THREADS, str(threads))}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, engine, str(threads)],
        env=environ,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("threads") == threads
    assert found.pop("topics found") > 1
    return found


def test_one_two_and_four_threads_give_the_same_bytes() -> None:
    assert computed(1, "hdbscan") == computed(2, "hdbscan") == computed(4, "hdbscan")


def test_mkl_is_told_to_sum_in_one_order_before_torch_loads() -> None:
    code = "import sys, os, sitegen.pipeline; print('torch' in sys.modules, os.environ['MKL_CBWR'])"
    environ = {name: value for name, value in os.environ.items() if name != "MKL_CBWR"}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "AUTO,STRICT"]
