// The list of search results. Titles, topics and snippets of a result are fetched when it comes into view.

import { createButton, createElement } from "../lib/dom.js";
import { markedParts, snippetOf, writeParts } from "./snippets.js";
import { tokensOf } from "./tokens.js";

/** @typedef {import("./search_index.js").Answer} Answer */

const PAGE = 10;

/**
 * @typedef {Pick<import("./search_box.js").SearchParts, "input" | "title" | "text" | "describe" | "open" | "pointAt">} ResultParts
 */

/** @param {ResultParts} parts */
export function createResultList({ input, title, text, describe, open, pointAt }) {
  const list = createElement("ol", "results");
  const more = createButton("more", "More documents", () => {
    const first = list.children.length;
    extend();
    list.children[first]?.querySelector("button")?.focus();
  });
  more.hidden = true;
  /** @type {Answer | null} */
  let answer = null;
  let listed = 0;
  const inView = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement) || !answer) continue;
      inView.unobserve(target);
      fill(target, answer);
    }
  });

  /** Add the next page. @param {Map<number, HTMLElement>} existing items to use again, by row */
  function extend(existing = new Map()) {
    if (!answer) return;
    const next = [...answer.rows.subarray(listed, listed + PAGE)].map((row) => existing.get(row) ?? createItem(row));
    listed += next.length;
    list.append(...next);
    for (const element of next) inView.observe(element);
    more.hidden = listed >= answer.rows.length;
  }

  /** @param {number} row */
  function createItem(row) {
    const element = document.createElement("li");
    element.value = 0;
    const choose = createButton("result", "");
    choose.value = String(row);
    const [name, about, snippet] = ["title", "topic", "snippet"].map((each) => createElement("span", each));
    for (const each of [name, about, snippet]) each.dir = "auto";
    name.textContent = "…";
    choose.append(name, about, snippet);
    choose.addEventListener("click", (event) => open(row, event.detail === 0 ? choose : null));
    for (const type of ["pointerenter", "focus"]) choose.addEventListener(type, () => pointAt(row));
    for (const type of ["pointerleave", "blur"]) choose.addEventListener(type, () => pointAt(null));
    element.append(choose);
    return element;
  }

  /** @param {HTMLElement} element @param {Answer} asked the answer that the item belongs to */
  async function fill(element, asked) {
    const row = rowOf(element);
    const [name, about, snippet] = element.querySelectorAll("span");
    const [titled, body, placed] = await Promise.allSettled([title(row), text?.(row), describe(row)]);
    if (asked !== answer) return;
    const heading = titled.status === "fulfilled" ? titled.value[0] : "The title could not be fetched just now.";
    const words = body.status === "fulfilled" ? body.value ?? "" : "";
    const known = titled.status === "fulfilled" && body.status === "fulfilled" && text;
    if (known && !asked.partial && asked.rows.indexOf(row) >= asked.sure && !hasAll(`${heading} ${words}`, asked)) {
      if (element.contains(document.activeElement)) input.focus();
      element.remove();
      return;
    }
    if (placed.status === "fulfilled") {
      about.textContent = placed.value.topic;
      element.style.setProperty("--color", placed.value.color);
    }
    writeParts(name, markedParts(heading, asked.terms));
    writeParts(snippet, markedParts(snippetOf(words, asked.terms, heading), asked.terms));
  }

  return {
    elements: [list, more],
    /** As much stays listed as was, if a word typed on finds the same documents. @param {Answer} found */
    show(found) {
      const kept = answer && sameRows(answer, found) ? listed : PAGE;
      answer = found;
      listed = 0;
      inView.disconnect();
      const active = document.activeElement;
      const focused = active instanceof HTMLElement && list.contains(active) ? active : null;
      const existing = new Map([...list.querySelectorAll("li")].map((each) => [rowOf(each), each]));
      list.replaceChildren();
      do extend(existing);
      while (listed < kept && listed < found.rows.length);
      // removing the focused element from the list took its focus away
      if (focused) (focused.isConnected ? focused : input).focus();
    },
    clear() {
      answer = null;
      inView.disconnect();
      list.replaceChildren();
    },
    hideMore() {
      more.hidden = true;
    },
    get buttons() {
      return [...list.querySelectorAll("button")];
    },
  };
}

/** @param {Answer} before @param {Answer} after */
const sameRows = (before, after) => before.rows.length === after.rows.length && before.rows.every((row, k) => row === after.rows[k]);

/** @param {HTMLElement} item of the list */
const rowOf = (item) => Number(item.querySelector("button")?.value);

/** @param {string} words @param {Answer} asked */
function hasAll(words, asked) {
  const has = new Set(tokensOf(words));
  return asked.terms.every((term) => has.has(term.text) || (term.prefix && [...has].some((w) => w.startsWith(term.text))));
}
