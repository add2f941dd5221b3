"""Maps of unusual shape are published all the same."""

import base64
import gzip
import json
import re
from collections import defaultdict

import numpy as np
import pytest

from sitegen.artifacts import DOCUMENT_SCHEMA, LABEL_SCHEMA, TOPIC_SCHEMA, Documents, TopicLabels, Topics
from sitegen.config import DatasetConfig, MapConfig, PackageSource
from sitegen.site.map import render
from sitegen.site.map.render import render_map
from sitegen.site.map.summary import SUMMARY, write_summary
from sitegen.site.pages.views.map_view import map_view
from sitegen.site.privacy.published_documents import publish_documents

DATASET = DatasetConfig(
    slug="extreme", title="Extreme", source=PackageSource(type="package", package="none", path="none")
)


def published(tmp_path, table, first_build, layout, assignment, points=4000):
    count, topics = len(layout), int(assignment.max()) + 1
    documents = [{"id": f"d{i}", "title": f"Title {i}", "text": "text", "category": None} for i in range(count)]
    described = [
        {"topic": topic, "size": 1, "keywords": [], "keybert": [], "mmr": ["word"], "representatives": []}
        for topic in range(topics)
    ]
    unused = {"answers": [], "tries": 1, "keywords": [], "documents": []}
    names = [{"topic": t, "name": f"Topic {t}", "named_by": "llm", **unused} for t in range(topics)]
    dataset = DATASET.model_copy(update={"map": MapConfig(points=points)})
    made = first_build(
        dataset,
        layout.astype(np.float32),
        Documents(table(DOCUMENT_SCHEMA, documents), {}),
        Topics(table(TOPIC_SCHEMA, described), assignment.astype(np.int32)),
        TopicLabels(table(LABEL_SCHEMA, names), {}),
    )
    public = publish_documents(made.documents, dataset)
    return render_map(dataset, public, made.continuity, made.topics, made.labels, tmp_path)


def test_four_documents(tmp_path, table, first_build):
    summary = published(tmp_path, table, first_build, np.eye(4)[:, :2], np.array([0, 0, 1, -1]))
    assert (summary.documents, summary.shown, summary.outliers, summary.depth) == (4, 4, 1, 0)


def test_all_documents_at_one_point(tmp_path, table, first_build):
    summary = published(tmp_path, table, first_build, np.zeros((3000, 2)), np.full(3000, -1), points=400)
    assert summary.shown == 3000
    # Eleven tiles on the way down, and the last 1,500 documents in fifteen tiles of one place.
    assert len(list((tmp_path / summary.tiles).rglob("*.js"))) == 11 + 15
    assert all(summary.raster_tiles)


def test_hundreds_of_topics_of_one_document_each(tmp_path, table, first_build):
    places = np.random.default_rng(1).uniform(0, 1, (600, 2))
    summary = published(tmp_path, table, first_build, places, np.arange(600))
    assert len(summary.topics) == 600
    assert {topic.size for topic in summary.topics} == {1}


def test_colors_of_very_many_topics_come_with_the_points(tmp_path, table, first_build, monkeypatch):
    found = []
    for name, most in (("page", 2000), ("shard", 3)):
        monkeypatch.setattr(render, "COLORED", most)
        (tmp_path / name).mkdir()
        places = np.random.default_rng(1).uniform(0, 1, (40, 2))
        summary = published(tmp_path / name, table, first_build, places, np.arange(40) % 4)
        found.append((summary, map_view(DATASET, summary, defaultdict(str)).data))
    (_, whole), (summary, data) = found
    script = (tmp_path / "shard" / summary.more_colors).read_text("ascii")
    payload = json.loads(gzip.decompress(base64.b64decode(re.search(',"(.*)"', script)[1])))
    assert whole["more_colors"] is None
    assert data["more_colors"] == f"map/{summary.more_colors}"
    assert {**data["by_id"], **payload} == whole["by_id"]
    assert len(payload["colors"]) == 4
    assert "colors" not in data["by_id"]


def test_the_summary_does_not_grow_with_the_documents(tmp_path, table, first_build):
    sizes = []
    for count in (500, 8000):
        folder = tmp_path / str(count)
        folder.mkdir()
        places = np.random.default_rng(1).uniform(0, 1, (count, 2))
        write_summary(published(folder, table, first_build, places, np.full(count, -1)), folder)
        sizes.append((folder / SUMMARY).stat().st_size)
    assert sizes[1] < 1.2 * sizes[0]


@pytest.fixture(scope="module")
def table():
    import pyarrow as pa

    return lambda schema, rows: pa.Table.from_pylist(rows, schema=schema)
