// The parameter `area` of an address: the corners of a selected area, such as "0.1,0.2,0.4,0.2,0.4,0.6".

/** @typedef {import("../map/view.js").Spot} Spot */

const MAX_CORNERS = 48;

/** @param {Spot[]} corners in map units @returns {string} of a free line, every so many corners */
export function formatArea(corners) {
  const every = Math.ceil(corners.length / MAX_CORNERS);
  const kept = corners.filter((_, k) => k % every === 0);
  return kept.flatMap(({ x, y }) => [x, y].map((value) => `${Number(value.toFixed(5))}`)).join(",");
}

/** @param {string | null} value @returns {Spot[] | null} null if the value is not valid */
export function parseArea(value) {
  const numbers = (value ?? "").split(",").map((text) => (text.trim() ? Number(text) : NaN));
  const valid = numbers.length >= 6 && numbers.length <= 2 * MAX_CORNERS && numbers.length % 2 === 0;
  if (!valid || !numbers.every((number) => Math.abs(number) <= 2)) return null;
  return numbers.flatMap((x, k) => (k % 2 === 0 ? [{ x, y: numbers[k + 1] }] : []));
}
