import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { alphaColumn, colorColumn, unpackPoints } from "../../static/js/points.js";
import { unpackBase64 } from "../../static/js/shards.js";

const OUTLIER = 65535;

function packed({ x, y, topic }) {
  const bytes = Buffer.alloc(4 + 6 * x.length);
  bytes.writeUInt32LE(x.length, 0);
  [...x, ...y, ...topic].forEach((value, k) => bytes.writeUInt16LE(value, 4 + 2 * k));
  return bytes;
}

const asBuffer = (bytes) => new Uint8Array(bytes).buffer;
const three = packed({ x: [0, 65535, 32768], y: [65535, 0, 1], topic: [7, OUTLIER, 3] });

test("a shard's text becomes points", async () => {
  const points = unpackPoints(await unpackBase64(gzipSync(three).toString("base64")));
  assert.deepEqual([...points.x].map((v) => v.toFixed(3)), ["0.000", "1.000", "0.500"]);
  assert.deepEqual([...points.y].map((v) => v.toFixed(3)), ["1.000", "0.000", "0.000"]);
  assert.deepEqual([...points.topic], [7, OUTLIER, 3]);
});

test("no points are points too", () => {
  assert.equal(unpackPoints(asBuffer(packed({ x: [], y: [], topic: [] }))).x.length, 0);
});

test("a shard that is cut off or too long is refused", () => {
  assert.throws(() => unpackPoints(asBuffer(three.subarray(0, -2))), RangeError);
  assert.throws(() => unpackPoints(asBuffer(Buffer.concat([three, three]))), RangeError);
  assert.throws(() => unpackPoints(new ArrayBuffer(0)), RangeError);
});

test("what is no gzip is refused", async () => {
  await assert.rejects(unpackBase64(Buffer.from("nothing").toString("base64")));
});

test("colours are packed as RRGGBBAA, unknown topics like outliers", () => {
  const column = colorColumn({ topic: Uint16Array.of(7, OUTLIER, 3) }, new Map([[7, "#ff8001"]]), "#9aa0a6");
  assert.deepEqual([...column], [0xff8001ff, 0x9aa0a6ff, 0x9aa0a6ff]);
});

test("lighting a topic dims the others", () => {
  const points = { topic: Uint16Array.of(7, OUTLIER, 3) };
  assert.equal(new Set(alphaColumn(points, null, 0.5)).size, 1);
  const [lit, outlier, other] = alphaColumn(points, 7, 0.5);
  assert.ok(lit > 0.5 && outlier < 0.5 && other < 0.5);
});
