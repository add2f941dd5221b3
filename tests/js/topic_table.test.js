import assert from "node:assert/strict";
import { test } from "node:test";
import { compareCells } from "../../static/js/topic_table.js";
import { searchTopics } from "../../static/js/gallery.js";

test("compareCells compares numbers by value, texts by locale", () => {
  assert.deepEqual(["10", "9", "100"].sort((a, b) => compareCells(a, b, true)), ["9", "10", "100"]);
  assert.deepEqual(["b", "A", "é", "d"].sort((a, b) => compareCells(a, b, false)), ["A", "b", "d", "é"]);
  assert.deepEqual(["part 10", "part 9"].sort((a, b) => compareCells(a, b, false)), ["part 9", "part 10"]);
});

test("searchTopics lists matches by name before keywords", () => {
  const index = [
    ["a", "A", [[0, "Cats", 5, "purr"], [1, "Pets", 90, "cats dogs"]]],
    ["b", "B", [[7, "Big cats", 9, "lion"]]],
  ];
  assert.deepEqual(searchTopics(index, "cats").map((hit) => hit.href), [
    "b/topics/7/index.html",
    "a/topics/0/index.html",
    "a/topics/1/index.html",
  ]);
  assert.deepEqual(searchTopics(index, "fish"), []);
});
