// The search for documents: a script of its own, loaded when someone turns to the search box.

import { createButton, createElement } from "../lib/dom.js";
import { parseBytes } from "../lib/json.js";
import { createSearchIndex } from "./search_index.js";
import { markedParts, snippetOf, writeParts } from "./snippets.js";
import { tokensOf } from "./tokens.js";

/** @typedef {import("./search_index.js").Answer} Answer */
/** @typedef {import("./search_index.js").SearchRoot} SearchRoot */
/** @typedef {import("./search_box.js").SearchParts} SearchParts */
/** @typedef {import("./search_box.js").Search} Search */

const PAGE = 10;
const TYPING_MS = 150;

/** @param {SearchParts} parts @returns {Promise<Search>} */
export async function createSearchPanel({ input, section, data, load, path, title, text, describe, selectedTopics, open, highlight }) {
  /** @type {SearchRoot} */
  const root = parseBytes(await load("search-root", `${data.folder}/root.js`));
  const find = createSearchIndex(root, (kind, number) => load(`search-${kind}${number}`, `${data.folder}/${kind}/${path(number)}`));

  const status = createElement("p", "count");
  status.setAttribute("role", "status");
  const retry = createButton("retry", "Try again");
  const list = createElement("ol", "results");
  const more = createButton("more", "More documents");
  const category = categoryChooser(root.categories);
  section.replaceChildren(status, retry, ...(category ? [category.label] : []), list, more);
  retry.hidden = more.hidden = true;

  // only the answer to what was asked last may be shown
  let latest = 0;
  let timer = 0;
  let query = "";
  /** @type {Answer | null} */
  let answer = null;
  let listed = 0;
  const filling = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement) || !answer) continue;
      filling.unobserve(target);
      fill(target, answer);
    }
  });

  function clear() {
    latest++;
    query = "";
    answer = null;
    filling.disconnect();
    list.replaceChildren();
    section.hidden = true;
    highlight(null);
  }

  async function run() {
    const mine = ++latest;
    if (!input.value.trim()) return clear();
    query = input.value;
    const topics = selectedTopics();
    const facets = [...(topics ? [topics.ids.map((id) => `=topic${id}`)] : []), ...(category?.chosen() ?? [])];
    section.hidden = false;
    retry.hidden = true;
    try {
      const found = await find(input.value, facets);
      if (mine === latest) show(found, topics?.name);
    } catch (error) {
      if (mine !== latest) return;
      console.warn(error);
      clear();
      section.hidden = false;
      more.hidden = true;
      status.textContent = "The search could not be completed just now.";
      retry.hidden = false;
    }
  }

  /** @param {Answer} found @param {string | undefined} topic */
  function show(found, topic) {
    answer = found;
    listed = 0;
    filling.disconnect();
    const keyboard = document.activeElement;
    const held = keyboard instanceof HTMLElement && list.contains(keyboard) ? keyboard : null;
    const standing = new Map([...list.querySelectorAll("li")].map((each) => [rowOf(each), each]));
    list.replaceChildren();
    status.textContent = resultText(found, topic);
    highlight(found.rows.subarray(0, found.partial ? found.rows.length : found.sure));
    extend(standing);
    // who walks in the list is not thrown out of it when the answer to the last letter comes
    if (held) (held.isConnected ? held : input).focus();
  }

  /** @param {Map<number, HTMLElement>} standing items that are there already, by row */
  function extend(standing = new Map()) {
    if (!answer) return;
    const next = [...answer.rows.subarray(listed, listed + PAGE)].map((row) => standing.get(row) ?? item(row));
    listed += next.length;
    list.append(...next);
    for (const element of next) filling.observe(element);
    more.hidden = listed >= answer.rows.length;
  }

  /** @param {number} row */
  function item(row) {
    const element = document.createElement("li");
    element.value = 0;
    const choose = createButton("result", "");
    choose.value = String(row);
    const [name, about, snippet] = ["title", "topic", "snippet"].map((each) => createElement("span", each));
    for (const each of [name, about, snippet]) each.dir = "auto";
    name.textContent = "…";
    choose.append(name, about, snippet);
    choose.addEventListener("click", (event) => open(row, event.detail === 0 ? choose : null));
    element.append(choose);
    return element;
  }

  /**
   * Fetch the words of a result that came into sight.
   * @param {HTMLElement} element @param {Answer} asked
   */
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

  const changed = () => {
    clearTimeout(timer);
    // what was typed while this script came is answered already: its list stays, and the keyboard in it
    timer = setTimeout(() => input.value !== query && run(), TYPING_MS);
  };
  input.addEventListener("input", changed);
  category?.label.addEventListener("change", run);
  retry.addEventListener("click", run);
  more.addEventListener("click", () => {
    const first = list.children.length;
    extend();
    list.children[first]?.querySelector("button")?.focus();
  });
  for (const part of [input, section]) {
    part.addEventListener("keydown", (event) => {
      if (event instanceof KeyboardEvent) onKey(event);
    });
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key === "Escape" && input.value) {
      // it leaves the search, and nothing else that Escape would leave
      event.stopPropagation();
      event.preventDefault();
      input.value = "";
      clearTimeout(timer);
      clear();
      return input.focus();
    }
    const buttons = [...list.querySelectorAll("button")];
    if (event.key === "Enter" && event.target === input) return buttons[0]?.click();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = buttons.findIndex((each) => each === event.target);
    if (!step || (at < 0 && event.target !== input)) return;
    event.preventDefault();
    (at + step < 0 ? input : buttons[Math.min(at + step, buttons.length - 1)])?.focus();
  }

  await run();
  return { run };
}

/** @param {HTMLElement} item of the list */
const rowOf = (item) => Number(item.querySelector("button")?.value);

/** @param {[name: string, count: number][]} categories */
function categoryChooser(categories) {
  if (categories.length < 2) return null;
  const label = createElement("label", "categories");
  const select = document.createElement("select");
  select.setAttribute("aria-label", "Only in the category");
  select.append(new Option("All categories", ""));
  categories.forEach(([name, count], k) => select.append(new Option(`${name} (${count.toLocaleString("en")})`, `${k}`)));
  label.append(select);
  return { label, chosen: () => (select.value ? [[`=category${select.value}`]] : []) };
}

/** @param {string} words @param {Answer} asked */
function hasAll(words, asked) {
  const has = new Set(tokensOf(words));
  return asked.terms.every((term) => has.has(term.text) || (term.prefix && [...has].some((w) => w.startsWith(term.text))));
}

/**
 * How many were found, and how many of them are listed.
 * @param {Answer} found @param {string | undefined} topic
 */
export function resultText({ terms, rows, sure, total, exact, partial }, topic) {
  const number = (/** @type {number} */ n) => n.toLocaleString("en");
  const documents = (/** @type {number} */ n) => `${number(n)} ${n === 1 ? "document" : "documents"}`;
  const where = topic ? ` in ${topic}` : "";
  if (terms.length === 0) return "Type a word to search for.";
  if (rows.length === 0) return `No document${where} answers to that.`;
  if (partial) return `No document${where} has all of these words; ${number(rows.length)} ${rows.length === 1 ? "has" : "have"} most of them.`;
  if (exact) return `${documents(sure)}${where}`;
  const about = `About ${documents(Number(total.toPrecision(2)))}${where}; `;
  const maybe = rows.length - sure;
  return about + (maybe ? `${number(sure)} of them and ${number(maybe)} that may be are listed` : `the first ${number(sure)} are listed`);
}
