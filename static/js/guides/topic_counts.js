// How many documents of each topic are found and pass the filters, in the list of topics: "38 of 166".

import { partOf } from "../lib/dom.js";

/**
 * Number of documents by topic.
 * @param {{ topic: ArrayLike<number>, row: ArrayLike<number> }} points
 * @param {{ hits: ReadonlySet<number> | null, passes: ArrayLike<number> | null }} options storage rows that were found;
 *   1 for points that pass the filters
 */
export function countByTopic({ topic, row }, { hits, passes }) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (let i = 0; i < topic.length; i++) {
    if ((hits && !hits.has(row[i])) || (passes && !passes[i])) continue;
    counts.set(topic[i], (counts.get(topic[i]) ?? 0) + 1);
  }
  return counts;
}

/**
 * Write the counts into the list; the names of topics without any are dimmed.
 * @param {HTMLElement} panel @param {ReadonlyMap<number, number> | null} counts by topic; null for those of the map
 */
export function showCounts(panel, counts) {
  for (const list of panel.querySelectorAll("ul")) {
    const buttons = [...list.querySelectorAll("button")];
    const found = buttons.map((button) => counts?.get(Number(button.value)) ?? 0);
    buttons.forEach((button, k) => write(button, counts && found[k]));
    const heading = list.previousElementSibling?.querySelector("button");
    // a group of which not all topics are listed is not counted
    const whole = !panel.querySelector(".rest");
    if (heading) write(heading, counts && whole ? found.reduce((sum, each) => sum + each, 0) : null);
  }
}

/** @param {HTMLButtonElement} button @param {number | null} found */
function write(button, found) {
  const size = partOf(button, "size");
  const text = /** @type {Text} */ (size.firstChild);
  size.dataset.all ??= text.data;
  text.data = found === null ? size.dataset.all : `${found.toLocaleString("en")} of ${size.dataset.all}`;
  button.classList.toggle("without", found === 0);
}
