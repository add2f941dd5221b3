"""A small project whose stages run for real, on vectors that came with the data; and builds of it to be disturbed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from sitegen.commands.build import BuildOptions, build
from sitegen.config import load_project
from sitegen.errors import SitegenError
from sitegen.report import Report
from sitegen.site.map import render as map_files
from sitegen.site.map.pictures import density_tiles, static_image

DOCUMENTS = 300
DATE = "1700000000"
"""The time that builds write into pages, so that equal builds give equal bytes."""
WORDS = (
    "pasta sauce tomato basil oven dish recipe garlic",
    "train ticket platform station rail seat journey delay",
    "goal match keeper league referee stadium coach score",
    "server database query index cache table commit lock",
    "rain storm cloud wind forecast sunny snow frost",
)
PICTURE_PX = 128
SHRINK = 8
"""Side of a map's pictures, which are the larger part of such a build."""
CRASHED = 70
"""Exit code of a build that ended with something else than an error for the user."""


def make_project(root: Path, documents: int | None = None) -> None:
    """Rows in five groups, a vector for each, and a config that needs no model."""
    rng, documents = np.random.default_rng(1), documents or DOCUMENTS
    group = np.arange(documents) % len(WORDS)
    rows = [
        {
            "id": f"d{number}",
            "text": f"{' '.join(rng.choice(WORDS[group[number]].split(), 12))} number {number}",
            "kind": f"kind {number % 3}",
            "day": f"2024-{1 + number % 12:02}-{1 + number % 28:02}",
        }
        for number in range(documents)
    ]
    vectors = rng.normal(0, 1, (len(WORDS), 16))[group] + rng.normal(0, 0.25, (documents, 16))
    root.mkdir(parents=True, exist_ok=True)
    np.save(root / "vectors.npy", vectors.astype(np.float32))
    (root / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    write_config(root)


def write_config(root: Path, title: str = "Old", documents: dict[str, Any] | None = None, **changes: Any) -> None:
    """The config; `changes` replace sections of its one dataset."""
    entry = {
        "slug": "trust",
        "title": title,
        "source": {"type": "file", "path": "rows.jsonl"},
        "documents": {"id": "id", "category": "kind", "date": "day", **(documents or {})},
        "embeddings": {"file": "vectors.npy", "model": None},
        "clusters": {"min_cluster_size": 15},
        "topics": {"representations": []},
        "labels": {"model": None},
        **changes,
    }
    (root / "datasets.yaml").write_text(json.dumps({"datasets": [entry]}, indent=1), "utf-8")


def change_everything(root: Path) -> None:
    """A config after which every stage has another result: a third of the documents is left out."""
    write_config(root, "New", {"filter": [{"column": "kind", "one_of": ["kind 0", "kind 1"]}]})


@dataclass(frozen=True)
class Told:
    """How a build ended: its exit code, negative for a signal, and what it said."""

    code: int
    text: str

    @property
    def ran(self) -> list[str]:
        """The stages that were begun, `map` for drawing it."""
        return re.findall(r"^trust +(\w+) +runs:", self.text, re.MULTILINE)

    @property
    def finished(self) -> list[str]:
        """The stages that were finished."""
        return re.findall(r"^trust +(\w+) +done", self.text, re.MULTILINE)


class Child:
    """A build in a process of its own, forked from this one, which has loaded the libraries already."""

    def __init__(self, root: Path, prepare: Callable[[], object] = lambda: None, **options: Any) -> None:
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115, `wait` closes it
        self._pid = os.fork()
        if self._pid == 0:
            code = _build(root, self._log, prepare, options)
            self._log.flush()
            os._exit(code)

    def kill(self, after: float) -> None:
        """Kill it `after` seconds, if it still runs then."""
        time.sleep(after)
        os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> Told:
        """How it ended."""
        code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        with self._log as log:
            log.seek(0)
            return Told(code, log.read())


def _build(root: Path, log: Any, prepare: Callable[[], object], options: dict[str, Any]) -> int:
    try:
        os.environ["SOURCE_DATE_EPOCH"] = DATE
        prepare()
        report = Report(console=Console(file=log, highlight=False, soft_wrap=True))
        build(load_project(root / "datasets.yaml"), BuildOptions(root / "build", **options), report)
    except (SitegenError, OSError) as error:
        log.write(f"error: {error}\n")
        return 1
    except BaseException:
        traceback.print_exc(file=log)
        return CRASHED
    return 0


def build_in_child(root: Path, prepare: Callable[[], object] = lambda: None, **options: Any) -> Told:
    """One build to its end."""
    return Child(root, prepare, **options).wait()


def warm_up(root: Path) -> None:
    """Load and compile what builds need, so that children forked from this process need not; make pictures small."""
    density_tiles.TILE_PX = map_files.PREVIEW_PX = PICTURE_PX
    static_image.SHAPES = tuple(each.smaller(SHRINK) for each in static_image.SHAPES)
    make_project(root)
    build(load_project(root / "datasets.yaml"), BuildOptions(root / "build"), Report(-1))


def copy(source: Path, target: Path) -> None:
    """`target` becomes what `source` is, times of change and hard links of the site included."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)


def site_bytes(root: Path) -> dict[str, bytes]:
    """Every file of the published site."""
    build = root / "build"
    return {path.relative_to(build).as_posix(): path.read_bytes() for path in build.rglob("*") if path.is_file()}


def make_site(folder: Path, **changes: Any) -> Path:
    """The published site of a small project in `folder`; `changes` replace sections of its dataset."""
    root = folder / "project"
    make_project(root)
    write_config(root, **changes)
    told = build_in_child(root)
    if told.code:
        raise RuntimeError(told.text)
    return root / "build"
