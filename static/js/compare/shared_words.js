// Which words two topics share.

/** @typedef {{ first: string[], both: string[], second: string[] }} SharedWords */

/** How words are compared: without case and a plural's ending, as English has it. @param {string} word */
const stem = (word) => word.toLowerCase().replace(/(?<=\p{L}{2})s(?=$|\s)/gu, "");

/**
 * Split the words of two topics into those of the first, of both and of the second, in their order; each without those
 * whose parts were all there before.
 * @param {string[]} first best first @param {string[]} second
 * @returns {SharedWords}
 */
export function shareWords(first, second) {
  const [stems, others] = [first, second].map((words) => new Set(words.map(stem)));
  return {
    first: distinct(first.filter((word) => !others.has(stem(word)))),
    both: distinct(first.filter((word) => others.has(stem(word)))),
    second: distinct(second.filter((word) => !stems.has(stem(word)))),
  };
}

/** @param {string[]} words */
function distinct(words) {
  /** @type {Set<string>} */
  const seen = new Set();
  return words.filter((word) => {
    const parts = stem(word).split(/\s+/);
    const known = parts.every((part) => seen.has(part));
    for (const part of parts) seen.add(part);
    return !known;
  });
}
