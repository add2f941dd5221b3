// Which words two topics share.

/** @typedef {{ first: string[], both: string[], second: string[] }} SharedWords */

/** How words are compared: without case and a plural's ending, as English has it. @param {string} word */
const stem = (word) => word.toLowerCase().replace(/(?<=\p{L}{2})s(?=$|\s)/gu, "");

/**
 * Split the words of two topics into those of the first, of both and of the second, in their order.
 * @param {string[]} first best first @param {string[]} second
 * @returns {SharedWords}
 */
export function shareWords(first, second) {
  const [stems, others] = [first, second].map((words) => new Set(words.map(stem)));
  return {
    first: first.filter((word) => !others.has(stem(word))),
    both: first.filter((word) => others.has(stem(word))),
    second: second.filter((word) => !stems.has(stem(word))),
  };
}
