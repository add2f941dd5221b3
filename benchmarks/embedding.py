"""Embedding on a CPU by each backend, beside sentence-transformers' default: time, neighbours kept, topics.

    python benchmarks/embedding.py [--documents 2000] [--max-tokens 128]

The documents are docstrings of scientific packages, drawn at random: no setting of sitegen was chosen by them. Their
categories are the subpackages. Loading and converting the model is timed apart. Prints JSON.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[1]))

from results import add_json_option, hand_over
from sitegen.artifacts import DOCUMENT_SCHEMA, Documents, Embeddings
from sitegen.config import ClustersConfig, DocstringsSource, EmbeddingsConfig, ReductionConfig, RuntimeConfig
from sitegen.pipeline import Context
from sitegen.pipeline.clusters.find_clusters import find_clusters
from sitegen.pipeline.embeddings.embed import embed
from sitegen.pipeline.embeddings.embedder import load_embedder
from sitegen.pipeline.models.hardware import multiplies_bfloat16
from sitegen.pipeline.reduction.reduce import reduce
from sitegen.pipeline.sources.docstrings import Docstrings
from sitegen.report import Report, quiet_libraries

PACKAGES = ("scipy", "sklearn", "torch", "transformers")
NEIGHBORS = 15
SEEDS = (1, 2, 3)


def draw(count: int) -> tuple[list[str], list[str]]:
    """Texts and their categories."""
    rows = list(Docstrings(DocstringsSource(type="docstrings", packages=PACKAGES), Path()).rows())
    rows = [row for row in rows if len(row["text"]) >= 100]
    chosen = np.random.default_rng(5).choice(len(rows), min(count, len(rows)), replace=False)
    return [rows[at]["text"] for at in chosen], [".".join(rows[at]["name"].split(".")[:2]) for at in chosen]


def context_in(folder: str) -> Context:
    """On the CPU."""
    return Context(Path(), RuntimeConfig(device="cpu"), Report(-1), Path(folder), Path(folder))


def clocks() -> np.ndarray:
    """Seconds on the clock, and of this program on all processors: the latter count on a busy machine too."""
    return np.array([time.monotonic(), time.process_time()])


def embedded(texts: list[str], config: EmbeddingsConfig) -> tuple[np.ndarray, dict[str, Any]]:
    """Vectors by the stage of `sitegen build`, and what they took."""
    rows = [{"id": str(index), "title": "", "text": text} for index, text in enumerate(texts)]
    documents = Documents(pa.Table.from_pylist(rows, DOCUMENT_SCHEMA), {})
    few = replace(documents, table=documents.table.slice(0, 4))
    took = []
    for each in (few, documents):
        with tempfile.TemporaryDirectory() as folder:
            started = clocks()
            found = embed(embeddings_config=config, documents=each, context=context_in(folder)).vectors
            took.append(clocks() - started)
    return found, {"loading": took[0][0], "seconds": took[1][0], "seconds of processors": took[1][1]}


def plain(texts: list[str], max_tokens: int) -> tuple[np.ndarray, dict[str, Any]]:
    """Vectors by `SentenceTransformer.encode`, as people call it."""
    model = load_embedder(EmbeddingsConfig(backend="torch", max_tokens=max_tokens), Path(), "cpu")
    model.encode(texts[:4])
    started = clocks()
    found = model.encode(texts, normalize_embeddings=True)
    took = clocks() - started
    return found, {"seconds": took[0], "seconds of processors": took[1]}


def neighbors(vectors: np.ndarray) -> np.ndarray:
    """The nearest of each document, (n, NEIGHBORS)."""
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    return np.argpartition(-likeness, NEIGHBORS, axis=1)[:, :NEIGHBORS]


def agreement(vectors: np.ndarray, categories: list[str]) -> float:
    """Mean AMI of the topics with the categories, over some seeds."""
    from sklearn.metrics import adjusted_mutual_info_score

    scores = []
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            context = context_in(folder)
            reduced = reduce(
                reduction_config=ReductionConfig(), seed=seed, embeddings=Embeddings(vectors), context=context
            )
            clusters = find_clusters(clusters_config=ClustersConfig(), seed=seed, reduction=reduced, context=context)
        scores.append(adjusted_mutual_info_score(categories, clusters.assignment))
    return float(np.mean(scores))


def main() -> None:
    """Print the figures of each backend."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--max-tokens", type=int, default=128)
    parser.add_argument("--no-topics", action="store_true", help="leave the topics out, which take longest")
    add_json_option(parser)
    options = parser.parse_args()
    texts, categories = draw(options.documents)
    figures: dict[str, Any] = {
        "documents": len(texts),
        "characters, median": int(np.median([len(text) for text in texts])),
        "max_tokens": options.max_tokens,
        "bfloat16 units": multiplies_bfloat16(),
    }
    with quiet_libraries(0):
        runs = {"sentence-transformers": plain(texts, options.max_tokens)}
        for dtype in ("float32", "bfloat16"):
            config = EmbeddingsConfig(backend="openvino", dtype=dtype, max_tokens=options.max_tokens)
            runs[f"openvino {dtype}"] = embedded(texts, config)
        runs["sentence-transformers, again"] = plain(texts, options.max_tokens)
        reference, first = runs["sentence-transformers"]
        near = neighbors(reference)
        for name, (vectors, took) in runs.items():
            kept = np.mean(
                [len(set(ours) & set(theirs)) for ours, theirs in zip(neighbors(vectors), near, strict=True)]
            )
            figures[name] = {
                **{key: round(float(value), 2) for key, value in took.items()},
                "times as fast": round(float(first["seconds"] / took["seconds"]), 2),
                "times as fast, processors": round(
                    float(first["seconds of processors"] / took["seconds of processors"]), 2
                ),
                "neighbours kept": round(float(kept) / NEIGHBORS, 4),
            }
            if not options.no_topics:
                figures[name]["AMI with categories"] = round(agreement(vectors, categories), 4)
    hand_over(figures, options.json)


if __name__ == "__main__":
    main()
