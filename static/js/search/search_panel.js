// The search: topics first, then documents from the index; the arrow keys move the focus.

import { createButton, createElement } from "../lib/dom.js";
import { parseBytes } from "../lib/json.js";
import { markTerms } from "./marks.js";
import { createResultList } from "./result_list.js";
import { createSearchIndex } from "./search_index.js";
import { createSpelling } from "./spelling.js";
import { tokensOf } from "./tokens.js";
import { createTopicHits } from "./topic_hits.js";

/** @typedef {import("./search_index.js").Answer} Answer */
/** @typedef {import("./search_index.js").SearchRoot} SearchRoot */
/** @typedef {import("./search_box.js").SearchParts} SearchParts */
/** @typedef {import("./search_box.js").Search} Search */

const TYPING_MS = 150;
/** A search that takes longer than this says that it is under way. */
const SLOW_MS = 300;

/** @param {SearchParts} page @returns {Promise<Search>} */
export async function createSearchPanel(page) {
  const { input, section, selectedTopics, highlight, mark } = page;
  const parts = await openParts(page);
  const find = createSearchIndex(parts);
  const spell = createSpelling(parts);

  const status = createElement("p", "count");
  status.setAttribute("role", "status");
  const retry = createButton("retry", "Try again");
  const hint = createHint(spell, replace);
  const topicHits = createTopicHits(page);
  const results = createResultList(page);
  const category = categoryChooser(parts.map(({ root }) => root.categories));
  const choosers = category ? [category.label] : [];
  section.replaceChildren(...topicHits.elements, status, hint.element, retry, ...choosers, ...results.elements);
  section.removeAttribute("aria-busy");

  // answers to earlier queries are dropped
  let latest = 0;
  let timer = 0;
  let query = "";
  let endWaiting = () => {};

  function clear() {
    latest++;
    endWaiting();
    query = "";
    topicHits.clear();
    results.clear();
    void hint.show(undefined);
    section.hidden = true;
    highlight(null, true);
    mark(null);
  }

  async function run() {
    const mine = ++latest;
    if (!input.value.trim()) return clear();
    query = input.value;
    const topics = selectedTopics();
    const facets = [...(topics ? [topics.ids.map((id) => `=topic${id}`)] : []), ...(category?.chosen() ?? [])];
    section.hidden = false;
    retry.hidden = true;
    endWaiting();
    endWaiting = sayWhenSlow(section, status);
    void topicHits.show(query);
    if (!parts.some(({ root }) => root.words)) {
      endWaiting();
      status.textContent = "The texts of this map are not public: only its topics can be searched.";
      return results.hideMore();
    }
    try {
      const found = await find(input.value, facets);
      if (mine !== latest) return;
      endWaiting();
      show(found, topics?.name);
      void hint.show(found.unknown[0]);
    } catch (error) {
      if (mine !== latest) return;
      console.warn(error);
      endWaiting();
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
    highlight(found.rows.subarray(0, found.partial ? found.rows.length : found.sure), found.exact);
    mark(found.terms.length > 0 ? (element) => markTerms(element, found.terms) : null);
    results.show(found);
  }

  /** @param {string} term as it is indexed @param {string} next */
  function replace(term, next) {
    input.value = input.value.replace(/[\p{L}\p{M}\p{N}]+/gu, (word) => (tokensOf(word)[0] === term ? next : word));
    input.focus();
    void run();
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
    const buttons = [...topicHits.buttons, ...results.buttons];
    if (event.key !== "Enter" || event.target !== input) return moveFocus(event, input, buttons);
    buttons[0]?.click();
  }

  await run();
  return { run };
}

/** @param {SearchParts} page @returns {Promise<import("./search_index.js").IndexPart[]>} */
async function openParts({ data, load, path }) {
  const listed = (/** @type {SearchParts["data"]["folder"]} */ folders) =>
    typeof folders === "string" ? [folders] : folders.map(([, , folder]) => folder);
  const ofTopics = listed(data.topics);
  return Promise.all(listed(data.folder).map(async (folder, k) => {
    const end = k ? `-${k}` : "";
    const index = await openIndex(folder, `search${end}`, load, path);
    return { ...index, topics: () => openIndex(ofTopics[k], `search-topics${end}`, load, path) };
  }));
}

/**
 * @param {string} folder @param {string} name with which the names of its shards begin
 * @param {SearchParts["load"]} load @param {SearchParts["path"]} path
 * @returns {Promise<import("./search_index.js").Index>}
 */
async function openIndex(folder, name, load, path) {
  return {
    root: parseBytes(await load(`${name}-root`, `${folder}/root.js`)),
    load: (kind, number) => load(`${name}-${kind}${number}`, `${folder}/${kind}/${path(number)}`),
  };
}

/**
 * Go through the results with the arrow keys.
 * @param {KeyboardEvent} event @param {HTMLElement} input @param {HTMLElement[]} buttons
 */
function moveFocus(event, input, buttons) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const at = buttons.findIndex((each) => each === event.target);
  if (!step || (at < 0 && event.target !== input)) return;
  event.preventDefault();
  (at + step < 0 ? input : buttons[Math.min(at + step, buttons.length - 1)])?.focus();
}

/**
 * Say that a search is under way, if it takes long.
 * @param {HTMLElement} section @param {HTMLElement} status
 * @returns {() => void} ends that
 */
function sayWhenSlow(section, status) {
  const slow = setTimeout(() => {
    status.textContent = "Searching…";
    section.setAttribute("aria-busy", "true");
  }, SLOW_MS);
  return () => {
    clearTimeout(slow);
    section.removeAttribute("aria-busy");
  };
}

/**
 * The offer of the likely word for one that no document has.
 * @param {ReturnType<typeof createSpelling>} spell @param {(term: string, likely: string) => void} take
 */
function createHint(spell, take) {
  const element = createElement("p", "did-you-mean");
  element.setAttribute("role", "status");
  element.hidden = true;
  /** @type {Answer["terms"][number] | undefined} */
  let asked;

  return {
    element,
    /** @param {Answer["terms"][number] | undefined} term none to offer nothing */
    async show(term) {
      asked = term;
      element.hidden = true;
      const likely = term ? await spell(term.text).catch(() => null) : null;
      if (asked !== term || !term || !likely) return;
      const button = createButton("", `${likely.text} (${likely.count.toLocaleString("en")})`, () => take(term.text, likely.text));
      element.replaceChildren("Did you mean ", button, "?");
      element.hidden = false;
    },
  };
}

/** @param {SearchRoot["categories"][]} parts each with the categories of those before it, first */
function categoryChooser(parts) {
  const categories = parts[parts.length - 1].map(([name], k) => /** @type {const} */ ([
    name,
    parts.reduce((sum, part) => sum + (part[k]?.[1] ?? 0), 0),
  ]));
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
  if (rows.length === 0) return `No document${where} has ${terms.length === 1 ? "this word" : "these words"}.`;
  if (partial) return `No document${where} has all of these words; ${number(rows.length)} ${rows.length === 1 ? "has" : "have"} most of them.`;
  if (exact) return `${documents(sure)}${where}`;
  const about = `About ${documents(Number(total.toPrecision(2)))}${where}; `;
  const maybe = rows.length - sure;
  return about + (maybe ? `${number(sure)} of them and ${number(maybe)} that may be are listed` : `the first ${number(sure)} are listed`);
}
