"""Keeps the counted words of a dataset, so that each further edit of a topic need not count them again."""

from __future__ import annotations

import hashlib
import shutil
import threading
from pathlib import Path

import numpy as np
import pyarrow as pa

from sitegen.artifacts import Int64, digest
from sitegen.config import TopicsConfig
from sitegen.pipeline.stage import Context
from sitegen.pipeline.topics.vectorizer import DETECT_DOCUMENTS, Analyser, Bag, bag_of_words, stop_words_of

PARTS = ("data", "indices", "indptr", "words")
KEPT = 8
"""Datasets and settings whose words are kept."""
COUNTING = threading.Lock()
"""A preview counts ahead; a build that comes meanwhile waits for it."""


def cached_bag(config: TopicsConfig, texts: pa.ChunkedArray, hashes: Int64, context: Context) -> Bag:
    """Return the words of texts, counted once for these texts and settings.

    Args:
        hashes: int64 (n,), of the texts.

    Raises:
        DataError: as `bag_of_words`.
    """
    with COUNTING:
        return _cached_bag(config, texts, hashes, context)


def _cached_bag(config: TopicsConfig, texts: pa.ChunkedArray, hashes: Int64, context: Context) -> Bag:
    from scipy.sparse import csr_matrix

    key = digest([hashlib.sha256(hashes.tobytes()).hexdigest(), config.model_dump(mode="json")])
    folder = context.persistent_dir / key
    if not (folder / "done").exists():
        bag = bag_of_words(config, texts, context.scratch, context.executor)
        folder.mkdir(parents=True, exist_ok=True)
        for name, values in (
            ("data", bag.counts.data),
            ("indices", bag.counts.indices),
            ("indptr", bag.counts.indptr),
            ("words", np.array(bag.words, dtype=np.str_)),
        ):
            np.save(folder / f"{name}.npy", values, allow_pickle=False)
        (folder / "done").touch()
        _keep_latest(folder)
        return bag
    data, indices, indptr, words = (np.load(folder / f"{name}.npy", allow_pickle=False) for name in PARTS)
    first = texts.slice(0, DETECT_DOCUMENTS).to_pylist()
    analyse = Analyser([*stop_words_of(config.stop_words, first), *config.extra_stop_words], config.ngram_max)
    return Bag(csr_matrix((data, indices, indptr), (len(texts), len(words))), words.astype(object), analyse)


def _keep_latest(folder: Path) -> None:
    """Remove the oldest of several datasets' words: they can be counted again."""
    others = sorted(folder.parent.glob("*/done"), key=lambda path: path.stat().st_mtime_ns)
    for path in others[:-KEPT]:
        shutil.rmtree(path.parent, ignore_errors=True)
