// The legend of a category: what each colour means and how often; its entries, pressed, are a filter.

import { MISSING } from "./columns.js";
import { element } from "./elements.js";
import { meaning } from "./filters.js";
import { otherCode } from "./tint.js";

/** @typedef {import("./columns.js").CategoryColumn} CategoryColumn */
/** @typedef {Set<number>} Chosen codes of the entries that are pressed; none stand for all */

/**
 * @param {CategoryColumn} column
 * @param {(chosen: Chosen) => void} choose
 */
export function createLegend(column, choose) {
  /** @type {Map<number, HTMLButtonElement>} */
  const buttons = new Map();
  /** @type {Chosen} */
  let chosen = new Set();
  const list = element("ul", "legend");
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
    const item = element("li", "");
    item.append(button);
    list.append(item);
  }

  /** @param {number} code @param {number} count */
  function entry(code, count) {
    const button = element("button", "");
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    button.style.setProperty("--color", column.values[code]?.[2] ?? column.grey);
    const name = element("bdi", "name", meaning(column, code));
    const size = element("span", "size", count.toLocaleString("en"));
    size.append(element("span", "visually-hidden", " documents"));
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
