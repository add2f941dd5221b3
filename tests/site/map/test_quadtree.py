"""The storage order of documents, and how its tiles are packed for the page."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sitegen.site.map.point_tiles import pack_root, pack_tile, sampling_order
from sitegen.site.map.quadtree import DEPTH, build_quadtree, tile_codes
from sitegen.site.theme import theme_folder

# Few different values, so that documents often share a place.
PLACES = st.integers(1, 200).flatmap(
    lambda n: arrays(np.float32, (n, 2), elements=st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.500001, 0.9, 1.0]))
)
ROOMS = st.tuples(st.integers(1, 60), st.integers(1, 20))


def tree_of(xy, rooms, seed=3):
    return build_quadtree(xy, np.random.default_rng(seed).permutation(len(xy)), *rooms)


@given(PLACES, ROOMS)
def test_every_document_is_stored_exactly_once(xy, rooms):
    tree = tree_of(xy, rooms)
    assert sorted(tree.order) == list(range(len(xy)))
    assert tree.counts.sum() == len(xy)
    assert (tree.counts > 0).all()
    assert tree.starts.tolist() == [0, *np.cumsum(tree.counts)[:-1]]
    assert tree.starts is tree.starts  # once per tree, not once per tile


@given(PLACES, ROOMS)
def test_no_tile_holds_too_many_even_of_documents_at_one_place(xy, rooms):
    tree = tree_of(xy, rooms)
    assert tree.counts[0] == min(len(xy), rooms[0])
    assert (tree.counts[1:] <= rooms[1]).all()
    assert tree.depth <= DEPTH


@given(PLACES, ROOMS)
def test_documents_lie_in_their_tile_and_tiles_are_in_order(xy, rooms):
    tree = tree_of(xy, rooms)
    tile = np.repeat(np.arange(len(tree.counts)), tree.counts)
    side = 2.0 ** tree.levels[tile]
    cell = np.minimum(np.floor(xy[tree.order] * side[:, None]), side[:, None] - 1).astype(int)
    code = [sum((x >> bit & 1) << 2 * bit | (y >> bit & 1) << 2 * bit + 1 for bit in range(DEPTH)) for x, y in cell]
    assert code == tree.cells[tile].tolist()
    place = list(zip(tree.levels.tolist(), tree.cells.tolist(), strict=True))
    assert place == sorted(place)


@given(PLACES, ROOMS)
def test_only_a_full_tile_lets_documents_sink(xy, rooms):
    tree = tree_of(xy, rooms)
    counts = dict(zip(zip(tree.levels.tolist(), tree.cells.tolist(), strict=True), tree.counts.tolist(), strict=True))
    for level, cell in counts:
        if level > 0:
            assert counts[level - 1, cell >> 2] == (rooms[0] if level == 1 else rooms[1])


@given(PLACES, ROOMS)
def test_a_tile_keeps_those_that_come_first(xy, rooms):
    importance = np.random.default_rng(3).permutation(len(xy))
    tree = build_quadtree(xy, importance, *rooms)
    assert set(tree.order[: tree.counts[0]]) == set(importance[: rooms[0]])


def test_a_rare_topic_keeps_its_floor_in_the_root():
    assignment = np.zeros(50_000, np.int32)
    assignment[[7, 21_000, 49_999]] = 1
    xy = np.random.default_rng(1).uniform(0, 1, (50_000, 2)).astype(np.float32)
    tree = build_quadtree(xy, sampling_order(assignment, 4000, 1), 4000, 1000)
    assert {7, 21_000, 49_999} <= set(tree.order[:4000])


def test_any_tile_is_a_fair_sample_of_what_lies_in_it():
    assignment = np.repeat(np.array([0, 1], np.int32), [60_000, 20_000])
    xy = np.random.default_rng(1).uniform(0, 1, (80_000, 2)).astype(np.float32)
    tree = build_quadtree(xy, sampling_order(assignment, 4000, 1), 4000, 1000)
    for start, count in zip(tree.starts, tree.counts, strict=True):
        if count == 1000:
            assert assignment[tree.order[start : start + count]].mean() == pytest.approx(0.25, abs=0.06)


# To the page and back

READ = """
import { readFileSync } from "node:fs";
import { unpackRoot, unpackTile } from "./static/js/map/points/points.js";
const tiles = JSON.parse(readFileSync(0, "utf8")).map((text) => new Uint8Array(Buffer.from(text, "base64")).buffer);
const { list, root } = unpackRoot(tiles[0]);
const read = [root, ...tiles.slice(1)].map((bytes, tile) => unpackTile(bytes, list, tile));
const plain = ({ points, texts }) => ({
  ...Object.fromEntries(Object.entries(points).map(([name, column]) => [name, [...column]])),
  starts: [texts.shard, ...texts.starts],
});
console.log(JSON.stringify({ level: [...list.level], count: [...list.count], tiles: read.map(plain) }));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
@settings(max_examples=12, deadline=None)
@given(st.integers(1, 300), st.sampled_from([(50, 10), (5, 2), (500, 100)]), st.integers(0, 99))
def test_the_page_reads_what_was_packed(count, rooms, seed):
    import base64

    rng = np.random.default_rng(seed)
    xy = (rng.integers(0, 30, (count, 2)) / 29).astype(np.float32)
    topics = rng.integers(-1, 3000, count).astype(np.int32)
    tree = tree_of(xy, rooms, seed)
    stored = topics[tree.order]
    starts = [np.array([tile, *range(tile % 3 + 1)]) for tile in range(len(tree.counts))]
    tiles = [
        pack_tile(tile_codes(tree, tile), stored[start : start + count], starts[tile])
        for tile, (start, count) in enumerate(zip(tree.starts, tree.counts, strict=True))
    ]
    tiles[0] = pack_root(tree, tiles[0])
    sent = json.dumps([base64.b64encode(each).decode() for each in tiles])
    root = Path(theme_folder("static")).parent
    found = json.loads(
        subprocess.run(
            ["node", "--input-type=module", "-e", READ],
            input=sent,
            cwd=root,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    )
    assert found["level"] == tree.levels.tolist()
    assert found["count"] == tree.counts.tolist()
    joined = {name: [each for tile in found["tiles"] for each in tile[name]] for name in ("x", "y", "topic", "row")}
    assert joined["row"] == list(range(count))
    assert [-1 if topic == 65535 else topic for topic in joined["topic"]] == stored.tolist()
    side = 2.0 ** np.repeat(tree.levels, tree.counts)
    away = np.abs(np.array([joined["x"], joined["y"]]).T - xy[tree.order])
    assert (away * side[:, None] <= 1.01 / 65536).all()
    assert [tile["starts"] for tile in found["tiles"]] == [each.tolist() for each in starts]
