import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesQuery } from "../../static/js/topics/topic_filter.js";

test("every word must be there, in any order and case", () => {
  assert.ok(matchesQuery("Database servers sql, postgres", "SERVERS data"));
  assert.ok(!matchesQuery("Database servers", "database music"));
});

test("an empty query matches everything", () => {
  assert.ok(matchesQuery("Pets", ""));
  assert.ok(matchesQuery("Pets", "  "));
});

test("accents do not matter, other scripts do", () => {
  assert.ok(matchesQuery("Café crème", "cafe creme"));
  assert.ok(matchesQuery("東京の天気", "天気"));
  assert.ok(!matchesQuery("東京の天気", "大阪"));
});
