import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesQuery, startsWords } from "../../static/js/topics/match_query.js";

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

for (const [query, text] of [
  ["covid-19", "Vaccines covid 19"],
  ["covid-1", "Vaccines covid-19"],
  ["e-mail", "Letters, e mail"],
  ["c++", "Languages java, c, rust"],
  ["don't", "dont, don t"],
]) {
  test(`a query with signs is split as the text is: ${query}`, () => {
    assert.ok(matchesQuery(text, query));
    assert.ok(startsWords(text, query));
  });
}

test("what stands before a sign is a whole word", () => {
  assert.ok(!startsWords("Cats and cars", "c++"));
  assert.ok(!matchesQuery("Every mailbox", "e-mail"));
  assert.ok(startsWords("Every mailbox", "mail"));
  assert.ok(!startsWords("Every mailbox", "box"));
});
