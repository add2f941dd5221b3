// Polygons in the map square, and the documents that lie in one. Pure, but for the tiles that are fetched.

/** @typedef {import("./view.js").Spot} Spot */
/** @typedef {import("./view.js").Area} Area */
/** @typedef {import("./focus.js").Doc} Doc */
/** @typedef {Pick<import("./tiles.js").Tiles, "touching" | "load">} TileSource */

/**
 * Documents in an area: the first of them in storage order, and how many there are in all, estimated if not `exact`.
 * @typedef {{ documents: Doc[], total: number, exact: boolean, failed: boolean }} Picked
 */

export const MOST_PICKED = 10000;
const MOST_TILES = 96;
const TILES_AT_ONCE = 8;

/** @param {Spot} a @param {Spot} b opposite corners @returns {Spot[]} */
export function rectangle(a, b) {
  return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
}

/**
 * Whether a place lies inside by the even-odd rule: a ray to the right crosses the border an odd number of times.
 * @param {Spot[]} polygon @param {number} x @param {number} y
 */
export function isInside(polygon, x, y) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [a, b] = [polygon[i], polygon[j]];
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside;
  }
  return inside;
}

/** @param {Spot[]} polygon @returns {Area} */
export function boundsOf(polygon) {
  const [xs, ys] = [polygon.map(({ x }) => x), polygon.map(({ y }) => y)];
  return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
}

/** The part of its bounds that a polygon fills, by the shoelace formula. @param {Spot[]} polygon @returns {number} 0..1 */
export function fillOf(polygon) {
  const { x0, y0, x1, y1 } = boundsOf(polygon);
  const twice = polygon.reduce((sum, a, i) => {
    const b = polygon[(i + 1) % polygon.length];
    return sum + a.x * b.y - b.x * a.y;
  }, 0);
  const bounds = (x1 - x0) * (y1 - y0);
  return bounds > 0 ? Math.min(1, Math.abs(twice) / 2 / bounds) : 0;
}

/**
 * Fetches the tiles that a polygon touches, coarse ones first, until there are enough documents.
 * @param {Spot[]} polygon in map units @param {TileSource} tiles
 * @param {(topic: number) => boolean} counts which topics are shown at all
 * @returns {Promise<Picked>}
 */
export async function documentsIn(polygon, tiles, counts) {
  const fill = fillOf(polygon);
  const touching = tiles.touching(boundsOf(polygon));
  /** @type {Doc[]} */
  const documents = [];
  let unseen = 0;
  let failed = false;
  for (let k = 0; k < touching.length; k += TILES_AT_ONCE) {
    const some = touching.slice(k, k + TILES_AT_ONCE);
    if (documents.length >= MOST_PICKED || k >= MOST_TILES) {
      for (const { about } of touching.slice(k)) unseen += about * fill;
      break;
    }
    const loaded = await Promise.allSettled(some.map(({ tile }) => tiles.load(tile)));
    loaded.forEach((each, j) => {
      if (each.status === "rejected") {
        failed = true;
        unseen += some[j].about * fill;
        return;
      }
      const { x, y, topic, row } = each.value.points;
      row.forEach((number, i) => {
        if (!counts(topic[i]) || !isInside(polygon, x[i], y[i])) return;
        documents.push({ row: number, x: x[i], y: y[i], topic: topic[i] });
      });
    });
  }
  const total = documents.length + Math.round(unseen);
  return { documents: documents.slice(0, MOST_PICKED), total, exact: unseen === 0, failed };
}

/** @param {Picked} picked */
export function pickedInWords({ documents, total, exact, failed }) {
  const number = (/** @type {number} */ n) => n.toLocaleString("en");
  const noun = (/** @type {number} */ n) => (n === 1 ? "document" : "documents");
  const missing = failed ? " Some could not be fetched; select again to retry." : "";
  if (exact && total === documents.length) return `${number(total)} ${noun(total)} selected.`;
  const about = exact ? number(total) : `about ${number(Number(total.toPrecision(2)))}`;
  return `The first ${number(documents.length)} of ${about} ${noun(total)} in the area are selected.${missing}`;
}
