// Summary of a document: title, category, and topic with a dot in the topic's colour.

import { partOf } from "../lib/dom.js";

/** @typedef {{ title: string, category: string, topic: string, color: string }} Summary */

/**
 * @param {HTMLElement} element with parts .title, .category and .topic
 * @returns {(words: Summary) => void} writes them as text, never as markup
 */
export function createSummaryWriter(element) {
  const [title, category, topic] = ["title", "category", "topic"].map((name) => partOf(element, name));
  return (words) => {
    title.textContent = words.title;
    category.textContent = words.category;
    category.hidden = !words.category;
    topic.textContent = words.topic;
    element.style.setProperty("--color", words.color);
  };
}
