"""Rows in blocks of one size, whatever the machine: each block is computed for itself, so memory stays bounded."""

from __future__ import annotations

BLOCK = 10_000
"""Rows of a block. Work that was cut off repeats at most one."""


def blocks(rows: int, size: int = BLOCK) -> list[slice]:
    """Return slices that cover `rows` rows in order."""
    return [slice(start, min(start + size, rows)) for start in range(0, rows, size)]
