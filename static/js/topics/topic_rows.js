// Makes rows for the smaller topics, which are not in the page but loaded when needed.

import { partOf } from "../lib/dom.js";

/**
 * @param {HTMLTemplateElement} template an empty row
 * @param {Map<number, string>} colors by topic @param {number} documents how many there are in all
 * @returns {(topic: import("./topic_catalogue.js").TopicRow) => HTMLElement}
 */
export function createRowMaker(template, colors, documents) {
  return (topic) => {
    const row = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (template.content.firstElementChild).cloneNode(true));
    const button = /** @type {HTMLButtonElement} */ (row.querySelector("button"));
    button.value = `${topic.id}`;
    button.style.setProperty("--color", colors.get(topic.id) ?? "");
    const [name, keywords] = row.querySelectorAll("bdi");
    name.textContent = topic.name;
    keywords.textContent = topic.keywords;
    for (const mark of row.querySelectorAll(".mark")) if (mark.textContent !== `(${topic.namedBy})`) mark.remove();
    const [count] = partOf(row, "size").childNodes;
    count.textContent = topic.size.toLocaleString("en");
    partOf(row, "share").textContent = `${((100 * topic.size) / documents).toFixed(1)}%`;
    return row;
  };
}
