"""What a topic is known by after a rebuild: a sample of its documents, its centroid, its keywords.

Fingerprints are kept in `edits/<slug>.lock.json`, beside the file of edits and under version control with it.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Float32, Int32, Int64, split_by_topic
from sitegen.config.edits_file import FOLDER
from sitegen.errors import ConfigError

SAMPLE = 128
"""Documents of a topic that are remembered."""
CENTROID_STEPS = 127
KEYWORDS = 12
NAME_CHARS = 80

Hashes = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Fingerprint:
    """One topic as it was when its first edit was applied.

    Attributes:
        name: what it was called, for readers of the file.
        size: how many documents it had.
        total: how many documents there were.
        documents: uint32 (m,), ascending, hashes of up to `SAMPLE` of its documents, drawn by their texts.
        model: what embedded the documents.
        centroid: int8 (d,), direction of the mean of its documents, in steps of the largest component.
        keywords: best first.
    """

    name: str
    size: int
    total: int
    documents: Hashes
    model: str
    centroid: npt.NDArray[np.int8]
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Lock:
    """What the tool keeps beside a file of edits: fingerprints of topics by id, hashes of the texts of documents."""

    topics: dict[int, Fingerprint] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Computed:
    """The topics of a build before any edit.

    Attributes:
        hashes: int64 (n,), of the texts of the documents.
        assignment: int32 (n,), rank of the topic of each, -1 outside.
        ids: permanent id by rank.
        centroids: float32 (k, d), unit length; d may be 0.
        keywords, names: by rank.
        model: what embedded the documents.
    """

    hashes: Int64
    assignment: Int32
    ids: list[int]
    centroids: Float32
    keywords: list[list[str]]
    names: list[str]
    model: str

    def fingerprints(self, ranks: Iterable[int]) -> list[Fingerprint]:
        """Return the fingerprints of some topics."""
        members = split_by_topic(self.hashes, self.assignment, len(self.ids))
        return [self._fingerprint(rank, members[rank].view(np.uint64)) for rank in ranks]

    def _fingerprint(self, rank: int, own: npt.NDArray[np.uint64]) -> Fingerprint:
        drawn = own[np.argsort(own, kind="stable")[:SAMPLE]]
        return Fingerprint(
            self.names[rank][:NAME_CHARS],
            len(own),
            len(self.assignment),
            np.sort(short_hashes(drawn.view(np.int64))),
            self.model,
            _steps(self.centroids[rank]),
            tuple(self.keywords[rank][:KEYWORDS]),
        )


def short_hashes(hashes: Int64) -> Hashes:
    """Return the lower halves of hashes, uint32 (n,); samples are drawn by the upper ones."""
    return (hashes.view(np.uint64) & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def _steps(centroid: Float32) -> npt.NDArray[np.int8]:
    largest = float(np.abs(centroid).max()) if len(centroid) else 0.0
    return np.asarray(np.rint(centroid * (CENTROID_STEPS / largest if largest else 0.0)), np.int8)


def lock_path(root: Path, slug: str) -> Path:
    """Return where the fingerprints of a dataset's edits are kept."""
    return root / FOLDER / f"{slug}.lock.json"


def read_lock(root: Path, slug: str) -> Lock:
    """Return the fingerprints of a dataset's edits; none where there is no file.

    Raises:
        ConfigError: the file is damaged.
    """
    path = lock_path(root, slug)
    if not path.exists():
        return Lock()
    try:
        data = json.loads(path.read_text("utf-8").replace(",\n}", "\n}"))  # where people removed the last line
        topics = {int(number): _fingerprint(each) for number, each in data["topics"].items()}
        return Lock(topics, {str(name): int(value, 16) for name, value in data["documents"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise ConfigError(
            f"{path}: cannot be read ({error}); take it from version control. Without it edits are taken for those of "
            "the topics that have their numbers now"
        ) from error


def write_lock(root: Path, slug: str, lock: Lock) -> None:
    """Write the fingerprints, one to a line, so that changes of several people can be merged."""
    path = lock_path(root, slug)
    topics = [
        f'"{number}": {json.dumps(_as_json(each), ensure_ascii=False)}' for number, each in sorted(lock.topics.items())
    ]
    documents = [f'{json.dumps(name)}: "{value:08x}"' for name, value in sorted(lock.documents.items())]
    text = f'{{"topics": {{\n{_lines(topics)}}},\n"documents": {{\n{_lines(documents)}}}}}\n'
    draft = path.with_suffix(".part")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def _lines(items: Sequence[str]) -> str:
    return ",\n".join(items) + "\n" * bool(items)


def _as_json(print_: Fingerprint) -> dict[str, Any]:
    return {
        "name": print_.name,
        "size": print_.size,
        "of": print_.total,
        "keywords": list(print_.keywords),
        "documents": _text(print_.documents.astype("<u4")),
        "model": print_.model,
        "centroid": _text(print_.centroid),
    }


def _fingerprint(data: dict[str, Any]) -> Fingerprint:
    return Fingerprint(
        str(data["name"]),
        int(data["size"]),
        int(data["of"]),
        np.frombuffer(base64.b64decode(data["documents"], validate=True), "<u4").astype(np.uint32),
        str(data["model"]),
        np.frombuffer(base64.b64decode(data["centroid"], validate=True), np.int8),
        tuple(map(str, data["keywords"])),
    )


def _text(values: npt.NDArray[Any]) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")
