import assert from "node:assert/strict";
import { test } from "node:test";
import { closestTerm, editDistance } from "../../static/js/search/spelling.js";
import { createTopicFinder, findTopics } from "../../static/js/search/topic_hits.js";
import { countByTopic } from "../../static/js/guides/topic_counts.js";

const term = (text, count) => ({ text, count });

test("editDistance counts an exchange of neighbours once", () => {
  assert.equal(editDistance("octopsu", "octopus"), 1);
  assert.equal(editDistance("dog", "dog"), 0);
  assert.equal(editDistance("kitten", "sitting"), 3);
  assert.equal(editDistance("", "abc"), 3);
});

test("closestTerm takes the nearest, of those the most frequent", () => {
  const terms = [term("dig", 3), term("dog", 170), term("doug", 900), term("go", 2000), term("do", 900), term("dg", 1), term("=dgo", 999), term("dgo", 5)];
  assert.equal(closestTerm("dgo", terms).text, "dog");
  assert.equal(closestTerm("dxg", terms).text, "dog");
  assert.equal(closestTerm("zebra", terms), null);
});

test("findTopics puts names before keywords, large before small", () => {
  const topic = (id, name, keywords, size) => ({ id, name, keywords, parent: "", color: "", size });
  const topics = [topic(0, "Cooking", "dog, food", 90), topic(1, "Dogs", "walk", 5), topic(2, "Big dogs", "", 50)];
  assert.deepEqual(findTopics(topics, "dog").map(({ id }) => id), [2, 1, 0]);
  assert.deepEqual(findTopics(topics, "ood"), []);
  assert.deepEqual(findTopics(topics, "  "), []);
});

test("countByTopic counts hits that pass", () => {
  const points = { topic: [0, 0, 1, 1], row: [0, 1, 2, 3] };
  assert.deepEqual([...countByTopic(points, { hits: new Set([0, 2, 3]), passes: null })], [[0, 1], [1, 2]]);
  assert.deepEqual([...countByTopic(points, { hits: null, passes: [1, 1, 0, 0] })], [[0, 2]]);
});

test("a late answer is dropped, even if its query comes again", async () => {
  const topics = [{ id: 0, name: "Dogs", keywords: "", parent: "", color: "", size: 1 }];
  const waiting = [];
  const finder = createTopicFinder(() => new Promise((done) => waiting.push(done)));
  const [dog, cat, again] = ["dog", "cat", "dog"].map((query) => finder.find(query));
  for (const done of waiting.reverse()) done(topics);
  assert.deepEqual([(await again)?.length, await cat, await dog], [1, null, null]);
  const dropped = finder.find("dog");
  finder.drop();
  waiting.at(-1)(topics);
  assert.equal(await dropped, null);
});
