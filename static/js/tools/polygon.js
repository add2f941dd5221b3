// Polygons on the map, and the documents inside one.

/** @typedef {import("../map/view.js").Spot} Spot */
/** @typedef {import("../map/view.js").Area} Area */
/** @typedef {import("../document/focus.js").Doc} Doc */
/** @typedef {Pick<import("../map/points/tiles.js").Tiles, "touching" | "load">} TileSource */

/**
 * Documents in an area: the first ones in storage order, and the total, an estimate if not `exact`.
 * @typedef {{ documents: Doc[], total: number, exact: boolean, failed: boolean, filtered: boolean }} Selection
 */
/**
 * Which documents are shown: by topic, and by the filters of columns.
 * @typedef {object} Shown
 * @property {(topic: number) => boolean} counts
 * @property {(rows: Uint32Array) => Promise<Uint8Array>} applyFilter 1 for storage rows that pass
 * @property {boolean} filters
 */

export const MAX_SELECTED = 10000;
const MAX_TILES = 96;
const TILES_AT_ONCE = 8;

/** @param {Spot} a @param {Spot} b opposite corners @returns {Spot[]} */
export function rectangle(a, b) {
  return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
}

/**
 * Whether a point is inside, by the even-odd rule: a ray to the right crosses the border an odd number of times.
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

/** The share of its bounding box that a polygon fills, by the shoelace formula. @param {Spot[]} polygon @returns {number} 0..1 */
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
 * Fetches the tiles that a polygon touches, coarse ones first, until enough documents are found.
 * @param {Spot[]} polygon in map units @param {TileSource} tiles
 * @param {Shown} shown
 * @returns {Promise<Selection>}
 */
export async function documentsIn(polygon, tiles, shown) {
  const fill = fillOf(polygon);
  const touching = tiles.touching(boundsOf(polygon));
  /** @type {Doc[]} */
  const documents = [];
  const filtered = shown.filters;
  let inside = 0;
  let unseen = 0;
  let failed = false;
  for (let k = 0; k < touching.length; k += TILES_AT_ONCE) {
    const some = touching.slice(k, k + TILES_AT_ONCE);
    if (documents.length >= MAX_SELECTED || k >= MAX_TILES) {
      for (const { about } of touching.slice(k)) unseen += about * fill;
      break;
    }
    const loaded = await Promise.allSettled(some.map(({ tile }) => tiles.load(tile)));
    const found = loaded.map((each) => (each.status === "fulfilled" ? pointsInside(polygon, each.value.points, shown) : null));
    const rows = found.map((docs) => Uint32Array.from(docs ?? [], ({ row }) => row));
    const passes = await Promise.allSettled(rows.map(shown.applyFilter));
    found.forEach((docs, j) => {
      const pass = passes[j];
      if (!docs || pass.status === "rejected") {
        failed = true;
        unseen += some[j].about * fill;
        return;
      }
      inside += docs.length;
      documents.push(...docs.filter((_, i) => pass.value[i]));
    });
  }
  // assume that documents of other tiles pass the filters as often as those found
  const total = documents.length + Math.round(unseen * (inside ? documents.length / inside : 1));
  return { documents: documents.slice(0, MAX_SELECTED), total, exact: unseen === 0, failed, filtered };
}

/**
 * @param {Spot[]} polygon @param {import("../map/points/points.js").Points} points @param {Shown} shown
 * @returns {Doc[]}
 */
function pointsInside(polygon, { x, y, topic, row }, { counts }) {
  const all = Array.from(row, (number, i) => ({ row: number, x: x[i], y: y[i], topic: topic[i] }));
  return all.filter((doc) => counts(doc.topic) && isInside(polygon, doc.x, doc.y));
}

/** @param {Selection} selection */
export function selectionText({ documents, total, exact, failed, filtered }) {
  const number = (/** @type {number} */ n) => n.toLocaleString("en");
  const noun = (/** @type {number} */ n) => (n === 1 ? "document" : "documents");
  const missing = failed ? " Some could not be fetched; select again to retry." : "";
  const which = filtered ? ", of those that pass the filter" : "";
  if (exact && total === documents.length) return `${number(total)} ${noun(total)} selected${which}.`;
  const about = exact ? number(total) : `about ${number(Number(total.toPrecision(2)))}`;
  return `The first ${number(documents.length)} of ${about} ${noun(total)} in the area are selected${which}.${missing}`;
}
