// Marks the words of a query in the text of the opened document.

import { markedNodes, markedParts } from "./snippets.js";

/** @typedef {import("./tokens.js").Term} Term */

/**
 * Mark the terms in an element, after earlier marks were taken away.
 * @param {HTMLElement} element @param {Term[]} terms
 */
export function markTerms(element, terms) {
  for (const mark of element.querySelectorAll("mark")) mark.replaceWith(...mark.childNodes);
  element.normalize();
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const texts = [];
  while (walker.nextNode()) {
    // names of speakers are not searched
    if (walker.currentNode instanceof Text && !walker.currentNode.parentElement?.closest(".speaker")) texts.push(walker.currentNode);
  }
  for (const text of texts) {
    const parts = markedParts(text.data, terms);
    if (!parts.some((part) => part.marked)) continue;
    text.replaceWith(...markedNodes(parts));
  }
}
