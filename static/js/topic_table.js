// The table of topics: sorts by column and filters. Without this script all topics are listed, largest first.

import { matchesQuery } from "./topics/match_query.js";

/**
 * Compares two cells: numbers by value, texts by the rules of the reader's language.
 * @param {string} a @param {string} b @param {boolean} numeric
 */
export function compareCells(a, b, numeric) {
  return numeric ? Number(a) - Number(b) : a.localeCompare(b, undefined, { numeric: true, sensitivity: "base" });
}

/** @param {HTMLTableCellElement} cell */
const cellValue = (cell) => cell.dataset.value ?? cell.textContent?.trim() ?? "";

/** @param {HTMLTableElement} table */
export function makeSortable(table) {
  const body = table.tBodies[0];
  const heads = [...table.querySelectorAll('thead th:not([data-type="none"])')].filter((head) => head instanceof HTMLTableCellElement);
  for (const head of heads) {
    const numeric = head.dataset.type === "number";
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      // the first click sorts numbers from large to small and texts from A to Z
      const before = head.getAttribute("aria-sort");
      const down = before ? before === "ascending" : numeric;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].map((row) => ({ row, value: cellValue(row.cells[head.cellIndex]) }));
      rows.sort((a, b) => (down ? -1 : 1) * compareCells(a.value, b.value, numeric));
      body.append(...rows.map(({ row }) => row));
    });
  }
}

/** @param {HTMLElement} section with a filter box, a line for the result and a table */
function makeFilterable(section) {
  const box = section.querySelector(".filter");
  const input = section.querySelector("input");
  const found = section.querySelector(".found");
  const body = section.querySelector("tbody");
  if (!(box instanceof HTMLElement && input && found && body)) return;
  const rows = [...body.rows].map((row) => ({ row, text: row.textContent ?? "" }));
  box.hidden = false;
  input.addEventListener("input", () => {
    for (const { row, text } of rows) row.hidden = !matchesQuery(text, input.value);
    const hits = rows.filter(({ row }) => !row.hidden).length;
    found.textContent = input.value.trim() ? `${hits} of ${rows.length}` : "";
  });
}

const tableSection = globalThis.document?.getElementById("table");
const topicsTable = tableSection?.querySelector("table");
if (tableSection && topicsTable) {
  makeSortable(topicsTable);
  makeFilterable(tableSection);
}
