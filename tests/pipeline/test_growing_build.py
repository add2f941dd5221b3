"""A gallery whose dataset grows, by `sitegen build`: vectors come with the rows, so no embedder is needed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from sitegen.artifacts import Continuity, Store, digest
from sitegen.cli import cli
from sitegen.errors import PublishError
from sitegen.pipeline.alignment import procrustes_align

pytestmark = pytest.mark.pipeline

WORDS = ("bread oven flour", "train rail ticket", "graph node edge", "river lake fish", "piano violin chord")
PER_TOPIC = 60


def rows(topic: int, count: int, first: int = 0) -> list[dict[str, Any]]:
    """Documents about one topic, with vectors around its axis."""
    rng = np.random.default_rng([topic, first])
    vectors = np.eye(12)[topic] + rng.normal(scale=0.1, size=(count, 12))
    words = WORDS[topic].split()
    return [
        {"text": f"{' '.join(rng.permutation(words * 2))} number {first + at}", "v": vector.round(5).tolist()}
        for at, vector in enumerate(vectors)
    ]


class Gallery:
    """A project with one dataset."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        entry = {
            "slug": "notes",
            "title": "Notes",
            "description": "One point is one note.",
            "source": {"type": "file", "path": "notes.jsonl"},
            "documents": {"text": "text", "vector": "v", "min_chars": 1},
            "embeddings": {"model": None},
            "growth": {"mode": "grow"},
            "clusters": {"min_cluster_size": 15, "min_samples": 5},
            "topics": {"representations": []},
            "labels": {"model": None},
        }
        (folder / "datasets.yaml").write_text(json.dumps({"datasets": [entry]}), "utf-8")

    def run(self, *command: str) -> Result:
        done = CliRunner().invoke(
            cli, [*command, "--config", str(self.folder / "datasets.yaml")], standalone_mode=False
        )
        if done.exception:
            raise done.exception
        return done

    def build(self, documents: list[dict[str, Any]]) -> Continuity:
        (self.folder / "notes.jsonl").write_text("\n".join(map(json.dumps, documents)), "utf-8")
        self.run("build", "--output", str(self.folder / "site"))
        store = Store(self.folder / ".sitegen" / "cache")
        parts = json.loads((store.root / "latest" / "notes" / "continuity.json").read_text("ascii"))
        entry = store.find("continuity", digest(parts))
        assert entry is not None
        return store.load(entry, Continuity)

    def published(self) -> dict[str, bytes]:
        """The files of the map, by address."""
        folder = self.folder / "site" / "notes"
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def about(self) -> str:
        return (self.folder / "site" / "notes" / "about" / "index.html").read_text("utf-8")


def test_a_growing_dataset_keeps_its_map_until_fitted_anew(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path)
    old = [row for topic in range(4) for row in rows(topic, PER_TOPIC)]
    first = gallery.build(old)
    n = len(old)
    names = {row["topic"]: row["name"] for row in first.topics.to_pylist()}
    assert len(names) == 4
    assert "fitted to all documents" in gallery.about()

    grown = [*reversed(old), *rows(1, 8, first=500), *rows(4, 30)]
    second = gallery.build(grown)
    assert np.array_equal(second.layout[:n][::-1], first.layout)
    assert np.array_equal(second.assignment[:n][::-1], first.assignment)
    assert second.square == first.square
    later = {row["topic"]: row["name"] for row in second.topics.to_pylist()}
    assert later.items() > names.items()
    assert len(later) == 5
    assert [change["change"] for change in second.changes.to_pylist() if change["topic"] not in names] == ["new"]
    assert "fitted to 240 documents" in gallery.about()
    assert "38 documents came since, in 1 build" in gallery.about()

    gallery.run("refit", "notes")
    third = gallery.build(grown)
    assert "fitted to all documents" in gallery.about()
    assert not np.array_equal(third.layout, second.layout)
    matched = {*third.ids} & {*second.ids}
    assert len(matched) >= 4
    # laid onto the map before: no turn, shift or scale brings the same documents closer to where they were
    everything = np.arange(len(grown))
    again = procrustes_align(third.layout, second.layout, everything, everything)
    assert np.abs(again - third.layout).max() < 1e-3 * np.ptp(second.layout, axis=0).max()


def test_a_build_without_changes_is_not_a_step(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path)
    old = [row for topic in range(4) for row in rows(topic, PER_TOPIC)]
    gallery.build(old)
    again = gallery.run("build", "--output", str(tmp_path / "site"))
    assert "nothing changed" in again.output


def test_a_strict_build_refuses_a_source_that_shrank(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path)
    old = [row for topic in range(4) for row in rows(topic, PER_TOPIC)]
    gallery.build(old)
    before = gallery.published()
    (tmp_path / "notes.jsonl").write_text("\n".join(map(json.dumps, old[30:])), "utf-8")
    with pytest.raises(PublishError, match="1 warning"):
        gallery.run("build", "--strict", "--output", str(tmp_path / "site"))
    assert gallery.published() == before


def test_a_few_new_documents_leave_published_files_as_they_are(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path)
    old = [row for topic in range(4) for row in rows(topic, PER_TOPIC)]
    gallery.build(old)
    before = gallery.published()
    picture = tmp_path / "site" / "notes" / "download" / "map.png"
    drawn = picture.stat().st_mtime_ns
    gallery.build([*old, *rows(1, 3, first=500)])
    after = gallery.published()
    fresh = {name for name, data in after.items() if before.get(name) != data}
    gone = before.keys() - after.keys()
    changing = r"(index.html|(about|topics|download)/index.html|changes.*|map/(points|columns|topics)\..*)"
    new = r"(map/([a-z-]+-1-|neighbors-now|columns-\d-).*|download/(topics\.|documents-1|topic-documents-1).*)"
    assert [name for name in fresh if not re.fullmatch(f"{changing}|{new}", name)] == []
    assert [
        name
        for name in gone
        if not re.fullmatch(r"map/(points|columns|topics)\..*|map/(neighbors-now|columns-).*", name)
    ] == []
    assert picture.stat().st_mtime_ns == drawn
    assert "Pictures show 240 of the 243 documents" in gallery.about()
