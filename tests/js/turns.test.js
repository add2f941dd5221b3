import assert from "node:assert/strict";
import { test } from "node:test";
import { beginsWith } from "../../static/js/document/turns.js";

test("beginsWith tells titles that only repeat what is said", () => {
  const text = "Hello!\nHow are  you? I am fine.";
  assert.equal(beginsWith(text, "Hello! How are you? I am…"), true);
  assert.equal(beginsWith([["Ann", "Hello!"], ["Ben", "How are you?"]], "Hello! How are you?"), true);
  assert.equal(beginsWith(text, "A letter"), false);
  assert.equal(beginsWith("", "A title without a text"), false);
});
