"""Two datasets on one map, by `sitegen build`: vectors come with the rows, so no embedder runs."""

from __future__ import annotations

import csv
import json
import re
from html import unescape
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from sitegen.artifacts import Artifact, Continuity, Documents, Store, digest
from sitegen.cli import cli
from sitegen.site.output.check import check_site

pytestmark = pytest.mark.pipeline

Kind = TypeVar("Kind", bound=Artifact)

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


def write_rows(folder: Path, slug: str, made: list[dict[str, Any]]) -> None:
    (folder / f"{slug}.jsonl").write_text("\n".join(map(json.dumps, made)), "utf-8")


def write_project(folder: Path, **shared: Any) -> dict[str, list[dict[str, Any]]]:
    """Two datasets and their map in a folder; returns their rows."""
    entries, written = [], {}
    for first, (slug, counts) in enumerate(COUNTS.items()):
        made = written[slug] = [row for topic, count in enumerate(counts) for row in rows(topic, count, 1000 * first)]
        write_rows(folder, slug, made)
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
    both = {
        "slug": "both",
        "title": "Letters and papers",
        "description": "One point is one text.",
        "datasets": list(COUNTS),
        "clusters": {"min_cluster_size": 15, "min_samples": 5},
        "topics": {"representations": []},
        "labels": {"model": None},
        **shared,
    }
    (folder / "datasets.yaml").write_text(json.dumps({"datasets": entries, "maps": [both]}), "utf-8")
    return written


def build(folder: Path, *only: str) -> None:
    options = ["build", "--config", str(folder / "datasets.yaml"), "--output", str(folder / "site")]
    options += [part for slug in only for part in ("--only", slug)]
    done = CliRunner().invoke(cli, options, standalone_mode=False)
    if done.exception:
        raise done.exception


def stored(folder: Path, stage: str, kind: type[Kind]) -> Kind:
    """What a stage of the shared map made last."""
    store = Store(folder / ".sitegen" / "cache")
    entry = store.find(stage, digest(json.loads((store.root / "latest" / "both" / f"{stage}.json").read_text("ascii"))))
    assert entry is not None
    return store.load(entry, kind)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shared")
    write_project(folder)
    build(folder)
    return folder


def test_the_gallery_has_the_datasets_and_their_map(project: Path) -> None:
    assert not check_site(project / "site").problems
    html = (project / "site" / "index.html").read_text("utf-8")
    for slug in (*COUNTS, "both"):
        assert f'href="{slug}/index.html"' in html


def test_every_document_is_on_the_map_with_its_link_and_date(project: Path) -> None:
    documents = stored(project, "documents", Documents)
    ids = documents.column("id")
    assert len(set(ids)) == 380
    assert len(documents) == 380
    assert len(set(documents.column("url"))) == 380
    assert {date.year for date in documents.column("date")} == {2020, 2021, 2022, 2023}
    assert sum(each.startswith("letters/") for each in ids) == 190


def test_the_comparison_finds_topics_that_only_one_dataset_has(project: Path) -> None:
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


def test_a_shared_map_grows_by_the_rows_of_each_dataset(tmp_path: Path) -> None:
    written = write_project(tmp_path, growth={"mode": "grow"})
    build(tmp_path, "both")
    before, ids = stored(tmp_path, "continuity", Continuity), stored(tmp_path, "documents", Documents).column("id")
    for number, (slug, count) in enumerate((("letters", 8), ("papers", 5))):
        new = [{**row, "key": f"new-{at}"} for at, row in enumerate(rows(1, count, 5000 + 1000 * number))]
        write_rows(tmp_path, slug, [*new, *written[slug]])
        written[slug] += new
    build(tmp_path, "both")
    after = stored(tmp_path, "continuity", Continuity)
    place = {name: row for row, name in enumerate(stored(tmp_path, "documents", Documents).column("id"))}
    old = [place[name] for name in ids]
    assert np.array_equal(after.layout[old], before.layout)
    assert np.array_equal(after.assignment[old], before.assignment)
    assert set(place) - set(ids) == {f"letters/new-{at}" for at in range(8)} | {f"papers/new-{at}" for at in range(5)}
    trains = after.assignment[place["letters/1-0"]]
    assert all(after.assignment[place[name]] == trains for name in set(place) - set(ids))
    page = (tmp_path / "site" / "both" / "compare" / "index.html").read_text("utf-8")
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    assert "By dataset: Letters (198 documents), Papers (195 documents)." in words
    assert not check_site(tmp_path / "site").problems
    downloads = tmp_path / "site" / "both" / "download"
    tables = [pq.read_table(part) for part in downloads.glob("documents-*.parquet")]
    published = {text for table in tables for text in table.column("text").to_pylist() if text}
    assert published == {row["text"] for row in written["letters"]}
