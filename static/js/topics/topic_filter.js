// Whether a topic matches a query.

/** @param {string} text */
export const plainText = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * Whether a topic matches a query: contains every word, in any order.
 * @param {string} text the topic's name and keywords @param {string} query
 */
export function matchesQuery(text, query) {
  const haystack = plainText(text);
  return plainText(query).split(/\s+/).every((word) => haystack.includes(word));
}
