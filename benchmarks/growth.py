"""A map that grows, by glosses of WordNet: `python benchmarks/growth.py --documents 10000`.

Three parts, printed as one table:

- one step: a gallery of so many documents is built, then one with 1 % more, both by `sitegen build` with
  `growth: {mode: grow}`, names by keywords. Counted: texts embedded, old documents that moved or changed their topic,
  the time of the second build as a share of the first, and by kind of file the bytes that were not published before at
  the same address. The trustworthiness of newcomers is compared with that of a new fit.
- a category that was held out: none of its documents is in the first build, 500 come at once.
- fifty steps of 0.2 %: the topics at the end are compared with those of a new fit, beside two fits with other seeds.

`--vectors words` takes singular vectors of tf-idf instead of the embedder, for the second and third part.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from build import EMBEDDINGS, glosses
from results import add_json_option, hand_over
from sitegen.artifacts import (
    DOCUMENT_SCHEMA,
    Clusters,
    Continuity,
    Documents,
    Embeddings,
    Float32,
    Reduction,
    Store,
    digest,
)
from sitegen.config import ClustersConfig, ReductionConfig, RuntimeConfig
from sitegen.pipeline import Context
from sitegen.pipeline.clusters.grow import cluster_or_join
from sitegen.pipeline.embeddings.embed import embed
from sitegen.pipeline.reduction.grow import reduce_or_grow
from sitegen.report import Report

STEP, DAYS, DAILY = 0.01, 50, 0.002
HELD_OUT, HELD_OUT_DOCUMENTS = "13", 500
"""Lexicographer file noun.food."""
TRUST_NEIGHBORS, TRUST_MOST = 15, 20_000
CLUSTERS = ClustersConfig(min_cluster_size=15, min_samples=5)
SEED = 42


class Grown:
    """Places and topics of a growing set of documents, by the stages."""

    def __init__(self, texts: list[str], vectors: Float32, context: Context, seed: int = SEED) -> None:
        self.texts, self.vectors, self.context, self.seed = texts, vectors, context, seed
        self.reduction: Reduction | None = None
        self.clusters: Clusters | None = None

    def build(self, rows: np.ndarray) -> tuple[Reduction, Clusters]:
        """Bring map and topics up to date with these documents."""
        documents = documents_of([self.texts[row] for row in rows.tolist()])
        embedded = Embeddings(self.vectors[rows])
        self.reduction = reduce_or_grow(
            reduction_config=ReductionConfig(),
            seed=self.seed,
            documents=documents,
            embeddings=embedded,
            previous=self.reduction,
            context=self.context,
        )
        self.clusters = cluster_or_join(
            clusters_config=CLUSTERS,
            seed=self.seed,
            embeddings=embedded,
            reduction=self.reduction,
            previous=self.clusters,
            context=self.context,
        )
        return self.reduction, self.clusters


def word_vectors(texts: list[str]) -> Float32:
    """Unit vectors from tf-idf, float32 (n, 128)."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    counted = TfidfVectorizer(stop_words="english", sublinear_tf=True, min_df=3).fit_transform(texts)
    vectors = TruncatedSVD(128, random_state=SEED).fit_transform(counted) + 1e-9
    return np.asarray(normalize(vectors), np.float32)


def embedded(texts: list[str], context: Context) -> Float32:
    """Vectors of the texts by the embedder, kept in the folder."""
    return embed(embeddings_config=EMBEDDINGS, documents=documents_of(texts), context=context).vectors


def documents_of(texts: list[str]) -> Documents:
    """Documents with these texts."""
    rows = [{"id": str(row), "title": "", "text": text} for row, text in enumerate(texts)]
    return Documents(pa.Table.from_pylist(rows, DOCUMENT_SCHEMA), {})


def trustworthiness(vectors: Float32, layout: Float32, rows: np.ndarray) -> float:
    """How far the neighbours of documents on the map are neighbours by vectors: Venna and Kaski, 2001, of `rows` only.

    1 if they are the same; 0.5 by chance.
    """
    from scipy.spatial import cKDTree

    n, k = len(vectors), TRUST_NEIGHBORS
    _, on_map = cKDTree(layout).query(layout[rows], k + 1)
    penalty = 0.0
    for row, near in zip(rows.tolist(), on_map, strict=True):
        likeness = vectors @ vectors[row]
        likeness[row] = np.inf
        others = near[near != row][:k]
        ranks = (likeness[None, :] > likeness[others][:, None]).sum(axis=1)
        penalty += np.maximum(ranks - k, 0).sum()
    return float(1 - 2 * penalty / (len(rows) * k * (2 * n - 3 * k - 1)))


def agreement(one: np.ndarray, other: np.ndarray) -> float:
    """Adjusted mutual information of two assignments, outside any topic as a topic of its own."""
    from sklearn.metrics import adjusted_mutual_info_score

    return float(adjusted_mutual_info_score(one, other))


def placed_beside_fitted(texts: list[str], vectors: Float32, count: int, context: Context) -> dict[str, Any]:
    """Trustworthiness of newcomers, placed and by a new fit."""
    first, every = np.arange(count), np.arange(count + round(STEP * count))
    new = every[count:]
    grown = Grown(texts, vectors, context)
    before, topics_before = grown.build(first)
    after, topics_after = grown.build(every)
    refit, _ = Grown(texts, vectors, context).build(every)
    return {
        "stages: old documents moved": int((before.layout != after.layout[:count]).any(axis=1).sum()),
        "stages: old documents with another topic": int(
            ((topics_before.assignment != topics_after.assignment[:count]) & (topics_before.assignment >= 0)).sum()
        ),
        "trustworthiness of newcomers, placed": round(trustworthiness(vectors[every], after.layout, new), 4),
        "trustworthiness of newcomers, new fit": round(trustworthiness(vectors[every], refit.layout, new), 4),
    }


def held_out(texts: list[str], vectors: Float32, categories: list[str], count: int, context: Context) -> dict[str, Any]:
    """How one new topic stands for a category that was held out: F1 of the topic that fits it best."""
    of_category = np.array(categories) == HELD_OUT
    others, inside = np.flatnonzero(~of_category), np.flatnonzero(of_category)[:HELD_OUT_DOCUMENTS]
    first = others[:count]
    step = np.concatenate([first, others[count : count + round(STEP * count)], inside])
    grown = Grown(texts, vectors, context)
    _, before = grown.build(first)
    _, after = grown.build(step)
    truth = np.isin(step, inside)
    new = range(int(before.assignment.max()) + 1, int(after.assignment.max()) + 1)
    scores = [2 * (truth & (after.assignment == topic)).sum() for topic in new]
    sizes = [(after.assignment == topic).sum() + truth.sum() for topic in new]
    in_old = truth & (after.assignment >= 0) & (after.assignment < new.start)
    return {
        "held-out documents": int(truth.sum()),
        "new topics": len(new),
        "F1 of the best": round(max((a / b for a, b in zip(scores, sizes, strict=True)), default=0.0), 3),
        "held-out documents in old topics": int(in_old.sum()),
        "held-out documents outside": int((truth & (after.assignment < 0)).sum()),
    }


def fifty_days(texts: list[str], vectors: Float32, count: int, context: Context) -> dict[str, Any]:
    """Compare the map after fifty steps with a new fit, and two fits with each other."""
    grown, daily = Grown(texts, vectors, context), round(DAILY * count)
    every = np.arange(count + DAYS * daily)
    curve = []
    for day in range(DAYS + 1):
        reduction, clusters = grown.build(every[: count + day * daily])
        if day % 10 == 0:
            curve.append({"day": day, **(reduction.growth or {}), "topics": int(clusters.assignment.max()) + 1})
    assert grown.clusters is not None
    (refit, refit_topics), (_, other_topics) = (Grown(texts, vectors, context, seed).build(every) for seed in (SEED, 7))
    new = every[count:]
    assert grown.reduction is not None
    return {
        "AMI of topics after 50 steps with a new fit": round(
            agreement(grown.clusters.assignment, refit_topics.assignment), 3
        ),
        "AMI of two new fits": round(agreement(other_topics.assignment, refit_topics.assignment), 3),
        "trustworthiness of newcomers after 50 steps": round(
            trustworthiness(vectors[every], grown.reduction.layout, new), 4
        ),
        "of the same in a new fit": round(trustworthiness(vectors[every], refit.layout, new), 4),
        "outside: fitted, newcomers, new fit": [
            round(float((part < 0).mean()), 3)
            for part in (grown.clusters.assignment[:count], grown.clusters.assignment[count:], refit_topics.assignment)
        ],
        "drift": [
            {key: value for key, value in each.items() if key not in ("settings", "fit", "fitted")} for each in curve
        ],
    }


def whole_builds(texts: list[str], categories: list[str], count: int, folder: Path) -> dict[str, Any]:
    """Time, embedded texts and new bytes of a build with 1 % more documents, after a build from nothing."""
    seconds, files, embedded, kept = [], [], [], []
    for number in (count, count + round(STEP * count)):
        log, took = sitegen_build(texts[:number], categories[:number], folder)
        seconds.append(took)
        files.append(published(folder / "site"))
        embedded.append(re.findall(r"([\d,]+) of [\d,]+ documents are new", log))
        kept.append(latest_continuity(folder))
    before, after = kept
    fresh = {name: each for name, each in files[1].items() if files[0].get(name) != each}
    return {
        "documents": count,
        "embedded": embedded[1],
        "old documents moved": int((before.layout != after.layout[: len(before.layout)]).any(axis=1).sum()),
        "old documents with another topic": int(
            (before.assignment != after.assignment[: len(before.assignment)]).sum()
        ),
        "names changed": len(
            {row["topic"]: row["name"] for row in before.topics.to_pylist()}.items()
            - {row["topic"]: row["name"] for row in after.topics.to_pylist()}.items()
        ),
        "seconds": [round(each, 1) for each in seconds],
        "time of the step": round(seconds[1] / seconds[0], 3),
        "kinds of files": by_kind(files[1], fresh),
    }


def sitegen_build(texts: list[str], categories: list[str], folder: Path) -> tuple[str, float]:
    """What a build says, and its seconds."""
    from click.testing import CliRunner

    from sitegen.cli import cli

    rows = (json.dumps({"text": text, "category": of}) for text, of in zip(texts, categories, strict=True))
    (folder / "glosses.jsonl").write_text("\n".join(rows), "utf-8")
    entry = {
        "slug": "glosses",
        "title": "Glosses of WordNet",
        "source": {"type": "file", "path": "glosses.jsonl"},
        "documents": {"text": "text", "category": "category", "min_chars": 1},
        "privacy": {"text": "full"},
        "embeddings": {"max_tokens": 128},
        "growth": {"mode": "grow"},
        "clusters": {"min_cluster_size": 15, "min_samples": 5},
        "labels": {"model": None},
    }
    (folder / "datasets.yaml").write_text(json.dumps({"datasets": [entry]}), "utf-8")
    started = time.monotonic()
    options = ["build", "--config", str(folder / "datasets.yaml"), "--output", str(folder / "site")]
    done = CliRunner().invoke(cli, options, standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.output, time.monotonic() - started


def latest_continuity(folder: Path, slug: str = "glosses") -> Continuity:
    """What the last build of a dataset handed on."""
    store = Store(folder / ".sitegen" / "cache")
    parts = json.loads((store.root / "latest" / slug / "continuity.json").read_text("ascii"))
    entry = store.find("continuity", digest(parts))
    assert entry is not None
    return store.load(entry, Continuity)


def published(site: Path) -> dict[str, tuple[int, str]]:
    """Size and hash of each published file."""
    return {
        path.relative_to(site).as_posix(): (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def by_kind(files: dict[str, tuple[int, str]], fresh: Mapping[str, tuple[int, str]]) -> dict[str, str]:
    """Kilobytes of each kind of file, and the share of them that is new, most bytes first, then all.

    A file is new if there was none of this address with the same bytes.
    """
    sums: dict[str, list[int]] = {}
    for name, (size, _) in files.items():
        for known in (sums.setdefault(kind_of(name), [0, 0]), sums.setdefault("all", [0, 0])):
            known[0] += size
            known[1] += size if name in fresh else 0
    ordered = sorted(sums.items(), key=lambda each: (each[0] == "all", -each[1][0]))
    return {kind: f"{size / 1000:,.1f} kB, {new / size:.1%} new" for kind, (size, new) in ordered if size}


def kind_of(name: str) -> str:
    """What a published file is, by its address."""
    _, *path = name.split("/")
    match path:
        case ["map", first, *_]:
            return "map: " + re.split(r"[.-]", first)[0]
        case ["download", file] if file.endswith((".png", ".svg")):
            return "pictures to download"
        case ["download", file]:
            return file if file != "index.html" else "other pages"
        case ["topics", _, "index.html"]:
            return "pages of topics"
        case ["topics" | "hierarchy" | "about" | "changes" as page, "index.html"]:
            return f"page: {page}"
        case ["index.html"]:
            return "page: map"
    return "assets" if name.startswith("assets/") else "other pages"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--vectors", choices=("embedder", "words"), default="embedder")
    parser.add_argument("--parts", nargs="+", choices=("step", "placed", "held-out", "days"), default=None)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "sitegen-glosses")
    add_json_option(parser)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    texts, categories = glosses(options.folder)
    texts, categories = unique(texts, categories)
    count = options.documents
    needed = min(len(texts), round(count * (1 + DAYS * DAILY)) + 1)
    parts = options.parts or ("step", "placed", "held-out", "days")
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        context = Context(Path(), RuntimeConfig(), Report(-1), Path(scratch), Path(scratch))
        if "step" in parts:
            (Path(scratch) / "project").mkdir()
            found["step"] = whole_builds(texts, categories, count, Path(scratch) / "project")
        if {*parts} - {"step"}:
            take = min(len(texts), round(1.2 * needed) + 5000)
            vectors = (
                word_vectors(texts[:take])
                if options.vectors == "words"
                else embedded(texts[:take], replace(context, persistent_dir=options.folder))
            )
            if "placed" in parts:
                found["placed"] = placed_beside_fitted(texts, vectors, count, context)
            if "held-out" in parts:
                found["held-out"] = held_out(texts[:take], vectors, categories[:take], count, context)
            if "days" in parts:
                found["days"] = fifty_days(texts, vectors, count, context)
    hand_over(found, options.json)


def unique(texts: list[str], categories: list[str]) -> tuple[list[str], list[str]]:
    """The first of equal texts."""
    first = dict(zip(reversed(texts), reversed(categories), strict=True))
    return [*dict.fromkeys(texts)], [first[text] for text in dict.fromkeys(texts)]


if __name__ == "__main__":
    main()
