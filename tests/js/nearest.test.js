import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestIndex } from "../../static/js/map/points/nearest.js";

/** A small seeded generator, so that a failure comes back. */
function randoms(seed) {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

function bruteForce({ x, y }, px, py, radius) {
  let best = -1;
  let limit = radius ** 2;
  x.forEach((_, row) => {
    const distance = (x[row] - px) ** 2 + (y[row] - py) ** 2;
    if (distance <= limit) [best, limit] = [row, distance];
  });
  return best;
}

test("nearestIndex finds what a full search finds", () => {
  const random = randoms(1);
  const points = { x: Float32Array.from({ length: 2000 }, random), y: Float32Array.from({ length: 2000 }, random) };
  const nearest = nearestIndex(points);
  for (let i = 0; i < 500; i++) {
    const [px, py, radius] = [random() * 1.2 - 0.1, random() * 1.2 - 0.1, random() ** 3];
    const distance = (row) => (row < 0 ? -1 : (points.x[row] - px) ** 2 + (points.y[row] - py) ** 2);
    assert.equal(distance(nearest(px, py, radius)), distance(bruteForce(points, px, py, radius)));
  }
});

test("nearestIndex finds points on the edge", () => {
  const nearest = nearestIndex({ x: Float32Array.of(0, 1, 1), y: Float32Array.of(0, 1, 0) });
  assert.equal(nearest(1, 1, 0.01), 1);
  assert.equal(nearest(1, 0, 0.01), 2);
  assert.equal(nearest(0, 0, 0.01), 0);
});

test("nearestIndex returns -1 without a near point", () => {
  assert.equal(nearestIndex({ x: Float32Array.of(0.5), y: Float32Array.of(0.5) })(0.1, 0.1, 0.1), -1);
  assert.equal(nearestIndex({ x: new Float32Array(), y: new Float32Array() })(0.5, 0.5, 1), -1);
});
