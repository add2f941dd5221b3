"""Whether documents are those of a model, in its order: then they hold the keywords of their topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa

from sitegen.artifacts import Int32
from sitegen.words import UNSPACED, find_words

CHECKED = 2_000
"""Documents that are compared with the keywords of their topics."""
ENOUGH_TO_TELL = 40
"""Fewer documents that hold more of one topic than of the other are left to chance."""
SURE = 2.0
"""Standard errors by which the mean difference must lie above 0."""
WRONG_ORDER = (
    "seem to be in another order than the model's, or others: they do not hold more keywords of their own topic than "
    "of another; give the documents that the model was fitted to, in their order"
)
CANNOT_TELL = (
    "cannot tell whether the documents are those of the model, in its order: too few hold keywords of its topics; see "
    "on the map whether topics have the documents that they should"
)


def in_order(texts: pa.ChunkedArray, topics: Int32, words: Mapping[int, Iterable[str]]) -> bool | None:
    """Tell whether documents hold more keywords of their own topics than of others; None if that cannot be told.

    Counts in each document the keywords of its own topic and those of another document's topic. In the right order the
    former are more, by a paired test of the mean difference.

    Args:
        texts: of the n documents.
        topics: int32 (n,), topic of each, -1 outside.
        words: keywords by topic.
    """
    rows = np.flatnonzero(topics >= 0)
    rows = rows[:: max(1, len(rows) // CHECKED)]
    sought = {topic: [_spoken(word) for word in found] for topic, found in words.items()}
    rows = rows[np.argsort(topics[rows], kind="stable")]
    own = topics[rows]
    others = np.roll(own, len(own) // 2).tolist()  # of documents by topic, so that few meet their own
    more = []
    for text, mine, other in zip(texts.take(pa.array(rows)).to_pylist(), own.tolist(), others, strict=True):
        if mine != other:
            spoken = _spoken(text)
            more.append(_held(spoken, sought.get(mine, ())) - _held(spoken, sought.get(other, ())))
    if more and np.mean(more) > SURE * float(np.std(more)) / len(more) ** 0.5:
        return True
    return False if np.count_nonzero(more) >= ENOUGH_TO_TELL else None


def _spoken(text: str) -> str:
    return f" {' '.join(find_words(text.lower()))} "


def _held(text: str, words: Iterable[str]) -> int:
    """Return how many of the words a text holds; those of scripts without spaces may be anywhere in it."""
    return sum((word.strip() if UNSPACED.search(word) else word) in text for word in words if word.strip())
