"""Pointers of Git LFS, which git leaves where the content of a large file was not fetched."""

from __future__ import annotations

from typing import BinaryIO

POINTER = b"version https://git-lfs.github.com/spec/"


def is_pointer(stream: BinaryIO) -> bool:
    """Return whether a pointer stands where the content of a file should be; reads its beginning."""
    return stream.read(len(POINTER)) == POINTER
