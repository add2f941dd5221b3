"""Writes the files of a map under names that carry a hash of their content, so that caches never serve an old one.

A set of files that is made of the same as one of the rendering before is taken over from there, so that a renamed topic
costs seconds also on a large map. What each set is made of is written down beside the files.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypedDict, cast

import numpy as np
import pyarrow as pa

FILES_PER_FOLDER = 1000
MADE_OF = "made-of.json"
"""What the sets of a folder are made of: not published."""


class FileSet(TypedDict, total=False):
    """What is written down of a file or a set of files.

    Attributes:
        made_of: digest of what it is made of.
        file, folder, paths: the file's name; of a set its folder, and the paths inside.
        sha256: of a file without a hash in its name.
        facts: a JSON value for the next rendering.
    """

    made_of: str
    file: str
    folder: str
    paths: list[str]
    sha256: str
    facts: object


class HashedFiles:
    """Adds files to one folder.

    Args:
        folder: where they go.
        before: a folder that was written by the same code; None if there is none.
    """

    def __init__(self, folder: Path, before: Path | None = None) -> None:
        self._folder = folder
        self._before = before
        self._known = _read(before / MADE_OF) if before else {}
        self._sets: dict[str, FileSet] = {}

    def add(self, name: str, data: bytes) -> str:
        """Write one file; returns its name with the hash in it."""
        stem, _, extension = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{extension}"
        (self._folder / hashed).write_bytes(data)
        return hashed

    def add_drawn(self, name: str, made_of: str, draw: Callable[[], bytes]) -> str:
        """Write one file that is made of `made_of`; returns its name with the hash in it.

        It is not drawn, but taken from the rendering before, if it was made of the same there and is not damaged.
        """
        known = self._known.get(name, {})
        path = self._before / known["file"] if self._before and known.get("made_of") == made_of else None
        data = path.read_bytes() if path and path.exists() else b""
        if path is None or hashlib.sha256(data).hexdigest()[:10] not in path.name:
            data = draw()
        hashed = self.add(name, data)
        self._sets[name] = {"made_of": made_of, "file": hashed}
        return hashed

    def made_of(self, name: str, *parts: object) -> None:
        """Say what the set `name` is made of, before it is added: arrays, tables and JSON values."""
        self._sets[name] = {"made_of": digest_of(*parts)}

    def add_set(self, name: str, items: Iterable[tuple[str, bytes]]) -> str:
        """Write many files into one folder, which carries one hash for them all; returns the folder's name.

        Args:
            name: of the folder, without the hash.
            items: path inside the folder, and content. They are written as they come and never held together; not
                read where the set is taken over.
        """
        if (taken := self.take_over(name)) is not None:
            return taken
        draft = self._folder / f".{name}"
        draft.mkdir()
        digest = hashlib.sha256()
        paths = []
        for path, data in items:
            target = draft / path
            target.parent.mkdir(exist_ok=True, parents=True)
            target.write_bytes(data)
            digest.update(_framed(path, data))
            paths.append(path)
        hashed = f"{name}-{digest.hexdigest()[:10]}"
        draft.rename(self._folder / hashed)
        self._sets.setdefault(name, {}).update({"folder": hashed, "paths": paths})
        return hashed

    def take_over(self, name: str) -> str | None:
        """Take a set over from the rendering before, if it is made of the same and not damaged; returns its folder."""
        own, known = self._sets.get(name, {}), self._known.get(name, {})
        source = self.set_before(name) if own and known.get("made_of") == own["made_of"] else None
        if source is None:
            return None
        shutil.copytree(source, self._folder / source.name, copy_function=_link)
        own.update({"folder": source.name, "paths": known["paths"]})
        return source.name

    def set_before(self, name: str) -> Path | None:
        """Return the folder of a set of the rendering before; None if there is none, or it is damaged."""
        known = self._known.get(name, {})
        if self._before is None or "folder" not in known:
            return None
        folder, digest = self._before / known["folder"], hashlib.sha256()
        try:
            for path in known["paths"]:
                digest.update(_framed(path, (folder / path).read_bytes()))
        except OSError:
            return None
        return folder if folder.name == f"{name}-{digest.hexdigest()[:10]}" else None

    def paths(self, name: str) -> list[str]:
        """Return the paths inside a set that was added."""
        return list(self._sets[name]["paths"])

    def note(self, name: str, facts: object) -> None:
        """Write a JSON value down for the next rendering, which finds it by `noted`."""
        self._sets[name]["facts"] = facts

    def noted(self, name: str) -> Any:
        """Return what the rendering before noted of a set; None if nothing."""
        return self._known.get(name, {}).get("facts")

    def noted_of_same(self, name: str) -> Any:
        """Return the same if it was made of what `made_of` said now; else None."""
        same = self._known.get(name, {}).get("made_of") == self._sets[name]["made_of"]
        return self.noted(name) if same else None

    def note_file(self, name: str, made_of: str, data: bytes) -> None:
        """Note what a file without a hash in its name is made of."""
        self._sets[name] = {"made_of": made_of, "sha256": hashlib.sha256(data).hexdigest()}

    def file_before(self, name: str, made_of: str) -> bytes | None:
        """Return a file of the rendering before; None if it is made of something else, or damaged."""
        known = self._known.get(name, {})
        if self._before is None or known.get("made_of") != made_of:
            return None
        data = (self._before / name).read_bytes() if (self._before / name).exists() else b""
        return data if hashlib.sha256(data).hexdigest() == known["sha256"] else None

    def write_record(self) -> None:
        """Write down what the sets are made of."""
        (self._folder / MADE_OF).write_text(json.dumps(self._sets, sort_keys=True), "utf-8")


def digest_of(*parts: object) -> str:
    """Return a digest of arrays, tables and JSON values."""
    digest = hashlib.sha256()

    class Sink(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            digest.update(data)
            return len(data)

    for part in parts:
        if isinstance(part, np.ndarray):
            digest.update(f"{part.dtype}{part.shape}".encode() + np.ascontiguousarray(part).tobytes())
        elif isinstance(part, pa.Table):
            with pa.PythonFile(Sink(), "w") as sink, pa.ipc.new_stream(sink, part.schema) as stream:
                stream.write_table(part)
        else:
            digest.update(json.dumps(part, sort_keys=True).encode())
    return digest.hexdigest()


def _framed(path: str, data: bytes) -> bytes:
    """Return a file's path, size and bytes, by which the digest of a set tells where each file ends."""
    return f"{path}\0{len(data)}\0".encode() + data


def _link(source: str, target: str) -> str:
    """Give a file a second name; a copy where file systems have none."""
    try:
        os.link(source, target)
        return target
    except OSError:
        return shutil.copyfile(source, target)


def _read(path: Path) -> dict[str, FileSet]:
    try:
        return cast(dict[str, FileSet], json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def numbered(number: int) -> str:
    """Return the path of a shard inside the folder of its set: no folder holds more than `FILES_PER_FOLDER`."""
    return f"{number // FILES_PER_FOLDER}/{number}.js"
