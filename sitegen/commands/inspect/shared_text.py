"""Text that shapes topics and says little: sentences that many documents share, and one document of great length."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

SAMPLE = 20_000
SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|\n+")
SENTENCE_CHARS = 20
"""Characters from which a line or a sentence is looked at."""
SHARED = 0.02
"""Share of the documents from which a sentence is told."""
MOST = 3
LONG = 0.05
"""Share of all characters from which one document is told."""


@dataclass(frozen=True)
class SharedText:
    """What many documents say in the same words, and how much the longest says.

    Attributes:
        sentences: share of the documents that hold a line or a sentence, and the sentence, most frequent first.
        longest: the share of all characters that the longest document holds, where it is large, else 0.
    """

    sentences: tuple[tuple[float, str], ...]
    longest: float


def shared_text(texts: pa.ChunkedArray, chars: npt.NDArray[np.int64], seed: int) -> SharedText:
    """Find the sentences that at least 2 % of the documents share; of many documents a seeded sample is looked at."""
    looked_at = texts
    if len(texts) > SAMPLE:
        looked_at = texts.take(np.sort(np.random.default_rng(seed).choice(len(texts), SAMPLE, replace=False)))
    counts = Counter(
        sentence
        for chunk in looked_at.chunks
        for text in chunk.to_pylist()
        for sentence in {each.strip() for each in SENTENCE_END.split(text)}
        if len(sentence) >= SENTENCE_CHARS
    )
    common = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:MOST]
    documents = len(looked_at)
    longest = float(chars.max() / max(chars.sum(), 1)) if len(chars) > 1 else 0.0
    return SharedText(
        tuple((count / documents, text) for text, count in common if count > 1 and count >= SHARED * documents),
        longest if longest >= LONG else 0.0,
    )
