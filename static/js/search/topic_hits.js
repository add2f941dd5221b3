// The topics that a query finds: the best three above the documents, the others on demand.

import { createButton, createElement } from "../lib/dom.js";
import { matchesQuery, plainText } from "../topics/topic_filter.js";
import { markedParts, writeParts } from "./snippets.js";
import { queryTerms } from "./tokens.js";

/** @typedef {import("../topics/topic_list.js").ListedTopic} ListedTopic */

const FIRST = 3;

/**
 * The topics that have every word of a query: those with the words in their names first, then the largest.
 * @param {ListedTopic[]} topics @param {string} query
 */
export function findTopics(topics, query) {
  if (!/[\p{L}\p{N}]/u.test(query)) return [];
  const ranked = topics.flatMap((topic) => {
    const found = [topic.name, `${topic.name} ${topic.keywords}`, `${topic.name} ${topic.keywords} ${topic.parent}`];
    const rank = found.findIndex((text) => startsWords(text, query));
    return rank < 0 ? [] : [{ topic, rank }];
  });
  return ranked.sort((a, b) => a.rank - b.rank || b.topic.size - a.topic.size).map(({ topic }) => topic);
}

/** Whether every word of a query begins a word of the text; scripts without spaces match anywhere. @param {string} text @param {string} query */
function startsWords(text, query) {
  if (!matchesQuery(text, query)) return false;
  const [haystack, words] = [plainText(text), plainText(query).split(/\s+/).filter(Boolean)];
  return words.every((word) => !/^[a-z0-9]/.test(word) || haystack.split(/[^\p{L}\p{N}]+/u).some((each) => each.startsWith(word)));
}

/**
 * @param {{ topics: () => Promise<ListedTopic[]>, press: (topic: number) => void, point: (topic: number | null) => void }} parts
 */
export function createTopicHits({ topics, press, point }) {
  const list = createElement("ul", "topic-hits");
  list.setAttribute("aria-label", "Topics found");
  const more = createButton("more-topics", "", () => {
    const first = list.children.length;
    write(found.slice(first));
    more.hidden = true;
    list.children[first]?.querySelector("button")?.focus();
  });
  /** @type {ListedTopic[]} */
  let found = [];
  let query = "";
  let latest = 0;

  /** @param {ListedTopic} topic */
  function item({ id, name, color, size }) {
    const button = createButton("topic-hit", "", () => press(id));
    const title = createElement("span", "topic");
    const words = document.createElement("bdi");
    writeParts(words, markedParts(name, queryTerms(query)));
    title.append(words);
    button.append(title, createElement("span", "size", `${size.toLocaleString("en")} ${size === 1 ? "document" : "documents"}`));
    button.style.setProperty("--color", color);
    for (const type of ["pointerenter", "focus"]) button.addEventListener(type, () => point(id));
    for (const type of ["pointerleave", "blur"]) button.addEventListener(type, () => point(null));
    const element = document.createElement("li");
    element.append(button);
    return element;
  }

  /** @param {ListedTopic[]} shown */
  const write = (shown) => list.append(...shown.map(item));

  function clear() {
    latest++;
    found = [];
    list.replaceChildren();
    list.hidden = more.hidden = true;
  }
  clear();

  return {
    elements: [list, more],
    clear,
    /** @param {string} next */
    async show(next) {
      if (next === query && found.length > 0) return;
      const mine = ++latest;
      const all = await topics();
      if (mine !== latest) return;
      query = next;
      found = findTopics(all, query);
      list.replaceChildren();
      write(found.slice(0, FIRST));
      list.hidden = found.length === 0;
      const rest = found.length - FIRST;
      more.hidden = rest <= 0;
      more.textContent = `${rest.toLocaleString("en")} more ${rest === 1 ? "topic" : "topics"}`;
    },
    get buttons() {
      return [...list.querySelectorAll("button")];
    },
  };
}
