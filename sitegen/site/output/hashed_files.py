"""Writes the files of a map under names that carry a hash of their content, so that caches never serve an old one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

FILES_PER_FOLDER = 1000


class HashedFiles:
    """Adds files to one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, name: str, data: bytes) -> str:
        """Write one file; returns its name with the hash in it."""
        stem, _, extension = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{extension}"
        (self._folder / hashed).write_bytes(data)
        return hashed

    def add_set(self, name: str, items: Iterable[tuple[str, bytes]]) -> str:
        """Write many files into one folder, which carries one hash for them all; returns the folder's name.

        Args:
            name: of the folder, without the hash.
            items: path inside the folder, and content. They are written as they come and never held together.
        """
        draft = self._folder / f".{name}"
        draft.mkdir()
        digest = hashlib.sha256()
        for path, data in items:
            target = draft / path
            target.parent.mkdir(exist_ok=True, parents=True)
            target.write_bytes(data)
            digest.update(f"{path}\0{len(data)}\0".encode() + data)
        hashed = f"{name}-{digest.hexdigest()[:10]}"
        draft.rename(self._folder / hashed)
        return hashed


def numbered(number: int) -> str:
    """Path of a shard inside the folder of its set: no folder holds more than `FILES_PER_FOLDER`."""
    return f"{number // FILES_PER_FOLDER}/{number}.js"
