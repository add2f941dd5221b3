"""Texts -> a bag of words: words and word n-grams, and characters where a script sets no spaces between words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.config import TopicsConfig
from sitegen.errors import DataError
from sitegen.pipeline.executor.blocks import blocks
from sitegen.pipeline.executor.executor import Executor, InProcessExecutor
from sitegen.pipeline.topics.languages import clearly_other, main_language
from sitegen.pipeline.topics.term_counts import (
    assemble,
    count_block,
    files_of_block,
    join_counts,
    merge_words,
    most_frequent,
)
from sitegen.words import UNSPACED, find_words

if TYPE_CHECKING:
    from scipy import sparse


UNSPACED_LENGTHS = (2, 3, 4)
"""Characters of a keyword in such a script."""
PART_OF_LONGER = 0.7
"""A run of characters is no word if this share of its documents have it as a part of one and the same longer run."""
FEWEST_WORDS = 2
"""Of a vocabulary: c-TF-IDF of a single one tells no topics apart, and BERTopic's fails on it."""
DETECT_DOCUMENTS = 1000


@dataclass(frozen=True)
class Bag:
    """Which words each document holds.

    Attributes:
        counts: sparse int32 (n, v) in CSR form.
        words: the v words, sorted.
        analyse: splits a text as the documents were split.
    """

    counts: sparse.csr_matrix
    words: npt.NDArray[np.object_]
    analyse: Analyser


class Analyser:
    """Splits a text into words and n-grams of words, lower case, and runs of characters where there are no spaces.

    A word is what `find_words` says. Overlapping runs of characters need no dictionary: Chinese, Japanese and Thai are
    indexed so in search engines.
    """

    def __init__(self, stop_words: Sequence[str], ngram_max: int) -> None:
        from sklearn.feature_extraction.text import CountVectorizer

        self._stopped = frozenset(stop_words)
        splitter = CountVectorizer(
            tokenizer=_spaced_words,
            token_pattern=None,
            ngram_range=(1, ngram_max),
            stop_words=sorted(self._stopped) or None,
        )
        self._split = splitter.build_analyzer()

    def __call__(self, text: str) -> list[str]:
        """Return the words of a text, in its order."""
        runs = [] if text.isascii() else UNSPACED.findall(text)
        if not runs:
            return list(self._split(text))
        pieces = [
            run[start : start + length]
            for run in runs
            for length in UNSPACED_LENGTHS
            for start in range(len(run) - length + 1)
        ]
        return [*self._split(text), *(piece for piece in pieces if piece not in self._stopped)]


def _spaced_words(text: str) -> list[str]:
    """Words of two characters or more of scripts that put spaces between them, and of katakana."""
    return [word for word in find_words(text) if len(word) > 1 and not UNSPACED.match(word)]


def bag_of_words(
    config: TopicsConfig,
    texts: pa.ChunkedArray,
    scratch: Path,
    executor: Executor | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> Bag:
    """Count the words of the texts that are no stop words and occur in `min_df` documents or more.

    Args:
        scratch: folder for what is counted block by block; counting goes on from what is there.
        executor: counts the blocks; this process if absent.
        advance: called with the number of texts of each block.

    Raises:
        DataError: no word is left, or there is no list of stop words for a language.
    """
    first = texts.slice(0, DETECT_DOCUMENTS).to_pylist()
    analyse = Analyser([*stop_words_of(config.stop_words, first), *config.extra_stop_words], config.ngram_max)
    parts = blocks(len(texts))
    counted = [files_of_block(scratch, part.start) for part in parts]
    missing = [part for part, files in zip(parts, counted, strict=True) if not files.counts.exists()]
    found = (executor or InProcessExecutor()).map(
        partial(count_block, analyse),
        (texts.slice(each.start, each.stop - each.start).to_pylist() for each in missing),
        join_counts,
    )
    for part, files in zip(parts, counted, strict=True):
        if part in missing:
            files.write(*next(found))
        advance(part.stop - part.start)
    words, documents, occurrences = merge_words(counted, config.min_df)
    if len(words) < FEWEST_WORDS:
        raise DataError(
            f"{'no word' if not len(words) else 'only one word'} occurs in at least {config.min_df} documents, so "
            "topics would have no keywords; "
            "lower topics.min_df",
            field="topics.min_df",
        )
    kept = most_frequent(occurrences, config.max_features)
    words, documents = words.take(pa.array(kept)), documents[kept]
    strings = words.to_numpy(zero_copy_only=False)
    whole = ~_parts_of_longer(strings, documents)
    return Bag(assemble(counted, words.filter(pa.array(whole))), strings[whole], analyse)


def stop_words_of(language: str | None, texts: Sequence[str]) -> frozenset[str]:
    """Return the stop words of a language: scikit-learn's `english`, else by ISO code; `auto` takes that of the texts.

    Raises:
        DataError: there is no such list.
    """
    if language is None:
        return frozenset()
    if language == "english":
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        return frozenset(ENGLISH_STOP_WORDS)
    import stopwordsiso

    known = stopwordsiso.langs()
    if language == "auto":
        language = main_language(_word_counts(texts))
    if language not in known:
        raise DataError(
            f"there are no stop words for {language!r}; there are english, auto, {', '.join(sorted(known))}",
            field="topics.stop_words",
        )
    return frozenset(stopwordsiso.stopwords(language))


def language_other_than(language: str, texts: Sequence[str]) -> str | None:
    """Return the language of the texts if it is clearly another than this one, or None."""
    return clearly_other(_word_counts(texts), language)


def _word_counts(texts: Sequence[str]) -> Counter[str]:
    return Counter(word for text in texts for word in Analyser((), 1)(text))


def _parts_of_longer(words: Sequence[str], documents: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Which runs of characters are cut out of a longer one, that is, hardly occur without it.

    Args:
        documents: in how many documents each word occurs.
    """
    count = dict(zip(words, documents.tolist(), strict=True))
    parts: set[str] = set()
    for word, total in count.items():
        if len(word) > min(UNSPACED_LENGTHS) and UNSPACED.fullmatch(word):
            parts.update(part for part in (word[1:], word[:-1]) if total >= PART_OF_LONGER * count.get(part, np.inf))
    return np.array([word in parts for word in words], dtype=bool)
