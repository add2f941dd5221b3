// The part below a text in the reader: columns, links, the documents closest in meaning and those nearest on the map.

import { createButton, createElement } from "../lib/dom.js";
import { rowReader } from "./read_shards.js";

/** @typedef {import("./focus.js").Doc} Doc */
/** @typedef {string | number | null} FieldValue */
/** @typedef {[id: string, url: string | null, date: string | null, ...columns: FieldValue[]]} Fields */
/** @typedef {[kept: number, known: number, ...rows: number[]]} Closest storage rows, and how many the map keeps near */
/** @typedef {import("./read_shards.js").ShardSet & { now?: import("../lib/shards.js").Folders, shown?: number }} ClosestData see `closestReader` */
/** @typedef {ReturnType<typeof createDetails>} Details */

const NEAREST = 5;

/**
 * @typedef {object} DetailsParts
 * @property {(row: number) => Promise<Fields>} fields
 * @property {string[]} names of the columns
 * @property {ClosestData | null} closest shards of the documents closest in meaning
 * @property {import("../lib/shards.js").LoadShard} load
 * @property {(doc: Doc) => string | null} topicPage
 * @property {(doc: Doc, limit: number) => Doc[]} nearest documents on the map
 * @property {(row: number) => Promise<[title: string, category: string | null]>} title
 * @property {(row: number, from: HTMLElement | null) => void} open `from` gets the focus back, null after a click
 * @property {(button: HTMLElement) => void} copy the link of the view
 */

/** @param {HTMLElement} element @param {DetailsParts} parts */
export function createDetails(element, { fields, names, closest, load, topicPage, nearest, title, open, copy }) {
  const readClosest = closest && closestReader(closest, load);

  /** @param {number} row */
  function neighbour(row) {
    const item = document.createElement("li");
    const button = createButton("near", "…");
    button.addEventListener("click", (event) => open(row, event.detail === 0 ? button : null));
    button.dir = "auto";
    item.append(button);
    title(row).then(
      ([name]) => (button.textContent = name),
      () => (button.textContent = "The title could not be fetched just now."),
    );
    return item;
  }

  /** @param {string} heading @param {number[]} rows @param {string} [remark] @returns {HTMLElement[]} nothing without rows */
  function list(heading, rows, remark) {
    if (rows.length === 0) return [];
    const part = document.createElement("div");
    const near = document.createElement("ul");
    near.append(...rows.map(neighbour));
    part.append(createElement("h3", "", heading), near);
    if (remark) part.append(createElement("p", "remark", remark));
    return [part];
  }

  /** @param {number} row @returns {Promise<HTMLElement[]>} */
  async function closestInMeaning(row) {
    if (!readClosest) return [];
    try {
      const [kept, known, ...rows] = await readClosest(row);
      return list("Closest in meaning", rows, `${kept} of the ${known} closest in meaning are among the ${known} nearest on the map.`);
    } catch {
      return [createElement("p", "remark", "The documents closest in meaning could not be fetched just now.")];
    }
  }

  return {
    /** @param {Doc} doc */
    async show(doc) {
      const columns = createElement("dl", "columns");
      const links = createElement("p", "links");
      const page = topicPage(doc);
      if (page) links.append(anchor(page, "Topic page"));
      const copying = createButton("copy", "Copy link", () => copy(copying));
      links.append(copying);
      const lists = createElement("div", "lists");
      element.replaceChildren(columns, links, lists);
      fields(doc.row).then(
        ([, url, date, ...values]) => {
          columns.append(...pairs([["date", date], ...values.map((value, k) => pair(names[k], value))]));
          if (isWeb(url)) links.prepend(anchor(url, "Source"));
        },
        () => columns.append(createElement("dd", "", "More about the document could not be fetched just now.")),
      );
      const around = nearest(doc, NEAREST).map(({ row }) => row);
      // both at once, so that nothing moves
      lists.append(...(await closestInMeaning(doc.row)), ...list("Nearest on the map", around));
    },
  };
}

/** @param {string} name @param {FieldValue} value @returns {[string, FieldValue]} */
const pair = (name, value) => [name, value];

/** @param {[string, FieldValue][]} known names and values @returns {HTMLElement[]} terms and definitions, without empty values */
function pairs(known) {
  return known.flatMap(([name, value]) => {
    if (value === null || value === "") return [];
    const definition = createElement("dd", "", typeof value === "number" ? value.toLocaleString("en") : value);
    definition.dir = "auto";
    return [createElement("dt", "", name), definition];
  });
}

/** @param {string | null} url @returns {url is string} */
function isWeb(url) {
  return url !== null && URL.canParse(url) && ["http:", "https:"].includes(new URL(url).protocol);
}

/** @param {string} href @param {string} words */
function anchor(href, words) {
  const link = createElement("a", "", words);
  link.href = href;
  link.rel = "noopener";
  return link;
}

/**
 * Reads the documents closest in meaning. Where a map grows, a list names documents as old as its own, or older; `now`
 * has the numbers before it, and after them pairs of a place and the later document that belongs there; `shown`
 * documents are listed.
 * @param {ClosestData} closest @param {import("../lib/shards.js").LoadShard} load
 * @returns {(row: number) => Promise<Closest>}
 */
function closestReader({ now, shown, ...lists }, load) {
  const read = /** @type {(row: number) => Promise<number[]>} */ (rowReader("neighbors", lists, load));
  if (!now) return /** @type {(row: number) => Promise<Closest>} */ (read);
  const readNow = /** @type {(row: number) => Promise<number[]>} */ (rowReader("neighbors-now", { ...lists, folder: now }, load));
  return async (row) => {
    const [older, [kept, known, ...later]] = await Promise.all([read(row), readNow(row)]);
    const rows = [...older];
    for (let k = 0; k < later.length; k += 2) rows.splice(later[k], 0, later[k + 1]);
    return [kept, known, ...rows.slice(0, shown)];
  };
}
