"""Builds that are killed: what is left is a whole site, and the next build goes on from there."""

from __future__ import annotations

import os
import random
import re
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.trust.project import (
    CRASHED,
    Child,
    Told,
    build_in_child,
    change_everything,
    copy,
    make_project,
    site_bytes,
)
from benchmarks.trust.report import paragraph, verdict
from sitegen.commands.build import STAGE_NAMES
from sitegen.site.output.check import check_site

KILLED = 100
WRITES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.truncate", "shutil.rmtree"}
RANDOM = re.compile(r"[0-9a-f]{8,}|\d+|(?<=[.-])\w{8}(?=/|$)")
"""What of a path is another in each build or file: hashes, numbers, temporary names."""


def writes(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an audit event of Python is about to change a file system."""
    if event == "open":
        flags = arguments[2]
        return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))
    return event in WRITES


def at_write(number: int, act: Callable[[], object]) -> Callable[[], None]:
    """What makes a process `act` just before its `number`th change of the file system, the first being 0."""
    left = [number]

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if writes(event, arguments):
            left[0] -= 1
            if left[0] == -1:
                act()

    return lambda: sys.addaudithook(watch)


def kill_self() -> None:
    """End this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Killings:
    """What was seen after builds that were killed.

    Attributes:
        phases: where they were killed: the stage that ran, `map` while it was drawn, `publish` after that.
        old, new: how often the site was the one before, and the one after.
        problems: what was wrong, one line each; there should be none.
    """

    phases: Counter[str] = field(default_factory=Counter)
    old: int = 0
    new: int = 0
    problems: list[str] = field(default_factory=list)


class Workshop:
    """A project as it was published, and what its next build makes of it.

    Attributes:
        before: the project with the old site and a config that changes everything.
        old, new: bytes of the site before and after an undisturbed build.
        seconds: how long that build took.
        moments: the numbers of its changes of the file system by the stage that they belong to, `map` and `publish`
            included; `kinds`: by what is done to which file, whatever is random in its name.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = folder / "before"
        make_project(self.before)
        self._undisturbed(self.before)
        self.old = site_bytes(self.before)
        change_everything(self.before)
        after = self.restored("after")
        counted = folder / "writes"
        started = time.monotonic()
        self._undisturbed(after, lambda: _note_writes(counted))
        self.seconds = time.monotonic() - started
        self.moments: dict[str, list[int]] = defaultdict(list)
        self.kinds: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(counted.read_text("utf-8").splitlines()):
            stage, _, change = line.partition(" ")
            self.moments[stage].append(number)
            self.kinds[RANDOM.sub("#", change)].append(number)
        self.new = site_bytes(after)
        if self.old == self.new or check_site(after / "build").problems:
            raise RuntimeError("the undisturbed builds are no measure")

    @property
    def writes(self) -> int:
        """How often an undisturbed build changes the file system."""
        return sum(map(len, self.moments.values()))

    def restored(self, name: str) -> Path:
        """A fresh copy of the project before the build."""
        root = self.folder / name / "project"
        copy(self.before, root)
        return root

    def _undisturbed(self, root: Path, prepare: Callable[[], object] = lambda: None) -> None:
        told = build_in_child(root, prepare)
        if told.code:
            raise RuntimeError(told.text)

    def judge(self, root: Path, killed: Told, found: Killings) -> None:
        """Look at what a killed build left, build again, and note what is wrong."""
        where = phase(killed, root)
        found.phases[where] += 1
        site = site_bytes(root)
        if site == self.old:
            found.old += 1
        elif site == self.new:
            found.new += 1
        else:
            found.problems.append(f"{where}: the site is neither the old one nor the new one")
        found.problems += [f"{where}: {problem}" for problem in check_site(root / "build").problems]
        again = build_in_child(root)
        if again.code:
            found.problems.append(f"{where}: the next build failed: {again.text[-300:]}")
        elif site_bytes(root) != self.new:
            found.problems.append(f"{where}: the next build gave other bytes")
        repeated = set(killed.finished) & set(again.ran)
        if repeated:
            found.problems.append(f"{where}: repeated {', '.join(sorted(repeated))}")
        left = [path.name for path in root.iterdir() if path.name.startswith(".build")]
        left += [path.name for path in (root / ".sitegen" / "cache").rglob(".*-*")]
        if left:
            found.problems.append(f"{where}: left behind {', '.join(left)}")


def _note_writes(file: Path) -> None:
    """Write a line for each change of the file system: the stage that it belongs to, and what is changed."""
    noted, where = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC), ["start"]

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if writes(event, arguments):
            path = str(arguments[0])
            if (found := re.search(r"/cache/([a-z]+)/", path)) and found[1] in set(STAGE_NAMES):
                where[0] = found[1]
            elif ".sitegen-new" in path:
                where[0] = "publish"
            os.write(noted, f"{where[0]} {event} {path}\n".encode())

    sys.addaudithook(watch)


def phase(told: Told, root: Path) -> str:
    """What a killed build was at."""
    if "map" in told.ran:
        maps = root / ".sitegen" / "cache" / "map"
        return "publish" if len(list(maps.rglob("manifest.json"))) > 1 else "map"
    return told.ran[-1] if told.ran else "start"


def kill_builds(workshop: Workshop, count: int, seed: int = 1) -> Killings:
    """Kill `count` builds: every other one at a random time, the others before a random write of each stage in turn."""
    rng, found, stages = random.Random(seed), Killings(), list(workshop.moments)
    for number in range(count):
        root = workshop.restored("trial")
        if number % 2:
            moments = workshop.moments[stages[number // 2 % len(stages)]]
            killed = build_in_child(root, at_write(rng.choice(moments), kill_self))
        else:
            child = Child(root)
            child.kill(rng.uniform(0, workshop.seconds))
            killed = child.wait()
        if killed.code == CRASHED:
            found.problems.append(f"a build crashed before it was killed: {killed.text[-300:]}")
        workshop.judge(root, killed, found)
    return found


def section(folder: Path) -> Iterator[str]:
    """The report's lines about killed builds."""
    workshop = Workshop(folder)
    found = kill_builds(workshop, KILLED)
    missing = {*STAGE_NAMES, "publish"} - set(found.phases) if KILLED >= 100 else set()
    yield from paragraph(f"""
        {KILLED} builds, each of which had every stage to run and a site to replace, were ended with `kill -9`: half of
        them at a random time of the {workshop.seconds:.1f} s that such a build takes, half just before one of its
        {workshop.writes} changes of the file system, a random one of each stage in turn.
        Afterwards the site was {found.old} times the old one and {found.new} times the new one, byte by byte. The next
        build was asked to succeed, to run no stage that had finished, to give the bytes of an undisturbed build, and
        to leave nothing behind.
    """)
    yield "| killed during | times |"
    yield "|---|---|"
    for name in ("start", *STAGE_NAMES, "publish"):
        yield f"| {name} | {found.phases[name]} |"
    yield ""
    yield from verdict([*found.problems, *(f"{name} was never hit" for name in sorted(missing))])
