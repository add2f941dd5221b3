"""How fast a map of many documents is published, in how much memory, and how its page behaves in a browser.

    python benchmarks/page.py [--documents 10000 100000 1000000] [--topics 200] [--keep FOLDER] [--peers PYTHON]

Makes up clustered documents of 820 characters each (no model runs), stores them as artifacts, publishes them, and
measures the page in Chromium over 10 Mbit/s and 40 ms, text compressed at gzip level 1 as nginx does. The page is
left out where playwright is not installed. Prints JSON; with --peers also a table in Markdown, with the pages that
BERTopic and DataMapPlot make of the same 100,000 documents (see benchmarks/peers.py).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[1]))

from browsing import measure
from peers import PEER_DOCUMENTS, Peers, markdown
from results import PeakOfTree, add_json_option, hand_over
from sitegen.artifacts import (
    DOCUMENT_SCHEMA,
    LABEL_SCHEMA,
    PARENT_LABEL_SCHEMA,
    PARENT_SCHEMA,
    TOPIC_SCHEMA,
    Continuity,
    Documents,
    Embeddings,
    Neighbors,
    Reduction,
    Store,
    TopicLabels,
)
from sitegen.artifacts import Topics as TopicsArtifact
from sitegen.config import DatasetConfig, DocumentsConfig, PackageSource, PrivacyConfig, SiteConfig
from sitegen.pipeline.alignment import align_to_previous_build

CHARS = 820
OUTSIDE_SHARE = 0.15
BATCH = 50_000
PARENTS = 20


def main() -> None:
    """Publish in a process of its own, so that peak memory is that of publishing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[100_000])
    parser.add_argument("--topics", type=int, default=200)
    parser.add_argument("--keep", type=Path, help="leave the artifacts and the site here; reuse what is there")
    parser.add_argument("--peers", metavar="PYTHON", help="a Python that has datamapplot: compare with the peers")
    add_json_option(parser)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.keep or Path(temporary)
        store = Store(work / "cache")
        pages = []
        for documents in arguments.documents:
            given = (store, documents, arguments.topics)
            alone(prepare, *given)
            found = alone(publish, *given, work / f"{documents}")
            browsed = measure(work / f"{documents}" / "site", "made-up/index.html")
            pages.append({"page": "sitegen", "documents": documents, **found, **browsed})
        if arguments.peers:
            alone(prepare, store, PEER_DOCUMENTS, arguments.topics)
            folder = work / "peers"
            folder.mkdir(exist_ok=True)
            alone(write_peers, store, arguments.topics, folder, arguments.peers)
            pages += [
                {"page": name, "documents": PEER_DOCUMENTS, **measure(folder, f"{name}.html", webgl=True)}
                for name in ("BERTopic", "DataMapPlot")
            ]
        hand_over({"pages": pages} if len(pages) > 1 else pages[0], arguments.json)
        if arguments.peers:
            print(markdown(pages))


def alone(function: Callable[..., Any], *given: Any) -> Any:
    """What `function` returns in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(function, *given).result()


def write_peers(store: Store, topics: int, folder: Path, python: str) -> None:
    """The pages of the peers, from the artifacts that `publish` reads."""

    def load(name: str, kind: Any) -> Any:
        return found_artifact(store, name, PEER_DOCUMENTS, topics, kind)

    names = [row["name"] for row in load("labels", TopicLabels).rows()]
    documents, continuity = load("documents", Documents), load("continuity", Continuity)
    Peers(documents.column("text"), continuity.assignment, continuity.layout, names).write(folder, python)


def parts(name: str, documents: int, topics: int) -> dict[str, Any]:
    """The key of a made-up artifact."""
    return {"stage": name, "documents": documents, "topics": topics}


def prepare(store: Store, documents: int, topics: int) -> None:
    """Make up artifacts as the pipeline would store them."""
    if store.find("labels", json_key("labels", documents, topics)):
        return
    rng = np.random.default_rng(7)
    shares = rng.dirichlet(np.full(topics, 1.5))
    drawn = rng.choice(topics, documents, p=shares)
    drawn[:topics] = np.arange(topics)
    outside = rng.random(documents) < OUTSIDE_SHARE
    outside[:topics] = False
    by_size = np.argsort(-np.bincount(drawn[~outside], minlength=topics), kind="stable")
    rank = np.empty(topics, np.int32)
    rank[by_size] = np.arange(topics, dtype=np.int32)
    assignment = np.where(outside, np.int32(-1), rank[drawn])
    centers = rng.uniform(-10, 10, (topics, 2))
    spread = rng.uniform(0.15, 0.6, topics)
    layout = (centers[assignment] + rng.normal(0, 1, (documents, 2)) * spread[assignment, None]).astype(np.float32)
    layout[outside] = rng.uniform(-10, 10, (int(outside.sum()), 2))
    made = Documents(words(rng, documents), {})
    store.save("documents", parts("documents", documents, topics), made, 0.0)
    sizes = np.bincount(assignment[~outside], minlength=topics)
    words_of = rng.choice(vocabulary(rng), (topics, 9)).tolist()
    rows = [
        {
            "topic": topic,
            "size": int(size),
            "keywords": words_of[topic],
            "keybert": [],
            "mmr": words_of[topic][:6],
            "representatives": [],
        }
        for topic, size in enumerate(sizes)
    ]
    table = pa.Table.from_pylist(rows, schema=TOPIC_SCHEMA)
    # Parents are columns of the map.
    column = np.clip((centers[by_size, 0] + 10) * PARENTS / 20, 0, PARENTS - 1).astype(int)
    members = [group for parent in range(PARENTS) if (group := np.flatnonzero(column == parent).tolist())]
    groups = [
        {"parent": parent, "topics": group, "size": int(sizes[group].sum()), "keywords": []}
        for parent, group in enumerate(members)
    ]
    described = TopicsArtifact(table, assignment, parents=pa.Table.from_pylist(groups, schema=PARENT_SCHEMA))
    store.save("topics", parts("topics", documents, topics), described, 0.0)
    unused = {"named_by": "llm", "answers": [], "tries": 1, "keywords": [], "documents": []}
    names = [{"topic": topic, "name": " ".join(words_of[topic][6:]).capitalize(), **unused} for topic in range(topics)]
    of_parents = [
        {**group, "name": f"Column {group['parent'] + 1}", "named_by": "llm", "answers": []} for group in groups
    ]
    labels = TopicLabels(
        pa.Table.from_pylist(names, schema=LABEL_SCHEMA),
        {},
        pa.Table.from_pylist(of_parents, schema=PARENT_LABEL_SCHEMA),
    )
    continuity = align_to_previous_build(
        documents=made,
        embeddings=Embeddings(np.ones((documents, 1), np.float32)),
        reduction=Reduction(layout, layout),
        topics=described,
        labels=labels,
        previous=None,
        context=None,
    )
    apart = rng.integers(1, documents, (documents, 10))  # anywhere on the map: the lists that compress worst
    near = ((np.arange(documents)[:, None] + apart) % documents).astype(np.int32)
    store.save("neighbors", parts("neighbors", documents, topics), Neighbors(near), 0.0)
    store.save("continuity", parts("continuity", documents, topics), continuity, 0.0)
    store.save("labels", parts("labels", documents, topics), labels, 0.0)


def json_key(name: str, documents: int, topics: int) -> str:
    """The digest of a made-up artifact's key."""
    from sitegen.artifacts import digest

    return digest(parts(name, documents, topics))


def found_artifact(store: Store, name: str, documents: int, topics: int, kind: Any) -> Any:
    """A made-up artifact."""
    entry = store.find(name, json_key(name, documents, topics))
    if entry is None:
        raise SystemExit(f"{name} was not prepared")
    return store.load(entry, kind)


def vocabulary(rng: np.random.Generator) -> list[str]:
    """20,000 made-up words."""
    letters = np.array(list("etaoinshrdlucmfwypvbgk"))
    return ["".join(rng.choice(letters, rng.integers(2, 11))) for _ in range(20_000)]


def words(rng: np.random.Generator, documents: int) -> pa.Table:
    """Texts of exactly 820 characters, of words as frequent as in language, so that they compress like it."""
    known = vocabulary(rng)
    weights = 1 / np.arange(1, len(known) + 1)
    batches = []
    for start in range(0, documents, BATCH):
        count = min(BATCH, documents - start)
        picked = rng.choice(len(known), (count, 170), p=weights / weights.sum())
        texts = [" ".join([known[k] for k in row]).ljust(CHARS, ".")[:CHARS] for row in picked.tolist()]
        columns = {
            "id": [f"d{number}" for number in range(start, start + count)],
            "title": [f"{text[:40]} {number}" for number, text in enumerate(texts, start)],
            "text": texts,
            "category": [f"category {k}" for k in (picked[:, 0] % 12).tolist()],
            "url": [None] * count,
            "date": [None] * count,
        }
        batches.append(pa.table(columns, schema=DOCUMENT_SCHEMA))
    return pa.concat_tables(batches)


def publish(store: Store, documents: int, topics: int, work: Path) -> dict[str, Any]:
    """Seconds, peak memory with workers, files and bytes of publishing from artifacts: load, render, write, check."""
    shutil.rmtree(work / "site", ignore_errors=True)
    shutil.rmtree(work / "map", ignore_errors=True)
    (work / "map").mkdir(parents=True)
    start, peak = time.perf_counter(), PeakOfTree()
    from sitegen.site.output.check import check_site
    from sitegen.site.output.staging import staging
    from sitegen.site.pages.write_site import RenderedMap, write_site
    from sitegen.site.render_dataset import render_dataset

    load = partial(found_artifact, store, documents=documents, topics=topics)
    dataset = DatasetConfig(
        slug="made-up",
        title="Made-up documents",
        source=PackageSource(type="package", package="none", path="none"),
        documents=DocumentsConfig(title="title"),
        privacy=PrivacyConfig(text="full"),
    )
    render_dataset(
        dataset,
        load("documents", kind=Documents),
        load("continuity", kind=Continuity),
        load("topics", kind=TopicsArtifact),
        load("labels", kind=TopicLabels),
        work / "map",
        neighbors=load("neighbors", kind=Neighbors),
    )
    rendered = time.perf_counter()
    with staging(work / "site") as folder:
        write_site(SiteConfig(title="Benchmark", description=""), None, [RenderedMap(dataset, work / "map")], folder)
        check = check_site(folder)
    files = [path for path in (work / "site").rglob("*") if path.is_file()]
    return {
        "render_s": round(rendered - start, 1),
        "publish_s": round(time.perf_counter() - start, 1),
        "processor_s": round(sum(os.times()[:4]), 1),
        "peak_memory_GB": round(peak.bytes / 1e9, 2),
        "files": len(files),
        "site_MB": round(sum(path.stat().st_size for path in files) / 1e6, 1),
        "first_view_kB": round(check.first_view["made-up/index.html"] / 1000, 1),
        "problems": check.problems,
    }


if __name__ == "__main__":
    main()
