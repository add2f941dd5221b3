"""`sitegen tune`: what it measures, says and draws."""

import dataclasses
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from rich.console import Console
from sklearn.datasets import make_blobs

from sitegen.artifacts import Reduction
from sitegen.commands.tune import tune as tune_module
from sitegen.commands.tune.page import render_page
from sitegen.commands.tune.terminal import braille_map, print_tuning
from sitegen.commands.tune.tune import tune
from sitegen.config import ClustersConfig, parse_config
from sitegen.pipeline.clusters import find_clusters as clusters_module
from tests.unit.helpers import dataset

HOSTILE = """</title><script>window.hacked=1</script><img src=x onerror="window.hacked=1">{{ 7*7 }}"""


@pytest.fixture(scope="module")
def reduction():
    points, _ = make_blobs((90, 70, 60, 50, 40, 30), 5, cluster_std=0.4, center_box=(-6, 6), random_state=3)
    points = points.astype(np.float32)
    return Reduction(points, points[:, :2].copy())


@pytest.fixture
def tuned(reduction, monkeypatch, tmp_path, report):
    """Tunes the blobs as a dataset with these changes."""

    def tuned(**changes):
        entry = dataset(title=HOSTILE, **changes)
        monkeypatch.setattr(tune_module, "reduction_of", lambda project, slug, report: (entry, reduction))
        return tune(None, "a", report)

    return tuned


def test_the_recommendation_is_what_auto_takes(tuned, reduction, context):
    tuning = tuned()
    config = ClustersConfig(min_cluster_size="auto")
    found = clusters_module.find_clusters(clusters_config=config, seed=42, reduction=reduction, context=context)
    assert found.assignment.tolist() == tuning.chosen.assignment.tolist()
    assert tuning.chosen.topics == 6


def test_the_yaml_to_paste_gives_the_recommended_clusters(tuned, reduction, context):
    tuning = tuned(clusters={"min_cluster_size": "auto", "method": "leaf"})
    text = f"datasets:\n  - slug: a\n    title: A\n    source: {{type: docstrings, packages: [a]}}\n{tuning.yaml}\n"
    config = parse_config(text).datasets[0].clusters
    found = clusters_module.find_clusters(clusters_config=config, seed=42, reduction=reduction, context=context)
    assert config.method == "leaf"
    assert found.assignment.tolist() == tuning.chosen.assignment.tolist()


def test_of_a_sample_the_recommendation_counts_all_documents(reduction, monkeypatch, report, context):
    sampled = dataclasses.replace(reduction, landmarks=np.arange(0, len(reduction.layout), 2, dtype=np.int32))
    monkeypatch.setattr(tune_module, "reduction_of", lambda project, slug, report: (dataset(), sampled))
    tuning = tune(None, "a", report)
    assert len(tuning.places) == len(sampled.landmarks)
    chosen = tuning.chosen
    config = ClustersConfig(min_cluster_size=chosen.min_cluster_size, min_samples=chosen.min_samples)
    found = clusters_module.find_clusters(clusters_config=config, seed=42, reduction=sampled, context=context)
    assert found.assignment[sampled.landmarks].tolist() == chosen.assignment.tolist()


def test_every_method_and_number_of_samples_is_measured(tuned):
    tuning = tuned(clusters={"min_samples": 7})
    assert {(each.method, each.min_samples) for each in tuning.candidates} == {
        (method, samples) for method in ("eom", "leaf") for samples in (3, 5, 7, 10)
    }
    assert len(tuning.others) == 7
    assert all(0 <= each.outliers <= 1 and -1 <= each.validity <= 1 for each in tuning.candidates)


def test_two_tunings_are_equal_byte_by_byte(tuned):
    one, other = tuned(), tuned()
    assert render_page(one) == render_page(other)


def test_the_terminal_shows_the_table_the_reason_and_the_lines(tuned):
    tuning, screen = tuned(), io.StringIO()
    print_tuning(tuning, Console(file=screen, width=100))
    told = screen.getvalue()
    (row,) = [line for line in told.splitlines() if line.endswith("<-") or "<-" in line]
    assert row.split()[:4] == ["eom", str(tuning.chosen.min_samples), str(tuning.chosen.min_cluster_size), "6"]
    assert tuning.why in told
    assert tuning.yaml in told
    assert "\x1b" not in told


def test_a_terminal_with_colours_shows_small_maps(tuned):
    screen = io.StringIO()
    print_tuning(tuned(), Console(file=screen, width=100, force_terminal=True, color_system="truecolor"))
    assert re.search("[\u2801-\u28ff]", screen.getvalue())


def test_a_braille_map_has_its_documents_where_they_lie():
    colors = np.array([[255, 0, 0], [0, 0, 255]], np.uint8)
    text = braille_map(np.array([[0.0, 1.0], [1.0, 0.0]], np.float32), colors)
    lines = text.plain.split("\n")
    assert (lines[0][0], lines[-2][-1]) == ("\u2801", "\u2880")
    assert set("".join(lines)) == {"\u2800", "\u2801", "\u2880"}


class Page(HTMLParser):
    """The tags of a page and what its images load."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.loaded, self.attributes = [], [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.loaded += [value for name, value in attrs if name in {"src", "href"}]


def test_hostile_titles_are_text_in_a_report_that_loads_nothing(tuned):
    html = render_page(tuned())
    page = Page(html)
    assert "script" not in page.tags
    assert not {"onerror", "style"} & page.attributes
    assert all(address.startswith("data:image/webp;base64,") for address in page.loaded)
    assert page.tags.count("img") == len(page.loaded) >= 6
    assert "{{ 7*7 }}" in html
    assert "&lt;script&gt;window.hacked=1" in html


def test_the_report_holds_every_setting(tuned):
    tuning = tuned()
    assert Page(render_page(tuning)).tags.count("tr") == len(tuning.candidates) + 1


def test_documents_without_any_topic_are_told_and_drawn(monkeypatch, report):
    rng = np.random.default_rng(0)
    points = np.ones((60, 5), np.float32)
    flat = Reduction(points, rng.normal(size=(60, 2)).astype(np.float32))
    monkeypatch.setattr(tune_module, "reduction_of", lambda project, slug, report: (dataset(), flat))
    tuning = tune(None, "a", report)
    assert "No setting finds a topic" in tuning.why
    assert "No setting finds a topic" in render_page(tuning)
