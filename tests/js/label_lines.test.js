import assert from "node:assert/strict";
import { test } from "node:test";

import { linesOf } from "../../static/js/map/label_elements.js";

test("linesOf breaks a name where it was broken, inside words too", () => {
  assert.deepEqual(linesOf("conversations about music", [13, 11]), ["conversations", "about music"]);
  assert.deepEqual(linesOf("機械学習会話", [3, 3]), ["機械学", "習会話"]);
  assert.deepEqual(linesOf("👩 and 👧👧", [5, 2]), ["👩 and", "👧👧"]);
});
