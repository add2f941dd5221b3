"""Fingerprints of documents: row numbers and ids may move from build to build, texts do not."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import chain, islice

import numpy as np

from sitegen.artifacts import Documents, Int64
from sitegen.pipeline.executor.blocks import BLOCK


def fingerprints(documents: Documents) -> Int64:
    """Return a hash of each text, int64 (n,)."""
    found = np.empty(len(documents), np.int64)
    row = 0
    for batch in documents.table.select(["text"]).to_batches(BLOCK):
        for text in batch.column("text").to_pylist():
            digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
            found[row] = int.from_bytes(digest, "little", signed=True)
            row += 1
    return found


def rows_of(wanted: Int64, known: Int64) -> Int64:
    """Return the row in `known`, int64 (m,), of each wanted fingerprint, int64 (n,); -1 where it is not there."""
    if not len(known):
        return np.full(len(wanted), -1, np.int64)
    order = np.argsort(known, kind="stable")
    at = order[np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)]
    return np.where(known[at] == wanted, at, -1)


def rows_of_each(wanted: Sequence[Sequence[int]], known: Int64) -> list[list[int]]:
    """Return the same of several lists of fingerprints, for which `known` is sorted once."""
    found = iter(rows_of(np.fromiter(chain.from_iterable(wanted), np.int64), known).tolist())
    return [[*islice(found, len(each))] for each in wanted]
