"""How time and memory grow with the number of documents when embeddings are given, and what fitting a sample costs.

    python benchmarks/scale.py [--documents 10000 30000 100000 300000 1000000]
    python benchmarks/scale.py --quality [--landmarks 50000 20000 5000]

The curve: made-up clustered vectors of 384 dimensions and texts of about 820 characters, a whole `sitegen build` from
files to the published site, topics named by keywords, each size in a process of its own. `--quality`: the 100,000
glosses of `build.py`, fitted whole and by landmarks, and how much the two agree. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from build import embeddings as gloss_vectors
from build import glosses
from page import alone, vocabulary
from results import add_json_option, hand_over, peak_memory_mb
from sitegen.artifacts import Clusters, Embeddings, Reduction
from sitegen.commands.build import BuildOptions, build
from sitegen.config import ClustersConfig, ReductionConfig, RuntimeConfig, load_project
from sitegen.pipeline import Context
from sitegen.pipeline.clusters.find_clusters import find_clusters
from sitegen.pipeline.reduction.reduce import reduce
from sitegen.report import Report

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
DIMENSIONS, TOPICS, OUTSIDE_SHARE = 384, 200, 0.1
WORDS, OWN_WORDS, OWN_SHARE = 150, 40, 0.25
BATCH = 20_000
SEED = 42
GLOSSES = 100_000
TRUST_SAMPLE = 5000


class Stopwatch(Report):
    """A quiet report that notes how long each stage took and the peak of memory after it.

    Attributes:
        stages: seconds and MB by name of the stage.
    """

    def __init__(self) -> None:
        super().__init__(-1)
        self.stages: dict[str, dict[str, float]] = {}

    def info(self, message: str) -> None:
        """Note the end of a stage: `SLUG STAGE done in SECONDS s`."""
        match message.split():
            case [_, stage, "done", "in", seconds, "s"]:
                self.stages[stage] = {"seconds": float(seconds), "peak_memory_MB": peak_memory_mb()}
                print(f"  {stage}: {seconds} s, {peak_memory_mb():,} MB", flush=True)


def make_up(folder: Path, documents: int) -> None:
    """`documents.parquet` and `vectors.npy`: topics are clusters of vectors, and have words of their own."""
    rng = np.random.default_rng(SEED)
    known = np.array(vocabulary(rng))
    weights = 1 / np.arange(1, len(known) + 1)
    own_words = rng.choice(len(known), (TOPICS, OWN_WORDS))
    centers = rng.normal(size=(TOPICS, DIMENSIONS))
    centers /= np.linalg.norm(centers, axis=1, keepdims=True)
    directions = rng.normal(size=(TOPICS, 10, DIMENSIONS)) / np.sqrt(DIMENSIONS)  # in which a topic is wide
    shares = rng.dirichlet(np.full(TOPICS, 1.5))
    vectors = np.lib.format.open_memmap(
        folder / "vectors.npy", mode="w+", dtype=np.float32, shape=(documents, DIMENSIONS)
    )
    writer = None
    for start in range(0, documents, BATCH):
        count = min(BATCH, documents - start)
        topics = rng.choice(TOPICS, count, p=shares)
        inside = rng.random(count) >= OUTSIDE_SHARE
        wide = np.einsum("nk,nkd->nd", rng.normal(0, 0.35, (count, 10)), directions[topics])
        noise = rng.normal(0, 0.6 / np.sqrt(DIMENSIONS), (count, DIMENSIONS))
        vectors[start : start + count] = np.where(inside[:, None], centers[topics] + wide, 0) + noise
        picked = rng.choice(len(known), (count, WORDS), p=weights / weights.sum())
        own = (rng.random((count, WORDS)) < OWN_SHARE) & inside[:, None]
        picked[own] = own_words[topics[np.nonzero(own)[0]], rng.integers(0, OWN_WORDS, own.sum())]
        table = pa.table(
            {
                "text": [" ".join(row) for row in known[picked].tolist()],
                "category": [f"category {number}" for number in (topics % 12).tolist()],
                "date": pa.array(rng.integers(1.5e15, 1.7e15, count), pa.timestamp("us", tz="UTC")),
            }
        )
        writer = writer or pq.ParquetWriter(folder / "documents.parquet", table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()
    vectors.flush()
    settings = {
        "slug": "made-up",
        "title": "Made-up documents",
        "source": {"type": "file", "path": "documents.parquet"},
        "documents": {"text": "text", "category": "category", "date": "date"},
        "embeddings": {"file": "vectors.npy", "model": None},
        "clusters": {"min_cluster_size": max(15, documents // 1000), "min_samples": 5},
        "labels": {"model": None},
    }
    (folder / "datasets.yaml").write_text(json.dumps({"datasets": [settings]}), "utf-8")


def run(folder: Path) -> dict[str, Any]:
    """Seconds and peak memory of a build, by stage and in all; what is not a stage is map, pages and their check."""
    report = Stopwatch()
    started = time.monotonic()
    build(load_project(folder / "datasets.yaml"), BuildOptions(folder / "site"), report)
    seconds = time.monotonic() - started
    used = os.times()  # since this process, made for the build, began
    stages = sum(stage["seconds"] for stage in report.stages.values())
    return {
        "stages": report.stages,
        "publish_s": round(seconds - stages, 1),
        "seconds": round(seconds, 1),
        "processor_s": round(used.user + used.system + used.children_user + used.children_system, 1),
        "peak_memory_MB": peak_memory_mb(),
    }


def curve(sizes: list[int], folder: Path | None) -> list[dict[str, Any]]:
    """A build of each size, with its cost per document and step of a sort: flat where cost grows with n log n.

    The cost is in seconds of processors, which count on a busy machine too.
    """
    found = []
    for documents in sizes:
        with tempfile.TemporaryDirectory(dir=folder) as work:
            print(f"{documents:,} documents", flush=True)
            alone(make_up, Path(work), documents)
            figures = alone(run, Path(work))
        per_step = 1e6 * figures["processor_s"] / (documents * np.log2(documents))
        found.append({"documents": documents, **figures, "microseconds_per_n_log_n": round(per_step, 2)})
    return found


def quality(landmarks: list[int], folder: Path) -> dict[str, Any]:
    """The glosses fitted whole and by landmarks: how good each map is, and how much topics agree."""
    from sklearn.manifold import trustworthiness
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    folder.mkdir(exist_ok=True)
    texts, categories = (each[:GLOSSES] for each in glosses(folder))
    vectors = gloss_vectors(texts, folder)[:GLOSSES]
    sample = np.random.default_rng(SEED).choice(GLOSSES, TRUST_SAMPLE, replace=False)
    found: dict[str, Any] = {"documents": GLOSSES}
    whole: np.ndarray | None = None
    for count in (None, *landmarks):
        print(f"landmarks: {count}", flush=True)
        started = np.array([time.monotonic(), time.process_time()])
        reduction, clusters = fit(vectors, count)
        seconds = np.array([time.monotonic(), time.process_time()]) - started
        labels = clusters.assignment
        whole = labels if whole is None else whole
        both = (labels >= 0) & (whole >= 0)
        trust = trustworthiness(vectors[sample], reduction.layout[sample], n_neighbors=15, metric="cosine")
        found["all" if count is None else f"{count:,} landmarks"] = {
            "seconds": round(float(seconds[0]), 1),
            "seconds of processors": round(float(seconds[1]), 1),
            "topics": int(labels.max()) + 1,
            "outside any topic": round(float((labels < 0).mean()), 3),
            "trustworthiness of the map": round(float(trust), 3),
            "agreement with the whole fit, AMI, all": round(float(adjusted_mutual_info_score(whole, labels)), 3),
            "agreement with the whole fit, AMI, inside both": round(
                float(adjusted_mutual_info_score(whole[both], labels[both])), 3
            ),
            "agreement with the whole fit, ARI, inside both": round(
                float(adjusted_rand_score(whole[both], labels[both])), 3
            ),
            "categories, AMI, all": round(float(adjusted_mutual_info_score(categories, labels)), 3),
            "categories, ARI, all": round(float(adjusted_rand_score(categories, labels)), 3),
        }
        print(json.dumps(found, indent=1), flush=True)
    return found


def fit(vectors: np.ndarray, landmarks: int | None) -> tuple[Reduction, Clusters]:
    """Reduction and clusters of unit vectors."""
    with tempfile.TemporaryDirectory() as scratch:
        context = Context(Path(), RuntimeConfig(), Report(-1), Path(scratch), Path(scratch))
        reduction = reduce(
            reduction_config=ReductionConfig(landmarks=landmarks),
            seed=SEED,
            embeddings=Embeddings(vectors),
            context=context,
        )
        config = ClustersConfig(min_cluster_size=len(vectors) // 1000, min_samples=5)
        return reduction, find_clusters(clusters_config=config, seed=SEED, reduction=reduction, context=context)


def main() -> None:
    """The curve, or the quality of landmarks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=SIZES)
    parser.add_argument("--quality", action="store_true", help="compare landmarks with fitting all, at 100,000")
    parser.add_argument("--landmarks", type=int, nargs="+", default=(50_000, 20_000, 5_000))
    parser.add_argument("--folder", type=Path, help="where temporary files go; for --quality, where glosses are kept")
    add_json_option(parser)
    options = parser.parse_args()
    if options.quality:
        kept = options.folder or Path(tempfile.gettempdir()) / "sitegen-benchmark"
        hand_over(quality(list(options.landmarks), kept), options.json)
    else:
        hand_over({"curve": curve(list(options.documents), options.folder)}, options.json)


if __name__ == "__main__":
    main()
