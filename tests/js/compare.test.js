import assert from "node:assert/strict";
import { test } from "node:test";
import { shareWords } from "../../static/js/compare/shared_words.js";
import { peakText } from "../../static/js/compare/trend.js";

test("shareWords parts the words of two topics, each in its order", () => {
  assert.deepEqual(shareWords(["dogs", "my dog", "Cat"], ["cats", "dog", "bird", "birds", "bird"]), {
    first: ["my dog"],
    both: ["dogs", "Cat"],
    second: ["bird"],
  });
  assert.deepEqual(shareWords([], ["天気"]), { first: [], both: [], second: ["天気"] });
});

test("peakText names the period with the most documents", () => {
  assert.equal(peakText([1, 1200, 3], ["2019", "2020", "2021"]), "most in 2020: 1,200 documents");
  assert.equal(peakText([5, 1], ["2018-05-03", "2018-05-10"]), "most in 2018\u201105\u201103: 5 documents");
  assert.equal(peakText([0, 0], ["2019", "2020"]), "no document with a date");
});
