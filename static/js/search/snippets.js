// Extracts of a text around the terms of a query. Matches are marked by elements; the text is never parsed as markup.

import { createElement } from "../lib/dom.js";
import { matchesIn } from "./tokens.js";

/** @typedef {import("./tokens.js").Term} Term */
/** @typedef {{ text: string, marked: boolean }} Part */

const BEFORE = 50;
const LENGTH = 170;

/**
 * Splits a text into parts; those that match a term are marked.
 * @param {string} text @param {Term[]} terms
 * @returns {Part[]}
 */
export function markedParts(text, terms) {
  const parts = [];
  let at = 0;
  for (const { start, end } of matchesIn(text, terms)) {
    parts.push({ text: text.slice(at, start), marked: false }, { text: text.slice(start, end), marked: true });
    at = end;
  }
  parts.push({ text: text.slice(at), marked: false });
  return parts.filter((part) => part.text);
}

/**
 * The extract with the most terms, cut between words where possible. If the text begins with the title, the extract
 * starts after it.
 * @param {string} text @param {Term[]} terms @param {string} title
 */
export function snippetOf(text, terms, title = "") {
  const plain = text.replace(/\s+/gu, " ").trim();
  const stem = title.replace(/…$/u, "").trim();
  const first = plain.startsWith(stem) ? stem.length : 0;
  const found = matchesIn(plain, terms).filter(({ start }) => start >= first);
  const within = (/** @type {number} */ from) =>
    new Set(found.filter(({ start, end }) => start >= from && end <= from + LENGTH - BEFORE).map(({ term }) => term)).size;
  const best = found.reduce((most, one) => (within(one.start) > within(most.start) ? one : most), found[0]);
  const from = Math.max(first, (best?.start ?? first) - BEFORE);
  const to = from + LENGTH;
  // partial words at the ends are dropped if they are at most 20 characters long
  const start = from === first ? from : from + (/^\S{0,20}\s/u.exec(plain.slice(from))?.[0].length ?? 0);
  const end = to >= plain.length ? plain.length : to - (/\s\S{0,20}$/u.exec(plain.slice(0, to))?.[0].length ?? 0);
  return `${start > 0 ? "…" : ""}${plain.slice(start, end).trim()}${end < plain.length ? "…" : ""}`;
}

/** @param {Part[]} parts @returns {(string | HTMLElement)[]} */
export const markedNodes = (parts) => parts.map(({ text, marked }) => (marked ? createElement("mark", "", text) : text));

/** @param {Element} element @param {Part[]} parts */
export const writeParts = (element, parts) => element.replaceChildren(...markedNodes(parts));
