"""How well a name points to its own topic, judged by the dataset's embedder, or by words where there is none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import FitRow, Float32
from sitegen.pipeline.labels.wording.name_words import stems

Likeness = Callable[[Sequence[str]], Float32]
"""Similarity of each of m texts to the documents of each of k topics, (m, k)."""
NAMES_AT_ONCE = 4096
DIGITS = 4
"""Decimals that are kept: more would differ between machines."""
NARROW = 0.03
"""A margin below which a name hardly tells its topic from the next."""


@dataclass(frozen=True)
class NameFit:
    """How well a name fits its topic.

    Attributes:
        fit: its similarity to the topic's documents, above its mean similarity to all topics.
        margin: its similarity to its own topic above that to the best other one; negative if another is closer.
        rank: 1 if no topic is closer than its own.
        nearest: the best other topic; None if there is none.
    """

    fit: float
    margin: float
    rank: int
    nearest: int | None

    def row(self) -> FitRow:
        """Return the fit as columns of `LABEL_SCHEMA`."""
        return {"fit": self.fit, "margin": self.margin, "rank": self.rank, "nearest": self.nearest}


def measure_names(names: Sequence[str], own: Sequence[int], likeness: Likeness) -> list[NameFit]:
    """Return the fit of names to their topics; so many at once that memory does not grow with topics times names."""
    parts = (slice(start, start + NAMES_AT_ONCE) for start in range(0, len(names), NAMES_AT_ONCE))
    return [fit for part in parts for fit in name_fits(likeness(names[part]), own[part])]


def name_fits(likeness: Float32, own: Sequence[int]) -> list[NameFit]:
    """Return the fit of m names to their topics.

    Args:
        likeness: (m, k), similarity of each name to each topic.
        own: the topic of each name.
    """
    found = []
    for row, topic in zip(likeness, own, strict=True):
        others = np.delete(row, topic)
        best = int(others.argmax()) if len(others) else None
        found.append(
            NameFit(
                fit=round(float(row[topic] - row.mean()), DIGITS),
                margin=round(float(row[topic] - others[best]), DIGITS) if best is not None else 0.0,
                rank=1 + int((others > row[topic]).sum()),
                nearest=None if best is None else best + (best >= topic),
            )
        )
    return found


def likeness_by_embedder(encode: Callable[[Sequence[str]], Float32], topics: Float32) -> Likeness:
    """Return the cosine of a text's embedding to the vector of each topic.

    Args:
        encode: unit vectors of texts.
        topics: float32 (k, d), unit length.
    """
    return lambda texts: encode(texts) @ topics.T if len(texts) else np.empty((0, len(topics)), np.float32)


def likeness_by_words(texts: Iterable[str], topics: Iterable[int], count: int) -> Likeness:
    """Return the cosine of a text's words to the c-TF-IDF of each topic's, both by stem.

    Grootendorst, https://arxiv.org/abs/2203.05794.

    Args:
        texts: documents, and the topic of each.
    """
    counts: list[Counter[str]] = [Counter() for _ in range(count)]
    for text, topic in zip(texts, topics, strict=True):
        counts[topic].update(stems(text))
    total = Counter[str]()
    for counted in counts:
        total.update(counted)
    average = sum(total.values()) / max(count, 1)
    weight = {stem: float(np.log1p(average / often)) for stem, often in total.items()}
    weighed = [{stem: often * weight[stem] for stem, often in each.items()} for each in counts]
    lengths = np.array([max(np.sqrt(sum(value**2 for value in each.values())), 1e-12) for each in weighed])
    having: defaultdict[str, list[int]] = defaultdict(list)
    for topic, each in enumerate(weighed):
        for stem in each:
            having[stem].append(topic)

    def likeness(names: Sequence[str]) -> Float32:
        rows: npt.NDArray[np.float64] = np.zeros((len(names), count))
        for row, name in enumerate(names):
            known = {stem: weight[stem] for stem in stems(name) if stem in weight}
            length = np.sqrt(sum(value**2 for value in known.values())) or 1.0
            for stem, value in known.items():
                rows[row, having[stem]] += [weighed[topic][stem] * value for topic in having[stem]]
            rows[row] = rows[row] / lengths / length
        return rows.astype(np.float32)

    return likeness
