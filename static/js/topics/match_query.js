// Whether a topic matches a query.

/** @typedef {{ text: string, whole: boolean }} Word of a query; a `whole` one must be a word of the text */

/** @param {string} text */
const plainText = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** @param {string} plain @returns {string[]} */
const wordsIn = (plain) => plain.match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * The words of a query, split as those of a text: "covid-19" is "covid" and what begins with "19", and "c++" is the
 * word "c", for what stands before a sign is complete.
 * @param {string} query @returns {Word[]}
 */
export function queryWords(query) {
  return plainText(query).split(/\s+/).flatMap((piece) => {
    const words = wordsIn(piece);
    return words.map((text, k) => ({ text, whole: k < words.length - 1 || !piece.endsWith(text) }));
  });
}

/**
 * Whether a topic matches a query: contains every word, in any order.
 * @param {string} text the topic's name and keywords @param {string} query
 */
export function matchesQuery(text, query) {
  const plain = plainText(text);
  const words = new Set(wordsIn(plain));
  return queryWords(query).every((word) => (word.whole ? words.has(word.text) : plain.includes(word.text)));
}

/**
 * Whether every word of a query begins a word of the text; scripts without spaces match anywhere.
 * @param {string} text @param {string} query
 */
export function startsWords(text, query) {
  const plain = plainText(text);
  const words = wordsIn(plain);
  return queryWords(query).every((word) => {
    if (word.whole) return words.includes(word.text);
    return /^[a-z0-9]/.test(word.text) ? words.some((each) => each.startsWith(word.text)) : plain.includes(word.text);
  });
}
