"""Documents whose text came before, exactly or nearly."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from sitegen.config import DocumentsConfig
from sitegen.errors import DataError
from sitegen.install_hint import install_command
from sitegen.pipeline.documents.drop_counts import Dropped

DUPLICATE = "duplicate"
NEAR_DUPLICATE = "near duplicate"
SHINGLE = 3
PERMUTATIONS = 64
"""Of 10,000 texts that had two of 120 words changed, 64 and the library's own bands found 9,937 at 1.1 kB per
text, 128 found 8,267 at 1.3 kB."""


class Duplicates:
    """Drops texts that it saw before. Of a text it remembers a 64-bit hash, for near duplicates about 1 kB."""

    def __init__(self, config: DocumentsConfig) -> None:
        self._seen: set[int] | None = set() if config.drop_duplicates and config.text else None
        self._near = _near(config.drop_near_duplicates) if config.drop_near_duplicates is not None else None
        self._count = 0
        self.rules = (DUPLICATE, NEAR_DUPLICATE)

    def __call__(self, text: str) -> None:
        """Refuse a text that came before."""
        if self._seen is not None:
            mark = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
            if mark in self._seen:
                raise Dropped(DUPLICATE)
            self._seen.add(mark)
        if self._near is not None:
            self._count += 1
            if not self._near.add_pairs([(str(self._count), _shingles(text))])[0]:
                raise Dropped(NEAR_DUPLICATE)


def _near(threshold: float) -> Any:
    try:
        from rensa import RMinHashDeduplicator
    except ImportError as error:
        raise DataError(
            f"near duplicates need the library rensa: {install_command('near')}", "documents.drop_near_duplicates"
        ) from error
    return RMinHashDeduplicator(threshold=threshold, num_perm=PERMUTATIONS, use_lsh=True)


def _shingles(text: str) -> list[str]:
    """Phrases of three words; of three characters where a script sets no spaces between words."""
    units = text.lower().split()
    if len(text) > 20 * len(units):
        units = list("".join(units))
    return [" ".join(units[i : i + SHINGLE]) for i in range(max(1, len(units) - SHINGLE + 1))]
