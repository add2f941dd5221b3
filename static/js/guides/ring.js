// The ring around what is pointed at in a list, a document or a topic; what lies outside of it is dimmed a little.

import { createElement } from "../lib/dom.js";
import { scaleOf, toPane } from "../map/view.js";

/** @typedef {import("../map/view.js").View} View */
/** @typedef {import("../map/view.js").Size} Size */
/** @typedef {import("../map/view.js").Spot & { radius: number }} Disc in map units */

const LEAST_PX = 9;

/** @param {HTMLElement} pane @param {() => void} redraw */
export function createRing(pane, redraw) {
  const element = createElement("div", "ring");
  element.hidden = true;
  pane.querySelector("#labels")?.before(element);
  /** @type {Disc | null} */
  let disc = null;

  return {
    /** @param {Disc | null} next */
    set(next) {
      if (next === disc) return;
      disc = next;
      redraw();
    },
    /** @param {View} view @param {Size} size */
    place(view, size) {
      const inside = disc && isInside(toPane(view, size, disc), size);
      element.hidden = !inside;
      if (!disc || !inside) return;
      const { x, y } = toPane(view, size, disc);
      const radius = Math.max(LEAST_PX, disc.radius * scaleOf(view, size));
      element.style.width = element.style.height = `${2 * radius}px`;
      element.style.transform = `translate(${x - radius}px, ${y - radius}px)`;
    },
  };
}

/** @param {import("../map/view.js").Spot} spot @param {Size} size */
const isInside = ({ x, y }, { w, h }) => x >= 0 && x <= w && y >= 0 && y <= h;
