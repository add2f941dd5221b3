"""How well the names of topics point to their topics: the names of a build beside simpler ones, by two judges.

    sitegen build && python benchmarks/names.py chitchat python-docs
    python benchmarks/names.py --glosses 20000

The first judge is the dataset's embedder, which also helps to choose: whose documents is a name closest to? The second
had no part in the choice: BM25 over the documents with the name as the query, whose documents score highest in the
mean? Each figure is the share of topics whose own documents win. `--glosses` takes that many glosses of WordNet through
the whole pipeline, in a folder that is kept, so that a second run goes on from the first.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from build import glosses
from results import add_json_option, hand_over
from sitegen.artifacts import Artifact, Documents, Embeddings, Store, TopicLabels, Topics, digest
from sitegen.config import EmbeddingsConfig, RuntimeConfig, load_project
from sitegen.pipeline import Context
from sitegen.pipeline.embeddings.embedder import word_encoder
from sitegen.pipeline.labels.wording.name_fit import likeness_by_embedder, name_fits
from sitegen.pipeline.labels.wording.name_rules import NameRules, flaw, name_key, subject_of, tidy
from sitegen.pipeline.topics.topic_vectors import mean_vectors
from sitegen.report import Report
from sitegen.words import find_words

K1, B = 1.5, 0.75
"""The usual settings of BM25: Robertson and Zaragoza, https://doi.org/10.1561/1500000019."""
KINDS: dict[str, type[Artifact]] = {
    "documents": Documents,
    "embeddings": Embeddings,
    "topics": Topics,
    "labels": TopicLabels,
}


@dataclass(frozen=True)
class Run:
    """The stored results of a dataset."""

    documents: Documents
    embeddings: Embeddings
    topics: Topics
    labels: TopicLabels | None = None


def stored(root: Path, slug: str, *stages: str) -> Run:
    """The latest results of a dataset of the project in `root`; of some stages only, if they are named."""
    store = Store(root / ".sitegen" / "cache")
    found: dict[str, Any] = {}
    for stage in stages or KINDS:
        parts = json.loads((store.root / "latest" / slug / f"{stage}.json").read_text("utf-8"))
        entry = store.find(stage, digest(parts))
        if entry is None:
            raise SystemExit(f"{slug}: {stage} is not stored; run sitegen build first")
        found[stage] = store.load(entry, KINDS[stage])
    return Run(**found)


class Bm25:
    """The mean BM25 score of each topic's documents for a query."""

    def __init__(self, texts: Sequence[str], assignment: np.ndarray, topics: int) -> None:
        self._counts: dict[str, list[tuple[int, int]]] = {}
        lengths = np.zeros(len(texts))
        for row, text in enumerate(texts):
            words = Counter(word.casefold() for word in find_words(text))
            lengths[row] = sum(words.values())
            for word, count in words.items():
                self._counts.setdefault(word, []).append((row, count))
        self._norm = K1 * (1 - B + B * lengths / lengths.mean())
        self._assignment = np.where(assignment < 0, topics, assignment)
        self._sizes = np.bincount(self._assignment, minlength=topics + 1)

    def scores(self, query: str) -> np.ndarray:
        """float64 (topics,)."""
        scores = np.zeros(len(self._norm))
        for word in {word.casefold() for word in find_words(query)}:
            rows, counts = np.array(self._counts.get(word, []), np.int64).reshape(-1, 2).T
            idf = np.log(1 + (len(scores) - len(rows) + 0.5) / (len(rows) + 0.5))
            scores[rows] += idf * counts * (K1 + 1) / (counts + self._norm[rows])
        sums = np.bincount(self._assignment, scores, minlength=len(self._sizes))
        return (sums / np.maximum(self._sizes, 1))[:-1]


def judged(run: Run, names: dict[str, list[str]], embedder: EmbeddingsConfig) -> dict[str, dict[str, float]]:
    """Both judges on names of the topics of a run, by what the names are."""
    count = len(run.topics)
    folder = Path(tempfile.gettempdir())
    encode = word_encoder(
        embedder, run.embeddings.vectors.shape[1], Context(folder, RuntimeConfig(), Report(), folder, folder)
    )
    assert encode is not None
    likeness = likeness_by_embedder(encode, mean_vectors(run.embeddings.vectors, run.topics.assignment, count))
    bm25 = Bm25(run.documents.column("text"), run.topics.assignment, count)
    table = {}
    for kind, of in names.items():
        scores = [bm25.scores(name) for name in of]
        table[kind] = {
            "embedder": round(float(np.mean([fit.rank == 1 for fit in name_fits(likeness(of), range(count))])), 3),
            "bm25": round(
                float(np.mean([each.argmax() == own and each.max() > 0 for own, each in enumerate(scores)])), 3
            ),
            "different": round(len(set(map(name_key, of))) / count, 3),
            "longest": max(map(len, of)),
        }
    return table


def names_of(run: Run) -> dict[str, list[str]]:
    """The names of a run; and what simpler ways call its topics."""
    rows, labels = run.topics.rows(), run.labels.rows()
    return {
        "chosen": [label["name"] for label in labels],
        "first answer": [_first_answer(row, label) for row, label in zip(rows, labels, strict=True)],
        "4 words of KeyBERT": [", ".join((row["keybert"] or row["keywords"])[:4]) for row in rows],
        "4 words of c-TF-IDF": [", ".join(row["keywords"][:4]) for row in rows],
    }


def _first_answer(row: dict[str, Any], label: dict[str, Any]) -> str:
    """The model's first answer that is a name by its form, else keywords: how names were chosen up to version 0.1."""
    subject = subject_of(row)
    found = (name for answer in label["answers"] if not flaw(name := tidy(answer), subject, NameRules(6)))
    return next(found, ", ".join(subject.keywords[:3]))


def figures(run: Run, embedder: EmbeddingsConfig) -> dict[str, Any]:
    """The table of a run, and where its names come from."""
    labels = run.labels.rows()
    sources = Counter(label["named_by"] for label in labels)
    return {
        "documents": len(run.documents),
        "topics": len(labels),
        "named_by": {source: round(count / len(labels), 3) for source, count in sorted(sources.items())},
        "judges": judged(run, names_of(run), embedder),
        "names": [label["name"] for label in labels],
        "parents": [row["name"] for row in run.labels.parents.to_pylist()],
    }


def build_glosses(count: int, folder: Path, *, later: bool) -> None:
    """Take glosses of WordNet through the pipeline, in a project of their own."""
    from click.testing import CliRunner

    from sitegen.cli import cli

    texts, categories = glosses(folder)
    lines = [
        json.dumps({"text": text, "category": category})
        for text, category in zip(texts[:count], categories[:count], strict=True)
    ]
    (folder / "glosses.jsonl").write_text("\n".join(lines), "utf-8")
    entry = {
        "slug": "glosses",
        "title": "Glosses of WordNet",
        "source": {"type": "file", "path": "glosses.jsonl"},
        "documents": {"text": "text", "category": "category", "min_chars": 1},
        "embeddings": {"max_tokens": 128},
        "clusters": {"min_cluster_size": 15, "min_samples": 5, "method": "leaf"},
        "labels": {"later": later},
    }
    (folder / "datasets.yaml").write_text(json.dumps({"datasets": [entry]}), "utf-8")
    done = CliRunner().invoke(
        cli,
        ["build", "--config", str(folder / "datasets.yaml"), "--output", str(folder / "site")],
        standalone_mode=False,
    )
    if done.exception:
        raise done.exception


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slugs", nargs="*", help="datasets of datasets.yaml that are built")
    parser.add_argument("--config", type=Path, default=Path("datasets.yaml"))
    parser.add_argument("--glosses", type=int, metavar="N", help="so many glosses of WordNet")
    parser.add_argument("--later", action="store_true", help="of the glosses: do not ask the language model")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "sitegen-names")
    add_json_option(parser)
    options = parser.parse_args()
    found = {}
    project = load_project(options.config)
    for dataset in project.select(frozenset(options.slugs)) if options.slugs else []:
        found[dataset.slug] = figures(stored(project.root, dataset.slug), dataset.embeddings)
    if options.glosses:
        options.folder.mkdir(parents=True, exist_ok=True)
        build_glosses(options.glosses, options.folder, later=options.later)
        found["glosses"] = figures(stored(options.folder, "glosses"), EmbeddingsConfig(max_tokens=128))
    hand_over(found, options.json)


if __name__ == "__main__":
    main()
