"""Vectors of texts, kept from build to build, so that only new texts are embedded.

A store is a folder of arrays of records: hash of a text, its vector. A file is named by the sha256 of its content, so
that a damaged one is noticed. Files are written beside their place and renamed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Float32
from sitegen.report import Report

HASH_BYTES = 16
Hashes = npt.NDArray[np.bytes_]
"""Hashes of texts, `S16` (n,)."""


def hash_texts(texts: Sequence[str]) -> Hashes:
    """Return the hash of each text, `S16` (n,): BLAKE2b, https://www.rfc-editor.org/rfc/rfc7693."""
    return np.array([hashlib.blake2b(text.encode(), digest_size=HASH_BYTES).digest() for text in texts], "S16")


class VectorStore:
    """The vectors of one dataset by one embedder with one setting.

    Damaged files are removed with a warning when the store is opened; their texts are missing then.
    """

    def __init__(self, folder: Path, report: Report) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        for draft in folder.glob("*.part.npy"):
            draft.unlink()
        self._files: dict[Path, Any] = {}
        for path in sorted(folder.glob("*.npy")):
            records = _read(path)
            if records is None:
                report.warn(f"stored vectors ({path}) are damaged; their texts are embedded again")
                path.unlink()
            else:
                self._files[path] = records

    def missing(self, hashes: Hashes) -> npt.NDArray[np.int64]:
        """Return the first row of each text that has no vector here, int64, ascending."""
        first = np.unique(hashes, return_index=True)[1]
        found = np.zeros(len(first), np.bool_)
        for records in self._files.values():
            found |= np.isin(hashes[first], records["text"])
        return np.sort(first[~found]).astype(np.int64)

    def add(self, hashes: Hashes, vectors: Float32) -> Path:
        """Keep vectors, float32 (n, d), of texts; returns their file, which is there already if it has these bytes."""
        records = np.empty(len(hashes), [("text", "S16"), ("vector", "<f4", vectors.shape[1])])
        order = np.argsort(hashes)
        records["text"], records["vector"] = hashes[order], vectors[order]
        return self._write(records)

    def vectors(self, hashes: Hashes) -> Float32:
        """Return the vectors of texts that are all here, float32 (n, d)."""
        width = next(iter(self._files.values()))["vector"].shape[1]
        vectors = np.empty((len(hashes), width), np.float32)
        for records in self._files.values():
            at = np.minimum(np.searchsorted(records["text"], hashes), len(records) - 1)
            here = records["text"][at] == hashes
            vectors[here] = records["vector"][at[here]]
        return vectors

    def keep_only(self, hashes: Hashes) -> None:
        """Drop every other text; one file is left."""
        wanted = np.unique(hashes)
        if [len(records) for records in self._files.values()] == [len(wanted)]:
            return
        kept = self.add(wanted, self.vectors(wanted))
        for path in set(self._files) - {kept}:
            path.unlink()
            del self._files[path]

    def clear(self) -> None:
        """Drop every text."""
        for path in self._files:
            path.unlink()
        self._files.clear()

    def _write(self, records: Any) -> Path:
        draft = self._folder / "new.part.npy"
        np.save(draft, records, allow_pickle=False)
        path = draft.with_name(f"{_digest(draft)}.npy")
        draft.rename(path)
        self._files[path] = np.load(path, mmap_mode="r", allow_pickle=False)
        return path


def _read(path: Path) -> Any:
    """Return the records of a file, mapped; None if it is damaged."""
    if _digest(path) != path.stem:
        return None
    return np.load(path, mmap_mode="r", allow_pickle=False)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
