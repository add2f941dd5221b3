// The selected documents: how many, of which topics, as a table, as CSV.

import { csvLine } from "./csv.js";
import { made, madeButton } from "./made.js";
import { pickedInWords } from "./polygon.js";
import { fileName, offer } from "./offer.js";

/** @typedef {import("./polygon.js").Picked} Picked */
/** @typedef {import("./focus.js").Doc} Doc */
/** @typedef {import("./toolbox.js").TakeParts} TakeParts */

const TABLE_ROWS = 200;
const OUTSIDE_TOPIC = 65535;
const FAILED = "The title could not be fetched just now.";

/**
 * @param {TakeParts} parts @param {() => void} cleared
 */
export function createPicked({ section, title, fields, names, describe, open }, cleared) {
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
  function tableRow(doc) {
    const about = describe(doc);
    const row = document.createElement("tr");
    const name = madeButton("name", "…");
    name.addEventListener("click", (event) => open(doc.row, event.detail === 0 ? name : null));
    const topic = made("td", "topic", about.topic);
    const category = document.createElement("td");
    const heading = document.createElement("th");
    heading.scope = "row";
    heading.append(name);
    for (const each of [name, topic, category]) each.dir = "auto";
    row.style.setProperty("--color", about.color);
    row.append(heading, topic, category);
    title(doc.row).then(
      ([words, kind]) => {
        name.textContent = words;
        category.textContent = kind ?? "";
      },
      () => (name.textContent = FAILED),
    );
    return row;
  }

  /** @param {Doc[]} documents */
  function tableOf(documents) {
    const body = document.createElement("tbody");
    const table = made("table", "picked");
    const head = document.createElement("tr");
    for (const words of ["Title", "Topic", "Category"]) {
      const cell = made("th", "", words);
      cell.scope = "col";
      head.append(cell);
    }
    table.createCaption().textContent = "Selected documents";
    table.createTHead().append(head);
    table.append(body);
    const more = madeButton("more", "More documents", extend);
    function extend() {
      const listed = body.children.length;
      body.append(...documents.slice(listed, listed + TABLE_ROWS).map(tableRow));
      more.hidden = body.children.length >= documents.length;
      if (listed > 0) body.children[listed].querySelector("button")?.focus();
    }
    extend();
    return [table, more];
  }

  /** @param {Doc[]} documents */
  function topicsOf(documents) {
    const box = made("details", "topics");
    const counts = [...countBy(documents)].sort((a, b) => b[1].count - a[1].count);
    const noun = counts.length === 1 ? "topic" : "topics";
    box.append(made("summary", "", `In ${counts.length.toLocaleString("en")} ${noun}`));
    const list = document.createElement("ul");
    for (const [, { doc, count }] of counts) {
      const item = document.createElement("li");
      const name = made("bdi", "topic", describe(doc).topic);
      item.style.setProperty("--color", describe(doc).color);
      item.append(name, made("span", "number", count.toLocaleString("en")));
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
    /** @param {Picked} picked */
    show(picked) {
      const { documents } = picked;
      const clear = madeButton("clear", "Clear", cleared);
      const said = status(pickedInWords(picked));
      section.replaceChildren(made("h2", "", "Selection"), said, clear);
      if (documents.length === 0) return;
      const download = madeButton("download", "Download CSV", async () => {
        try {
          const name = fileName("selection", "csv");
          offer(new Blob([await csvOf(documents)], { type: "text/csv;charset=utf-8" }), name);
          said.textContent = pickedInWords(picked);
        } catch (error) {
          console.warn(error);
          said.textContent = "Some documents could not be fetched just now. Try again.";
        }
      });
      clear.before(download);
      section.append(topicsOf(documents), ...tableOf(documents));
    },
  };
}

/** @param {string} words */
function status(words) {
  const line = made("p", "count", words);
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
