// The likely word for one that no document has, from the terms around it in the index.

import { shardOf, unpackShard } from "./search_index.js";
import { tokensOf } from "./tokens.js";

/** @typedef {{ text: string, count: number }} Suggestion a term and the number of its documents */

const SHORTEST = 3;
const MAX_SHARDS = 4;
/** Added to the edits of a term that begins otherwise: first letters are rarely wrong. */
const OTHER_START = 0.5;
/** Exchanged and replaced letters are more frequent than missing ones. */
const OTHER_LENGTH = 0.25;
/** A term of less documents than `FEW` may be a mistake itself. */
const RARE = 1;
const FEW = 3;
// terms of topics and categories, which are no words
const FACET = "=";

/**
 * @param {import("./search_index.js").IndexPart[]} parts
 * @returns {(word: string) => Promise<Suggestion | null>}
 */
export function createSpelling(parts) {
  return async (word) => {
    const letters = [...word];
    if (letters.length < SHORTEST || tokensOf(word).length !== 1) return null;
    // where a word with two letters exchanged, or one too many, would be; the other mistakes are mostly near the word
    const exchanged = letters.map((letter, k) => [...letters.slice(0, k), letters[k + 1] ?? "", letter, ...letters.slice(k + 2)].join(""));
    const shorter = letters.map((_, k) => [...letters.slice(0, k), ...letters.slice(k + 1)].join(""));
    const like = [word, ...exchanged, ...shorter];
    const read = parts.filter(({ root }) => root.terms.length > 0).flatMap(({ root, load }) => {
      const shards = [...new Set(like.map((text) => shardOf(root.terms, text)))].slice(0, MAX_SHARDS);
      return shards.map(async (number) => unpackShard(await load("t", number), root.limit));
    });
    return closestTerm(word, (await Promise.all(read)).flatMap(({ terms, counts }) => terms.map((text, k) => ({ text, count: counts[k] }))));
  };
}

/**
 * The term with the fewest edits from a word, of those the most frequent; null if none is near.
 * @param {string} word @param {Suggestion[]} terms
 */
export function closestTerm(word, terms) {
  const limit = word.length < 5 ? 1 : 2;
  let least = limit + OTHER_START + OTHER_LENGTH + RARE;
  /** @type {Suggestion | null} */
  let best = null;
  for (const term of terms) {
    if (term.text === word || term.text.startsWith(FACET) || Math.abs(term.text.length - word.length) > limit) continue;
    const edits = editDistance(word, term.text);
    const cost =
      edits +
      (term.text[0] === word[0] ? 0 : OTHER_START) +
      (term.text.length === word.length ? 0 : OTHER_LENGTH) +
      (term.count < FEW ? RARE : 0);
    if (edits > limit || cost > least || (best && cost === least && term.count <= best.count)) continue;
    least = cost;
    best = term;
  }
  return best;
}

/** Edits between two words: insertions, deletions, replacements, exchanges of neighbours. @param {string} a @param {string} b */
export function editDistance(a, b) {
  /** @type {number[]} */
  let before = [];
  let row = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}
