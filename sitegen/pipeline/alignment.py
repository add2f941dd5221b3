"""What stays from build to build: topics keep their id and colour, the map keeps its place, and changes are told.

A rebuild with more documents numbers its topics anew and may turn the map round. Readers hold links to topics and
remember where things were; so topics are matched with those of the last build, and the layout is laid onto its.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sitegen.artifacts import (
    CHANGE_SCHEMA,
    KNOWN_TOPIC_SCHEMA,
    ChangeRow,
    Continuity,
    Documents,
    Embeddings,
    Given,
    Int64,
    KnownTopicRow,
    Reduction,
    TopicLabels,
    Topics,
    find_square,
    split_by_topic,
    topic_centers,
)
from sitegen.pipeline.color_slots import color_slots
from sitegen.pipeline.documents.fingerprints import fingerprints, rows_of
from sitegen.pipeline.executor.blocks import blocks
from sitegen.pipeline.gone_documents import tell_gone
from sitegen.pipeline.stage import Context

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Float32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.integer]

ENOUGH_SHARED = 0.2
"""Share of the documents that both builds must have for topics to be matched by them; else by their centroids."""
SAME_DOCUMENTS = 0.25
"""Jaccard index from which two topics are one."""
SAME_CENTROID = 0.9
"""Cosine from which two topics are one, where documents cannot tell."""
SAME_PLACE = 1e-4
"""Share of the map's extent by which no document of a map that grew moves: rounding, which is taken back."""
ROWS_AT_ONCE = 1000
"""Topics whose centroids are compared with all of the last build at once."""
NOTEWORTHY = 0.1
"""Change of a topic's size that is told."""


def align_to_previous_build(
    *,
    documents: Documents,
    embeddings: Embeddings,
    reduction: Reduction,
    topics: Topics,
    labels: TopicLabels,
    previous: Continuity | None,
    context: Context,
) -> Continuity:
    """Give each topic the id and colour of the topic of the last build that it continues, or new ones."""
    return _carry_on(documents, embeddings, reduction, topics, labels, previous, context)


def continue_given(
    *,
    documents: Documents,
    given: Given,
    embeddings: Embeddings,
    reduction: Reduction,
    topics: Topics,
    labels: TopicLabels,
    previous: Continuity | None,
    context: Context,
) -> Continuity:
    """Return the same for a dataset that brings results.

    Given places stay where they are, given numbers are the ids.
    """
    own = given.ids if len(given.topics) else None
    fixed = len(given.layout) > 0
    return _carry_on(documents, embeddings, reduction, topics, labels, previous, context, fixed=fixed, own=own)


def _carry_on(
    documents: Documents,
    embeddings: Embeddings,
    reduction: Reduction,
    topics: Topics,
    labels: TopicLabels,
    previous: Continuity | None,
    context: Context,
    *,
    fixed: bool = False,
    own: list[int] | None = None,
) -> Continuity:
    """Return what this build hands on.

    Args:
        fixed: the layout stays as it is.
        own: the id of each topic, if its data gives one.
    """
    prints, centroids = fingerprints(documents), _centroids(embeddings.vectors, topics)
    layout, known, first_new, square = reduction.layout, [], 0, None
    continued: list[KnownTopicRow | None] = [None] * len(topics)
    if previous is not None:
        tell_gone(prints, previous, context)
        _, mine, theirs = np.intersect1d(prints, previous.fingerprints, return_indices=True)
        layout = layout if fixed else procrustes_align(layout, previous.layout, mine, theirs)
        stays = False
        if reduction.growth is not None:
            layout, stays = _keep_places(layout, previous, prints, mine, theirs)
        square = previous.square if stays else None
        known, first_new = previous.topics.to_pylist(), previous.first_new
        if own is not None:
            by_id = {topic["topic"]: topic for topic in known}
            continued = [by_id.get(number) for number in own]
        else:
            matched = keep_named(match_topics(topics, centroids, previous, mine, theirs), topics, known)
            continued = [known[row] if row >= 0 else None for row in matched]
    fresh = count(first_new if own is None else max([first_new - 1, *own]) + 1)
    ids = own if own is not None else [next(fresh) if topic is None else topic["topic"] for topic in continued]
    slots = color_slots(_centers(layout, topics), [None if topic is None else topic["slot"] for topic in continued])
    table: list[KnownTopicRow] = [
        {"topic": number, "slot": slot, "name": label["name"], "size": topic["size"], "centroid": centroid}
        for number, slot, label, topic, centroid in zip(
            ids, slots, labels.rows(), topics.rows(), centroids.tolist(), strict=True
        )
    ]
    return Continuity(
        layout=layout,
        fingerprints=prints,
        assignment=np.array([*ids, -1], np.int32)[topics.assignment],
        topics=pa.Table.from_pylist(table, KNOWN_TOPIC_SCHEMA),
        changes=pa.Table.from_pylist([] if previous is None else changes(known, table), CHANGE_SCHEMA),
        first_new=next(fresh),
        square=square or (find_square(layout) if reduction.growth is not None else None),
        since=reduction.since,
    )


def _keep_places(laid: Float32, previous: Continuity, prints: Int64, mine: Ints, theirs: Ints) -> tuple[Float32, bool]:
    """Return the layout of a map that grew, in which documents lie where they lay, to the bit, and whether it is one.

    It is not if it was fitted anew: then documents moved.
    """
    if len(mine) < 3:
        return laid, False
    moved = float(np.abs(laid[mine] - previous.layout[theirs]).max())
    if moved > SAME_PLACE * float(np.ptp(previous.layout, axis=0).max()):
        return laid, False
    rows = rows_of(prints, previous.fingerprints)
    return np.where((rows >= 0)[:, None], previous.layout[rows], laid), True


def match_topics(topics: Topics, centroids: Float32, previous: Continuity, mine: Ints, theirs: Ints) -> Ints:
    """Return the row of the previous topic that each topic continues, int64 (k,), -1 for none.

    Of pairs that are alike enough, those are chosen whose likeness is largest in all.

    Args:
        mine, theirs: rows of the documents that both builds have.
    """
    k, known = len(topics), previous.topics.num_rows
    matched = np.full(k, -1, np.int64)
    if not k or not known:
        return matched
    if len(mine) >= ENOUGH_SHARED * min(len(topics.assignment), len(previous.fingerprints)):
        rows = {topic: row for row, topic in enumerate(previous.topics.column("topic").to_pylist())}
        before = np.array([rows.get(topic, -1) for topic in previous.assignment[theirs].tolist()], np.int64)
        likeness = _jaccard(topics.assignment[mine], before, (k, known))
    else:
        theirs_centroids = np.array(previous.topics.column("centroid").to_pylist(), np.float32)
        if theirs_centroids.shape[1:] != centroids.shape[1:]:
            return matched
        likeness = _cosines(centroids, theirs_centroids)
    rows_, columns = heaviest_pairs(likeness)
    matched[rows_] = columns
    return matched


def heaviest_pairs(likeness: csr_array) -> tuple[Ints, Ints]:
    """Return the rows and columns of the pairs whose likeness is largest in all; no row or column is in two pairs.

    Only pairs that are stored count, so that 40,000 topics need no matrix of all pairs: LAPJVsp of scipy.

    Args:
        likeness: of each row and column, above 0 where it is stored.
    """
    from scipy.sparse import csr_array, eye_array, hstack
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    rows, columns = likeness.shape
    # The method pairs every row, so each may be paired with a column of its own, which is as good as none. All weights
    # are one higher, which changes no choice: a weight of 0 counts as not stored.
    raised = csr_array((likeness.data + 1, likeness.indices, likeness.indptr), likeness.shape)
    paired = min_weight_full_bipartite_matching(hstack([raised, eye_array(rows)], format="csr"), maximize=True)
    real = paired[1] < columns
    return paired[0][real], paired[1][real]


def keep_named(matched: Ints, topics: Topics, known: list[KnownTopicRow]) -> Ints:
    """Let each topic that was named beforehand continue the one that had this name, whatever documents it had.

    Args:
        matched: int64 (k,), the row of `known` that each topic continues, -1 for none; no row twice.
    """
    rows = {topic["name"]: row for row, topic in reversed([*enumerate(known)])}
    found = matched.copy()
    for topic, name in enumerate(topics.names or ()):
        if name in rows:
            found[found == rows[name]] = found[topic]
            found[topic] = rows[name]
    return found


def procrustes_align(layout: Float32, onto: Float32, mine: Ints, theirs: Ints) -> Float32:
    """Turn, mirror, scale and move `layout`, float32 (n, 2), so that shared documents lie near where they lay.

    Orthogonal Procrustes analysis: Schönemann, https://doi.org/10.1007/BF02289451. With fewer than three shared
    documents there is nothing to hold on to.
    """
    from scipy.linalg import orthogonal_procrustes

    if len(mine) < 3:
        return layout
    source, target = layout[mine].astype(np.float64), onto[theirs].astype(np.float64)
    middle, aim = source.mean(axis=0), target.mean(axis=0)
    spread = float(((source - middle) ** 2).sum())
    if spread == 0:
        return layout
    rotation, stretch = orthogonal_procrustes(source - middle, target - aim)
    if stretch == 0:
        return layout
    laid: Float32 = ((layout - middle) @ rotation * (stretch / spread) + aim).astype(np.float32)
    return laid


def changes(before: list[KnownTopicRow], after: list[KnownTopicRow]) -> list[ChangeRow]:
    """Return the changes of topics, rows of `CHANGE_SCHEMA`: new, gone, grown, shrunk, renamed."""
    old, new = ({topic["topic"]: topic for topic in each} for each in (before, after))
    told: list[ChangeRow] = []
    for number in sorted(old.keys() | new.keys()):
        was, now = old.get(number), new.get(number)
        kinds = []
        if was is None or now is None:
            kinds.append("gone" if now is None else "new")
        else:
            if abs(now["size"] - was["size"]) > NOTEWORTHY * was["size"]:
                kinds.append("grown" if now["size"] > was["size"] else "shrunk")
            if now["name"] != was["name"]:
                kinds.append("renamed")
        told += [
            {
                "change": kind,
                "topic": number,
                "name_before": was and was["name"],
                "name": now and now["name"],
                "size_before": was and was["size"],
                "size": now and now["size"],
            }
            for kind in kinds
        ]
    return told


def _jaccard(mine: Ints, theirs: Ints, shape: tuple[int, int]) -> csr_array:
    """Of the topics of shared documents, -1 for none, the shares from `SAME_DOCUMENTS` on: (k, known)."""
    from scipy.sparse import coo_array, csr_array

    both = (mine >= 0) & (theirs >= 0)
    pairs, common = np.unique(mine[both].astype(np.int64) * shape[1] + theirs[both], return_counts=True)
    rows, columns = np.divmod(pairs, shape[1])
    sizes, known = (
        np.bincount(each[each >= 0], minlength=count) for each, count in zip((mine, theirs), shape, strict=True)
    )
    shares = common / (sizes[rows] + known[columns] - common)
    alike = shares >= SAME_DOCUMENTS
    return csr_array(coo_array((shares[alike], (rows[alike], columns[alike])), shape))


def _cosines(mine: Float32, theirs: Float32) -> csr_array:
    """Of unit vectors, float32 (k, d) and (known, d), those above `SAME_CENTROID`: (k, known)."""
    from scipy.sparse import csr_array, vstack

    parts = []
    for first in range(0, len(mine), ROWS_AT_ONCE):
        cosines = (mine[first : first + ROWS_AT_ONCE] @ theirs.T).astype(np.float64)
        parts.append(csr_array(np.where(cosines >= SAME_CENTROID, cosines, 0)))
    return csr_array(vstack(parts))


def _centroids(vectors: Float32, topics: Topics) -> Float32:
    """Return unit vectors, float32 (k, d)."""
    sums = np.zeros((len(topics), vectors.shape[1]))
    for block in blocks(len(vectors)):
        inside = topics.assignment[block] >= 0
        np.add.at(sums, topics.assignment[block][inside], vectors[block][inside])
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    unit: Float32 = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0).astype(np.float32)
    return unit


def _centers(layout: Float32, topics: Topics) -> npt.NDArray[np.float64]:
    return topic_centers(split_by_topic(layout, topics.assignment, len(topics))).astype(np.float64)
