import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { alphaColumn, colorColumn, concatPoints, unpackRoot, unpackTile } from "../../static/js/map/points/points.js";
import { unpackBase64 } from "../../static/js/lib/shards.js";

const OUTLIER = 65535;

/** One plane per byte, the lowest first. */
const planes = (values, width) =>
  Array.from({ length: width }, (_, plane) => values.map((value) => Math.floor(value / 256 ** plane) & 255)).flat();
const uint32 = (...values) => [...new Uint8Array(Uint32Array.from(values).buffer)];
const asBuffer = (bytes) => Uint8Array.from(bytes).buffer;

// z-order codes of (0, 0), (65535, 0) and (65535, 65535), as steps
const steps = [0, 0x55555555, 0xaaaaaaaa];
const tile = [...uint32(3, 2, 7, 40), ...planes(steps, 4), ...planes([7, OUTLIER, 3], 2)];
const list = [...uint32(2), 0, 1, ...planes([0, 2], 4), ...planes([3, 3], 2)];

test("unpackRoot reads the list of tiles and the root", async () => {
  const packed = gzipSync(Uint8Array.from([...list, ...tile])).toString("base64");
  const { list: tiles, root } = unpackRoot(await unpackBase64(packed));
  assert.deepEqual([...tiles.level, ...tiles.x, ...tiles.y, ...tiles.first], [0, 1, 0, 0, 0, 1, 0, 3]);
  const { points, texts } = unpackTile(root, tiles, 0);
  assert.deepEqual([...points.x].map((v) => v.toFixed(3)), ["0.000", "1.000", "1.000"]);
  assert.deepEqual([...points.y].map((v) => v.toFixed(3)), ["0.000", "0.000", "1.000"]);
  assert.deepEqual([...points.topic], [7, OUTLIER, 3]);
  assert.deepEqual([texts.shard, ...texts.starts], [7, 40]);
});

test("unpackTile offsets places and rows by the tile", () => {
  const { list: tiles } = unpackRoot(asBuffer([...list, ...tile]));
  const { points } = unpackTile(asBuffer(tile), tiles, 1);
  assert.deepEqual([...points.x].map((v) => v.toFixed(3)), ["0.000", "0.500", "0.500"]);
  assert.deepEqual([...points.y].map((v) => v.toFixed(3)), ["0.500", "0.500", "1.000"]);
  assert.deepEqual([...points.row], [3, 4, 5]);
});

test("unpackTile refuses wrong lengths and wrong tiles", () => {
  const { list: tiles } = unpackRoot(asBuffer([...list, ...tile]));
  assert.throws(() => unpackTile(asBuffer(tile.slice(0, -2)), tiles, 0), RangeError);
  assert.throws(() => unpackTile(asBuffer([...tile, 0]), tiles, 0), RangeError);
  assert.throws(() => unpackTile(asBuffer(uint32(0, 0)), tiles, 0), RangeError);
  assert.throws(() => unpackTile(new ArrayBuffer(0), tiles, 0), RangeError);
  assert.throws(() => unpackRoot(new ArrayBuffer(0)), RangeError);
  assert.throws(() => unpackRoot(asBuffer(list.slice(0, -1))), RangeError);
});

test("concatPoints joins tiles", () => {
  const { list: tiles } = unpackRoot(asBuffer([...list, ...tile]));
  const both = concatPoints([0, 1].map((each) => unpackTile(asBuffer(tile), tiles, each).points));
  assert.deepEqual([...both.row], [0, 1, 2, 3, 4, 5]);
  assert.equal(both.x.length, 6);
});

test("unpackBase64 refuses data that is not gzip", async () => {
  await assert.rejects(unpackBase64(Buffer.from("nothing").toString("base64")));
});

test("colorColumn packs RRGGBBAA, unknown topics as outliers", () => {
  const column = colorColumn({ topic: Uint16Array.of(7, OUTLIER, 3) }, new Map([[7, "#ff8001"]]), "#9aa0a6");
  assert.deepEqual([...column], [0xff8001ff, 0x9aa0a6ff, 0x9aa0a6ff]);
});

test("alphaColumn dims topics that are not selected", () => {
  const points = { topic: Uint16Array.of(7, OUTLIER, 3) };
  assert.equal(new Set(alphaColumn(points, new Set(), 0.5)).size, 1);
  const [lit, outlier, other] = alphaColumn(points, new Set([7]), 0.5);
  assert.ok(lit > 0.5 && outlier < 0.5 && other < 0.5);
});

test("alphaColumn dims or hides outliers", () => {
  const points = { topic: Uint16Array.of(7, OUTLIER) };
  assert.deepEqual([...alphaColumn(points, new Set(), 0.5, 0.5)], [0.5, 0.25]);
  assert.equal(alphaColumn(points, new Set([7]), 0.5, 0)[1], 0);
});
