import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { answer, unpackShard } from "../../static/js/search/search_index.js";
import { markedParts, snippetOf } from "../../static/js/search/snippets.js";
import { matchesIn, queryTerms, tokensOf } from "../../static/js/search/tokens.js";

const marked = (text, query) =>
  markedParts(text, queryTerms(query)).flatMap((part) => (part.marked ? [part.text] : []));
const list = (rows, { classes = rows.map(() => 2), count = rows.length, reach = Infinity } = {}) => ({
  rows: Uint32Array.from(rows),
  classes: Uint8Array.from(classes),
  count,
  reach,
});

test("tokensOf equals the tokens of the index", () => {
  for (const [text, words] of JSON.parse(readFileSync(new URL("tokens.json", import.meta.url), "utf-8"))) {
    assert.deepEqual(tokensOf(text), words, text);
  }
});

test("queryTerms makes only the last word a prefix", () => {
  assert.deepEqual(queryTerms("Data serv"), [
    { text: "data", prefix: false },
    { text: "serv", prefix: true },
  ]);
  assert.equal(queryTerms("data ")[0].prefix, false);
  assert.deepEqual(queryTerms(" -- "), []);
});

test("queryTerms splits scripts without spaces into indexed pairs", () => {
  assert.deepEqual(queryTerms("機械学").map((term) => term.text), ["機械", "械学"]);
  assert.deepEqual(queryTerms("習"), [{ text: "習", prefix: true }]);
});

test("markedParts marks matches as written in the text", () => {
  assert.deepEqual(marked("The CAFÉ’s cafeteria, a cafe\u0301 and decaf", "café "), ["CAFÉ", "cafe\u0301"]);
  assert.deepEqual(marked("The CAFÉ’s cafeteria and decaf", "caf"), ["CAFÉ", "cafeteria"]);
  assert.deepEqual(marked("これは機械学習です", "機械学習"), ["機械", "学習"]);
  assert.deepEqual(marked("<b>bold</b>", "b "), ["b", "b"]);
});

test("markedParts joined give the text", () => {
  const text = "one two\u0301 機械学習 <b>two</b> three";
  const parts = markedParts(text, queryTerms("two 学習 thr"));
  assert.equal(parts.map((part) => part.text).join(""), text);
  for (const { start, end } of matchesIn(text, queryTerms("two"))) assert.ok(start < end);
});

test("snippetOf shows the extract with most terms", () => {
  const text = `${"filler ".repeat(60)}alpha ${"filler ".repeat(60)}alpha beta ${"filler ".repeat(60)}`;
  const snippet = snippetOf(text, queryTerms("alpha beta"));
  assert.match(snippet, /^…filler .*alpha beta .*filler…$/);
  assert.ok(snippet.length < 180);
  assert.equal(snippetOf("A title and more after it", queryTerms("title"), "A title…"), "…and more after it");
  assert.equal(snippetOf("short\n and  sweet", queryTerms("nothing")), "short and sweet");
  assert.ok(snippetOf("x".repeat(5000), queryTerms("y")).length < 180);
});

test("answer ranks titles before texts, then by row", () => {
  const found = answer([], [list([1, 4, 7, 9], { classes: [2, 0, 3, 1] })], [], 10);
  assert.deepEqual([...found.rows], [4, 9, 1, 7]);
});

test("answer lists possible documents past the reach of a term", () => {
  const common = list([0, 1, 2, 3, 4], { count: 500, reach: 4 });
  const found = answer([], [common, list([1, 3, 50, 60])], [], 1000);
  assert.deepEqual([...found.rows], [1, 3, 50, 60]);
  assert.equal(found.sure, 2);
  assert.equal(found.exact, false);
  assert.equal(found.total, 400);
});

test("answer is partial if no document has all words", () => {
  const found = answer([], [list([1, 2]), list([2, 3]), list([9])], [list([1, 2, 3])], 10);
  assert.deepEqual([...found.rows], [2]);
  assert.ok(found.partial);
  assert.deepEqual([...answer([], [list([1])], [list([2])], 10).rows], []);
});

test("unpackShard refuses a truncated shard", () => {
  const bytes = Uint8Array.from([1, 0, 0, 0, 97, 2, 5]);
  assert.throws(() => unpackShard(bytes.buffer, 10), RangeError);
});
