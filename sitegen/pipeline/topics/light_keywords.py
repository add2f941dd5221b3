"""Keywords and representative documents of given topics, from a sample of each, where BERTopic is not installed.

c-TF-IDF: Grootendorst, https://arxiv.org/abs/2203.05794; of single words, without a list of stop words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import pyarrow as pa

from sitegen.artifacts import TOPIC_SCHEMA, Documents, Int32, Int64, Topics, take_rows
from sitegen.config import TopicsConfig
from sitegen.pipeline.topics.ctfidf import MOST_IN_DOCUMENT
from sitegen.words import find_words

SAMPLE = 200
"""Documents of a topic that are read, at even steps."""
COMMON = 0.5
"""Words in a larger share of the topics are stop words, in whatever language."""
FEW_TOPICS = 4
"""Among fewer topics no word is a stop word."""
SCORED = 50
"""Best words of a topic by which its documents are compared."""


@dataclass(frozen=True)
class _Sample:
    """Rows of a topic and their words."""

    rows: list[int]
    words: list[list[str]]


def light_topics(config: TopicsConfig, documents: Documents, assignment: Int32) -> Topics:
    """Describe topics with keywords and representative documents, and nothing that needs vectors or all texts.

    Args:
        assignment: int32 (n,), topics numbered by size, -1 outside.
    """
    inside = assignment[assignment >= 0]
    sizes = np.bincount(inside)
    by_topic: Int64 = np.argsort(assignment, kind="stable")[len(assignment) - len(inside) :]
    starts = np.cumsum(sizes) - sizes
    samples = [_sample(documents, by_topic[start : start + size]) for start, size in zip(starts, sizes, strict=True)]
    weights = _weights(config, samples)
    rows = [
        {
            "topic": topic,
            "size": int(size),
            "keywords": [word for word, _ in weights[topic][: config.keywords]],
            "keybert": [],
            "mmr": [],
            "representatives": _closest(samples[topic], dict(weights[topic]), config.representative_documents),
        }
        for topic, size in enumerate(sizes)
    ]
    outside = int((assignment < 0).sum())
    return Topics(pa.Table.from_pylist(rows, TOPIC_SCHEMA), assignment, outside={"before": outside, "after": outside})


def _sample(documents: Documents, members: Int64) -> _Sample:
    rows = members[np.unique(np.linspace(0, len(members) - 1, min(SAMPLE, len(members))).astype(np.int64))]
    texts = take_rows(documents.table.select(["text"]), rows).column("text").to_pylist()
    return _Sample(rows.tolist(), [[word for word in find_words(text.lower()) if len(word) > 1] for text in texts])


def _weights(config: TopicsConfig, samples: Sequence[_Sample]) -> list[list[tuple[str, float]]]:
    """Return the best words of each topic with their weights, heaviest first, equal ones by alphabet."""
    counts = [_counts(sample) for sample in samples]
    scale_to_documents: Counter[str] = Counter()
    for sample in samples:
        for words in sample.words:
            scale_to_documents.update(set(words))
    in_topics = Counter(word for counted in counts for word in counted)
    total: Counter[str] = Counter()
    for counted in counts:
        total.update(counted)
    average = sum(total.values()) / max(1, len(samples))
    extra = frozenset(config.extra_stop_words)

    def counts_as_word(word: str) -> bool:
        common = len(samples) >= FEW_TOPICS and in_topics[word] > COMMON * len(samples)
        return scale_to_documents[word] >= config.min_df and not (common or word in extra or word.isdigit())

    found = []
    for counted in counts:
        length = max(1, sum(counted.values()))
        weighed = [
            (word, _share(count / length, config) * log(1 + average / total[word]))
            for word, count in counted.items()
            if counts_as_word(word)
        ]
        found.append(sorted(weighed, key=lambda each: (-each[1], each[0]))[: max(SCORED, config.keywords)])
    return found


def _counts(sample: _Sample) -> Counter[str]:
    """Count words as `ClassTfidf` does: no document gives more of a word than all others together."""
    by_document = [Counter(words) for words in sample.words]
    total = Counter(word for words in sample.words for word in words)
    counted: Counter[str] = Counter()
    for words in by_document:
        for word, here in words.items():
            counted[word] += min(here, max(total[word] - here, MOST_IN_DOCUMENT))
    return counted


def _share(share: float, config: TopicsConfig) -> float:
    return sqrt(share) if config.reduce_frequent_words else share


def _closest(sample: _Sample, weights: dict[str, float], most: int) -> list[int]:
    """Rows of the documents in which the topic's words weigh most for their length, best first."""
    scores = [sum(weights.get(word, 0.0) for word in set(words)) / sqrt(len(words) or 1) for words in sample.words]
    return [sample.rows[at] for at in sorted(range(len(scores)), key=lambda at: -scores[at])[:most]]
