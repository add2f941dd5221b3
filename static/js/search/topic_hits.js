// The topics that a query finds: the best three above the documents, the others on demand.

import { createButton, createElement } from "../lib/dom.js";
import { startsWords } from "../topics/match_query.js";
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

/**
 * Finds topics for the last query asked.
 * @param {() => Promise<ListedTopic[]>} topics
 */
export function createTopicFinder(topics) {
  let latest = 0;
  return {
    /** Answer no query that was asked before. */
    drop: () => void latest++,
    /** @param {string} query @returns {Promise<ListedTopic[] | null>} null if another query was asked since */
    async find(query) {
      const mine = ++latest;
      const all = await topics();
      return mine === latest ? findTopics(all, query) : null;
    },
  };
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
  const finder = createTopicFinder(topics);

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
    finder.drop();
    query = "";
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
      const answer = await finder.find(next);
      // the list stays as it is, with what was opened in it, when the same is searched again
      if (!answer || next === query) return;
      query = next;
      found = answer;
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
