"""What is closest in meaning, as it is published: lists by storage row, what the map keeps of them, and its checks."""

import json
import re

import numpy as np
import pytest

from sitegen.site.map import neighbors as module
from sitegen.site.map.neighbors import LABEL, ROWS_PER_SHARD, Neighborhoods, write_neighbors
from sitegen.site.output.check import Element
from sitegen.site.output.hashed_files import HashedFiles
from sitegen.site.output.neighbor_lists import neighbor_problems
from sitegen.site.output.shards import read_shard, shard

SHOWN, KNOWN = 5, 10


def lists_of(site, slug, unpack):
    """What is published of each storage row."""
    (folder,) = (site.folder / slug / "map").glob("neighbors-*")
    files = sorted(folder.rglob("*.js"), key=lambda file: int(file.stem))
    return [each for file in files for each in json.loads(unpack(file.read_text("ascii")))]


def page_data(site, slug):
    html = (site.folder / slug / "index.html").read_text("utf-8")
    return json.loads(re.search(r'id="map-data">(.*?)</script>', html, re.DOTALL)[1])


def kept_by_hand(made):
    """How many of the ten nearest by vectors are among the ten nearest on the map, document by document."""
    apart = np.hypot(*(made.places[:, None] - made.places[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    reach = np.sort(apart, axis=1)[:, KNOWN - 1]
    near = made.neighbors.rows
    return (np.take_along_axis(apart, near, axis=1) <= reach[:, None] * (1 + 1e-9)).sum(axis=1)


@pytest.fixture(scope="session")
def kept(tiny):
    return kept_by_hand(tiny.maps["tiny"])


def test_each_row_lists_its_nearest_and_what_the_map_keeps(tiny, unpack, kept):
    order = tiny.stored("tiny")
    row_of = {document: row for row, document in enumerate(order)}
    near = tiny.maps["tiny"].neighbors.rows
    assert lists_of(tiny, "tiny", unpack) == [
        [kept[document], KNOWN, *(row_of[other] for other in near[document, :SHOWN].tolist())] for document in order
    ]
    assert kept.min() + 1 > 0
    assert 2 < kept.mean() < 9


def test_the_page_knows_where_they_are_and_loads_none_at_first(tiny):
    data = page_data(tiny, "tiny")
    assert data["neighbors"]["rows"] == ROWS_PER_SHARD
    html = (tiny.folder / "tiny" / "index.html").read_text("utf-8")
    assert not re.search(r'(src|href)="[^"]*(neighbors-|reader\.)', html)


def test_a_map_without_vectors_says_nothing(tiny):
    assert page_data(tiny, "plain")["neighbors"] is None
    assert page_data(tiny, "plain")["columns"] is None
    assert not list((tiny.folder / "plain" / "map").glob("neighbors*"))
    assert "closest" not in (tiny.folder / "plain" / "about" / "index.html").read_text("utf-8")


def test_topics_say_what_the_map_keeps_of_their_documents(tiny, kept):
    made = tiny.maps["tiny"]
    rows = json.loads((tiny.folder / "tiny" / "download" / "topics.json").read_text("utf-8"))
    for rank, row in enumerate(rows):
        share = kept[made.topics.assignment == rank].mean() / KNOWN
        assert row["neighbors_kept"] == pytest.approx(share, abs=1e-4)
        (page,) = (tiny.folder / "tiny" / "topics").glob(f"{row['topic']}/index.html")
        said = re.search(r"closest in meaning to one of these, (\S+) also lie near it", page.read_text("utf-8"))
        assert said[1] == f"{row['neighbors_kept']:.1%}"
    assert "neighbors_kept" in (tiny.folder / "tiny" / "download" / "topics.csv").read_text("utf-8").splitlines()[0]
    about = (tiny.folder / "tiny" / "about" / "index.html").read_text("utf-8")
    assert f"On average, {kept.mean() / KNOWN:.1%} of the 10 documents closest to one in meaning" in about


def test_the_map_can_be_coloured_by_it_and_says_what_it_means(tiny, unpack, kept):
    (index,) = (tiny.folder / "tiny" / "map").glob("columns.*.js")
    column = json.loads(unpack(index.read_text("ascii")))[-1]
    assert (column["label"], column["kind"], column["whole"]) == (LABEL, "number", True)
    assert sum(column["histogram"]) == len(kept)
    assert "the 10 documents closest to a document in meaning" in column["note"]
    html = (tiny.folder / "tiny" / "index.html").read_text("utf-8")
    assert html.count(f'<option value="{column["name"]}">{LABEL}</option>') == 1  # colours, no sizes


def test_nothing_of_a_text_is_in_them(tiny, unpack):
    (folder,) = (tiny.folder / "tiny" / "map").glob("neighbors-*")
    for file in folder.rglob("*.js"):
        assert re.fullmatch(r"[\d,\[\]]+", unpack(file.read_text("ascii")).decode())


NEAR = np.array([[1, 2, 3], [2, 0, -1], [3, 1, 0], [-1, -1, -1]], np.int32)
KEPT = np.array([2, 1, 0, 0], np.int32)
ORDER = np.array([2, 0, 3, 1])


def write(folder, shown):
    folder.mkdir(exist_ok=True)
    written = write_neighbors(HashedFiles(folder), Neighborhoods(NEAR, KEPT, shown), ORDER)
    shards = [read_shard((folder / written.lists / f"0/{number}.js").read_bytes()) for number in range(2)]
    return written.lists, [(name, json.loads(payload)) for name, payload in shards]


def test_lists_are_cut_and_divided_into_shards(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "ROWS_PER_SHARD", 3)
    _, shards = write(tmp_path / "all", 3)
    assert shards == [
        ("neighbors-0", [[0, 3, 2, 3, 1], [2, 3, 3, 0, 2], [0, 0]]),
        ("neighbors-1", [[1, 2, 0, 1]]),
    ]
    _, shards = write(tmp_path / "one", 1)
    assert [each for _, lists in shards for each in lists] == [[0, 3, 2], [2, 3, 3], [0, 0], [1, 2, 0]]


def edited(change):
    """Damage that changes the lists of a shard."""

    def damage(file):
        name, payload = read_shard(file.read_bytes())
        lists = json.loads(payload)
        change(lists)
        file.write_bytes(shard(name, json.dumps(lists).encode()))

    return damage


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda file: None, None),
        (lambda file: file.unlink(), "which is not there"),
        (lambda file: file.write_bytes(file.read_bytes()[:-20]), "which is damaged"),
        (lambda file: file.write_bytes(file.read_bytes().replace(b"H4sI", b"H4sA", 1)), "which is damaged"),
        (lambda file: file.write_bytes(shard("neighbors-7", b"[]")), "which does not fit its 4 documents"),
        (edited(lambda lists: lists.pop()), "which does not fit its 4 documents"),
        (edited(lambda lists: lists[1].__setitem__(2, 4)), "which does not fit its 4 documents"),
        (edited(lambda lists: lists[1].__setitem__(2, 1)), "which does not fit its 4 documents"),
        (edited(lambda lists: lists[1].__setitem__(2, 0)), "which does not fit its 4 documents"),
        (edited(lambda lists: lists[1].__setitem__(0, 4)), "which does not fit its 4 documents"),
        (edited(lambda lists: lists.__setitem__(0, "no list")), "which does not fit its 4 documents"),
    ],
)
def test_the_check_finds_lists_that_are_missing_or_wrong(damage, problem, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "ROWS_PER_SHARD", 3)
    folder, _ = write(tmp_path / "map", 3)
    damage(tmp_path / "map" / folder / "0" / "0.js")
    data = json.dumps({"documents": 4, "neighbors": {"rows": 3, "folder": f"map/{folder}"}})
    found = list(neighbor_problems(tmp_path / "index.html", [Element("script", {"id": "map-data"}, data)]))
    assert found == ([] if problem is None else found[:1])
    assert problem is None or (found[0].startswith(f"reads map/{folder}/0/0.js, ") and problem in found[0])


@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"documents": 4}', '{"documents": 4, "neighbors": null}'])
def test_the_check_passes_over_pages_without_such_lists(text, tmp_path):
    elements = [Element("p", {}), Element("script", {"id": "map-data"}, text)]
    assert list(neighbor_problems(tmp_path / "index.html", elements)) == []
