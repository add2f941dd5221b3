"""How fast a language model answers on a CPU by OpenVINO and by torch, and what that does to the names of topics.

    sitegen build && python benchmarks/label_backends.py chitchat python-docs [--topics 20]

All questions about the topics of built datasets are put anew, to each backend in a process of its own, and names are
chosen from the answers as in a build. Time per topic is that of the answers alone, second questions and parents
included; loading and converting the model is timed apart. Judges of names: see names.py. Prints JSON.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from names import Run, judged, stored
from results import add_json_option, hand_over
from sitegen.config import DatasetConfig, RuntimeConfig, load_project
from sitegen.pipeline import Context
from sitegen.pipeline.labels.label_topics import label_topics
from sitegen.pipeline.labels.language_model import answer_cache
from sitegen.pipeline.labels.language_model.labeller import Labeller, Reply
from sitegen.report import Report, quiet_libraries

BACKENDS = ("torch", "openvino")
STAGES = ("documents", "embeddings", "topics")


def clocks() -> np.ndarray:
    """Seconds on the clock, and of this program on all processors: the latter count on a busy machine too."""
    return np.array([time.monotonic(), time.process_time()])


class Timed:
    """A labeller whose answers are timed."""

    def __init__(self, labeller: Labeller) -> None:
        self._labeller = labeller
        self.took = np.zeros(2)
        self.chats = 0

    @property
    def made_with(self) -> dict[str, str]:
        """Of the labeller."""
        return self._labeller.made_with

    def answer(self, chats: Any, *given: Any) -> Iterator[list[Reply]]:
        """Of the labeller."""
        self.chats += len(chats)
        started = clocks()
        for replies in self._labeller.answer(chats, *given):
            self.took += clocks() - started
            yield replies
            started = clocks()


def few(run: Run, topics: int) -> Run:
    """The run with its largest topics only, without parents."""
    kept = replace(run.topics, table=run.topics.table.slice(0, topics), parents=run.topics.parents.slice(0, 0))
    assignment = np.where(run.topics.assignment < topics, run.topics.assignment, -1)
    return replace(run, topics=replace(kept, assignment=assignment))


def named(config: Path, slugs: list[str], backend: str, topics: int | None) -> dict[str, Any]:
    """Names, times and peak memory of one backend."""
    project = load_project(config)
    load, timed = answer_cache.load_labeller, []

    def load_timed(*given: Any) -> Timed:
        started = clocks()
        timed.append(Timed(load(*given)))
        loading.append(clocks() - started)
        return timed[-1]

    answer_cache.load_labeller = load_timed
    found: dict[str, Any] = {}
    with quiet_libraries(0):
        for dataset in project.select(frozenset(slugs)):
            run = stored(project.root, dataset.slug, *STAGES)
            loading: list[np.ndarray] = []
            timed.clear()
            labels = named_by(dataset, few(run, topics) if topics else run, backend, project.root)
            took = sum((each.took for each in timed), np.zeros(2))
            found[dataset.slug] = {
                "engine": labels.provenance["engine"],
                "questions": sum(each.chats for each in timed),
                "loading": loading[0].tolist(),
                "per topic": (took / len(labels.rows())).tolist(),
                "names": [label["name"] for label in labels.rows()],
                "named_by": [label["named_by"] for label in labels.rows()],
                "answers": [label["answers"] for label in labels.rows()],
                "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000,
            }
    return found


def named_by(dataset: DatasetConfig, run: Run, backend: str, root: Path) -> Any:
    """Labels by a backend that answered nothing before."""
    with tempfile.TemporaryDirectory() as folder:
        return label_topics(
            labels_config=dataset.labels.model_copy(update={"backend": backend}),
            topics_config=dataset.topics,
            embeddings_config=dataset.embeddings,
            seed=dataset.seed,
            documents=run.documents,
            embeddings=run.embeddings,
            topics=run.topics,
            context=Context(root, RuntimeConfig(device="cpu"), Report(-1), Path(folder), Path(folder)),
        )


def compared(run: Run, dataset: DatasetConfig, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The table of a dataset."""
    before, after = (found[backend] for backend in BACKENDS)
    pairs = list(zip(before["names"], after["names"], strict=True))
    times = np.array(before["per topic"]) / np.array(after["per topic"])
    same = [one == other for one, other in zip(before["answers"], after["answers"], strict=True)]
    return {
        "topics": len(pairs),
        **{
            backend: {
                "engine": each["engine"],
                "questions": each["questions"],
                "seconds to load, of processors": np.round(each["loading"], 1).tolist(),
                "seconds per topic, of processors": np.round(each["per topic"], 3).tolist(),
                "named by the model": round(each["named_by"].count("llm") / len(pairs), 3),
                "peak MB": each["peak MB"],
            }
            for backend, each in found.items()
        },
        "times as fast, by processors": np.round(times, 2).tolist(),
        "topics with the same answers": round(float(np.mean(same)), 3),
        "judges": judged(run, {backend: each["names"] for backend, each in found.items()}, dataset.embeddings),
        "names that differ": [pair for pair in pairs if pair[0] != pair[1]],
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slugs", nargs="+", help="datasets of datasets.yaml that are built")
    parser.add_argument("--config", type=Path, default=Path("datasets.yaml"))
    parser.add_argument("--topics", type=int, help="only so many of each, the largest")
    add_json_option(parser)
    options = parser.parse_args()
    found = {}
    for backend in BACKENDS:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            found[backend] = pool.submit(named, options.config, options.slugs, backend, options.topics).result()
    project = load_project(options.config)
    figures = {}
    for dataset in project.select(frozenset(options.slugs)):
        run = stored(project.root, dataset.slug, *STAGES)
        run = few(run, options.topics) if options.topics else run
        figures[dataset.slug] = compared(run, dataset, {name: each[dataset.slug] for name, each in found.items()})
    hand_over(figures, options.json)


if __name__ == "__main__":
    main()
