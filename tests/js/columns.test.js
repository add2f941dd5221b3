import assert from "node:assert/strict";
import { test } from "node:test";
import { HIGHEST, MISSING, PENDING, createCodes, unpackCodes } from "../../static/js/columns/column_codes.js";
import { formatFilters, filterSummary, parseFilters, formatStep, toColumnFilter, stepsOf } from "../../static/js/columns/column_filters.js";
import { nextWindow } from "../../static/js/columns/range.js";
import { codeColors, codeSizes, applyFilter } from "../../static/js/columns/point_style.js";

const category = {
  name: "kind:of,thing",
  label: "kind",
  kind: "category",
  values: [["a,b;c:*", 5, "#ff0000"], ["نص", 3, "#00ff00"], ["*other", 2, "#0000ff"]],
  other: 4,
  others: 2,
  missing: 1,
  grey: "#808080",
};
const rating = { name: "rating", label: "rating", kind: "number", low: 1, high: 5, whole: true, below: false, above: true, scale: ["#000000", "#ffffff"], grey: "#808080" };
const day = { ...rating, name: "start", kind: "date", whole: false, low: Date.UTC(2018, 0, 1), high: Date.UTC(2019, 0, 1) };
const columns = [category, rating, day];

test("unpackCodes joins bytes, refuses an odd number of them", () => {
  assert.deepEqual([...unpackCodes(Uint8Array.of(1, 255, 0, 255).buffer)], [1, 65535]);
  assert.throws(() => unpackCodes(new ArrayBuffer(3)), RangeError);
});

test("codes are pending while loading, lost shards until a retry", async () => {
  const asked = [];
  let lost = 0;
  const load = async (k) => {
    asked.push(k);
    if (k === 1 && asked.length < 3) throw new Error("lost");
    return Uint8Array.of(k, 7, 0, 0).buffer;
  };
  const codes = createCodes({ set: { folder: "", rows: 2 }, load, arrived: () => {}, failed: () => lost++ });
  const rows = Uint32Array.of(0, 1, 3);
  assert.deepEqual([...codes.of(rows)], [PENDING, PENDING, PENDING]);
  await new Promise(setImmediate);
  assert.deepEqual([...codes.of(rows)], [0, 7, PENDING]);
  assert.deepEqual([asked, lost], [[0, 1], 1]);
  codes.retry();
  codes.of(rows);
  await new Promise(setImmediate);
  assert.deepEqual([...codes.of(rows)], [0, 7, 7]);
  assert.deepEqual(asked, [0, 1, 1]);
});

test("whole waits for all codes, rejects if a shard fails", async () => {
  const load = async (/** @type {number} */ k) => {
    if (k === 9) throw new Error("lost");
    return Uint8Array.of(k, 7, 0, 0).buffer;
  };
  const codes = createCodes({ set: { folder: "", rows: 2 }, load, arrived: () => {}, failed: () => {} });
  assert.deepEqual([...(await codes.whole(Uint32Array.of(0, 3, 4)))], [0, 7, 2]);
  await assert.rejects(codes.whole(Uint32Array.of(0, 18)), /lost/);
});

test("formatted filters parse back, whatever the names", () => {
  const filters = new Map([
    [category.name, new Set([0, 1, 2, 3, MISSING])],
    ["rating", { from: 1, to: 3 }],
    ["start", { from: 20, to: 101 }],
  ]);
  const text = formatFilters(columns, filters);
  assert.match(text, /;rating:2\.\.4;start:2018-02-06/);
  assert.deepEqual(parseFilters(columns, text), filters);
  assert.equal(formatFilters(columns, new Map()), null);
});

test("unknown columns and values of a link are dropped", () => {
  for (const text of [null, "", "x", "nosuch:1..2", "rating:", "rating:4..2", "rating:a..b", "rating:-9..99", "start:x..y", "kind%3Aof%2Cthing:gone"]) {
    assert.equal(parseFilters(columns, text).size, 0, `${text}`);
  }
  assert.deepEqual(parseFilters(columns, "rating:-9..2").get("rating"), { from: 0, to: 1 });
});

test("applyFilter passes codes and ranges, never pending codes", () => {
  const codes = Uint16Array.of(0, 1, 3, MISSING, PENDING);
  assert.deepEqual([...applyFilter(toColumnFilter(category, new Set([1, MISSING])), codes)], [0, 1, 0, 1, 0]);
  const ratings = Uint16Array.from([1, 2, 3, 4, 5], (value) => Math.round(((value - 1) / 4) * HIGHEST));
  assert.deepEqual([...applyFilter(toColumnFilter(rating, { from: 1, to: 2 }), ratings)], [0, 1, 1, 0, 0]);
  assert.deepEqual([...applyFilter(toColumnFilter(rating, { from: 0, to: stepsOf(rating) }), codes)], [1, 1, 1, 0, 0]);
});

test("codeColors maps codes, grey for others and no value", () => {
  const grey = 0x808080ff;
  assert.deepEqual([...codeColors(category, Uint16Array.of(0, 2, 3, MISSING))], [0xff0000ff, 0x0000ffff, grey, grey]);
  assert.deepEqual([...codeColors(rating, Uint16Array.of(0, HIGHEST, MISSING))], [0x000000ff, 0xffffffff, grey]);
});

test("codeSizes makes areas linear in the value", () => {
  const [least, middle, most, missing] = [...codeSizes(Uint16Array.of(0, HIGHEST / 2, HIGHEST, MISSING), 10)];
  assert.equal(missing, least);
  assert.ok(least < 10 && most > 10);
  assert.ok(Math.abs(middle ** 2 - (least ** 2 + most ** 2) / 2) < 0.1);
});

test("formatStep and filterSummary write readable values", () => {
  assert.equal(formatStep(rating, 4), "≥ 5");
  assert.equal(formatStep({ ...rating, low: 1998, high: 2000 }, 0), "1998");
  assert.equal(formatStep(day, 0), "1 Jan 2018");
  assert.equal(filterSummary(category, new Set([1, 3, MISSING])), "نص, 2 others, no value");
});

test("nextWindow moves to the end of the range, then restarts", () => {
  assert.deepEqual(nextWindow({ from: 0, to: 200 }, 200, 0.2), { from: 0, to: 20 });
  assert.deepEqual(nextWindow({ from: 0, to: 20 }, 200, 0.2), { from: 4, to: 24 });
  assert.deepEqual(nextWindow({ from: 179, to: 199 }, 200, 0.2), { from: 180, to: 200 });
  assert.deepEqual(nextWindow({ from: 180, to: 200 }, 200, 0.2), { from: 0, to: 20 });
});
