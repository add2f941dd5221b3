import assert from "node:assert/strict";
import { test } from "node:test";
import { HOME, between, clampView, closeness, panBy, scaleOf, toMap, toPane, zoomAt, zoomLimits } from "../../static/js/map/view.js";

const size = { w: 960, h: 757 };
const limits = zoomLimits(0);
const close = (actual, expected) => {
  for (const key of Object.keys(expected)) assert.ok(Math.abs(actual[key] - expected[key]) < 1e-9, `${key}: ${actual[key]} is not ${expected[key]}`);
};

test("toPane centres the map square at home, y up", () => {
  close(toPane(HOME, size, { x: 0, y: 1 }), { x: 101.5, y: 0 });
  close(toPane(HOME, size, { x: 1, y: 0 }), { x: 858.5, y: 757 });
});

test("toMap undoes toPane", () => {
  const view = { x: 0.3, y: 0.8, zoom: 7 };
  close(toMap(view, size, toPane(view, size, { x: 0.2, y: 0.9 })), { x: 0.2, y: 0.9 });
});

test("zoomAt keeps the point under the pointer", () => {
  const spot = { x: 400, y: 500 };
  const before = toMap(HOME, size, spot);
  close(toMap(zoomAt(HOME, size, spot, 3, limits), size, spot), before);
});

test("zoomAt past the limit changes nothing", () => {
  const view = { x: 0.4, y: 0.6, zoom: 64 };
  close(zoomAt(view, size, { x: 10, y: 10 }, 2, limits), view);
});

test("panBy moves the map by the dragged distance", () => {
  const view = { x: 0.5, y: 0.5, zoom: 4 };
  const before = toPane(view, size, { x: 0.5, y: 0.5 });
  const after = toPane(panBy(view, size, 30, -20), size, { x: 0.5, y: 0.5 });
  close(after, { x: before.x + 30, y: before.y - 20 });
});

test("clampView and panBy centre a whole map and stay on the map", () => {
  close(clampView({ x: -3, y: 7, zoom: 0.1 }, limits), HOME);
  close(panBy(HOME, size, 1e6, 1e6), HOME);
  close(clampView({ x: -3, y: 7, zoom: 4 }, limits), { x: 0, y: 1, zoom: 4 });
});

test("between starts and ends at its views, at any zoom", () => {
  const from = { x: 0.1, y: 0.2, zoom: 2 };
  for (const to of [{ x: 0.9, y: 0.7, zoom: 9 }, { x: 0.9, y: 0.7, zoom: 2 }]) {
    close(between(from, to, 0), from);
    close(between(from, to, 1), to);
  }
});

test("between keeps the fixed point of a zoom in place", () => {
  const spot = { x: 200, y: 100 };
  const to = zoomAt(HOME, size, spot, 8, limits);
  close(toMap(between(HOME, to, 0.4), size, spot), toMap(HOME, size, spot));
});

test("closeness is 0 for the whole map, 1 for single points", () => {
  assert.equal(closeness(1, limits), 0);
  assert.equal(closeness(12, limits), 1);
  assert.equal(closeness(64, limits), 1);
});

test("zoomLimits reach the deepest tiles", () => {
  assert.deepEqual(zoomLimits(0), { max: 64, points: 12 });
  assert.deepEqual(zoomLimits(6), { max: 256, points: 64 });
});

test("the frame fits the pane at the least zoom", () => {
  close({ scale: scaleOf(HOME, { w: 1100, h: 800, frame: { w: 1, h: 0.8 } }) }, { scale: 1000 });
  close({ scale: scaleOf(HOME, { w: 400, h: 800, frame: { w: 1, h: 0.8 } }) }, { scale: 400 });
});
