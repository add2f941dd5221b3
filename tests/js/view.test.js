import assert from "node:assert/strict";
import { test } from "node:test";
import { HOME, MAX_ZOOM, between, clampView, closeness, panBy, toMap, toPane, zoomAt } from "../../static/js/view.js";

const size = { w: 960, h: 757 };
const close = (actual, expected) => {
  for (const key of Object.keys(expected)) assert.ok(Math.abs(actual[key] - expected[key]) < 1e-9, `${key}: ${actual[key]} is not ${expected[key]}`);
};

test("at home the map square is contained and centred, y up", () => {
  close(toPane(HOME, size, { x: 0, y: 1 }), { x: 101.5, y: 0 });
  close(toPane(HOME, size, { x: 1, y: 0 }), { x: 858.5, y: 757 });
});

test("toMap undoes toPane", () => {
  const view = { x: 0.3, y: 0.8, zoom: 7 };
  close(toMap(view, size, toPane(view, size, { x: 0.2, y: 0.9 })), { x: 0.2, y: 0.9 });
});

test("zooming keeps what lies under the pointer", () => {
  const spot = { x: 400, y: 500 };
  const before = toMap(HOME, size, spot);
  close(toMap(zoomAt(HOME, size, spot, 3), size, spot), before);
});

test("zooming past the limit changes nothing", () => {
  const view = { x: 0.4, y: 0.6, zoom: MAX_ZOOM };
  close(zoomAt(view, size, { x: 10, y: 10 }, 2), view);
});

test("dragging moves the map with the hand", () => {
  const view = { x: 0.5, y: 0.5, zoom: 4 };
  const before = toPane(view, size, { x: 0.5, y: 0.5 });
  const after = toPane(panBy(view, size, 30, -20), size, { x: 0.5, y: 0.5 });
  close(after, { x: before.x + 30, y: before.y - 20 });
});

test("the whole map stays in the middle, and no centre leaves the square", () => {
  close(clampView({ x: -3, y: 7, zoom: 0.1 }), HOME);
  close(panBy(HOME, size, 1e6, 1e6), HOME);
  close(clampView({ x: -3, y: 7, zoom: 4 }), { x: 0, y: 1, zoom: 4 });
});

test("a flight starts and ends where it should, at any zooms", () => {
  const from = { x: 0.1, y: 0.2, zoom: 2 };
  for (const to of [{ x: 0.9, y: 0.7, zoom: 9 }, { x: 0.9, y: 0.7, zoom: 2 }]) {
    close(between(from, to, 0), from);
    close(between(from, to, 1), to);
  }
});

test("a flight that only zooms about a spot keeps that spot still", () => {
  const spot = { x: 200, y: 100 };
  const to = zoomAt(HOME, size, spot, 8);
  close(toMap(between(HOME, to, 0.4), size, spot), toMap(HOME, size, spot));
});

test("closeness runs from the whole map to single points", () => {
  assert.equal(closeness(1), 0);
  assert.equal(closeness(12), 1);
  assert.equal(closeness(64), 1);
});
