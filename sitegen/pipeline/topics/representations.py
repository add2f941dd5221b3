"""Keywords that mean what the topic means: KeyBERT-inspired, and MMR.

KeyBERT: Grootendorst, https://doi.org/10.5281/zenodo.4461265. Maximal marginal relevance: Carbonell and Goldstein,
https://doi.org/10.1145/290941.291025. Both as BERTopic does them, but on one set of word embeddings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sitegen.artifacts import Float32
from sitegen.config import TopicsConfig
from sitegen.pipeline.embeddings.embedder import Encode
from sitegen.pipeline.topics.ctfidf import ClassTfidf
from sitegen.pipeline.topics.marginal_relevance import maximal_marginal_relevance

CANDIDATES = {"keybert": 100, "mmr": 30}
"""Words of a topic, by c-TF-IDF, that a representation chooses from."""
DOCUMENTS = 5
"""Documents whose mean embedding stands for a topic in KeyBERT."""


@dataclass(frozen=True)
class Representations:
    """Keywords of each topic by each way to choose them; an empty list where one was not asked for."""

    keybert: list[list[str]]
    mmr: list[list[str]]


def represent(
    config: TopicsConfig, ctfidf: ClassTfidf, representatives: list[list[int]], vectors: Float32, encode: Encode
) -> Representations:
    """Choose keywords among those of c-TF-IDF by their embeddings, which are computed once for all.

    Args:
        representatives: the `DOCUMENTS` or more documents of each topic that stand for it, best first.
        vectors: embeddings of the documents, unit length.
        encode: unit vectors of words.
    """
    chosen = config.representations
    candidates = ctfidf.keywords(ctfidf.weights, max(CANDIDATES[name] for name in chosen))
    phrases = [" ".join(words[: CANDIDATES["mmr"]]) for words in candidates] if "mmr" in chosen else []
    texts = sorted({word for words in candidates for word in words}.union(phrases))
    number = {text: index for index, text in enumerate(texts)}
    embedded = encode(texts)
    keybert, mmr = [], []
    for topic, words in enumerate(candidates):
        of_words = embedded[[number[word] for word in words]]
        if "keybert" in chosen:
            topic_vector = vectors[representatives[topic][:DOCUMENTS]].mean(axis=0)
            best = np.argsort(-(of_words @ topic_vector), kind="stable")[: config.keywords]
            keybert.append([words[index] for index in best])
        if "mmr" in chosen:
            few = of_words[: CANDIDATES["mmr"]]
            relevance, likeness = few @ embedded[number[phrases[topic]]], few @ few.T
            kept = maximal_marginal_relevance(relevance, likeness.__getitem__, config.diversity, config.keywords)
            mmr.append([words[index] for index in sorted(kept)])
    nothing: list[list[str]] = [[] for _ in candidates]
    return Representations(keybert or nothing, mmr or nothing)
