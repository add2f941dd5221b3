import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesQuery } from "../../static/js/topics/topic_filter.js";

test("matchesQuery needs every word, in any order and case", () => {
  assert.ok(matchesQuery("Database servers sql, postgres", "SERVERS data"));
  assert.ok(!matchesQuery("Database servers", "database music"));
});

test("matchesQuery accepts an empty query", () => {
  assert.ok(matchesQuery("Pets", ""));
  assert.ok(matchesQuery("Pets", "  "));
});

test("matchesQuery ignores accents, not other scripts", () => {
  assert.ok(matchesQuery("Café crème", "cafe creme"));
  assert.ok(matchesQuery("東京の天気", "天気"));
  assert.ok(!matchesQuery("東京の天気", "大阪"));
});
