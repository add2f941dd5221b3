// The tooltip: a summary of the document in focus.

import { createSummaryWriter } from "../document/document_summary.js";

/** @typedef {import("../document/document_summary.js").Summary} Summary */
/** @typedef {import("./view.js").Spot} Spot */
/** @typedef {import("./view.js").Size} Size */

const GAP = 14;

/**
 * @param {HTMLElement} element
 */
export function createTooltip(element) {
  const write = createSummaryWriter(element);

  return {
    /** @param {Summary} words */
    write(words) {
      write(words);
      element.hidden = false;
    },
    /** @param {Spot} spot @param {Size} size the pane's */
    place(spot, size) {
      const { offsetWidth: w, offsetHeight: h } = element;
      const below = spot.y - GAP - h < 4;
      const left = Math.min(Math.max(4, spot.x - w / 2), Math.max(4, size.w - w - 4));
      const top = below ? spot.y + GAP : spot.y - GAP - h;
      element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    },
    hide() {
      element.hidden = true;
    },
  };
}
