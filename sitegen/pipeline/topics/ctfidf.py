"""c-TF-IDF: which words set a group of documents apart, and which documents stand for it.

Grootendorst, https://arxiv.org/abs/2203.05794; the weights are those of BERTopic's own transformer.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import Int32
from sitegen.config import TopicsConfig
from sitegen.pipeline.executor.blocks import blocks
from sitegen.pipeline.topics.near_equal import near_equal
from sitegen.pipeline.topics.vectorizer import Bag
from sitegen.words import UNSPACED, without_overlaps

if TYPE_CHECKING:
    from scipy import sparse


PIECES = 4
"""So many times more words are looked at where they may be pieces of one word."""
MOST_IN_DOCUMENT = 3
"""Occurrences of a word in one document that always count; for a parent topic no more do."""


class ClassTfidf:
    """The words of groups of documents, weighted against all documents.

    A word counts in one document no more often than in all others of its topic together, or `MOST_IN_DOCUMENT` times:
    a document that is very long, or repeats itself, does not lead the words of its topic. Long documents that are alike
    count together as one does, unless they are half of their topic.

    Attributes:
        bag: the words of the documents.
        counts: sparse float64 (k, v), occurrences per topic that count.
        outside: sparse float64 (1, v), those in documents outside any topic; no row without such documents.
        weights: sparse float64 (k, v), the c-TF-IDF of each topic.
        transformer: BERTopic's, fitted to all documents.
    """

    def __init__(self, config: TopicsConfig, bag: Bag, assignment: Int32) -> None:
        from bertopic.vectorizers import ClassTfidfTransformer

        self.bag = bag
        self._alike = near_equal(bag.counts)
        self._unspaced = any(map(UNSPACED.match, bag.words))
        self.transformer = ClassTfidfTransformer(
            reduce_frequent_words=config.reduce_frequent_words, bm25_weighting=config.bm25_weighting
        )
        seeds = np.isin(bag.words, config.seed_words)
        multiplier = np.where(seeds, config.seed_multiplier, 1.0) if seeds.any() else None
        self.transformer.fit(self._group(assignment), multiplier=multiplier)
        self.weights = self.weigh(self.counts)

    def weigh(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return the c-TF-IDF, sparse (m, v), of m bags of words."""
        return self.transformer.transform(counts.copy())

    def regrouped(self, assignment: Int32) -> ClassTfidf:
        """Return the words of other groups of the same documents, weighted as those of these are.

        Args:
            assignment: int32 (n,), topic of each document, -1 outside.
        """
        other = copy(self)
        other._group(assignment)
        other.weights = other.weigh(other.counts)
        return other

    def _group(self, assignment: Int32) -> sparse.csr_matrix:
        """Set what counts in each topic and outside; return it by class: those outside are one, as in BERTopic."""
        numbers = assignment - assignment.min()
        classes = add_up(self.bag.counts, numbers)
        self._excess = _excess(self.bag.counts, numbers, classes, _counted_as_one(self._alike, numbers))
        classes -= add_up(self._excess, numbers)
        first = 1 if (assignment < 0).any() else 0
        self.outside, self.counts = classes[:first], classes[first:]
        return classes

    def count(self, documents: npt.NDArray[np.integer], groups: npt.NDArray[np.integer]) -> sparse.csr_matrix:
        """Return the occurrences that count in parts of a topic: sparse float64 (groups.max() + 1, v), for `weigh`.

        Args:
            documents: int (m,), rows of the documents.
            groups: int (m,), the part of each, 0 or more.
        """
        return add_up(self.bag.counts[documents], groups) - add_up(self._excess[documents], groups)

    def shared_counts(self, assignment: Int32, groups: Sequence[Sequence[int]]) -> sparse.csr_matrix:
        """Return what the topics of each group have in common: sparse float64 (groups, v), for `weigh`.

        A word counts up to `MOST_IN_DOCUMENT` times in a document, and in a topic no more than in the mean of the
        group's topics: neither one document nor one topic gives its words to all.

        Args:
            assignment: int32 (n,), topic of each document, -1 outside.
        """
        from scipy.sparse import csr_matrix, vstack

        bag = self.bag.counts
        clipped = csr_matrix(
            (np.minimum(bag.data, MOST_IN_DOCUMENT).astype(np.int8), bag.indices, bag.indptr), shape=bag.shape
        )
        topics = add_up(clipped, assignment - assignment.min())[1 if (assignment < 0).any() else 0 :]
        shared = []
        for group in groups:
            counts = topics[list(group)]
            mean = csr_matrix(counts.mean(axis=0))
            shared.append(csr_matrix(counts.minimum(vstack([mean] * len(group), format="csr")).sum(axis=0)))
        return vstack(shared, format="csr")

    def keywords(self, weights: sparse.csr_matrix, limit: int) -> list[list[str]]:
        """Return the heaviest words of each row of a sparse (m, v), heaviest first, equal ones by alphabet.

        Overlapping pieces of one word, where a script puts no spaces between words, are there once.
        """
        found, wanted = [], limit * PIECES if self._unspaced else limit
        for start, end in zip(weights.indptr[:-1], weights.indptr[1:], strict=True):
            columns, values = weights.indices[start:end], weights.data[start:end]
            if len(values) > wanted:  # sorting all words of a large topic would take most of the time
                heavy = values >= np.partition(values, -wanted)[-wanted]
                columns, values = columns[heavy], values[heavy]
            heaviest = np.lexsort((columns, -values))[:wanted]
            words = [str(self.bag.words[column]) for column in columns[heaviest]]
            found.append(without_overlaps(words, limit) if self._unspaced else words)
        return found

    def representatives(self, assignment: Int32, limit: int) -> list[list[int]]:
        """Return the documents of each topic whose own c-TF-IDF is closest to the topic's (cosine), closest first."""
        from sklearn.preprocessing import normalize

        topics = normalize(self.weights)
        found = [(np.empty(0, np.int64), np.empty(0)) for _ in range(topics.shape[0])]
        target = np.zeros(topics.shape[1])  # of the topic at hand, and zeros again after it
        for block in blocks(len(assignment)):
            documents = normalize(self.weigh(self.bag.counts[block].astype(np.float64)))
            for topic in np.unique(assignment[block][assignment[block] >= 0]).tolist():
                members = np.flatnonzero(assignment[block] == topic)
                columns = topics.indices[topics.indptr[topic] : topics.indptr[topic + 1]]
                target[columns] = topics.data[topics.indptr[topic] : topics.indptr[topic + 1]]
                rows = np.concatenate([found[topic][0], members + block.start])
                likeness = np.concatenate([found[topic][1], documents[members] @ target])
                best = np.argsort(-likeness, kind="stable")[:limit]
                found[topic] = rows[best], likeness[best]
                target[columns] = 0
        return [rows.tolist() for rows, _ in found]


def _counted_as_one(alike: Int32, numbers: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Return what counts as one document, int (n,): a number of its own, or of those alike that are less than half.

    Args:
        alike: int32 (n,), as of `near_equal`.
        numbers: int (n,), the class of each document, 0 or more.
    """
    own = np.arange(len(alike))
    grouped = np.flatnonzero(alike >= 0)
    if not len(grouped):
        return own
    _, first, place, size = np.unique(
        np.stack([numbers[grouped], alike[grouped]]), axis=1, return_index=True, return_inverse=True, return_counts=True
    )
    place = place.ravel()
    few = 2 * size[place] < np.bincount(numbers)[numbers[grouped]]
    own[grouped[few]] = grouped[first[place[few]]]
    return own


def _excess(
    counts: sparse.csr_matrix,
    numbers: npt.NDArray[np.integer],
    classes: sparse.csr_matrix,
    ones: npt.NDArray[np.int64],
) -> sparse.csr_matrix:
    """Return how often each word is in a document beyond what counts there: sparse float64 (n, v), mostly empty.

    Args:
        counts: sparse int32 (n, v) in CSR form.
        numbers: int (n,), the class of each document, 0 or more.
        classes: sparse float64 (classes, v), the counts added up.
        ones: int (n,), the first of the documents that count as one with each.
    """
    from scipy.sparse import csr_matrix

    together = np.bincount(ones, minlength=len(ones))[ones] > 1
    often = np.flatnonzero((counts.data > MOST_IN_DOCUMENT) | np.repeat(together, np.diff(counts.indptr)))
    if not len(often):
        return csr_matrix(counts.shape)
    documents, words = np.searchsorted(counts.indptr, often, side="right") - 1, counts.indices[often]
    here = counts.data[often].astype(np.float64)
    _, place = np.unique(ones[documents] * counts.shape[1] + words, return_inverse=True)
    of_one = np.bincount(place, here)[place]
    others = _stored_values(classes, numbers[documents], words) - of_one
    beyond = here - here * np.maximum(others, MOST_IN_DOCUMENT) / of_one  # exactly whole for one document
    found = beyond > 0
    return csr_matrix((beyond[found], (documents[found], words[found])), shape=counts.shape)


def _stored_values(
    matrix: sparse.csr_matrix, rows: npt.NDArray[np.integer], columns: npt.NDArray[np.integer]
) -> npt.NDArray[np.float64]:
    """Return values that a sparse float64 matrix holds, float64 (m,).

    For each of them scipy 1.17 reads its row from the start, unless more than a tenth of the matrix is asked for.
    """
    if not matrix.has_sorted_indices:
        matrix = matrix.sorted_indices()
    places = np.empty(len(rows), np.int64)
    order = np.argsort(rows, kind="stable")
    for same_row in np.split(order, np.flatnonzero(np.diff(rows[order])) + 1):
        start, end = matrix.indptr[rows[same_row[0]]], matrix.indptr[rows[same_row[0]] + 1]
        places[same_row] = start + np.searchsorted(matrix.indices[start:end], columns[same_row])
    values: npt.NDArray[np.float64] = matrix.data[places]
    return values


def add_up(rows: sparse.csr_matrix, groups: npt.NDArray[np.integer]) -> sparse.csr_matrix:
    """Sum the rows of a sparse (n, v) by group: sparse float64 (groups.max() + 1, v), in CSR form.

    Args:
        groups: int (n,), the group of each row, 0 or more.
    """
    from scipy.sparse import csr_matrix

    members = csr_matrix((np.ones(len(groups), np.int32), (groups, np.arange(len(groups)))))
    return (members @ rows).astype(np.float64)
