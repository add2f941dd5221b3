import assert from "node:assert/strict";
import { test } from "node:test";
import { sharesIn, wantedTiles } from "../../static/js/map/points/tiles.js";
import { countIn, statusText } from "../../static/js/map/points/status_line.js";
import { rasterLevel } from "../../static/js/map/density/density_tiles.js";
import { formatFragment, parseFragment } from "../../static/js/url/link.js";

// a root, its four children, and the four children of the first
const level = Uint8Array.of(0, 1, 1, 1, 1, 2, 2, 2, 2);
const x = Uint32Array.of(0, 0, 1, 0, 1, 0, 1, 0, 1);
const y = Uint32Array.of(0, 0, 0, 1, 1, 0, 0, 1, 1);
const list = { level, x, y, count: new Uint32Array(9).fill(1200), first: Uint32Array.from(level, (_, i) => 1200 * i) };
const size = { w: 800, h: 800 };

test("sharesIn gives the share of each tile in view", () => {
  assert.deepEqual([...sharesIn(list, { x0: 0, y0: 0, x1: 1, y1: 1 })], Array(9).fill(1));
  assert.deepEqual([...sharesIn(list, { x0: 0, y0: 0, x1: 0.25, y1: 0.5 })], [0.125, 0.5, 0, 0, 0, 1, 0, 1, 0]);
});

test("wantedTiles goes deeper with the zoom, only in view", () => {
  assert.deepEqual(wantedTiles(list, { x: 0.5, y: 0.5, zoom: 1 }, size), [0]);
  assert.deepEqual(wantedTiles(list, { x: 0.5, y: 0.5, zoom: 2 }, size), [0, 1, 2, 3, 4]);
  assert.deepEqual(wantedTiles(list, { x: 0.125, y: 0.125, zoom: 4 }, size), [0, 1, 5]);
  assert.deepEqual(wantedTiles(list, { x: 0.9, y: 0.9, zoom: 64 }, size), [0, 4]);
});

test("wantedTiles gives all tiles of a map of few documents", () => {
  const few = { ...list, count: new Uint32Array(9).fill(1111) };
  assert.deepEqual(wantedTiles(few, { x: 0.9, y: 0.9, zoom: 64 }, size), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const [many, one] = [new Uint8Array(65), new Uint32Array(65).fill(1)];
  assert.deepEqual(wantedTiles({ level: many, x: one, y: one, count: one, first: one }, { x: 0.5, y: 0.5, zoom: 1 }, size), [0]);
});

test("wantedTiles stops before too many points", () => {
  const crowded = { ...list, count: new Uint32Array(9).fill(60_000) };
  assert.deepEqual(wantedTiles(crowded, { x: 0.5, y: 0.5, zoom: 2 }, size), [0]);
});

test("statusText gives exact or estimated numbers", () => {
  assert.equal(statusText({ shown: 4000, others: 113592, whole: true }), "4,000 of 117,592 documents shown");
  assert.equal(statusText({ shown: 150, others: 0, whole: true }), "150 documents shown");
  assert.equal(statusText({ shown: 812, others: 2555.4, whole: false }), "812 of about 3,400 documents here shown");
  assert.equal(statusText({ shown: 3, others: 0.01, whole: false }), "3 of about 4 documents here shown");
  assert.equal(statusText({ shown: 1, others: 0, whole: false }), "1 document here, all shown");
});

test("countIn counts points and outliers in an area", () => {
  const points = { x: [0.1, 0.2, 0.9], y: [0.1, 0.2, 0.9], topic: [3, 65535, 65535], row: [0, 1, 2] };
  assert.deepEqual(countIn(points, { x0: 0, y0: 0, x1: 0.5, y1: 0.5 }), { inside: 2, outliers: 1 });
});

test("rasterLevel grows with the scale, up to the last level", () => {
  assert.deepEqual([752, 1504, 3008, 1e9].map((scale) => rasterLevel(scale, 4)), [0, 1, 2, 4]);
});

test("a formatted fragment parses back, whatever the values", () => {
  const values = new Map([["at", "0.5,0.25,4"], ["q", "a&b=c #1 é"]]);
  const fragment = formatFragment([...values, ["doc", null]]);
  assert.match(fragment, /^at=0\.5,0\.25,4&q=/);
  assert.deepEqual(parseFragment(`#${fragment}`), values);
});
