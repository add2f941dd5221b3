// The legend of a category: names and counts by colour. Click entries to filter; several can be active.

import { createElement } from "../lib/dom.js";
import { MISSING } from "./column_codes.js";
import { codeName } from "./column_filters.js";
import { otherCode } from "./point_style.js";

/** @typedef {import("./column_codes.js").CategoryColumn} CategoryColumn */
/** @typedef {Set<number>} Chosen codes of the active entries; none means all */

/**
 * @param {CategoryColumn} column
 * @param {(chosen: Chosen) => void} choose
 */
export function createLegend(column, choose) {
  /** @type {Map<number, HTMLButtonElement>} */
  const buttons = new Map();
  /** @type {Chosen} */
  let chosen = new Set();
  const list = createElement("ul", "legend");
  list.setAttribute("aria-label", `Show only some of ${column.label}`);
  const rest = /** @type {[code: number, count: number][]} */ ([[otherCode(column), column.other], [MISSING, column.missing]]);
  const counts = [...column.values.map(([, count], code) => /** @type {[number, number]} */ ([code, count])), ...rest];
  for (const [code, count] of counts) {
    if (count === 0) continue;
    const button = entry(code, count);
    buttons.set(code, button);
    button.addEventListener("click", () => {
      const next = new Set(chosen);
      if (!next.delete(code)) next.add(code);
      show(next);
      choose(next);
    });
    const item = createElement("li", "");
    item.append(button);
    list.append(item);
  }

  /** @param {number} code @param {number} count */
  function entry(code, count) {
    const button = createElement("button", "");
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    button.style.setProperty("--color", column.values[code]?.[2] ?? column.grey);
    const name = createElement("bdi", "name", codeName(column, code));
    button.title = name.textContent;
    const size = createElement("span", "size", count.toLocaleString("en"));
    size.append(createElement("span", "visually-hidden", " documents"));
    button.append(name, size);
    return button;
  }

  /** @param {Chosen} next */
  function show(next) {
    chosen = next;
    for (const [code, button] of buttons) button.setAttribute("aria-pressed", `${chosen.has(code)}`);
    list.classList.toggle("chosen", chosen.size > 0);
  }

  return { parts: [list], show, stop: () => {} };
}
