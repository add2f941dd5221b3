// The search for documents: asks the index, shows the results, moves the focus with the arrow keys.

import { createButton, createElement } from "../lib/dom.js";
import { parseBytes } from "../lib/json.js";
import { createResultList } from "./result_list.js";
import { createSearchIndex } from "./search_index.js";

/** @typedef {import("./search_index.js").Answer} Answer */
/** @typedef {import("./search_index.js").SearchRoot} SearchRoot */
/** @typedef {import("./search_box.js").SearchParts} SearchParts */
/** @typedef {import("./search_box.js").Search} Search */

const TYPING_MS = 150;

/** @param {SearchParts} parts @returns {Promise<Search>} */
export async function createSearchPanel({ input, section, data, load, path, title, text, describe, selectedTopics, open, highlight }) {
  /** @type {SearchRoot} */
  const root = parseBytes(await load("search-root", `${data.folder}/root.js`));
  const find = createSearchIndex(root, (kind, number) => load(`search-${kind}${number}`, `${data.folder}/${kind}/${path(number)}`));

  const status = createElement("p", "count");
  status.setAttribute("role", "status");
  const retry = createButton("retry", "Try again");
  const results = createResultList({ input, title, text, describe, open });
  const category = categoryChooser(root.categories);
  section.replaceChildren(status, retry, ...(category ? [category.label] : []), ...results.elements);
  retry.hidden = true;

  // answers to earlier queries are dropped
  let latest = 0;
  let timer = 0;
  let query = "";

  function clear() {
    latest++;
    query = "";
    results.clear();
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
      results.hideMore();
      status.textContent = "The search could not be completed just now.";
      retry.hidden = false;
    }
  }

  /** @param {Answer} found @param {string | undefined} topic */
  function show(found, topic) {
    status.textContent = resultText(found, topic);
    highlight(found.rows.subarray(0, found.partial ? found.rows.length : found.sure));
    results.show(found);
  }

  const changed = () => {
    clearTimeout(timer);
    // a query typed before this script was loaded is answered already; running it again would reset the list
    timer = setTimeout(() => input.value !== query && run(), TYPING_MS);
  };
  input.addEventListener("input", changed);
  category?.label.addEventListener("change", run);
  retry.addEventListener("click", run);
  for (const part of [input, section]) {
    part.addEventListener("keydown", (event) => {
      if (event instanceof KeyboardEvent) onKey(event);
    });
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key === "Escape" && input.value) {
      // Escape closes only the search
      event.stopPropagation();
      event.preventDefault();
      input.value = "";
      clearTimeout(timer);
      clear();
      return input.focus();
    }
    const { buttons } = results;
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

/**
 * The line above the results: how many documents were found and how many of them are listed.
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
