"""What runs on a worker: one block, and what the worker is made of."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock
from typing import Any

from sitegen.errors import ComputeError, SitegenError
from sitegen.version import __version__

MATCHED_LIBRARIES = (
    *("dask", "distributed", "numpy", "scipy", "scikit-learn", "numba", "pynndescent", "umap-learn", "hdbscan"),
    *("torch", "tokenizers", "transformers", "sentence-transformers", "openvino"),
)
"""The distributions that decide the result of a block."""
ONE_AT_A_TIME = Lock()
"""Neither tokenizers nor numba's threads are made for several threads that call them."""


@dataclass(frozen=True)
class Job:
    """What is the same for all blocks of a map.

    Attributes:
        function: of a block.
        versions: those of the process that asks.
    """

    function: Callable[[Any], Any]
    versions: dict[str, str]


def run(job: Job, block: Any) -> Any:
    """Return the result of one block.

    Raises:
        ComputeError: this worker came late and is made of something else than the process that asks.
        SitegenError: the function's own, with the worker's address.
    """
    from distributed import get_worker

    address = get_worker().address
    if difference := difference_of(versions(), job.versions):
        raise ComputeError(f"worker {address} has {difference}", "compute.scheduler")
    try:
        with ONE_AT_A_TIME:
            return job.function(block)
    except SitegenError as error:
        raise type(error)(f"on worker {address}: {error}", error.field) from error


@cache
def versions() -> dict[str, str]:
    """Return what decides the result of a block on this machine, by name: sitegen's source and the libraries."""
    found = {"Python": ".".join(platform.python_version_tuple()[:2]), "sitegen": _source()}
    for name in MATCHED_LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def difference_of(theirs: dict[str, str], ours: dict[str, str]) -> str:
    """Describe how a worker differs from this machine, and what to do; empty if it does not."""
    changed = [name for name in ours if theirs.get(name) != ours[name]]
    told = ", ".join(f"{name} {theirs.get(name, 'none')} (here {ours[name]})" for name in changed)
    return f"{told}: install the same versions, or results would differ" if changed else ""


def processor() -> str:
    """Return the kind of processor, empty if the system does not tell."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), sys.platform)


def _source() -> str:
    """Return the version of sitegen, with a hash of its modules: two checkouts may bear one number."""
    folder = Path(__file__).parents[2]
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        found.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return f"{__version__}+{found.hexdigest()[:8]}"
