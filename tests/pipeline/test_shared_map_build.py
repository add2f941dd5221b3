"""Two datasets on one map, by `sitegen build`: vectors come with the rows, so no embedder runs."""

from __future__ import annotations

import csv
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from sitegen.artifacts import Documents, Store, digest
from sitegen.cli import cli
from sitegen.site.output.check import check_site

pytestmark = pytest.mark.pipeline

WORDS = ("bread oven flour", "train rail ticket", "graph node edge", "river lake fish")
COUNTS = {"letters": (60, 60, 60, 10), "papers": (60, 60, 10, 60)}
"""Documents of each topic, by dataset: the third is rare in one, the fourth in the other."""


def rows(topic: int, count: int, first: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng([topic, first])
    vectors = np.eye(12)[topic] + rng.normal(scale=0.1, size=(count, 12))
    words = WORDS[topic].split()
    return [
        {
            "key": f"{topic}-{at}",
            "text": f"{' '.join(rng.permutation(words * 2))} number {first + at}",
            "v": vector.round(5).tolist(),
            "link": f"https://example.org/{first}/{topic}/{at}",
            "day": f"20{20 + topic}-01-02",
        }
        for at, vector in enumerate(vectors)
    ]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shared")
    entries = []
    for first, (slug, counts) in enumerate(COUNTS.items()):
        made = [row for topic, count in enumerate(counts) for row in rows(topic, count, 1000 * first)]
        (folder / f"{slug}.jsonl").write_text("\n".join(map(json.dumps, made)), "utf-8")
        entries.append(
            {
                "slug": slug,
                "title": slug.capitalize(),
                "description": "One point is one text.",
                "source": {"type": "file", "path": f"{slug}.jsonl"},
                "documents": {"id": "key", "vector": "v", "url": "link", "date": "day", "min_chars": 1},
                "privacy": {"text": "none" if first else "full", "columns": ["date"]},
                "topics": {"representations": []},
                "labels": {"model": None},
            }
        )
    shared = {
        "slug": "both",
        "title": "Letters and papers",
        "description": "One point is one text.",
        "datasets": list(COUNTS),
        "clusters": {"min_cluster_size": 15, "min_samples": 5},
        "topics": {"representations": []},
        "labels": {"model": None},
    }
    (folder / "datasets.yaml").write_text(json.dumps({"datasets": entries, "maps": [shared]}), "utf-8")
    options = ["build", "--config", str(folder / "datasets.yaml"), "--output", str(folder / "site")]
    done = CliRunner().invoke(cli, options, standalone_mode=False)
    if done.exception:
        raise done.exception
    return folder


def test_the_gallery_has_the_datasets_and_their_map(project: Path) -> None:
    assert not check_site(project / "site").problems
    html = (project / "site" / "index.html").read_text("utf-8")
    for slug in (*COUNTS, "both"):
        assert f'href="{slug}/index.html"' in html


def test_every_document_is_on_the_map_with_its_link_and_date(project: Path) -> None:
    store = Store(project / ".sitegen" / "cache")
    parts = json.loads((store.root / "latest" / "both" / "documents.json").read_text("ascii"))
    entry = store.find("documents", digest(parts))
    assert entry is not None
    documents = store.load(entry, Documents)
    ids = documents.column("id")
    assert len(set(ids)) == 380
    assert len(documents) == 380
    assert len(set(documents.column("url"))) == 380
    assert {date.year for date in documents.column("date")} == {2020, 2021, 2022, 2023}
    assert sum(each.startswith("letters/") for each in ids) == 190


def test_the_comparison_finds_the_topics_that_only_one_dataset_has(project: Path) -> None:
    text = (project / "site" / "both" / "download" / "compare.csv").read_text("utf-8")
    lines = list(csv.DictReader(text.splitlines()))
    claimed = [line for line in lines if line["more_than_chance"] == "yes"]
    assert len(claimed) == 2
    assert {round(float(line["documents Letters"])) for line in claimed} == {10, 60}
    assert {round(float(line["documents Papers"])) for line in claimed} == {10, 60}
    page = (project / "site" / "both" / "compare" / "index.html").read_text("utf-8")
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    assert "Letters" in words
    assert "By dataset: Letters (190 documents), Papers (190 documents)." in words


def test_texts_of_a_dataset_that_publishes_none_are_nowhere(project: Path) -> None:
    private = {json.loads(line)["text"] for line in (project / "papers.jsonl").read_text("utf-8").splitlines()}
    public = {json.loads(line)["text"] for line in (project / "letters.jsonl").read_text("utf-8").splitlines()}
    table = pq.read_table(project / "site" / "both" / "download" / "documents.parquet").to_pydict()
    assert public <= set(table["text"])
    assert not private & {*table["text"], *table["title"]}
    pages = [path.read_text("utf-8") for path in (project / "site" / "both").rglob("*.html")]
    assert not [text for text in private for page in pages if text in page]
    assert any(text in page for text in public for page in pages)
