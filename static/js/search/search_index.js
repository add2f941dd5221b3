// Answers queries from the sharded search index that sitegen/site/search/index.py writes; docs/search.md describes it.

import { queryTerms } from "./tokens.js";

/** @typedef {import("./tokens.js").Term} Term */

/**
 * @typedef {object} SearchRoot
 * @property {number} documents
 * @property {number} limit how many documents are listed per term
 * @property {boolean} words whether any text or title is searched
 * @property {string[]} terms where each shard of terms begins
 * @property {string[]} prefixes where each shard of prefixes begins
 * @property {[name: string, count: number][]} categories
 */

/**
 * The documents of a term: ascending rows, each with a class from 0 (whole word in the title) to 3 (prefix of a word
 * in the text). The list is complete up to row `reach`, or else but for its `gaps`: after one row and before another.
 * @typedef {{ rows: Uint32Array, classes: Uint8Array, count: number, reach: number, gaps?: number[][] }} Listing
 */

/**
 * The answer to a query, best documents first.
 * @typedef {object} Answer
 * @property {Term[]} terms
 * @property {Uint32Array} rows first those known to have all words, then those that may have them
 * @property {number} sure how many are known to have all words
 * @property {number} total how many have all words; an estimate if `exact` is false
 * @property {boolean} exact
 * @property {boolean} partial no document has all words; `rows` have most of them
 * @property {Term[]} unknown words that no document has
 */

const TERM_BITS = 1;
const PREFIX_BITS = 2;
const TITLE_PREFIX = 1;
const TEXT_WORD = 2;
/** With which the terms of topics begin. */
const TOPIC = "=topic";

/** @type {Listing} */
const NOTHING = { rows: new Uint32Array(0), classes: new Uint8Array(0), count: 0, reach: Infinity };

/**
 * @typedef {object} Index
 * @property {SearchRoot} root
 * @property {(kind: "t" | "p", number: number) => Promise<ArrayBuffer>} load shards of terms or prefixes
 */

/**
 * An index, of all documents or of a part of those of a map that grew; its rows count from the first of the part.
 * `topics` opens that of the documents of each topic.
 * @typedef {Index & { topics: () => Promise<Index> }} IndexPart
 */

/**
 * @param {IndexPart[]} parts in storage order
 * @returns {(query: string, facets: string[][]) => Promise<Answer>} each facet is a list of terms, one of which must match
 */
export function createSearchIndex(parts) {
  const documents = parts.reduce((sum, { root }) => sum + root.documents, 0);
  return async (query, facets) => {
    const terms = queryTerms(query);
    if (terms.length === 0 || parts.every(({ root }) => root.terms.length === 0)) return answer(terms, [], [], documents);
    const found = await Promise.all(parts.map(async (part) => {
      const choice = async (/** @type {string[]} */ texts) =>
        union(await Promise.all(texts.map((text) => chosen(part, text))), part.root.limit);
      return Promise.all([Promise.all(terms.map((term) => look(part, term))), Promise.all(facets.map(choice))]);
    }));
    const sizes = parts.map(({ root }) => root.documents);
    return answer(
      terms,
      terms.map((_, k) => join(found.map(([words]) => words[k]), sizes)),
      facets.map((_, k) => join(found.map(([, narrowing]) => narrowing[k]), sizes)),
      documents,
    );
  };
}

/** @param {IndexPart} part @param {string} text a topic's or a category's term */
async function chosen(part, text) {
  return look(text.startsWith(TOPIC) ? await part.topics() : part, { text, prefix: false });
}

/** @param {Index} index @param {Term} term @returns {Promise<Listing>} */
async function look({ root, load }, { text, prefix }) {
  if (root.terms.length === 0) return NOTHING;
  const number = shardOf(root.terms, text);
  if (prefix && root.terms[number + 1]?.startsWith(text)) {
    const shard = unpackShard(await load("p", shardOf(root.prefixes, text)), root.limit);
    return listing(shard, shard.terms.indexOf(text), PREFIX_BITS, root.limit);
  }
  const shard = unpackShard(await load("t", number), root.limit);
  const found = shard.terms.flatMap((term, k) => (term === text || (prefix && term.startsWith(text)) ? [k] : []));
  return union(
    found.map((k) => {
      const one = listing(shard, k, TERM_BITS, root.limit);
      const longer = shard.terms[k] === text ? 0 : TITLE_PREFIX;
      return { ...one, classes: one.classes.map((field) => field * TEXT_WORD + longer) };
    }),
    root.limit,
  );
}

/**
 * The listing of a term in all parts.
 * @param {Listing[]} lists by part @param {number[]} sizes documents of each part
 * @returns {Listing}
 */
function join(lists, sizes) {
  if (lists.length === 1) return lists[0];
  const ends = sizes.map((_, k) => sizes.slice(0, k + 1).reduce((sum, each) => sum + each));
  const first = (/** @type {number} */ k) => ends[k] - sizes[k];
  return {
    rows: Uint32Array.from(lists.flatMap(({ rows }, k) => Array.from(rows, (row) => row + first(k)))),
    classes: Uint8Array.from(lists.flatMap(({ classes }) => Array.from(classes))),
    count: lists.reduce((sum, { count }) => sum + count, 0),
    reach: Math.min(...lists.map(({ reach }, k) => reach + first(k))),
    gaps: lists.flatMap(({ reach }, k) => (reach < Infinity ? [[reach + first(k), ends[k]]] : [])),
  };
}

/**
 * The last shard that begins at or before a term.
 * @param {string[]} borders @param {string} term
 */
export function shardOf(borders, term) {
  let low = 0;
  let high = borders.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (borders[middle] <= term) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * @typedef {{ terms: string[], counts: Uint32Array, starts: Uint32Array, postings: Uint32Array }} Shard
 * @param {ArrayBuffer} buffer @param {number} limit
 * @returns {Shard}
 */
export function unpackShard(buffer, limit) {
  const length = new DataView(buffer).getUint32(0, true);
  const terms = new TextDecoder().decode(new Uint8Array(buffer, 4, length)).split("\n");
  const values = varints(new Uint8Array(buffer, 4 + length));
  const counts = values.subarray(0, terms.length);
  const starts = new Uint32Array(terms.length + 1);
  counts.forEach((count, k) => (starts[k + 1] = starts[k] + Math.min(count, limit)));
  const postings = values.subarray(terms.length);
  if (postings.length !== starts[terms.length]) throw new RangeError("a search shard has not the length it says");
  return { terms, counts, starts, postings };
}

/** @param {Uint8Array} bytes LEB128 */
function varints(bytes) {
  const values = new Uint32Array(bytes.length);
  let n = 0;
  let shift = 0;
  for (const byte of bytes) {
    values[n] |= (byte & 127) << shift;
    shift = byte > 127 ? shift + 7 : 0;
    if (!shift) n++;
  }
  return values.subarray(0, n);
}

/**
 * @param {Shard} shard @param {number} k @param {number} bits @param {number} limit
 * @returns {Listing}
 */
function listing({ counts, starts, postings }, k, bits, limit) {
  if (k < 0) return NOTHING;
  let row = 0;
  const codes = postings.subarray(starts[k], starts[k + 1]);
  const rows = codes.map((code) => (row += code >>> bits));
  const classes = Uint8Array.from(codes, (code) => code & ((1 << bits) - 1));
  return { rows, classes, count: counts[k], reach: counts[k] > limit ? row : Infinity };
}

/**
 * @param {Listing[]} lists @param {number} limit
 * @returns {Listing}
 */
function union(lists, limit) {
  if (lists.length < 2) return lists[0] ?? NOTHING;
  const reach = Math.min(...lists.map((list) => list.reach));
  /** @type {Map<number, number>} */
  const best = new Map();
  for (const list of lists) {
    list.rows.forEach((row, k) => row <= reach && best.set(row, Math.min(best.get(row) ?? 9, list.classes[k])));
  }
  const rows = Uint32Array.from(best.keys()).sort();
  const classes = Uint8Array.from(rows, (row) => best.get(row) ?? 9);
  const counts = lists.map((list) => list.count);
  // terms of one shard have few documents, so their union rarely exceeds the limit
  const count = reach === Infinity ? rows.length : Math.max(...counts, limit + 1);
  return { rows, classes, count, reach };
}

/**
 * The documents that have all words and all facets. For rows past the `reach` of a list this is unknown.
 * @param {Term[]} terms @param {Listing[]} words @param {Listing[]} facets @param {number} documents
 * @returns {Answer}
 */
export function answer(terms, words, facets, documents) {
  const lists = [...words, ...facets];
  const reach = Math.min(Infinity, ...lists.map((list) => list.reach));
  /** @type {Map<number, { known: number, words: number, rank: number }>} */
  const found = new Map();
  lists.forEach((list, number) => {
    const isWord = number < words.length;
    list.rows.forEach((row, k) => {
      const one = found.get(row) ?? { known: 0, words: 0, rank: 0 };
      found.set(row, one);
      one.known++;
      if (!isWord) return;
      one.words++;
      one.rank += list.classes[k];
    });
  });
  const lost = (/** @type {number} */ row, /** @type {Listing} */ { reach, gaps = [[reach, Infinity]] }) =>
    gaps.some(([after, end]) => row > after && row < end);
  const past = (/** @type {number} */ row, /** @type {Listing[]} */ some) => some.filter((each) => lost(row, each)).length;
  const sure = [];
  const maybe = [];
  const rest = [];
  let most = 1;
  for (const [row, one] of found) {
    if (one.words === 0) continue;
    if (one.known === lists.length) sure.push(row);
    else if (one.known + past(row, lists) === lists.length) maybe.push(row);
    else if (one.known - one.words === facets.length) {
      rest.push(row);
      most = Math.max(most, one.words);
    }
  }
  const rankOf = (/** @type {number} */ row) => found.get(row)?.rank ?? 0;
  const wordsOf = (/** @type {number} */ row) => found.get(row)?.words ?? 0;
  const best = (/** @type {number} */ a, /** @type {number} */ b) =>
    wordsOf(b) - wordsOf(a) || rankOf(a) - rankOf(b) || a - b;
  const partial = sure.length + maybe.length === 0;
  const rows = partial ? rest.filter((row) => wordsOf(row) === most).sort(best) : [...sure.sort(best), ...maybe.sort(best)];
  const within = sure.filter((row) => row <= reach).length;
  const exact = reach === Infinity;
  const estimate = lists.length === 1 ? words[0].count : Math.round((within * documents) / (reach + 1));
  return {
    terms,
    rows: Uint32Array.from(rows),
    sure: sure.length,
    total: exact ? sure.length : Math.max(sure.length, estimate),
    exact,
    partial: partial && rows.length > 0,
    unknown: terms.filter((_, k) => words[k]?.count === 0),
  };
}
