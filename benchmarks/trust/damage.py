"""Files that are damaged, lost or refused, a full disk, and clocks, locks and caches that are not as they should be."""

from __future__ import annotations

import dataclasses
import errno
import os
import random
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import sitegen.workspace
from benchmarks.trust.faults import Workshop, at_write
from benchmarks.trust.project import Child, Told, build_in_child, copy, make_project, site_bytes, write_config
from benchmarks.trust.quick import quick_stages
from benchmarks.trust.report import paragraph, verdict
from sitegen.site.output.check import check_site

FULL_AT = 1000
"""Changes of the file system that fail, each of another kind, if there are so many."""
FREE_KB = (0, 8, 32, 64, 128, 256, 400, 600, 800, 1000, 1300, 1600, 2000, 2500, 3000)
NOBODY = 65534
CHANGES = {
    "neighbors": {"map": {"points": 100}},
    "topics": {"map": {"points": 100}},
    "labels": {"map": {"points": 100}},
    "continuity": {"map": {"points": 100}},
    "map": {"title": "New"},
}
"""What is changed after a result of a stage was damaged, so that the next build has to read it."""
OWN = "build/.sitegen"
"""The list of what sitegen wrote into the output folder; what is not on it, a build does not replace."""
ABOUT = "trust/about/index.html"
"""The page that tells what changed since the build before."""
OTHERWISE = {"topics": {"representations": [], "keywords": 8}}


def flip(path: Path, rng: random.Random) -> None:
    """Another value for one bit of a file."""
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    _replace(path, bytes(data))


def cut(path: Path, rng: random.Random) -> None:
    """A file that ends early."""
    data = path.read_bytes()
    _replace(path, data[: rng.randrange(len(data))])


def lose(path: Path, rng: random.Random) -> None:
    """A file that is gone."""
    path.unlink()


DAMAGES = {flip: "one bit was flipped", cut: "the end was cut off", lose: "the file was removed"}


def _replace(path: Path, data: bytes) -> None:
    path.unlink()  # the site shares its files with nothing, but with an earlier copy of itself
    path.write_bytes(data)


def damaged_files(folder: Path) -> Iterator[str]:
    """Every kind of damage to every file that sitegen stores or publishes, and the build after it."""
    rng, problems, counts = random.Random(2), [], dict.fromkeys(("stored results", "notes", "published files"), 0)
    base = folder / "before"
    make_project(base)
    _expect(build_in_child(base))
    right = {}
    for number, changes in enumerate((OTHERWISE, *CHANGES.values())):
        root = folder / str(number)
        copy(base, root)
        write_config(root, **changes)
        _expect(build_in_child(root))
        right[str(changes)] = site_bytes(root)
    anew = refused = 0
    files = [path.relative_to(base) for path in sorted(base.rglob("*")) if path.is_file() and path.stat().st_size]
    files = [path for path in files if path.parts[0] in {".sitegen", "build"} and path.name != "lock"]
    one_of_each = {re.sub(r"[0-9a-f]{10,}|\d+|/[0-9a-f]{2}/", "", path.as_posix()): path for path in files}
    for path in one_of_each.values():
        for damage in DAMAGES:
            kind = _kind(path)
            counts[kind] += 1
            root = folder / "trial"
            copy(base, root)
            damage(root / path, rng)
            stage = path.parts[2] if kind == "stored results" else "map"
            changes = CHANGES.get(stage, OTHERWISE) if kind != "published files" else {}
            write_config(root, **changes)
            told = build_in_child(root)
            expected = right[str(changes)] if changes else site_bytes(base)
            where = f"{damage.__name__} {path}"
            if path.as_posix() == OWN and told.code == 1 and "another --output" in told.text:
                refused += 1
                left, whole = site_bytes(root), site_bytes(base)
                if {name for name in {*left, *whole} if left.get(name) != whole.get(name)} != {path.name}:
                    problems.append(f"{where}: the site changed")
            elif told.code:
                problems.append(f"{where}: the build failed: {told.text[-200:]}")
            elif "continuity" in where and (damage is lose or "begun anew" in told.text):
                anew += 1
            elif site_bytes(root) != expected and path.as_posix() != OWN:
                problems.append(f"{where}: other bytes were published")
    hits = ", ".join(f"{count} times for {kind}" for kind, count in counts.items())
    yield from paragraph(f"""
        For one file of every kind that a build writes, {" or ".join(DAMAGES.values())}: {hits}. The next build had to
        read the file (another setting, another title). Required: it succeeds and publishes the bytes of a build without
        damage. The previous ids of topics cannot be computed again: in the {anew} cases where they were damaged, the
        build started without them, and reported it unless the file was missing. In the {refused} cases where the list
        of files that sitegen wrote into the output folder was damaged, the build refused to replace possibly foreign
        files, explained how to continue, and left the site unchanged. A build does not detect a published file that
        changed while its size and modification time did not, such as a corrupted bit on disk; `sitegen clean` and a
        build write it again from checked results.
    """)
    yield from verdict(problems)


def _kind(path: Path) -> str:
    if path.parts[0] == "build":
        return "published files"
    return "stored results" if path.parts[1] == "cache" and path.parts[2] != "latest" else "notes"


def _expect(told: Told) -> None:
    if told.code:
        raise RuntimeError(told.text)


def full_disk(folder: Path) -> Iterator[str]:
    """A disk that is full at some write: injected, and on a small file system if this process may mount one.

    The stages that take long have stand-ins: what they compute is written in the same files.
    """
    with patch.object(sitegen.workspace, "STAGES", quick_stages()):
        yield from _full_disk(folder)


def _full_disk(folder: Path) -> Iterator[str]:
    workshop, rng, problems = Workshop(folder / "injected"), random.Random(3), []
    kinds = sorted(rng.choice(moments) for moments in workshop.kinds.values())
    moments = rng.sample(kinds, min(FULL_AT, len(kinds)))
    for moment in moments:
        root = workshop.restored("trial")
        problems += after_failure(
            workshop, root, build_in_child(root, at_write(moment, _raise_full)), f"write {moment}"
        )
    yield from paragraph(f"""
        A build changes the file system {workshop.writes} times in {len(kinds)} ways, without the names of shards and
        temporary folders. {len(moments)} of these changes, each in a separate build, failed with “no space left on
        device”. Required: the build ends with one line that reports it, or succeeds if the file is not essential; the
        site is complete; the next build gives the right bytes. Files that libraries write themselves (Arrow, Parquet)
        are tested only on the small disk below. Reduction, clusters and topics were replaced by quick versions.
    """)
    with small_disk(folder / "disk") as disk:
        if disk:
            ended = []
            for free in FREE_KB:
                root = disk / "trial" / "project"
                copy(workshop.before, root)
                filler = disk / "filler"
                _fill(filler, disk, free * 1000)
                told = build_in_child(root)
                filler.unlink()
                ended.append(told.code)
                problems += after_failure(workshop, root, told, f"{free} kB free")
            yield from paragraph(f"""
                On a real file system with {FREE_KB[0]} to {FREE_KB[-1]:,} kB free, {ended.count(1)} of {len(ended)}
                builds ended with an error and {ended.count(0)} had enough space.
            """)
    yield from verdict(problems)


def after_failure(workshop: Workshop, root: Path, told: Told, where: str) -> list[str]:
    """What is wrong after a build that could not write."""
    problems = []
    if told.code not in {0, 1} or (told.code and "space" not in told.text.splitlines()[-1]):
        problems.append(f"{where}: it did not say what is wrong: {told.text[-300:]}")
    whole = (workshop.old, workshop.new) if told.code else (workshop.new,)
    if site_bytes(root) not in whole or check_site(root / "build").problems:
        problems.append(f"{where}: the site is not whole")
    again = build_in_child(root)
    if again.code or site_bytes(root) != workshop.new:
        problems.append(f"{where}: the next build did not mend it: {again.text[-300:]}")
    return problems


def _raise_full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A file system of 24 MB in memory; None where it cannot be mounted."""
    folder.mkdir(parents=True)
    mounted = not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], stderr=subprocess.DEVNULL, check=False
    ).returncode
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", folder], check=True)


def _fill(filler: Path, disk: Path, leave: int) -> None:
    with filler.open("wb") as file:
        file.write(bytes(max(0, shutil.disk_usage(disk).free - leave)))


def surroundings(folder: Path) -> Iterator[str]:
    """Two builds at once, clocks that jump, folders that may not be written, caches of other versions."""
    workshop, problems = Workshop(folder), []
    yield "| what happens | what sitegen does |"
    yield "|---|---|"

    root = workshop.restored("trial")
    first = Child(root)
    time.sleep(workshop.seconds / 4)
    second = build_in_child(root)
    told = first.wait()
    if told.code or second.code or "waiting for another sitegen: process" not in second.text or second.ran:
        problems.append(f"two builds at once: {told.text[-200:]} {second.text[-300:]}")
    if site_bytes(root) != workshop.new:
        problems.append("two builds at once: other bytes")
    yield "| two builds at once | the second names the first, waits, and finds everything done |"

    root = workshop.restored("trial")
    told = build_in_child(root, _jumping_clock)
    if told.code or site_bytes(root) != workshop.new:
        problems.append(f"a clock that jumps: {told.text[-300:]}")
    yield "| a clock that jumps by up to ten years, forwards and backwards, at each look | the same bytes |"

    root = workshop.restored("trial")
    told = build_in_child(root, _older_stages)
    _expect(told)
    again = build_in_child(root)
    if again.code or len(again.ran) < len(sitegen.workspace.STAGES) or "version" not in again.text:
        problems.append(f"an older cache: {again.text[-300:]}")
    site = site_bytes(root)
    # Of the build before, which was of the older version, nothing changed; in the undisturbed build something did.
    if {name for name in {*site, *workshop.new} if site.get(name) != workshop.new.get(name)} != {ABOUT}:
        problems.append("an older cache: other bytes")
    yield "| a cache from an older version | reports both versions, runs the stages, right bytes |"

    if os.geteuid() == 0:
        folder.chmod(0o755)
        for name in (".", ".sitegen", ".sitegen/cache"):
            root = workshop.restored("trial")
            subprocess.run(["chown", "-R", str(NOBODY), root], check=True)
            subprocess.run(["chmod", "-R", "a-w", root / name], check=True)
            told = build_in_child(root, lambda: os.setuid(NOBODY))
            last = told.text.strip().rpartition("\n")[2]
            if told.code != 1 or ("Permission denied" not in last and "cannot be written" not in last):
                problems.append(f"{name} is read-only: {told.text[-300:]}")
            if site_bytes(root) != workshop.old:
                problems.append(f"{name} is read-only: the site changed")
            subprocess.run(["chmod", "-R", "u+w", root], check=True)
        yield "| the project, `.sitegen` or the cache is read-only | one line with the path; the site stays |"
    yield ""
    yield from verdict(problems)


def _jumping_clock() -> None:
    rng, real = random.Random(4), time.time
    time.time = lambda: real() + rng.uniform(-1, 1) * 10 * 365 * 86400


def _older_stages() -> None:
    stages = [dataclasses.replace(stage, version=stage.version - 1) for stage in sitegen.workspace.STAGES]
    patch.object(sitegen.workspace, "STAGES", tuple(stages)).start()
