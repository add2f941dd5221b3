"""Finds the topics of fingerprints among those of a build: by their documents, else the nearest by a clear lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from sitegen.pipeline.edits.fingerprint import Computed, Fingerprint, short_hashes

SAME_DOCUMENTS = 0.5
"""Overlap of documents (Jaccard index) from which a topic is the one that was edited."""
FEWER_DOCUMENTS, DOCUMENTS_LEAD = 0.3, 0.2
"""Or from this overlap on, if it is so much above that of the next topic, and no topic has more of the documents."""
ENOUGH_FOUND, FEWEST_FOUND = 0.2, 5
"""Share and number of the remembered documents that must still be there to tell by them."""
SAME_CENTROID, CENTROID_LEAD = 0.9, 0.05
"""Where they are not: cosine of the centroids, and its lead, if the same model embedded the documents."""
SAME_KEYWORDS, KEYWORDS_LEAD = 0.5, 0.25
"""Else: Jaccard index of the keywords, and its lead."""

By = Literal["documents", "lead", "centroid", "keywords", "nothing"]


@dataclass(frozen=True)
class Match:
    """What became of a topic.

    Attributes:
        rank: the topic that it is now; None if it is none.
        by: what tells.
        likeness: of `rank`, or of the most similar topic, 0 to 1, in the measure of `by`.
        shares: topics that its documents are in now, -1 for outside any, with their shares of those that are still
            there, largest first; empty if too few are there.
        claimed: id of another edited topic that has become the same topic.
    """

    rank: int | None
    by: By
    likeness: float
    shares: tuple[tuple[int, float], ...] = ()
    claimed: int | None = None


def match_fingerprints(prints: Mapping[int, Fingerprint], computed: Computed) -> dict[int, Match]:
    """Return the match of each fingerprint by its id; no two have the same topic, the more similar one takes it."""
    index = _Index.of(computed)
    found = {number: _match(each, computed, index) for number, each in prints.items()}
    holder: dict[int, int] = {}
    for number, match in sorted(found.items(), key=lambda each: (-each[1].likeness, each[0])):
        if match.rank is None:
            continue
        if match.rank in holder:
            found[number] = replace(match, rank=None, claimed=holder[match.rank])
        else:
            holder[match.rank] = number
    return found


@dataclass(frozen=True)
class _Index:
    """Documents by their short hash, ascending: hashes, uint32 (n,); the topic of each; sizes of topics."""

    hashes: npt.NDArray[np.uint32]
    topics: npt.NDArray[np.int32]
    sizes: npt.NDArray[np.int64]

    @classmethod
    def of(cls, computed: Computed) -> _Index:
        short = short_hashes(computed.hashes)
        order = np.argsort(short, kind="stable")
        inside = computed.assignment[computed.assignment >= 0]
        return cls(short[order], computed.assignment[order], np.bincount(inside, minlength=len(computed.ids)))

    def shares(self, wanted: npt.NDArray[np.uint32]) -> tuple[float, npt.NDArray[np.float64]]:
        """Return the share of hashes that are there, and the shares of these by topic, float64 (k + 1,), last outside.

        A text that several documents have counts in part for the topic of each.
        """
        starts = np.searchsorted(self.hashes, wanted, "left")
        counts = np.searchsorted(self.hashes, wanted, "right") - starts
        votes = np.zeros(len(self.sizes) + 1)
        found = np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        np.add.at(votes, self.topics[found], np.repeat(1 / np.maximum(counts, 1), counts))
        there = int((counts > 0).sum())
        return there / max(len(wanted), 1), votes / max(there, 1)


def _match(print_: Fingerprint, computed: Computed, index: _Index) -> Match:
    there, votes = index.shares(print_.documents)
    count = round(there * len(print_.documents))
    if there < ENOUGH_FOUND or count < min(FEWEST_FOUND, len(print_.documents)) or not len(print_.documents):
        return _match_by_meaning(print_, computed)
    shares = _ranked(votes)
    if not computed.ids:
        return Match(None, "documents", 0.0, shares)
    size = print_.size * there
    # Of documents that came later nothing is known, so topics count as if all had grown alike.
    grown = min(1.0, print_.total * there / len(computed.assignment))
    common = votes[:-1] * size
    overlap = common / np.maximum(size + index.sizes * grown - common, 1e-9)
    overlap = np.minimum(overlap, 1.0)
    best, lead = _best(overlap)
    if overlap[best] >= SAME_DOCUMENTS:
        return Match(best, "documents", float(overlap[best]), shares)
    most = votes[best] == votes[:-1].max()
    near = most and overlap[best] >= FEWER_DOCUMENTS and lead >= DOCUMENTS_LEAD
    return Match(best if near else None, "lead" if near else "documents", float(overlap[best]), shares)


def _match_by_meaning(print_: Fingerprint, computed: Computed) -> Match:
    """Match by the centroid if it can be compared, else by keywords."""
    if not computed.ids:
        return Match(None, "nothing", 0.0)
    d = computed.centroids.shape[1]
    if d and print_.model == computed.model and len(print_.centroid) == d and print_.centroid.any():
        centroid = print_.centroid.astype(np.float64)
        cosines = computed.centroids @ (centroid / np.linalg.norm(centroid))
        best, lead = _best(cosines)
        same = cosines[best] >= SAME_CENTROID and lead >= CENTROID_LEAD
        return Match(best if same else None, "centroid", float(cosines[best]))
    own = set(print_.keywords)
    likeness = np.array([_jaccard(own, words[: len(own)]) for words in computed.keywords])
    best, lead = _best(likeness)
    same = likeness[best] >= SAME_KEYWORDS and lead >= KEYWORDS_LEAD
    return Match(best if same else None, "keywords", float(likeness[best]))


def _jaccard(own: set[str], words: Sequence[str]) -> float:
    both = own | set(words)
    return len(own & set(words)) / len(both) if both else 0.0


def _best(likeness: npt.NDArray[np.floating]) -> tuple[int, float]:
    """Return the most similar topic, and its lead on the next; the largest of equal ones."""
    best = int(np.argmax(likeness))
    others = np.delete(likeness, best)
    return best, float(likeness[best] - others.max()) if len(others) else 1.0


def _ranked(votes: npt.NDArray[np.float64]) -> tuple[tuple[int, float], ...]:
    some = np.flatnonzero(votes > 0)
    order = some[np.argsort(-votes[some], kind="stable")].tolist()
    return tuple((at if at < len(votes) - 1 else -1, round(float(votes[at]), 4)) for at in order)
