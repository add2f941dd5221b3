import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { csvLine } from "../../static/js/tools/csv.js";
import { formatPermalink, parsePermalink } from "../../static/js/url/permalink.js";
import { formatAddress } from "../../static/js/url/link.js";
import { nearestPoints } from "../../static/js/map/points/nearest.js";
import { boundsOf, documentsIn, fillOf, isInside, MAX_SELECTED, selectionText, rectangle } from "../../static/js/tools/polygon.js";
import { embedSnippet } from "../../static/js/tools/share.js";

const vectors = JSON.parse(readFileSync(new URL("csv.json", import.meta.url), "utf8"));
const square = rectangle({ x: 0.2, y: 0.2 }, { x: 0.6, y: 0.8 });

test("csvLine writes the same as the downloads", () => {
  for (const [cells, line] of vectors) assert.equal(csvLine(cells), `${line}\r\n`);
});

test("rectangle contains points between any two corners", () => {
  const other = rectangle({ x: 0.6, y: 0.2 }, { x: 0.2, y: 0.8 });
  for (let x = 0.05; x < 1; x += 0.1) {
    for (let y = 0.05; y < 1; y += 0.1) {
      const expected = x > 0.2 && x < 0.6 && y > 0.2 && y < 0.8;
      assert.equal(isInside(square, x, y), expected);
      assert.equal(isInside(other, x, y), expected);
    }
  }
});

test("isInside excludes bays and doubly enclosed parts", () => {
  const bay = [[0, 0], [1, 0], [1, 1], [0.5, 0.2], [0, 1]].map(([x, y]) => ({ x, y }));
  assert.equal(isInside(bay, 0.5, 0.1), true);
  assert.equal(isInside(bay, 0.5, 0.6), false);
  const bow = [[0, 0], [1, 1], [1, 0], [0, 1]].map(([x, y]) => ({ x, y }));
  assert.deepEqual([isInside(bow, 0.1, 0.5), isInside(bow, 0.5, 0.1)], [true, false]);
  assert.equal(isInside([{ x: 0.5, y: 0.5 }], 0.5, 0.5), false);
});

test("boundsOf and fillOf measure a polygon", () => {
  assert.deepEqual(boundsOf(square), { x0: 0.2, y0: 0.2, x1: 0.6, y1: 0.8 });
  assert.equal(fillOf(square).toFixed(6), "1.000000");
  assert.equal(fillOf([{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 0, y: 1 }]), 0.5);
  assert.equal(fillOf([{ x: 0, y: 0 }, { x: 1, y: 0 }]), 0);
});

/** All topics are shown, or those of which `counts` is true, and of these the rows of which `passes` is, if it is given. */
function shownBy(counts = () => true, passes = null) {
  return { counts, filters: passes !== null, applyFilter: async (rows) => Uint8Array.from(rows, (row) => Number(passes?.(row) ?? true)) };
}

/** Tiles of so many documents each, half of them in the square. */
function tilesOf(counts, broken = []) {
  const loaded = [];
  return {
    loaded,
    touching: () => counts.map((count, tile) => ({ tile, about: count / 2 })),
    load: (tile) => {
      loaded.push(tile);
      if (broken.includes(tile)) return Promise.reject(new Error("broken"));
      const rows = Array.from({ length: counts[tile] }, (_, i) => i);
      const points = {
        x: rows.map((i) => (i % 2 ? 0.9 : 0.4)),
        y: rows.map(() => 0.5),
        topic: rows.map((i) => i % 4),
        row: Uint32Array.from(rows, (i) => tile * 100000 + i),
      };
      return Promise.resolve({ points });
    },
  };
}

test("documentsIn finds all documents below the limit", async () => {
  const picked = await documentsIn(square, tilesOf([10, 6, 0, 4]), shownBy());
  assert.deepEqual([picked.documents.length, picked.total, picked.exact, picked.failed], [10, 10, true, false]);
  assert.equal(selectionText(picked), "10 documents selected.");
  const some = await documentsIn(square, tilesOf([10, 6, 0, 4]), shownBy((topic) => topic === 0));
  assert.ok(some.documents.every(({ topic }) => topic === 0) && some.documents.length === 6);
});

test("documentsIn estimates the total beyond the limit", async () => {
  const tiles = tilesOf(Array.from({ length: 40 }, () => 3000));
  const picked = await documentsIn(square, tiles, shownBy());
  assert.equal(picked.documents.length, MAX_SELECTED);
  assert.equal(picked.total, 60000);
  assert.ok(tiles.loaded.length <= 16);
  assert.equal(selectionText(picked), "The first 10,000 of about 60,000 documents in the area are selected.");
});

test("documentsIn estimates and reports tiles that fail", async () => {
  const picked = await documentsIn(square, tilesOf([100, 100], [1]), shownBy());
  assert.deepEqual([picked.documents.length, picked.total, picked.exact, picked.failed], [50, 100, false, true]);
  assert.match(selectionText(picked), /could not be fetched/);
});

test("documentsIn applies the filter, also to the estimate", async () => {
  const shown = shownBy(undefined, (row) => row % 8 === 0);
  const picked = await documentsIn(square, tilesOf([80, 80], [1]), shown);
  assert.deepEqual([picked.documents.length, picked.total, picked.failed], [10, 20, true]);
  const whole = await documentsIn(square, tilesOf([80]), shown);
  assert.equal(selectionText(whole), "10 documents selected, of those that pass the filter.");
});

test("documentsIn reports a filter that cannot be loaded", async () => {
  const shown = { ...shownBy(undefined, () => true), applyFilter: () => Promise.reject(new Error("broken")) };
  const picked = await documentsIn(square, tilesOf([10]), shown);
  assert.deepEqual([picked.documents.length, picked.failed], [0, true]);
});

test("a permalink keeps the row and detects another id", () => {
  const name = formatPermalink(17, "paper/ä");
  assert.equal(parsePermalink(name, 18), 17);
  assert.equal(parsePermalink(name, 17), null);
  assert.notEqual(formatPermalink(17, "paper/a"), name);
  for (const other of [null, "", "17", "17.", "-1.a", "1e3.a", "17.A", "99999999999.a", "17.a.b"]) {
    assert.equal(parsePermalink(other, 1000), null);
  }
});

test("formatAddress gives the address of the whole page", () => {
  const page = { href: "https://example.org/m/?embed&lang=en#old", search: "?embed&lang=en" };
  assert.equal(formatAddress(page, "topic=3"), "https://example.org/m/?lang=en#topic=3");
  assert.equal(formatAddress({ href: "file:///a/index.html", search: "" }, ""), "file:///a/index.html");
});

test("embedSnippet escapes address and title", () => {
  const lines = embedSnippet('https://example.org/m/#q="><b>', '"><script>&');
  assert.match(lines, /^<iframe src="https:\/\/example\.org\/m\/\?embed#q=&quot;&gt;&lt;b&gt;" title="&quot;&gt;&lt;script&gt;&amp;" /);
  assert.equal(lines.match(/</g)?.length, 2);
});

test("nearestPoints equals sorting all by distance", () => {
  let seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const x = Float64Array.from({ length: 500 }, random);
  const y = Float64Array.from({ length: 500 }, random);
  const place = { x: 0.4, y: 0.6 };
  const far = (i) => (x[i] - place.x) ** 2 + (y[i] - place.y) ** 2;
  const sorted = [...x.keys()].filter((i) => i % 3).sort((a, b) => far(a) - far(b));
  assert.deepEqual(nearestPoints({ x, y }, place, 5, (i) => i % 3 > 0), sorted.slice(0, 5));
  assert.deepEqual(nearestPoints({ x: x.slice(0, 2), y }, place, 5, () => false), []);
});
