// The panel of selected documents: their number, their topics, a card for each, a download as CSV.

import { createButton, createElement } from "../lib/dom.js";
import { csvLine } from "./csv.js";
import { downloadBlob, fileName } from "./download.js";
import { selectionText } from "./polygon.js";

/** @typedef {import("./polygon.js").Selection} Selection */
/** @typedef {import("../document/focus.js").Doc} Doc */
/** @typedef {import("./toolbar.js").ToolParts} ToolParts */

const PAGE = 50;
const OUTSIDE_TOPIC = 65535;
const FAILED = "The title could not be fetched just now.";

/**
 * @param {ToolParts} parts @param {() => void} cleared
 */
export function createSelectionPanel({ section, title, fields, names, describe, open }, cleared) {
  /** @param {Doc[]} documents @returns {Promise<string>} */
  async function csvOf(documents) {
    const head = ["id", "title", "topic", "topic_name", "category", "x", "y", "url", "date", ...names];
    const lines = documents.map(async (doc) => {
      const [[words, category], [id, ...values]] = await Promise.all([title(doc.row), fields(doc.row)]);
      const outside = doc.topic === OUTSIDE_TOPIC;
      const [topic, name] = outside ? [-1, ""] : [doc.topic, describe(doc).topic];
      return csvLine([id, words, topic, name, category, rounded(doc.x), rounded(doc.y), ...values]);
    });
    return csvLine(head) + (await Promise.all(lines)).join("");
  }

  /** @param {Doc} doc */
  function card(doc) {
    const about = describe(doc);
    const item = document.createElement("li");
    const button = createButton("result", "");
    button.addEventListener("click", (event) => open(doc.row, event.detail === 0 ? button : null));
    const [name, topic, category] = ["title", "topic", "category"].map((each) => createElement("span", each));
    name.textContent = "…";
    topic.textContent = about.topic;
    for (const each of [name, topic, category]) each.dir = "auto";
    item.style.setProperty("--color", about.color);
    button.append(name, topic, category);
    item.append(button);
    title(doc.row).then(
      ([words, kind]) => {
        name.textContent = words;
        category.textContent = kind ?? "";
      },
      () => (name.textContent = FAILED),
    );
    return item;
  }

  /** @param {Doc[]} documents */
  function cardsOf(documents) {
    const list = createElement("ol", "chosen");
    list.setAttribute("aria-label", "Selected documents");
    const more = createButton("more", "More documents", extend);
    function extend() {
      const listed = list.children.length;
      list.append(...documents.slice(listed, listed + PAGE).map(card));
      more.hidden = list.children.length >= documents.length;
      if (listed > 0) list.children[listed].querySelector("button")?.focus();
    }
    extend();
    return [list, more];
  }

  /** Empty on a map without topics. @param {Doc[]} documents */
  function topicsOf(documents) {
    const box = createElement("details", "topics");
    const counts = [...countBy(documents)].sort((a, b) => b[1].count - a[1].count);
    if (counts.every(([, { doc }]) => !describe(doc).topic)) return "";
    const noun = counts.length === 1 ? "topic" : "topics";
    box.append(createElement("summary", "", `In ${counts.length.toLocaleString("en")} ${noun}`));
    const list = document.createElement("ul");
    for (const [, { doc, count }] of counts) {
      const item = document.createElement("li");
      const name = createElement("bdi", "topic", describe(doc).topic);
      item.style.setProperty("--color", describe(doc).color);
      item.append(name, createElement("span", "number", count.toLocaleString("en")));
      list.append(item);
    }
    box.append(list);
    return box;
  }

  return {
    waiting() {
      section.hidden = false;
      section.replaceChildren(status("Looking for the documents…"));
    },
    hide() {
      section.hidden = true;
      section.replaceChildren();
    },
    /** @param {Selection} selection */
    show(selection) {
      const { documents } = selection;
      const clear = createButton("clear", "Clear", cleared);
      const said = status(selectionText(selection));
      section.replaceChildren(createElement("h2", "", "Selection"), said, clear);
      if (documents.length === 0) return;
      const download = createButton("download", "Download CSV", async () => {
        try {
          const name = fileName("selection", "csv");
          downloadBlob(new Blob([await csvOf(documents)], { type: "text/csv;charset=utf-8" }), name);
          said.textContent = selectionText(selection);
        } catch (error) {
          console.warn(error);
          said.textContent = "Some documents could not be fetched just now. Try again.";
        }
      });
      clear.before(download);
      section.append(topicsOf(documents), ...cardsOf(documents));
      const ids = () => Promise.all(documents.map(async (doc) => `${(await fields(doc.row))[0]}`));
      const detail = { count: documents.length, ids };
      section.dispatchEvent(new CustomEvent("sitegen:selected", { bubbles: true, detail }));
    },
  };
}

/** @param {string} words */
function status(words) {
  const line = createElement("p", "count", words);
  line.setAttribute("role", "status");
  return line;
}

/** @param {number} value */
const rounded = (value) => Number(value.toFixed(5));

/** @param {Doc[]} documents */
function countBy(documents) {
  /** @type {Map<number, { doc: Doc, count: number }>} */
  const counts = new Map();
  for (const doc of documents) {
    const known = counts.get(doc.topic);
    if (known) known.count++;
    else counts.set(doc.topic, { doc, count: 1 });
  }
  return counts;
}
