"""What changed over the last builds: kept from build to build, told on a page and in feeds."""

import dataclasses
import json
from xml.etree import ElementTree as ET

import pytest

from sitegen.artifacts import Entry
from sitegen.publishing.state import MOST_BUILDS, MapRecord, State
from sitegen.site.pages.facts.changes import Change, read_history
from sitegen.site.pages.facts.statistics import read_statistics, write_statistics
from sitegen.site.pages.files.feeds import ATOM
from sitegen.site.pages.write_site import RenderedMap, write_site
from sitegen.site.privacy.redact import redactor
from tests.conftest import IMAGE

BASE = "https://maps.example/a/"
CHANGES = (
    Change("new", 7, "", f"Trains {IMAGE}", 0, 1200),
    Change("grown", 2, "Bread", "Bread", 40, 60),
    Change("gone", 1, "Fax, fax@example.org", "", 30, 0),
    Change("renamed", 3, "Old", "New", 9, 9),
)


@pytest.fixture
def record(tiny, tmp_path):
    """`record(continuity, changes)`: the tiny map as a build has made it."""

    def make(continuity, changes):
        folder = tmp_path / continuity
        folder.mkdir(exist_ok=True)
        statistics = read_statistics(tiny.folder.parent / "rendered" / "tiny")
        write_statistics(dataclasses.replace(statistics, changes=changes), folder)
        parts = {"inputs": {"continuity": continuity}}
        entry = Entry(folder, "map", continuity, parts, {"file": continuity}, 0.0)
        return MapRecord(tiny.maps["tiny"].dataset, entry, [])

    return make


def publish(state, record, now):
    described = state.describe(record, "common", now)
    state.maps["tiny"] = json.loads(json.dumps(described))
    return described["history"]


def test_each_build_with_changed_topics_is_kept_newest_first(record, tmp_path):
    state = State(tmp_path / "published.json")
    assert publish(state, record("one", ()), 10) == []
    assert [build["updated"] for build in publish(state, record("two", CHANGES), 20)] == [20]
    assert [build["updated"] for build in publish(state, record("two", CHANGES), 30)] == [20]
    assert [build["updated"] for build in publish(state, record("three", ()), 40)] == [20]
    assert [build["updated"] for build in publish(state, record("four", CHANGES[:1]), 50)] == [50, 20]
    for number in range(30):
        publish(state, record(f"more{number}", CHANGES), 60 + number)
    assert len(state.maps["tiny"]["history"]) == MOST_BUILDS


def test_names_are_redacted_by_the_rules_of_today():
    rows = [{"updated": 0, "changes": [dataclasses.asdict(change) for change in CHANGES]}]
    (build,) = read_history(rows, redactor(("emails",)))
    assert build.lines() == [
        f"New: Trains {IMAGE} (documents: 1,200)",
        "Grown: Bread (documents: 40 to 60)",
        "Gone: Fax, [email] (documents: 30)",
        "Renamed: Old is now New",
    ]
    assert (build.day, build.summary) == ("1970-01-01", "1 new, 1 gone, 1 grown, 1 renamed")


@pytest.fixture(scope="module")
def site(tiny, tmp_path_factory):
    folder = tmp_path_factory.mktemp("changes")
    rows = [{"updated": 86400 * day, "changes": [dataclasses.asdict(each) for each in CHANGES]} for day in (9, 2)]
    history = read_history(rows, redactor(()))
    rendered = tiny.folder.parent / "rendered" / "tiny"
    write_site(tiny.site, BASE, [RenderedMap(tiny.maps["tiny"].dataset, rendered, history=history)], folder)
    return folder / "tiny"


def test_feeds_tell_each_build_and_lead_to_it(site):
    atom = ET.fromstring((site / "changes.xml").read_bytes())
    entries = atom.findall(f"{{{ATOM}}}entry")
    document = json.loads((site / "changes.json").read_text("utf-8"))
    assert [entry.findtext(f"{{{ATOM}}}updated") for entry in entries] == [
        "1970-01-10T00:00:00Z",
        "1970-01-03T00:00:00Z",
    ]
    page = (site / "changes" / "index.html").read_text("utf-8")
    for entry, item in zip(entries, document["items"], strict=True):
        address = entry.findtext(f"{{{ATOM}}}id")
        assert address == item["url"]
        assert address.startswith(f"{BASE}tiny/changes/#build-")
        assert f'id="{address.partition("#")[2]}"' in page
        assert entry.findtext(f"{{{ATOM}}}content") == item["content_text"]
        assert item["content_text"].startswith(f"New: Trains {IMAGE}")
    assert IMAGE not in page
    assert 'href="../changes.xml"' in page


def test_the_page_of_changes_is_linked_and_in_the_sitemap(site):
    assert 'href="../changes/index.html"' in (site / "about" / "index.html").read_text("utf-8")
    assert 'href="changes/index.html"' in (site / "index.html").read_text("utf-8")
    assert f"<loc>{BASE}tiny/changes/</loc>" in (site.parent / "sitemap.xml").read_text("utf-8")
    page = (site / "changes" / "index.html").read_text("utf-8")
    assert "<script" not in page
    assert page.count("Grown: Bread (documents: 40 to 60)") == 2


def test_a_first_build_has_no_page_of_changes(tiny):
    assert not (tiny.folder / "tiny" / "changes").exists()
    for page in ("index.html", "about/index.html"):
        assert "changes/index.html" not in (tiny.folder / "tiny" / page).read_text("utf-8")


def test_without_an_address_there_is_no_feed(tiny):
    assert not (tiny.folder / "tiny" / "changes.xml").exists()
    assert "changes.xml" not in (tiny.folder / "tiny" / "about" / "index.html").read_text("utf-8")
