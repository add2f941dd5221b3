"""What benchmarks hand over: their figures and the machine they were measured on, as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """`--json FILE`, for `hand_over`."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures and the machine here as well")


def hand_over(figures: dict[str, Any], file: Path | None) -> None:
    """Print the figures as JSON, and write them into `file` with the machine they are of."""
    print(json.dumps(figures, indent=1))
    if file is not None:
        file.write_text(json.dumps({"machine": machine(), **figures}, indent=1) + "\n", "utf-8")


def peak_memory_mb() -> int:
    """Peak resident memory of this process in MB (2**20), without its workers: Linux counts a parent's as theirs."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


class PeakOfTree(Thread):
    """The most memory that this process and its workers had together since this was made, sampled ten times a second.

    It is their proportional set size (PSS), which counts a page that several processes share once. Linux only.

    Attributes:
        bytes: so far.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.bytes = 0
        self.start()

    def run(self) -> None:
        """Sample until the process ends."""
        while True:
            self.bytes = max(self.bytes, sum(map(_proportional_bytes, _tree(os.getpid()))))
            time.sleep(0.1)


def _tree(process: int) -> Iterator[int]:
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in _read(children).split():
            yield from _tree(int(child))


def _proportional_bytes(process: int) -> int:
    lines = _read(Path(f"/proc/{process}/smaps_rollup")).splitlines()
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _read(path: Path) -> str:
    """Nothing if the process has ended."""
    try:
        return path.read_text("ascii")
    except OSError:
        return ""


def machine() -> dict[str, Any]:
    """Processor, memory and Python: nothing that tells whose machine it is."""
    found = {"system": platform.system(), "processor": platform.machine(), "python": platform.python_version()}
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        found["processor"] = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass  # not Linux, or a processor without a name
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {**found, "cores": os.cpu_count(), "memory_GB": round(memory / 1e9, 1)}
