import assert from "node:assert/strict";
import { test } from "node:test";
import { afterPress, litInWords, readTopics } from "../../static/js/lighting.js";
import { viewAround } from "../../static/js/view.js";

const topic = (id, size) => ({ id, name: `Topic ${id}`, size, x: 0, y: 0, radius: 0 });
const after = (lit, pressed, several) => [...afterPress(new Set(lit), pressed, several)];

test("one press lights, another topic takes its place, the same one goes out", () => {
  assert.deepEqual(after([], [3], false), [3]);
  assert.deepEqual(after([3], [5], false), [5]);
  assert.deepEqual(after([5], [5], false), []);
});

test("with several, topics join and leave one by one", () => {
  assert.deepEqual(after([3], [5], true), [3, 5]);
  assert.deepEqual(after([3, 5], [3], true), [5]);
});

test("of several lit topics a plain press leaves one", () => {
  assert.deepEqual(after([3, 5], [3], false), [3]);
});

test("a group is lit whole and goes out whole", () => {
  assert.deepEqual(after([1], [1, 2], false), [1, 2]);
  assert.deepEqual(after([1, 2], [1, 2], false), []);
  assert.deepEqual(after([1, 7], [1, 2], true), [1, 7, 2]);
  assert.deepEqual(after([1, 7, 2], [1, 2], true), [7]);
});

test("a link holds several topics, and nothing else gets through", () => {
  const exists = (id) => id < 10;
  assert.deepEqual([...readTopics("3,7", exists)], [3, 7]);
  assert.deepEqual([...readTopics("3,99,-1,x,,1e1,3", exists)], [3]);
  assert.deepEqual([...readTopics(null, exists)], []);
});

test("what is lit is said with its documents", () => {
  assert.equal(litInWords(1, [topic(1, 1234)]), "Topic 1 is lit, 1,234 documents.");
  assert.equal(litInWords(2, [topic(1, 1), topic(2, 2)]), "2 topics are lit, 3 documents.");
  assert.equal(litInWords(2, [topic(1, 1)]), "2 topics are lit.");
  assert.equal(litInWords(0, []), "No topic is lit.");
});

test("a view around several topics holds them all", () => {
  const view = viewAround(
    [
      { x: 0.42, y: 0.46, radius: 0.05 },
      { x: 0.52, y: 0.48, radius: 0.05 },
    ],
    { w: 900, h: 600 },
  );
  assert.ok(Math.abs(view.x - 0.47) < 1e-9 && Math.abs(view.y - 0.47) < 1e-9);
  assert.ok(Math.abs(view.zoom * 0.2 - 0.4) < 1e-9);
});

test("a topic that is looked at takes two fifths of the pane", () => {
  const view = viewAround([{ x: 0.5, y: 0.5, radius: 0.04 }], { w: 1100, h: 800 });
  assert.ok(Math.abs(view.zoom * 0.08 - 0.4) < 1e-9);
});
