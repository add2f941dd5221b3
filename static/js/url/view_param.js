// The parameter `at` of an address: centre and zoom of a view, such as "0.5,0.25,4".

import { HOME } from "../map/view.js";

/** @typedef {import("../map/view.js").View} View */

/** @param {View} view @returns {string | null} null for the whole map */
export function formatView({ x, y, zoom }) {
  if (x === HOME.x && y === HOME.y && zoom === HOME.zoom) return null;
  // digits for a precision of one pixel at this zoom
  const digits = Math.ceil(Math.log10(zoom * 2000));
  return `${x.toFixed(digits)},${y.toFixed(digits)},${Number(zoom.toPrecision(4))}`;
}

/** @param {string | null} value @returns {View} the whole map if the value is not valid */
export function parseView(value) {
  const [x, y, zoom] = (value ?? "").split(",").map(Number);
  return [x, y, zoom].every(Number.isFinite) ? { x, y, zoom } : HOME;
}
