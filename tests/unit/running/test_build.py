"""A gallery is brought up to date: what is rendered, published, kept and refused.

The stages that need models are filled in beforehand under their real keys, so that the real `build` finds them fresh
and renders real pages.
"""

import dataclasses
import json
import re
import shutil

import numpy as np
import pytest

from sitegen.artifacts import Store, digest
from sitegen.commands.build import BuildOptions, build
from sitegen.commands.status import status
from sitegen.commands.tune.tune import reduction_of
from sitegen.config import load_project
from sitegen.errors import ConfigError, PublishError
from sitegen.pipeline import STAGES as MODEL_STAGES
from sitegen.pipeline import Pipeline
from sitegen.publishing.state import State
from sitegen.site.output import check as check_module
from sitegen.workspace import STAGES
from tests.unit.helpers import clusters, embeddings, make_package, reduction, snapshot, to_yaml, topic_labels, topics

ROWS = 60
ASSIGNMENT = [number % 3 - 1 for number in range(ROWS)]
TOYS = {
    "embeddings": lambda **_: embeddings(np.eye(ROWS, 4)),
    "reduction": lambda *, seed, **_: reduction(ROWS),
    "clusters": lambda **_: clusters(ASSIGNMENT),
    "topics": lambda **_: topics((["pasta", "sauce"], ["train", "ticket"]), ASSIGNMENT),
    "labels": lambda *, topics, **_: topic_labels(["Pasta", "Trains"][: topics.assignment.max() + 1]),
}


class Gallery:
    """A project of datasets whose stored artifacts are all there."""

    def __init__(self, root, report):
        self.root, self.report = root, report
        self.output = root / "build"
        self.datasets = {slug: {"title": f"Map {slug}"} for slug in ("one", "two")}
        (root / "model").mkdir(parents=True)
        rows = [{"text": f"Text number {number}."} for number in range(ROWS)]
        make_package(root, "gallery_rows", {"rows.json": to_yaml(rows)})

    def project(self):
        entries = [
            {
                "slug": slug,
                "source": {"type": "package", "package": "gallery_rows", "path": "rows.json"},
                "embeddings": {"model": "./model"},
                "labels": {"model": None},
                **changes,
            }
            for slug, changes in self.datasets.items()
        ]
        (self.root / "datasets.yaml").write_text(to_yaml({"datasets": entries}))
        return load_project(self.root / "datasets.yaml")

    def fill(self):
        """Store what the stages that need models would make."""
        project = self.project()
        stages = [dataclasses.replace(stage, run=TOYS.get(stage.name, stage.run)) for stage in MODEL_STAGES]
        store = Store(self.root / ".sitegen" / "cache")
        for entry in project.config.datasets:
            runtime = project.config.runtime
            Pipeline(entry, stages, store, root=self.root, runtime=runtime, report=self.report).run()

    def build(self, **options):
        build(self.project(), BuildOptions(self.output, **options), self.report)

    def page(self, name):
        return (self.output / name).read_text("utf-8")


@pytest.fixture
def gallery(tmp_path, report, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    made = Gallery(tmp_path, report)
    made.fill()
    return made


@pytest.fixture
def said(screen):
    """What was printed since this was last asked."""

    def said():
        text = screen.getvalue()
        screen.truncate(0)
        screen.seek(0)
        return text

    return said


def work(told):
    """The (slug, stage) of every line that tells of work done."""
    return re.findall(r"^(\w+) +(\w+) +runs:", told, re.MULTILINE)


def times(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.name != "lock"}


def test_a_build_publishes_the_gallery_and_every_map(gallery, said):
    gallery.build()
    assert "Map one" in gallery.page("index.html")
    assert "Map two" in gallery.page("index.html")
    assert "Map one" in gallery.page("one/index.html")
    assert "published 2 map(s)" in said()
    assert gallery.report.warnings == 0


@pytest.mark.parametrize(
    ("assignment", "hint"),
    [
        ([0] * 40 + [1] * 20, "the largest topic holds 67% of the documents; `sitegen tune one`"),
        ([-1] * ROWS, "no topic was found; `sitegen tune one`"),
    ],
)
def test_topics_that_say_little_are_warned_of_with_a_next_step(gallery, said, monkeypatch, assignment, hint):
    words = [["pasta", "sauce"], ["train", "ticket"]][: max(assignment) + 1]
    monkeypatch.setitem(TOYS, "clusters", lambda **_: clusters(assignment))
    monkeypatch.setitem(TOYS, "topics", lambda **_: topics(words, assignment))
    for slug in gallery.datasets:
        gallery.datasets[slug]["clusters"] = {"min_cluster_size": 7}
    gallery.fill()
    said()
    with pytest.raises(PublishError, match="--strict"):
        gallery.build(strict=True)
    assert f"warning: one: {hint}" in said()
    assert not gallery.output.exists()


def test_groups_of_a_few_documents_are_warned_of_at_each_build(gallery, said):
    gallery.datasets["one"] |= {"documents": {"category": "text"}, "compare": {"by": "category"}}
    gallery.fill()
    for _ in range(2):
        said()
        with pytest.raises(PublishError, match="--strict"):
            gallery.build(strict=True)
        told = "'Text number 0.' (1), 'Text number 1.' (1) of category are compared"
        assert f"warning: one: groups with fewer than 20 documents say little, but {told}" in said()


def test_a_second_build_touches_nothing(gallery, said):
    gallery.build()
    said()
    project, before = gallery.project(), times(gallery.root)
    build(project, BuildOptions(gallery.output), gallery.report)
    assert times(gallery.root) == before
    assert "nothing changed" in said()


def test_two_builds_from_nothing_are_equal_byte_by_byte(gallery):
    gallery.build()
    before = snapshot(gallery.output)
    for path in (gallery.root / ".sitegen" / "cache" / "map").rglob("manifest.json"):
        path.unlink()
    (gallery.root / ".sitegen" / "published.json").unlink()
    gallery.build()
    assert snapshot(gallery.output) == before


def test_a_new_title_renders_pages_and_no_map(gallery, said):
    gallery.build()
    said()
    gallery.datasets["one"]["title"] = "A new title"
    gallery.build()
    assert "A new title" in gallery.page("one/index.html")
    assert "A new title" in gallery.page("index.html")
    assert work(said()) == []


def test_a_new_map_section_renders_that_map_and_runs_no_stage(gallery, said):
    gallery.build()
    said()
    gallery.datasets["one"]["map"] = {"points": 10}
    gallery.build()
    assert work(said()) == [("one", "map")]


def test_a_site_that_someone_changed_is_published_again(gallery):
    gallery.build()
    right = snapshot(gallery.output)
    (gallery.output / "index.html").write_text("vandalised")
    (gallery.output / "one" / "index.html").unlink()
    gallery.build()
    assert snapshot(gallery.output) == right


def test_a_dataset_taken_out_of_the_config_leaves_the_site(gallery):
    gallery.build()
    del gallery.datasets["one"]
    gallery.build()
    assert not (gallery.output / "one").exists()
    assert "Map one" not in gallery.page("index.html")
    assert "Map two" in gallery.page("two/index.html")


def test_only_one_dataset_is_brought_up_to_date(gallery):
    gallery.build()
    gallery.datasets["one"]["title"] = "New one"
    gallery.datasets["two"]["title"] = "New two"
    gallery.build(only=frozenset({"one"}))
    assert "New one" in gallery.page("one/index.html")
    assert "Map two" in gallery.page("two/index.html")
    assert "New two" not in gallery.page("index.html")


def test_only_one_dataset_leaves_out_unbuilt_ones_and_says_so(gallery, said):
    gallery.build(only=frozenset({"one"}))
    assert (gallery.output / "one" / "index.html").is_file()
    assert not (gallery.output / "two").exists()
    assert "two: not built yet" in said()
    assert gallery.report.warnings == 1


@pytest.mark.parametrize("stored", [None, "{}", "not json", '{"slug": "two", "key_of_an_older_sitegen": 1}'])
def test_a_record_of_another_version_is_left_out_with_a_warning(gallery, said, stored):
    gallery.build()
    path = gallery.root / ".sitegen" / "published.json"
    state = State.load(path)
    state.maps["two"]["dataset"] = stored
    if stored is None:
        del state.maps["two"]["dataset"]
    state.save()
    gallery.build(only=frozenset({"one"}))
    assert (gallery.output / "one" / "index.html").is_file()
    assert "warning: two" in said()


@pytest.mark.parametrize("damage", ["map.json", "details.json", "version"])
def test_a_map_of_another_version_is_left_out_with_a_warning(gallery, said, damage):
    gallery.build()
    store, path = Store(gallery.root / ".sitegen" / "cache"), gallery.root / ".sitegen" / "published.json"
    state = State.load(path)
    entry = store.find("map", state.maps["two"]["key"])
    # Not the parts of "one", which is the same map.
    parts = {**entry.parts, "slug": "two", "version": entry.parts["version"] - (damage == "version")}
    with store.writing("map", parts) as folder:
        shutil.copytree(entry.folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("manifest.json"))
        if damage != "version":
            stored = json.loads((folder / damage).read_text("utf-8"))
            (folder / damage).write_text(json.dumps({name: stored[name] for name in list(stored)[1:]}))
    state.maps["two"]["key"] = digest(parts)
    state.save()
    gallery.datasets["one"]["title"] = "New one"
    gallery.build(only=frozenset({"one"}))
    assert "warning: two: built by another sitegen" in said()
    assert "New one" in gallery.page("one/index.html")
    assert not (gallery.output / "two").exists()


def test_an_unknown_slug_is_refused(gallery):
    with pytest.raises(ConfigError, match="no dataset three; there are one, two"):
        gallery.build(only=frozenset({"three"}))
    assert not gallery.output.exists()


def test_a_strict_build_with_a_warning_leaves_the_site_alone(gallery):
    gallery.build()
    before = snapshot(gallery.output)
    gallery.datasets["three"] = {"title": "Map three"}
    gallery.datasets["one"]["title"] = "New one"
    with pytest.raises(PublishError, match="--strict"):
        gallery.build(only=frozenset({"one"}), strict=True)
    assert snapshot(gallery.output) == before
    assert [path.name for path in gallery.root.iterdir() if path.name.startswith(".build")] == []


def test_a_strict_build_without_a_warning_is_published(gallery):
    gallery.build(strict=True)
    assert (gallery.output / "index.html").is_file()


def test_a_foreign_output_folder_is_refused_before_any_work(gallery, said):
    gallery.output.mkdir()
    (gallery.output / "thesis.txt").write_text("mine")
    said()
    with pytest.raises(PublishError, match="did not write"):
        gallery.build(force=frozenset({"documents"}))
    assert snapshot(gallery.output) == {"thesis.txt": b"mine"}
    assert said() == ""


def test_a_damaged_artifact_is_made_again_and_the_site_is_right(gallery, said):
    gallery.build()
    right = snapshot(gallery.output)
    cache = gallery.root / ".sitegen" / "cache"
    (table,) = (cache / "documents").rglob("table.parquet")
    table.write_bytes(b"damaged")
    for path in (cache / "map").rglob("manifest.json"):
        path.unlink()
    said()
    gallery.build()
    assert snapshot(gallery.output) == right
    told = said()
    assert "documents" in told
    assert "is damaged" in told


def test_a_damaged_map_is_never_published(gallery, said):
    gallery.build()
    right = snapshot(gallery.output)
    pages = [path for path in (gallery.root / ".sitegen" / "cache" / "map").rglob("*") if path.suffix == ".webp"]
    assert pages
    for path in pages:
        path.write_bytes(b"damaged")
    gallery.datasets["one"]["description"] = "Makes a new page necessary."
    gallery.build()
    changed = {name for name, content in snapshot(gallery.output).items() if content != right.get(name)}
    assert {name.rpartition(".")[2] for name in changed} <= {"html", "xml", "yaml", "txt"}
    assert gallery.report.warnings == 1


def test_status_of_a_built_gallery_is_fresh_by_slug(gallery):
    gallery.build()
    told = status(gallery.project(), frozenset({"two"}), gallery.report)
    assert list(told) == ["two"]
    assert [(each.stage, each.fresh) for each in told["two"]] == [(stage.name, True) for stage in STAGES]


def test_the_reduction_of_a_dataset_is_what_is_stored(gallery, said):
    said()
    entry, found = reduction_of(gallery.project(), "two", gallery.report)
    assert entry.title == "Map two"
    assert found.layout.tolist() == reduction(ROWS).layout.tolist()
    assert work(said()) == []


def test_the_state_reads_back_as_it_was_saved(tmp_path):
    state = State(tmp_path / "published.json", "site", {"a.html": [1, 2]}, {"one": {"key": "k", "dataset": "{}"}})
    state.save()
    assert State.load(state.path) == state
    assert [path.name for path in tmp_path.iterdir()] == ["published.json"]


@pytest.mark.parametrize("text", [None, "", "{", "[]", "null", '{"site": "x"}'])
def test_a_state_that_cannot_be_read_is_empty(tmp_path, text):
    path = tmp_path / "published.json"
    if text is not None:
        path.write_text(text)
    assert State.load(path) == State(path)


def inodes(folder):
    return {path.relative_to(folder).as_posix(): path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def test_only_the_pages_of_what_changed_are_written_again(gallery, said):
    gallery.build()
    before = inodes(gallery.output)
    said()
    gallery.datasets["one"]["title"] = "A new title"
    gallery.build()
    after = inodes(gallery.output)
    assert {name for name in after if name.startswith("two/") and after[name] != before[name]} == set()
    assert after["one/index.html"] != before["one/index.html"]
    results = {line.split()[0]: line.split()[1] for line in said().splitlines() if line.startswith(("one ", "two "))}
    assert results == {"one": "built", "two": "unchanged"}


def test_a_new_theme_rewrites_pages_but_no_data_or_pictures(gallery):
    gallery.build()
    before = inodes(gallery.output / "one")
    (gallery.root / "static" / "css").mkdir(parents=True)
    (gallery.root / "static" / "css" / "brand.css").write_text(":root { --accent: red }")
    gallery.build()
    after = inodes(gallery.output / "one")
    kept = {name for name in before if before[name] == after[name]}
    assert {"download/map.png", "download/map.svg"} < kept
    assert {name for name in before if name.startswith("map/")} < kept
    assert not any(name.endswith(".html") for name in kept)
    assert 'href="../assets/brand.' in gallery.page("one/index.html")


def test_a_new_title_draws_the_pictures_that_show_it_again(gallery):
    gallery.build()
    before = {slug: (gallery.output / slug / "download" / "map.svg").read_text("utf-8") for slug in ("one", "two")}
    gallery.datasets["one"]["title"] = "A new title"
    gallery.build()
    after = {slug: (gallery.output / slug / "download" / "map.svg").read_text("utf-8") for slug in ("one", "two")}
    assert "A new title" in after["one"]
    assert "A new title" not in before["one"]
    assert after["two"] == before["two"]


def test_a_problem_of_a_page_not_written_again_is_still_told(gallery, said, monkeypatch):
    gallery.build()
    monkeypatch.setattr(check_module, "FIRST_VIEW_BYTES", 1000)
    gallery.datasets["two"]["title"] = "Another title"
    gallery.build()
    gallery.datasets["one"]["title"] = "A new title"
    said()
    gallery.build()
    assert "two/index.html: first view is" in said()


def test_a_folder_that_someone_changed_is_not_reused(gallery):
    gallery.build()
    right = snapshot(gallery.output)
    (gallery.output / "two" / "index.html").write_text("vandalised")
    gallery.datasets["one"]["description"] = "Makes a new page necessary."
    gallery.build()
    assert gallery.page("two/index.html").encode() == right["two/index.html"]


def test_reused_and_written_pages_are_the_same_bytes(gallery):
    gallery.build()
    gallery.datasets["one"]["title"] = "A new title"
    gallery.build()
    incremental = snapshot(gallery.output)
    (gallery.root / ".sitegen" / "published.json").unlink()
    gallery.build()
    assert snapshot(gallery.output) == incremental


BROKEN = {"type": "package", "package": "gallery_rows", "path": "gone.json"}


def test_a_failing_dataset_stops_no_other_but_the_publishing(gallery, said):
    gallery.build()
    before = snapshot(gallery.output)
    gallery.datasets["one"]["source"] = BROKEN
    gallery.datasets["two"]["map"] = {"points": 10}
    said()
    with pytest.raises(PublishError, match="one: failed, so nothing was published; --keep-going"):
        gallery.build()
    told = said()
    assert snapshot(gallery.output) == before
    assert work(told) == [("two", "map")]
    assert "datasets[0].source" in told
    assert re.search(r"^one +failed", told, re.MULTILINE)
    assert re.search(r"^two +built +1 ran, 8 stored", told, re.MULTILINE)


def test_keep_going_leaves_the_failed_one_its_last_good_pages(gallery):
    gallery.build()
    before = snapshot(gallery.output)
    gallery.datasets["one"]["source"] = BROKEN
    gallery.datasets["two"]["title"] = "New two"
    with pytest.raises(PublishError, match="one: failed; published without what is new in it"):
        gallery.build(keep_going=True)
    assert gallery.page("one/index.html").encode() == before["one/index.html"]
    assert "New two" in gallery.page("two/index.html")


def test_with_keep_going_and_nothing_left_nothing_is_published(gallery):
    for changes in gallery.datasets.values():
        changes["source"] = BROKEN
    with pytest.raises(PublishError, match="no other map"):
        gallery.build(keep_going=True)
    assert not gallery.output.exists()


def test_drafts_are_published_only_when_asked(gallery):
    gallery.datasets["two"]["draft"] = True
    gallery.build()
    assert not (gallery.output / "two").exists()
    assert "Map two" not in gallery.page("index.html")
    gallery.build(drafts=True)
    assert "Map two" in gallery.page("index.html")


def test_the_gallery_is_in_the_order_of_the_file_unless_told(gallery):
    gallery.build()
    assert gallery.page("index.html").index("Map one") < gallery.page("index.html").index("Map two")
    gallery.datasets["two"]["order"] = -1
    gallery.build()
    assert gallery.page("index.html").index("Map two") < gallery.page("index.html").index("Map one")


def test_dates_are_of_the_last_change_and_source_date_epoch(gallery, monkeypatch):
    base_url = "https://maps.example/a/"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    gallery.build(base_url=base_url)
    first = gallery.page("feed.xml")
    assert first.count("2001-09-09T01:46:40Z") == 3
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1100000000")
    gallery.datasets["two"]["title"] = "New two"
    gallery.build(base_url=base_url)
    second = gallery.page("feed.xml")
    assert second.count("2001-09-09T01:46:40Z") == 1
    assert second.count("2004-11-09T11:33:20Z") == 2
    assert second.index("New two") < second.index("Map one")


def test_two_builds_from_nothing_are_the_same_bytes(gallery, report, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    gallery.build()
    again = Gallery(gallery.root / "again", report)
    again.fill()
    for path in (again.root / ".sitegen").rglob("manifest.json"):  # as a slower machine would have made them
        manifest = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps({**manifest, "seconds": manifest["seconds"] + 99, "host": "elsewhere"}))
    again.build()
    assert snapshot(again.output) == snapshot(gallery.output)
    assert "How it was made" in gallery.page("one/about/index.html")


def test_a_source_date_epoch_that_is_none_is_an_error(gallery, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(ConfigError, match="SOURCE_DATE_EPOCH: should be a number"):
        gallery.build()


def test_a_template_that_fails_is_an_error_and_the_site_stays(gallery):
    gallery.build()
    before = snapshot(gallery.output)
    (gallery.root / "templates").mkdir()
    (gallery.root / "templates" / "gallery.html.j2").write_text("line one\n{{ page.titel }}\n")
    with pytest.raises(PublishError, match=r"templates/gallery\.html\.j2:2: .*titel"):
        gallery.build()
    assert snapshot(gallery.output) == before


def test_a_state_of_which_one_bit_was_flipped_is_not_believed(tmp_path):
    state = State(tmp_path / "published.json", "site", {"a.html": [1, 2]}, {"one": {"key": "k", "dataset": "Title"}})
    state.save()
    state.path.write_text(state.path.read_text().replace("Title", "Tivle"))
    assert State.load(state.path) == State(state.path)
