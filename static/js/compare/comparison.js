// Two topics side by side: their sizes, the words of each and of both, their trends. Their places are lit on the map.

import { createButton, createElement } from "../lib/dom.js";
import { parseBytes } from "../lib/json.js";
import { shareWords } from "./shared_words.js";
import { dateText, drawTrend, peakText } from "./trend.js";

/** @typedef {import("../topics/compare_topics.js").CompareParts} CompareParts */
/** @typedef {{ words: string[], over_time: number[], periods: string[] }} Facts */

/** @param {number[]} ids of two topics @param {CompareParts} parts @returns {Promise<HTMLElement[]>} */
export async function createComparison(ids, parts) {
  const { catalogue, documents, load, folder, path, point, close } = parts;
  /** @type {Facts[]} */
  const facts = await Promise.all(ids.map(async (id) => parseBytes(await load(`facts-${id}`, `${folder}/${path(id)}`))));
  await catalogue.ensureLoaded(ids);
  const topics = ids.map((id, k) => {
    return { id, name: catalogue.nameOf(id), size: catalogue.get(id)?.size ?? 0, color: catalogue.colors.get(id) ?? "", ...facts[k] };
  });

  /** @param {typeof topics[number]} topic */
  function head({ id, name, size, color }) {
    const box = createElement("div", "head");
    const link = document.createElement("a");
    const title = createElement("bdi", "", name);
    link.href = `topics/${id}/index.html`;
    link.append(title);
    const share = ((100 * size) / documents).toFixed(1);
    const count = `${size.toLocaleString("en")} ${size === 1 ? "document" : "documents"}, ${share}%`;
    box.style.setProperty("--color", color);
    box.append(link, createElement("p", "soft", count));
    for (const type of ["pointerenter", "focusin"]) box.addEventListener(type, () => point(id));
    for (const type of ["pointerleave", "focusout"]) box.addEventListener(type, () => point(null));
    return box;
  }

  const [one, two] = topics;
  const shared = shareWords(one.words, two.words);
  const heads = createElement("div", "pair");
  heads.append(head(one), head(two));
  const words = createElement("div", "pair");
  words.append(wordList("Only here", shared.first), wordList("Only here", shared.second));
  return [
    createElement("h2", "", "Two topics compared"),
    createButton("close", "Close", close),
    heads,
    wordList("Words of both", shared.both),
    words,
    ...trends(topics),
  ];
}

/** @param {string} title @param {string[]} words */
function wordList(title, words) {
  const box = document.createElement("div");
  const list = createElement("p", "words");
  list.append(...words.flatMap((word, k) => [...(k ? [", "] : []), createElement("bdi", "", word)]));
  if (words.length === 0) list.textContent = "none of their keywords";
  box.append(createElement("h3", "", title), list);
  return box;
}

/** @param {(Facts & { name: string, color: string })[]} topics */
function trends(topics) {
  const [{ periods }] = topics;
  if (periods.length < 2) return [];
  const most = Math.max(...topics.flatMap(({ over_time }) => over_time));
  const pair = createElement("div", "pair");
  for (const { name, color, over_time } of topics) {
    const box = document.createElement("div");
    box.append(drawTrend(name, color, over_time, periods, most), createElement("p", "soft", peakText(over_time, periods)));
    pair.append(box);
  }
  return [createElement("h3", "", `Documents from ${dateText(periods[0])} to ${dateText(periods[periods.length - 1])}`), pair];
}
