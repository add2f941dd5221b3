import assert from "node:assert/strict";
import { test } from "node:test";
import { toggle, announcement, parseTopics } from "../../static/js/topics/topic_selection.js";
import { viewAround } from "../../static/js/map/view.js";

const topic = (id, size) => ({ id, name: `Topic ${id}`, size, x: 0, y: 0, radius: 0 });
const after = (lit, pressed, several) => [...toggle(new Set(lit), pressed, several)];

test("toggle selects, replaces and clears one topic", () => {
  assert.deepEqual(after([], [3], false), [3]);
  assert.deepEqual(after([3], [5], false), [5]);
  assert.deepEqual(after([5], [5], false), []);
});

test("toggle with several adds and removes topics", () => {
  assert.deepEqual(after([3], [5], true), [3, 5]);
  assert.deepEqual(after([3, 5], [3], true), [5]);
});

test("toggle without several keeps only the clicked topic", () => {
  assert.deepEqual(after([3, 5], [3], false), [3]);
});

test("toggle selects and clears a group as a whole", () => {
  assert.deepEqual(after([1], [1, 2], false), [1, 2]);
  assert.deepEqual(after([1, 2], [1, 2], false), []);
  assert.deepEqual(after([1, 7], [1, 2], true), [1, 7, 2]);
  assert.deepEqual(after([1, 7, 2], [1, 2], true), [7]);
});

test("parseTopics accepts several topics and nothing else", () => {
  const exists = (id) => (id < 10 ? id : null);
  assert.deepEqual([...parseTopics("3,7", exists)], [3, 7]);
  assert.deepEqual([...parseTopics("3,99,-1,x,,1e1,3", exists)], [3]);
  assert.deepEqual([...parseTopics(null, exists)], []);
});

test("parseTopics finds a merged topic in the one that it is in", () => {
  assert.deepEqual([...parseTopics("3,7", (id) => (id === 3 ? 7 : id))], [7]);
  assert.deepEqual([...parseTopics("3,0", (id) => (id === 3 ? 0 : id))], [0]);
});

test("announcement names the selection and its documents", () => {
  assert.equal(announcement(1, [topic(1, 1234)]), "Topic 1 is lit, 1,234 documents.");
  assert.equal(announcement(2, [topic(1, 1), topic(2, 2)]), "2 topics are lit, 3 documents.");
  assert.equal(announcement(2, [topic(1, 1)]), "2 topics are lit.");
  assert.equal(announcement(0, []), "No topic is lit.");
});

test("viewAround shows topics with their surroundings", () => {
  const [size, limits] = [{ w: 1100, h: 800 }, { max: 64, points: 12 }];
  const discs = [
    { x: 0.42, y: 0.46, radius: 0.05 },
    { x: 0.52, y: 0.48, radius: 0.05 },
  ];
  const view = viewAround(discs, size, limits);
  assert.ok(Math.abs(view.x - 0.47) < 1e-9 && Math.abs(view.y - 0.47) < 1e-9);
  assert.ok(Math.abs(view.zoom * 0.2 - 0.4) < 1e-9);
  assert.ok(Math.abs(viewAround([{ x: 0.5, y: 0.5, radius: 0.02 }], size, limits).zoom * 0.04 - 0.4) < 1e-9);
});
