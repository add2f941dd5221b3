"""Groups of one: parents with one topic, as many parents as topics and more, and datasets of few topics."""

import dataclasses
import re
import shutil

import numpy as np
import pyarrow as pa
import pytest

from sitegen.artifacts import (
    HIERARCHY_SCHEMA,
    LABEL_SCHEMA,
    PARENT_LABEL_SCHEMA,
    PARENT_SCHEMA,
    TOPIC_SCHEMA,
    Documents,
    TopicLabels,
    Topics,
)
from sitegen.artifacts.schemas import DOCUMENT_SCHEMA
from sitegen.config import DatasetConfig, DocstringsSource, SiteConfig
from sitegen.pipeline.topics.hierarchy import cut
from sitegen.site.map.summary import read_summary, write_summary
from sitegen.site.pages.facts.statistics import read_statistics
from sitegen.site.pages.views.hierarchy_view import hierarchy_view
from sitegen.site.pages.views.topic_views import topic_views
from sitegen.site.pages.write_site import RenderedMap, write_site
from sitegen.site.render_dataset import render_dataset

COUNT = 12


def alone(groups):
    """Parents of the tiny map: `groups` of ranks."""
    rows = [{"parent": i, "topics": list(g), "size": len(g), "keywords": [f"k{i}"]} for i, g in enumerate(groups)]
    names = [{"parent": i, "name": f"Parent {i}", "named_by": "llm", "answers": []} for i in range(len(groups))]
    return pa.Table.from_pylist(rows, PARENT_SCHEMA), pa.Table.from_pylist(names, PARENT_LABEL_SCHEMA)


def topics_below(branch):
    """The ranks' links below a branch, in order."""
    return [branch.topic.id] if branch.topic else [each for inner in branch.branches for each in topics_below(inner)]


@pytest.mark.parametrize("rank", range(COUNT))
def test_a_parent_of_one_topic_shows_that_topic(tiny, rank):
    folder, dataset = tiny.folder.parent / "rendered" / "tiny", tiny.maps["tiny"].dataset
    summary, details = read_summary(folder), read_statistics(folder)
    some = details.parents[0]
    others = tuple(each for each in range(COUNT) if each != rank)
    parents = tuple(dataclasses.replace(some, topics=topics) for topics in sorted([(rank,), others]))
    details = dataclasses.replace(details, parents=parents)
    view = hierarchy_view(dataset, summary, details)
    lone = next(branch for branch in view.branches if branch.topics == 1)
    assert [branch.topic.id for branch in lone.branches] == [summary.topics[rank].id]
    page = topic_views(dataset, summary, details)[rank]
    assert page.parent.topics == 1
    assert page.parent.siblings == ()


@pytest.mark.parametrize("outside", [0, 2])
def test_topics_without_a_parent_are_listed_last(tiny, tmp_path, outside):
    rendered, dataset = tiny.folder.parent / "rendered" / "tiny", tiny.maps["tiny"].dataset
    folder = tmp_path / "tiny"
    shutil.copytree(rendered, folder)
    summary = read_summary(folder)
    first, *rest = summary.parents
    gone = first.topics[:outside]
    parents = (dataclasses.replace(first, topics=first.topics[outside:]), *rest)
    write_summary(dataclasses.replace(summary, parents=parents), folder)
    write_site(SiteConfig(title="All"), None, [RenderedMap(dataset, folder)], tmp_path / "site")
    listed = (tmp_path / "site/tiny/index.html").read_text("utf-8").partition('id="topics"')[2]
    _, heading, last = listed.partition("In no group")
    assert bool(heading) == bool(outside)
    assert sorted(map(int, re.findall(r'<button type="button" value="(\d+)"', listed))) == list(range(COUNT))
    ids = [summary.topics[rank].id for rank in gone]
    assert [int(each) for each in re.findall(r'<button type="button" value="(\d+)"', last)] == ids


def chain(count):
    """A tree of `count` topics, in scipy's columns, and as rows of HIERARCHY_SCHEMA."""
    merges, node = [], 0
    for number in range(1, count):
        merges.append([node, number, 0.1 * number, number + 1])
        node = count + number - 1
    return np.array(merges, np.float64).reshape(-1, 4)


@pytest.mark.parametrize(
    ("count", "parents"),
    [(6, 0), (6, 1), (6, 5), (6, 100), (2, 0)],
)
def test_every_number_of_parents_makes_pages(first_build, tmp_path, count, parents):
    merges = chain(count)
    tree, groups = [], []
    if count >= 6:
        tree = [
            {"node": count + i, "left": int(a), "right": int(b), "distance": d, "size": int(n), "keywords": ["both"]}
            for i, (a, b, d, n) in enumerate(merges)
        ]
        groups = cut(merges, parents)
    assignment = np.repeat(np.arange(count), 8).astype(np.int32)
    layout = np.random.default_rng(3).normal(0, 1, (len(assignment), 2)).astype(np.float32)
    documents = [{"id": f"d{i}", "title": f"T {i}", "text": f"text {i}"} for i in range(len(assignment))]
    rows = [
        {"topic": t, "size": 8, "keywords": [f"w{t}"], "keybert": [], "mmr": [], "representatives": [8 * t]}
        for t in range(count)
    ]
    labels = [
        {
            "topic": t,
            "name": f"Topic {t}",
            "named_by": "llm",
            "answers": [],
            "tries": 1,
            "keywords": [],
            "documents": [],
        }
        for t in range(count)
    ]
    of_parents, names = alone(groups)
    each = first_build(
        DatasetConfig(slug="few", title="Few", source=DocstringsSource(type="docstrings", packages=("json",))),
        layout,
        Documents(pa.Table.from_pylist(documents, DOCUMENT_SCHEMA), {}),
        Topics(
            pa.Table.from_pylist(rows, TOPIC_SCHEMA),
            assignment,
            hierarchy=pa.Table.from_pylist(tree, HIERARCHY_SCHEMA),
            parents=of_parents,
        ),
        TopicLabels(pa.Table.from_pylist(labels, LABEL_SCHEMA), {}, names),
    )
    folder = tmp_path / "few"
    folder.mkdir()
    render_dataset(each.dataset, each.documents, each.continuity, each.topics, each.labels, folder)
    write_site(SiteConfig(title="All"), None, [RenderedMap(each.dataset, folder)], tmp_path / "site")
    page = tmp_path / "site/few/hierarchy/index.html"
    assert page.exists() == (count >= 6)
    if page.exists():
        listed = page.read_text("utf-8").partition('id="list-title"')[2]
        assert sorted(map(int, re.findall(r'href="\.\./topics/(\d+)/', listed))) == list(range(count))
        wanted = min(parents, count)
        assert len(re.findall(r'id="parent-\d+"', listed)) == wanted
    for topic in range(count):
        assert (tmp_path / f"site/few/topics/{topic}/index.html").is_file()


@pytest.mark.parametrize("count", [6, 7, 30])
def test_a_cut_makes_as_many_groups_as_there_can_be(count):
    for parents in (1, 2, count - 1, count, count + 1, 100):
        groups = cut(chain(count), parents)
        assert len(groups) == min(parents, count)
        assert sorted(topic for group in groups for topic in group) == list(range(count))
