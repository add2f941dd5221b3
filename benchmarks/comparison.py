"""Whether comparisons find what is there and nothing else: `python benchmarks/comparison.py chitchat`.

On the stored topics of a dataset of `datasets.yaml`, or with `--glosses` on the 45 categories of WordNet's glosses. For
each of the 20 largest topics, half of its documents are dropped from one of two random halves of the dataset: how often
does it rank first, with an interval without zero? And of 200 random halves, how many claim that any topic, or any
place on the map, differs? The exact chances of all topics, added up, are a bound on the former.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from scipy.stats import fisher_exact, hypergeom

from build import glosses
from growth import latest_continuity
from names import stored
from results import add_json_option, hand_over
from sitegen.config import load_project
from sitegen.site.map.pictures.group_pictures import more_frequent
from sitegen.site.pages.facts.group_counts import ERROR, find_differences

TOPICS, HALVES, MAPS = 20, 200, 40
NEVER = 1e-12
"""Divisions of a topic that are less likely are not tested, but counted as claims."""


def tally(topic: np.ndarray, group: np.ndarray, topics: int) -> tuple[np.ndarray, np.ndarray]:
    """Documents by topic and group, and by group."""
    counts = np.zeros((topics + 1, 2), np.int64)
    np.add.at(counts, (topic, group), 1)
    return counts, np.bincount(group, minlength=2).astype(np.int64)


def error_bound(sizes: np.ndarray, n: int) -> float:
    """How often halves of `n` documents claim anything at most, by the exact chances of all topics, added up.

    The smallest corrected p-value is that of a test times the number of tests, so a claim takes one below that part of
    the level. How a half divides a topic is hypergeometric.
    """
    first, second = n - n // 2, n // 2
    bound = 0.0
    for size in sizes.tolist():
        counts = np.arange(max(0, size - second), min(size, first) + 1)
        chances = hypergeom(n, size, first).pmf(counts)
        likely = chances > NEVER
        tests = [
            fisher_exact([[count, first - count], [size - count, second - (size - count)]])[1]
            for count in counts[likely].tolist()
        ]
        bound += float(chances[likely][np.array(tests) <= ERROR / len(sizes)].sum() + chances[~likely].sum())
    return bound


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slug", nargs="?")
    parser.add_argument("--glosses", type=int, metavar="N", help="so many glosses of WordNet")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "sitegen-glosses")
    parser.add_argument("--config", type=Path, default=Path("datasets.yaml"))
    add_json_option(parser)
    options = parser.parse_args()
    if options.glosses:
        options.folder.mkdir(parents=True, exist_ok=True)
        names, topic = np.unique(glosses(options.folder)[1][: options.glosses], return_inverse=True)
        topic = np.argsort(np.argsort(-np.bincount(topic), kind="stable"))[topic]  # largest first
        topics, xy = len(names), np.empty((0, 2), np.float32)
    else:
        root = load_project(options.config).root
        run = stored(root, options.slug)
        topics, xy = len(run.topics), latest_continuity(root, options.slug).layout
        topic = np.where(run.topics.assignment < 0, topics, run.topics.assignment)
    n = len(topic)
    rng = np.random.default_rng(42)
    first = found = 0
    for dropped in range(min(TOPICS, topics)):
        group = rng.permutation(n) % 2
        members = np.flatnonzero((topic == dropped) & (group == 1))
        kept = np.setdiff1d(np.arange(n), rng.permutation(members)[: len(members) // 2])
        best = find_differences(*tally(topic[kept], group[kept], topics))[0]
        first += best.row == dropped
        found += best.row == dropped and best.low > 0 and best.claimed
    halves = [find_differences(*tally(topic, rng.permutation(n) % 2, topics))[0].claimed for _ in range(HALVES)]
    maps = [bool((more_frequent(xy, rng.permutation(n) % 2, 2) >= 0).any()) for _ in range(MAPS if len(xy) else 0)]
    figures = {
        "documents": n,
        "topics": topics,
        "topics of which half was dropped": min(TOPICS, topics),
        "of them first": int(first),
        "of them first, claimed, interval without zero": int(found),
        "random halves": HALVES,
        "of them claim a topic": int(sum(halves)),
        "at most, by the exact chances of all topics": round(
            error_bound(np.bincount(topic, minlength=topics + 1), n), 4
        ),
        "random halves on the map": len(maps),
        "of them colour a document": int(sum(maps)),
    }
    hand_over(figures, options.json)


if __name__ == "__main__":
    main()
