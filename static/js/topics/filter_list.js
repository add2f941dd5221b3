// Hides the rows of the list of topics that do not answer to a query, and headings without rows.

import { matchesQuery } from "./match_query.js";

/**
 * @param {HTMLElement} panel @param {string} query
 * @returns {{ hits: number, all: number }}
 */
export function filterList(panel, query) {
  const rows = [...panel.querySelectorAll("li")];
  for (const list of panel.querySelectorAll("ul")) {
    const heading = list.previousElementSibling instanceof HTMLHeadingElement ? list.previousElementSibling : null;
    const group = heading?.querySelector("bdi")?.textContent ?? "";
    const inList = [...list.querySelectorAll("li")];
    for (const row of inList) {
      const words = [...row.querySelectorAll("bdi")].map((each) => each.textContent);
      row.hidden = !matchesQuery([...words, group].join(" "), query);
    }
    if (heading) heading.hidden = inList.every((row) => row.hidden);
  }
  for (const smaller of panel.querySelectorAll(".smaller")) smaller.toggleAttribute("hidden", query !== "");
  return { hits: rows.filter((row) => !row.hidden).length, all: rows.length };
}
