"""Sets of files in parts, each in a folder of its own: where a map grows, the folder of an old part keeps its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sitegen.site.output.hashed_files import HashedFiles, numbered

Folders = str | tuple[tuple[int, int, str], ...]
"""The folder of a set, or of each of its parts the first storage row, the number of the first shard, and the folder."""


def add_parts(files: HashedFiles, name: str, parts: Iterable[tuple[int, int, Iterable[tuple[str, bytes]]]]) -> Folders:
    """Write the parts of a set.

    Args:
        parts: of each the first storage row, the number of the first shard, and paths and content of its files. What
            part k > 0 is made of can be said by the name `part_name(name, k)`.
    """
    found = [
        (row, shard, files.add_set(part_name(name, number), items)) for number, (row, shard, items) in enumerate(parts)
    ]
    return found[0][2] if len(found) == 1 else tuple(found)


def part_name(name: str, number: int) -> str:
    """Return the name of a part of a set."""
    return f"{name}-{number}" if number else name


def inside(parent: str, folders: Folders) -> Folders:
    """Return these folders in the folder `parent`."""
    if isinstance(folders, str):
        return f"{parent}/{folders}"
    return tuple((row, shard, f"{parent}/{folder}") for row, shard, folder in folders)


def shard_paths(folders: Folders, rows: int, documents: int) -> Iterator[tuple[int, int, int, str]]:
    """Yield of each shard of a set its number, its first storage row, that of the next, and its path.

    Args:
        rows: storage rows in each shard but the last of a part.
        documents: number of all storage rows.
    """
    parts = ((0, 0, folders),) if isinstance(folders, str) else folders
    ends = [*(row for row, _, _ in parts[1:]), documents]
    for (row, shard, folder), end in zip(parts, ends, strict=True):
        for number, start in enumerate(range(row, end, rows), shard):
            yield number, start, min(start + rows, end), f"{folder}/{numbered(number)}"
