"""Content-addressed folders on disk: `<root>/<stage>/<ab>/<key>/{manifest.json, files}`.

A folder is written beside its place, checksummed, and renamed into it, so that an entry is whole or absent.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sitegen.artifacts.host import describe_host
from sitegen.errors import ArtifactError

MANIFEST = "manifest.json"
ROWS_AT_ONCE = 1 << 17
"""Rows of a chunk of a table that is read back."""
A = TypeVar("A")


def canonical_json(value: object) -> str:
    """Return JSON text that is the same for equal values: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(value: object) -> str:
    """Return the sha256 of the canonical JSON of `value`."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """One stored result.

    Attributes:
        folder: where its files are.
        stage, key: its address; `key` is the digest of `parts`.
        parts: what the key was made of.
        files: sha256 of each file, by relative path.
        content: digest of `files`: equal results have equal content, whatever made them.
        seconds: how long it took to make.
        host: the machine that made it, in one line; no part of `content`.
    """

    folder: Path
    stage: str
    key: str
    parts: dict[str, Any]
    files: dict[str, str]
    seconds: float
    host: str = ""
    content: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", digest(self.files))

    def verify(self) -> None:
        """Compare every file with its checksum.

        Raises:
            ArtifactError: a file is missing or differs.
        """
        for name, expected in self.files.items():
            path = self.folder / name
            if not path.is_file() or _file_digest(path) != expected:
                raise ArtifactError(f"stored {self.stage} ({path}) is damaged")


class Store:
    """The cache of one project."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, stage: str, key: str) -> Path:
        """Return where the entry of `key` is or would be."""
        return self.root / stage / key[:2] / key

    def find(self, stage: str, key: str) -> Entry | None:
        """Return the entry of `key`, or None. Its files are not read: see `Entry.verify`."""
        folder = self.folder(stage, key)
        try:
            manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
            if digest(manifest["parts"]) != key:
                return None
            files, seconds, host = dict(manifest["files"]), manifest["seconds"], manifest.get("host", "")
            return Entry(folder, stage, key, manifest["parts"], files, seconds, host)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @contextmanager
    def writing(self, stage: str, parts: dict[str, object], seconds: float | None = None) -> Iterator[Path]:
        """Yield a folder to fill; it becomes the entry of `digest(parts)` when the block ends without an error.

        `seconds` is what it took to make the result; those that the block takes, if not given.
        """
        started = time.monotonic()
        key = digest(parts)
        place = self.folder(stage, key)
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{key[:8]}-", dir=place.parent))
        try:
            yield draft
            names = sorted(path.relative_to(draft).as_posix() for path in draft.rglob("*") if path.is_file())
            files = {name: _file_digest(draft / name) for name in names}
            took = time.monotonic() - started if seconds is None else seconds
            made = {"seconds": round(took, 3), "host": describe_host()}
            manifest = {"stage": stage, "parts": parts, "files": files, **made}
            (draft / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf-8")
            if place.exists():
                shutil.rmtree(place)
            draft.rename(place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def save(self, stage: str, parts: dict[str, object], artifact: Any, seconds: float) -> Entry:
        """Store an artifact: arrays as .npy, tables as .parquet, the rest as JSON; of None there is no file."""
        with self.writing(stage, parts, seconds) as folder:
            for item in dataclasses.fields(artifact):
                if getattr(artifact, item.name) is not None:
                    _write(folder, item.name, getattr(artifact, item.name))
        entry = self.find(stage, digest(parts))
        if entry is None:
            raise ArtifactError(f"stored {stage} could not be read back")
        return entry

    def save_files(self, stage: str, parts: dict[str, object], write: Callable[..., object]) -> Entry:
        """Store what `write(folder=...)` writes into the folder that it is given."""
        with self.writing(stage, parts) as folder:
            write(folder=folder)
        entry = self.find(stage, digest(parts))
        if entry is None:
            raise ArtifactError(f"stored {stage} could not be read back")
        return entry

    def load(self, entry: Entry, kind: type[A]) -> A:
        """Read an artifact back after checking it.

        Raises:
            ArtifactError: it is damaged.
        """
        entry.verify()
        try:
            stored = {name.partition(".")[0] for name in entry.files}
            hints = {name: hint for name, hint in get_type_hints(kind).items() if name in stored or not _optional(hint)}
            return kind(**{name: _read(entry.folder, name, hint) for name, hint in hints.items()})
        except (OSError, ValueError, TypeError, pa.ArrowException) as error:
            raise ArtifactError(f"stored {entry.stage} ({entry.folder}) cannot be read: {error}") from error

    def load_field(self, entry: Entry, kind: type[object], name: str) -> Any:
        """Return one field of an artifact, without reading or checking the others.

        Raises:
            ArtifactError: it is damaged.
        """
        try:
            return _read(entry.folder, name, get_type_hints(kind)[name])
        except (OSError, ValueError, pa.ArrowException) as error:
            raise ArtifactError(f"stored {entry.stage} ({entry.folder}) cannot be read: {error}") from error

    def clear_drafts(self) -> None:
        """Remove what writers that were killed left. Nobody else may be writing."""
        for draft in self.root.glob("*/??/.*-*"):
            shutil.rmtree(draft, ignore_errors=True)

    def discard(self, entry: Entry) -> None:
        """Remove an entry."""
        shutil.rmtree(entry.folder, ignore_errors=True)

    def scratch(self, key: str) -> Path:
        """Return a folder in which a long stage may keep shards of the result of `key`, to resume after a crash."""
        folder = self.root / "partial" / key
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def drop_scratch(self, key: str) -> None:
        """Remove the shards of `key`."""
        shutil.rmtree(self.root / "partial" / key, ignore_errors=True)

    def persistent_dir(self, stage: str) -> Path:
        """Return the content-addressed directory for a stage's expensive results, kept across cache keys."""
        folder = self.root / "memory" / stage
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _write(folder: Path, name: str, value: object) -> None:
    if isinstance(value, np.ndarray):
        np.save(folder / f"{name}.npy", np.ascontiguousarray(value), allow_pickle=False)
    elif isinstance(value, pa.Table):
        pq.write_table(value, folder / f"{name}.parquet", compression="zstd")
    else:
        # The order of keys is part of a value: rules that dropped rows stand in the order in which they ran.
        (folder / f"{name}.json").write_text(json.dumps(value, separators=(",", ":"), allow_nan=False), "utf-8")


def _optional(hint: object) -> bool:
    return type(None) in get_args(hint)


def _read(folder: Path, name: str, hint: object) -> object:
    if hint is pa.Table or pa.Table in get_args(hint):
        # In batches, and what that took given back: a whole column at once takes twice its size, and Arrow keeps it.
        with pq.ParquetFile(folder / f"{name}.parquet") as file:
            table = pa.Table.from_batches(file.iter_batches(ROWS_AT_ONCE), file.schema_arrow)
        pa.default_memory_pool().release_unused()
        return table
    if (folder / f"{name}.npy").exists():
        # Mapped: only what is looked at is read. "c": what a caller writes into it stays with the caller.
        return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="c", allow_pickle=False))
    return json.loads((folder / f"{name}.json").read_text("utf-8"))


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
