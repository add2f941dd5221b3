// The part below a text in the reader: columns, links, and the documents nearest to it on the map.

import { createButton, createElement } from "../lib/dom.js";

/** @typedef {import("./focus.js").Doc} Doc */
/** @typedef {string | number | null} FieldValue */
/** @typedef {[id: string, url: string | null, date: string | null, ...columns: FieldValue[]]} Fields */

const NEIGHBOURS = 5;

/**
 * @typedef {object} DetailsParts
 * @property {(row: number) => Promise<Fields>} fields
 * @property {string[]} names of the columns
 * @property {(doc: Doc) => string | null} topicPage
 * @property {(doc: Doc, limit: number) => Doc[]} neighbours
 * @property {(row: number) => Promise<[title: string, category: string | null]>} title
 * @property {(doc: Doc, takeFocus: boolean) => void} open
 * @property {(button: HTMLElement) => void} copy the link of the view
 */

/** @param {HTMLElement} element @param {DetailsParts} parts */
export function createDetails(element, { fields, names, topicPage, neighbours, title, open, copy }) {
  /** @param {Doc} doc */
  function neighbour(doc) {
    const item = document.createElement("li");
    const button = createButton("near", "…");
    button.addEventListener("click", (event) => open(doc, event.detail === 0));
    button.dir = "auto";
    item.append(button);
    title(doc.row).then(
      ([name]) => (button.textContent = name),
      () => (button.textContent = "The title could not be fetched just now."),
    );
    return item;
  }

  return {
    /** @param {Doc} doc */
    show(doc) {
      const columns = createElement("dl", "columns");
      const links = createElement("p", "links");
      const page = topicPage(doc);
      if (page) links.append(anchor(page, "Topic page"));
      const copying = createButton("copy", "Copy link", () => copy(copying));
      links.append(copying);
      const near = document.createElement("ul");
      near.append(...neighbours(doc, NEIGHBOURS).map(neighbour));
      const heading = near.children.length > 0 ? [createElement("h3", "", "Nearest on the map"), near] : [];
      element.replaceChildren(columns, links, ...heading);
      fields(doc.row).then(
        ([, url, date, ...values]) => {
          columns.append(...pairs([["date", date], ...values.map((value, k) => pair(names[k], value))]));
          if (isWeb(url)) links.prepend(anchor(url, "Source"));
        },
        () => columns.append(createElement("dd", "", "More about the document could not be fetched just now.")),
      );
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
