"""A map that grows keeps its published files: what changes with a few more documents, and what does not."""

import dataclasses
import json
import re
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sitegen.artifacts import TOPIC_SCHEMA, Continuity, Neighbors, find_square
from sitegen.site.map.column_codes import category_codes
from sitegen.site.map.neighbors import without_deleted
from sitegen.site.map.parents import Parent, place_parents
from sitegen.site.map.pictures.drawn import counted_documents, drawn_documents
from sitegen.site.map.point_tiles import sampling_order
from sitegen.site.map.quadtree import build_quadtree
from sitegen.site.map.storage import segments_of, store_documents
from sitegen.site.output.check import Element
from sitegen.site.output.neighbor_lists import neighbor_problems
from sitegen.site.output.parts import shard_paths
from sitegen.site.output.shards import read_shard, shard
from sitegen.site.pages.files.downloads import FIELDS

NEWCOMERS = 12
STAYS = (
    r"map/(titles|texts|fields|search|points|columns-0|raster|facts|neighbors)-(?!now)|"
    r"map/(preview|thumbnail)\.|download/map|hierarchy/"
)
"""Files of which none of the first build changes or goes."""


def of_rows(made, rows):
    """The tiny map with these of its documents only."""
    now = {row: at for at, row in enumerate(rows.tolist())}
    told = [
        {**row, "representatives": [now[each] for each in row["representatives"] if each in now]}
        for row in made.topics.rows()
    ]
    continuity, assignment = made.continuity, made.topics.assignment[rows]
    return dataclasses.replace(
        made,
        documents=dataclasses.replace(made.documents, table=made.documents.table.take(pa.array(rows))),
        continuity=dataclasses.replace(
            continuity,
            layout=continuity.layout[rows],
            fingerprints=continuity.fingerprints[rows],
            assignment=continuity.assignment[rows],
            since=continuity.since[rows],
        ),
        topics=dataclasses.replace(made.topics, table=pa.Table.from_pylist(told, TOPIC_SCHEMA), assignment=assignment),
        neighbors=made.neighbors and without_deleted(Neighbors(made.neighbors.rows), rows),
    )


def growing(made):
    """The tiny map, the last of whose documents came after the fit; that without topics stays as it is."""
    if not len(made.topics):
        return made
    since = np.zeros(len(made.documents), np.int32)
    since[-NEWCOMERS:] = 1
    square = find_square(made.continuity.layout[since == 0])
    return dataclasses.replace(made, continuity=dataclasses.replace(made.continuity, since=since, square=square))


def of_the_fit(made):
    made = growing(made)
    return of_rows(made, np.flatnonzero(made.continuity.since == 0)) if len(made.topics) else made


@pytest.fixture(scope="module")
def sites(tiny_maker, tmp_path_factory):
    """The site of the fit, and the next one."""
    return [tiny_maker(tmp_path_factory.mktemp("growing"), change) for change in (of_the_fit, growing)]


def files(site):
    folder = site.folder / "tiny"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_of_the_fit_stay_at_their_addresses(sites):
    before, after = map(files, sites)
    stay = {name for name in before if re.match(STAYS, name)} | {
        "download/documents-0.parquet",
        "download/topic-documents-0.jsonl",
    }
    assert len({re.split(r"[.-]", name)[0] for name in stay}) >= 12
    assert [name for name in stay if after.get(name) != before[name]] == []


def test_new_documents_come_last_and_each_is_stored_once(sites):
    first, second = (site.stored("tiny") for site in sites)
    assert second[: len(first)] == first
    count = len(sites[1].maps["tiny"].documents)
    assert sorted(second[len(first) :]) == list(range(count - NEWCOMERS, count))


def test_downloads_hold_every_document_in_parts(sites):
    folder = sites[1].folder / "tiny" / "download"
    parts = [pq.read_table(folder / f"documents-{number}.parquet") for number in range(2)]
    assert list(map(len, parts)) == [len(sites[0].maps["tiny"].documents), NEWCOMERS]
    assert pa.concat_tables(parts)["id"].to_pylist() == sites[1].maps["tiny"].documents.column("id")
    members = {}
    for number in range(2):
        for line in (folder / f"topic-documents-{number}.jsonl").read_bytes().splitlines():
            each = json.loads(line)
            members.setdefault(each["topic"], []).extend(each["documents"])
    made = sites[1].maps["tiny"]
    ids, topics = made.documents.column("id"), made.topics.assignment
    assert members == {topic: [ids[row] for row in np.flatnonzero(topics == topic)] for topic in range(12)}
    page = (folder / "index.html").read_text("utf-8")
    assert all(f'href="documents-{number}.parquet"' in page for number in range(2))
    assert "download/documents-1.parquet" in (sites[1].folder / "llms.txt").read_text("utf-8")
    assert not (folder / "documents.parquet").exists()


def test_words_of_topics_are_apart_from_their_numbers_and_stay(sites):
    before, after = (site.folder / "tiny" / "download" for site in sites)
    words = json.loads((after / "topic-words.json").read_text("utf-8"))
    assert (before / "topic-words.json").read_bytes() == (after / "topic-words.json").read_bytes()
    assert [each["topic"] for each in words] == sorted(each["topic"] for each in words)
    made = sites[1].maps["tiny"]
    assert {each["topic"]: each["ctfidf"] for each in words} == dict(
        zip(made.continuity.ids, (row["keywords"] for row in made.topics.rows()), strict=True)
    )
    numbers = json.loads((after / "topics.json").read_text("utf-8"))
    assert {each["topic"] for each in numbers} == {each["topic"] for each in words}
    assert not {"ctfidf", "keybert", "mmr", "description"} & numbers[0].keys()
    assert (before / "topics.json").read_bytes() != (after / "topics.json").read_bytes()
    head = (after / "topics.csv").read_text("utf-8").splitlines()[0]
    assert head.split(",") == [name for name in FIELDS if name in numbers[0]]
    assert 'href="topic-words.json"' in (after / "index.html").read_text("utf-8")


def lists(site, key, unpack):
    """The lists of neighbours of all documents, in storage order."""
    html = (site.folder / "tiny" / "index.html").read_text("utf-8")
    place = json.loads(re.search(r'id="map-data"[^>]*>(.*?)</script>', html, re.S)[1])["neighbors"]
    paths = shard_paths(place[key], place["rows"], len(site.maps["tiny"].documents))
    return [
        each for _, _, _, path in paths for each in json.loads(unpack((site.folder / "tiny" / path).read_text("ascii")))
    ]


def test_lists_of_neighbors_with_their_changes_are_those_of_now(sites, unpack):
    for site in sites:
        row_of = {document: row for row, document in enumerate(site.stored("tiny"))}
        near = site.maps["tiny"].neighbors.rows
        changed = 0
        both = zip(site.stored("tiny"), lists(site, "folder", unpack), lists(site, "now", unpack), strict=True)
        for document, older, (kept, known, *later) in both:
            rows = [*older]
            for place, row in zip(later[::2], later[1::2], strict=True):
                rows.insert(place, row)
            assert rows[:5] == [row_of[each] for each in near[document][:5].tolist() if each >= 0]
            assert 0 <= kept <= known == (near[document] >= 0).sum()
            changed += bool(later)
        assert (changed > 0) == (site is sites[1])


def test_the_check_reads_both_sets_of_lists(sites, tmp_path):
    shutil.copytree(sites[1].folder / "tiny", tmp_path / "tiny")
    page = tmp_path / "tiny" / "index.html"
    text = re.search(r'id="map-data"[^>]*>(.*?)</script>', page.read_text("utf-8"), re.S)[1]
    elements = [Element("script", {"id": "map-data"}, text)]
    assert list(neighbor_problems(page, elements)) == []
    for name in ("neighbors-1-", "neighbors-now-1-"):
        (file,) = page.parent.glob(f"map/{name}*/*/*.js")
        intact = file.read_bytes()
        known_as, payload = read_shard(intact)
        lists_of_shard = json.loads(payload)
        lists_of_shard[-1] = [4, 3, 0, 0]
        file.write_bytes(shard(known_as, json.dumps(lists_of_shard).encode()))
        assert any("does not fit its 600 documents" in each for each in neighbor_problems(page, elements))
        file.unlink()
        assert any("which is not there" in each for each in neighbor_problems(page, elements))
        file.write_bytes(intact)


def test_pages_of_topics_change_once_these_grow_by_a_tenth(sites):
    before, after = map(files, sites)
    first, second = (site.maps["tiny"].topics.assignment for site in sites)
    sizes = [np.bincount(each[each >= 0], minlength=12) for each in (first, second)]
    grown = {topic for topic in range(12) if sizes[1][topic] > 1.1 * sizes[0][topic]}
    joined = {topic for topic in range(12) if sizes[1][topic] > sizes[0][topic]}
    assert grown < joined
    pages = [f"topics/{topic}/index.html" for topic in range(12)]
    changed = {topic for topic, page in enumerate(pages) if before[page] != after[page]}
    assert changed == grown
    table = after["topics/index.html"].decode("utf-8")
    assert [int(size) for size in re.findall(r'class="number size" data-value="(\d+)"', table)] == sizes[1].tolist()


def test_the_pages_say_what_pictures_and_figures_are_of(sites):
    _, after = map(files, sites)
    assert "counted when the topic had last grown by a tenth" in after["topics/0/index.html"].decode("utf-8")
    assert f"{600 - NEWCOMERS} documents" in after["download/map.svg"].decode("utf-8")
    assert f"{600 - NEWCOMERS} documents of the pictures" in after["hierarchy/index.html"].decode("utf-8")


def test_a_map_that_does_not_grow_is_stored_as_ever(tiny):
    made = tiny.maps["tiny"]
    topics, places = made.topics.assignment, made.places.astype(np.float32)
    stored = store_documents(places, topics, made.continuity, 40, 10, 42)
    expected = build_quadtree(places, sampling_order(topics, 40, 42), 40, 10)
    for name in ("order", "codes", "levels", "cells", "counts"):
        assert np.array_equal(getattr(stored.tree, name), getattr(expected, name))
    assert not stored.growing
    html = (tiny.folder / "tiny" / "index.html").read_text("utf-8")
    data = json.loads(re.search(r'id="map-data"[^>]*>(.*?)</script>', html, re.S)[1])
    folders = [data[name]["folder"] for name in ("titles", "fields", "search", "columns", "neighbors")]
    assert all(isinstance(each, str) for each in [*folders, data["tiles"], data["texts"]])


def test_storage_does_not_depend_on_the_order_of_rows(tiny):
    made = growing(tiny.maps["tiny"])
    places, topics = made.places.astype(np.float32), made.topics.assignment
    stored = store_documents(places, topics, made.continuity, 40, 10, 42)
    shuffled = np.random.default_rng(0).permutation(len(topics))
    moved = of_rows(made, shuffled).continuity
    again = store_documents(places[shuffled], topics[shuffled], moved, 40, 10, 42)
    assert np.array_equal(shuffled[again.tree.order], stored.tree.order)
    assert [segment.end - segment.start for segment in stored.segments] == [len(topics) - NEWCOMERS, NEWCOMERS]
    assert stored.tree.levels[stored.segments[1].first_tile] == 0


def test_rare_topics_of_newcomers_are_in_their_first_tile():
    count, new = 1000, 400
    rng = np.random.default_rng(3)
    topics = np.zeros(count + new, np.int32)
    topics[-5:] = 1
    since = (np.arange(count + new) >= count).astype(np.int32)
    prints = rng.integers(-(2**63), 2**63, count + new)
    layout = rng.random((count + new, 2)).astype(np.float32)
    made = Continuity(layout, prints, topics, *empty_tables(), 2, since=since)
    stored = store_documents(layout, topics, made, 100, 25, 42)
    segment = stored.segments[1]
    top = stored.tree.order[segment.start : segment.start + int(stored.tree.counts[segment.first_tile])]
    assert set(range(count + new - 5, count + new)) <= set(top.tolist())


def empty_tables():
    from sitegen.artifacts import CHANGE_SCHEMA, KNOWN_TOPIC_SCHEMA

    return KNOWN_TOPIC_SCHEMA.empty_table(), CHANGE_SCHEMA.empty_table()


def test_segments_of_builds():
    of = {builds: segments_of(np.arange(builds + 1, dtype=np.int32)).tolist() for builds in (0, 1, 2, 3, 9, 50)}
    assert of[0] == [0]
    assert of[1] == [0, 1]
    assert of[2] == [0, 1, 1]
    assert of[3] == [0, 1, 1, 2]
    assert of[9] == [0, *[1] * 8, 2]
    assert of[50] == [0, *[1] * 48, 2, 2]


def test_older_newcomers_are_seldom_written_again():
    written, before = [], 0
    for builds in range(1, 101):
        sizes = np.bincount(segments_of(np.arange(builds + 1, dtype=np.int32)), minlength=3)
        written.append(int(sizes[2]) + (int(sizes[1]) if sizes[1] != before else 0))
        before = sizes[1]
    assert np.mean(written) < 12


def documents_of_builds(*builds):
    """Topic and build of documents: lists of topics, by build."""
    topics = np.array([topic for build in builds for topic in build], np.int32)
    return topics, np.repeat(np.arange(len(builds)), list(map(len, builds))).astype(np.int32)


@pytest.mark.parametrize(
    ("later", "drawn"),
    [
        ([[0] * 10], 100),
        ([[0] * 11], 111),
        ([[-1] * 6, [-1] * 6], 112),
        ([[0] * 11, [0] * 5], 111),
        ([[1] * 9], 100),
        ([[2] * 3], 103),
        ([[2] * 3, [0] * 2], 103),
    ],
)
def test_pictures_are_drawn_anew_when_map_or_topic_has_grown(later, drawn):
    topics, since = documents_of_builds([0] * 60 + [1] * 20 + [-1] * 20, *later)
    assert drawn_documents(topics, since).sum() == drawn
    assert drawn_documents(topics, None).all()


def test_parents_on_the_map_stand_in_the_order_of_the_pictures():
    parents = [Parent(name, "keywords", topics, size, ()) for name, topics, size in (("a", (0,), 9), ("b", (1,), 8))]
    centers = [(0.2, 0.2), (0.8, 0.8)]
    assert [each.name for each in place_parents(parents, [7, 6], centers)] == ["a", "b"]
    assert [each.name for each in place_parents(parents, [6, 7], centers)] == ["b", "a"]


def test_pages_of_topics_count_documents_when_these_have_grown():
    topics, since = documents_of_builds([0] * 60 + [1] * 20, [0] * 3 + [1] * 2, [0] * 3, [1] + [2] * 2)
    counted = counted_documents(topics, since)
    assert np.bincount(topics[counted]).tolist() == [60, 23, 2]


def test_categories_of_the_fit_keep_their_codes():
    fit = ["a"] * 3 + ["b"] * 2 + ["c"] * 2
    codes, _ = category_codes(pa.chunked_array([fit]), np.ones(7, bool))
    later, meaning = category_codes(pa.chunked_array([[*fit, *["c"] * 4, "d", None]]), np.arange(13) < 7)
    assert later[:7].tolist() == codes.tolist() == [0] * 3 + [1] * 2 + [2] * 2
    assert later[7:].tolist() == [2] * 4 + [3, 0xFFFF]
    assert [(name, count) for name, count, _ in meaning["values"]] == [("a", 3), ("b", 2), ("c", 6), ("d", 1)]
