"""Edits of topics after rebuilds: `python benchmarks/edits.py datasets.yaml chitchat`, in a project that was built.

Thirty edits of computed topics are written down with their fingerprints. Then topics are found anew with 5 % more
documents, another seed, `min_cluster_size` a fifth smaller and larger, and another embedder (singular vectors of
tf-idf). Of each: how many edits held, in part or not, and how many topics they were misapplied to: an edited topic was
taken for another than that which has most of its documents, or its words, its group or its place went to another.
Nothing of the project is changed.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa

from results import add_json_option, hand_over
from sitegen.artifacts import (
    LABEL_SCHEMA,
    TOPIC_SCHEMA,
    Documents,
    Embeddings,
    Float32,
    Int32,
    Reduction,
    ResolvedEdits,
    TopicLabels,
    Topics,
)
from sitegen.config import DatasetConfig, RuntimeConfig, load_project
from sitegen.pipeline import Context
from sitegen.pipeline.alignment import align_to_previous_build
from sitegen.pipeline.clusters.find_clusters import find_clusters
from sitegen.pipeline.edits.fingerprint import read_lock
from sitegen.pipeline.edits.match import match_fingerprints
from sitegen.pipeline.edits.remember import remember_topics
from sitegen.pipeline.edits.resolve import computed_topics, resolve_edits
from sitegen.pipeline.reduction.reduce import reduce
from sitegen.pipeline.topics.describe_topics import largest_first
from sitegen.report import Report
from sitegen.workspace import Workspace

LEFT_OUT = 20
"""One document of so many is not there at first, where documents are added."""
DIMENSIONS = 100


class Built:
    """The topics of one build, without words and names: edits find their topics by documents."""

    def __init__(
        self,
        dataset: DatasetConfig,
        documents: Documents,
        embeddings: Embeddings,
        reduction: Reduction,
        context: Context,
        before: Built | None = None,
    ) -> None:
        self.dataset, self.documents, self.embeddings, self.reduction = dataset, documents, embeddings, reduction
        self.context = context
        clusters = find_clusters(
            clusters_config=dataset.clusters, seed=dataset.seed, reduction=reduction, context=context
        )
        self.assignment: Int32 = largest_first(clusters.assignment)
        sizes = np.bincount(self.assignment[self.assignment >= 0])
        rows = [_topic(topic, int(size)) for topic, size in enumerate(sizes)]
        self.topics = Topics(pa.Table.from_pylist(rows, TOPIC_SCHEMA), self.assignment)
        names = [_label(topic) for topic in range(len(sizes))]
        self.labels = TopicLabels(pa.Table.from_pylist(names, LABEL_SCHEMA), {})
        self.continuity = align_to_previous_build(
            documents=documents,
            embeddings=embeddings,
            reduction=reduction,
            topics=self.topics,
            labels=self.labels,
            previous=before.continuity if before else None,
            context=context,
        )

    def load(self, name: str) -> Any:
        """Return an artifact by the name of its stage."""
        return getattr(self, name)

    def resolved(self) -> ResolvedEdits:
        """Return what the edits come to."""
        return resolve_edits(
            slug=self.dataset.slug,
            embeddings_config=self.dataset.embeddings,
            documents_config=self.dataset.documents,
            documents=self.documents,
            topics=self.topics,
            labels=self.labels,
            continuity=self.continuity,
            context=self.context,
        )

    def misapplied(self, base: Built, found: ResolvedEdits) -> int:
        """Count topics that edits took for, or changed as, another topic than that with most of its documents."""
        lock = read_lock(self.context.root, self.dataset.slug)
        computed = computed_topics(self.dataset.embeddings, self.topics, self.labels, self.continuity)
        row_of = {name: row for row, name in enumerate(self.documents.column("id"))}
        names = base.documents.column("id")
        matches = match_fingerprints(lock.topics, computed)
        taken = {(number, match.rank) for number, match in matches.items() if match.rank is not None}
        taken |= {(found.ids[rank], found.sources[rank]) for rank in changed_topics(found) if found.sources[rank] >= 0}
        wrong = 0
        for number, rank in taken:
            own = np.flatnonzero(base.continuity.assignment == number)
            now = self.assignment[[row_of[names[row]] for row in own.tolist() if names[row] in row_of]]
            counts = np.bincount(now[now >= 0], minlength=len(self.topics))
            wrong += int(counts[rank] < counts.max())
        return wrong


def changed_topics(found: ResolvedEdits) -> set[int]:
    """Return the ranks of topics that have words or a group of people's, or stand before a larger topic."""
    sizes = np.bincount(found.assignment[found.assignment >= 0], minlength=len(found.ids))
    largest_after = np.append(np.maximum.accumulate(sizes[::-1])[::-1][1:], 0)
    said = {rank for rank, words in enumerate(found.words) if any(words.values())}
    grouped = {rank for group in found.parents if group["name"] for rank in group["topics"]}
    return said | grouped | set(np.flatnonzero(sizes < largest_after).tolist())


def _topic(number: int, size: int) -> dict[str, Any]:
    words: dict[str, list[Any]] = {name: [] for name in ("keywords", "keybert", "mmr", "representatives")}
    return {"topic": number, "size": size, **words}


def _label(number: int) -> dict[str, Any]:
    return {
        "topic": number,
        "name": f"Topic {number}",
        "named_by": "keywords",
        "tries": 0,
        "answers": [],
        "keywords": [],
        "documents": [],
    }


def write_edits(root: Path, base: Built) -> int:
    """Write thirty edits of the topics of a build, of every kind, and their fingerprints; return their number."""
    ids, documents = base.continuity.ids, base.documents.column("id")
    first = {topic: [documents[row] for row in np.flatnonzero(base.assignment == topic)[:8]] for topic in range(30)}
    lines = [f"{{type: rename, topic: {ids[topic]}, name: Name {topic}}}" for topic in range(12)]
    lines += [f"{{type: merge, topics: [{ids[12 + 2 * at]}], into: {ids[13 + 2 * at]}}}" for at in range(4)]
    lines += [f"{{type: hide, topics: [{ids[topic]}]}}" for topic in range(20, 24)]
    lines += [f"{{type: delete, topics: [{ids[24]}]}}"]
    for topic, name in ((25, "Split"), (26, "Other split")):
        some = _listed(first[topic])
        lines.append(f"{{type: split, topic: {ids[topic]}, new_id: {1000 + topic}, name: {name}, documents: {some}}}")
    lines += [f"{{type: move, documents: {_listed(first[at][:3])}, to: {ids[27]}}}" for at in range(2)]
    lines += [
        f"{{type: parent, topics: [{ids[0]}, {ids[28]}], name: Group}}",
        f"{{type: color, topic: {ids[28]}, color: '#aa3355'}}",
        f"{{type: note, topic: {ids[29]}, note: A note}}",
        f"{{type: order, topics: [{ids[3]}, {ids[29]}]}}",
        f"{{type: rename, topic: {ids[29]}, description: A description}}",
    ]
    (root / "edits").mkdir(exist_ok=True)
    text = f"dataset: {base.dataset.slug}\nedits:\n" + "".join(f"  - {line}\n" for line in lines)
    (root / "edits" / f"{base.dataset.slug}.yaml").write_text(text, "utf-8")
    (root / "edits" / f"{base.dataset.slug}.lock.json").unlink(missing_ok=True)
    remember_topics(root, base.dataset, base.load)
    return len(lines)


def _listed(names: list[str]) -> str:
    return f"[{', '.join(repr(name) for name in names)}]"


def other_embeddings(documents: Documents) -> Embeddings:
    """Return vectors of another embedder: singular vectors of tf-idf."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    counts = TfidfVectorizer(min_df=3, max_df=0.3, sublinear_tf=True).fit_transform(documents.column("text"))
    vectors = normalize(TruncatedSVD(DIMENSIONS, random_state=0).fit_transform(counts))
    return Embeddings(np.asarray(vectors, np.float32))


def without(documents: Documents, vectors: Float32) -> tuple[Documents, Embeddings]:
    """Return all but one of `LEFT_OUT` documents."""
    kept = np.flatnonzero(np.arange(len(documents)) % LEFT_OUT != 0)
    return Documents(documents.table.take(pa.array(kept)), {}), Embeddings(vectors[kept])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("slug")
    parser.add_argument("--only", nargs="*", help="names of some rebuilds")
    add_json_option(parser)
    given = parser.parse_args()
    project = load_project(given.config)
    (dataset,) = project.select({given.slug})
    pipeline = Workspace(project, Report(-1)).pipeline(dataset)
    pipeline.take_stored()
    documents = cast(Documents, pipeline.load("documents"))
    embeddings = cast(Embeddings, pipeline.load("embeddings"))
    reduction = cast(Reduction, pipeline.load("reduction"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        context = Context(root, RuntimeConfig(), Report(-1), root, root)

        def reduced(vectors: Embeddings, seed: int = dataset.seed) -> Reduction:
            return reduce(reduction_config=dataset.reduction, seed=seed, embeddings=vectors, context=context)

        def clusters_of(share: float) -> DatasetConfig:
            size = dataset.clusters.min_cluster_size
            if not isinstance(size, int):
                raise SystemExit("clusters.min_cluster_size should be a number here")
            changed = dataset.clusters.model_copy(update={"min_cluster_size": round(size * share)})
            return dataset.model_copy(update={"clusters": changed})

        def build(name: str, base: Built) -> Built:
            if name == "another seed":
                other = dataset.model_copy(update={"seed": dataset.seed + 1})
                return Built(other, documents, embeddings, reduced(embeddings, other.seed), context, base)
            if name == "another embedder":
                vectors = other_embeddings(documents)
                model = dataset.embeddings.model_copy(update={"model": "tf-idf"})
                other = dataset.model_copy(update={"embeddings": model})
                return Built(other, documents, vectors, reduced(vectors), context, base)
            share = {"min_cluster_size -20 %": 0.8, "min_cluster_size +20 %": 1.2}.get(name, 1.0)
            return Built(clusters_of(share), documents, embeddings, reduction, context, base)

        names = [
            *("min_cluster_size -20 %", "min_cluster_size +20 %", "another seed", "another embedder"),
            "5 % more documents",
        ]
        results = []
        for name in given.only or names:
            if name == "5 % more documents":
                fewer, vectors = without(documents, embeddings.vectors)
                base = Built(dataset, fewer, vectors, reduced(vectors), context)
            else:
                base = Built(dataset, documents, embeddings, reduction, context)
            edits = write_edits(root, base)
            for known in ("", ", no earlier build at hand"):
                built = build(name, base)
                if known:  # as on a machine that never built it: ids are counted from 0 again
                    built = replace_continuity(built)
                started = time.perf_counter()
                found = built.resolved()
                outcomes = [each["status"] for each in found.outcomes]
                results.append(
                    {
                        "rebuild": name + known,
                        "topics": f"{len(base.topics)} -> {len(built.topics)}",
                        "edits": edits,
                        **{status: outcomes.count(status) for status in ("held", "partly", "orphaned")},
                        "misapplied": built.misapplied(base, found),
                        "seconds": round(time.perf_counter() - started, 2),
                    }
                )
                print(results[-1], flush=True)
    hand_over({"rebuilds": results}, given.json)


def replace_continuity(built: Built) -> Built:
    """Return the same build as the first one that there ever was."""
    built.continuity = align_to_previous_build(
        documents=built.documents,
        embeddings=built.embeddings,
        reduction=built.reduction,
        topics=built.topics,
        labels=built.labels,
        previous=None,
        context=built.context,
    )
    return built


if __name__ == "__main__":
    main()
