// The layer of points: those of the tiles that suit the view, dressed for its zoom, found by place.

import { nearestFew, nearestIndex } from "./nearest.js";
import { OUTSIDE, alphaColumn, colorColumn, hitColumn } from "./points.js";
import { countIn, filterText, statusText } from "./status.js";
import { areaOf, closeness } from "./view.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Size} Size */
/** @typedef {import("./focus.js").Doc} Doc */
/** @typedef {"shown" | "dimmed" | "hidden"} OutlierMode */

const OUTLIER_ALPHA = { shown: 1, dimmed: 0.25, hidden: 0 };

/**
 * @typedef {object} LayerParts
 * @property {import("./tiles.js").Tiles} tiles
 * @property {import("./plot.js").MapPlot} plot
 * @property {Map<number, string>} colors by topic
 * @property {string} outlierColor
 * @property {() => void} redraw
 * @property {(missing: boolean) => void} failed called with whether tiles that are wanted did not load
 * @property {(text: string) => void} status
 */

/** @param {LayerParts} parts */
export function createLayer({ tiles, plot, colors, outlierColor, redraw, failed, status }) {
  let drawn = [0];
  let points = tiles.points(drawn);
  let color = colorColumn(points, colors, outlierColor);
  let nearest = nearestIndex(points);
  /** @type {ReadonlySet<number>} topics; none if empty */
  let lit = new Set();
  /** @type {Set<number> | null} storage rows that answer to the search */
  let hits = null;
  let searches = 0;
  /** @type {OutlierMode} */
  let outliers = "shown";
  /** @type {import("./tint.js").Tint | null} */
  let tint = null;
  let tints = 0;
  /** @type {Uint8Array | null} 1 for points that pass the filter */
  let passes = null;
  let look = "";
  /** @type {Set<number>} tiles that did not load, asked for again only on demand */
  const missing = new Set();

  // points grow and thicken in steps: a new column for all of them costs a few frames' time
  function dress(/** @type {number} */ zoom) {
    const step = Math.round(closeness(zoom) * 6) / 6;
    const next = `${step} ${[...lit]} ${outliers} ${searches} ${tints} ${drawn}`;
    if (next === look) return;
    look = next;
    const told = isTold();
    // where points tell more than the picture below, they stand out
    const even = told ? 0.85 : 0.35 + 0.5 * step;
    const pixels = (hits || told ? 5 : 3) + 5 * step;
    const alpha = hits ? hitColumn(points, hits, even) : alphaColumn(points, lit, even, OUTLIER_ALPHA[outliers]);
    passes = tint?.passes?.(points) ?? null;
    for (let i = 0; passes && i < alpha.length; i++) alpha[i] *= passes[i];
    const size = tint?.size?.(points, pixels);
    const columns = { x: points.x, y: points.y, color: tint?.color?.(points) ?? color, alpha };
    plot.setPoints(size ? { ...columns, size } : columns, pixels);
    redraw();
  }

  /** @param {number[]} next */
  function draw(next) {
    if (`${next}` === `${drawn}`) return;
    drawn = next;
    points = tiles.points(drawn);
    color = colorColumn(points, colors, outlierColor);
    nearest = nearestIndex(points);
    redraw();
  }

  /** @param {View} view @param {Size} size */
  function report(view, size) {
    const whole = view.zoom === 1;
    const area = whole ? { x0: 0, y0: 0, x1: 1, y1: 1 } : areaOf(view, size);
    const found = countIn(points, area);
    const hidden = outliers === "hidden" ? found.outliers : 0;
    const others = whole ? tiles.documents - points.x.length : tiles.othersIn(view, size, drawn);
    const text = statusText({ shown: found.inside - hidden, others: others + hidden, whole });
    const passing = passes && countIn(points, area, passes);
    status(passing ? text + filterText(passing.inside - (hidden ? passing.outliers : 0)) : text);
  }

  const counts = (/** @type {number} */ topic) => outliers !== "hidden" || topic !== OUTSIDE;
  const seen = (/** @type {number} */ i) => counts(points.topic[i]) && (!passes || passes[i] === 1);
  const isTold = () => Boolean(tint?.color || tint?.passes);
  /** @param {number} i @returns {Doc} */
  const docOf = (i) => ({ row: points.row[i], x: points.x[i], y: points.y[i], topic: points.topic[i] });

  return {
    dress,
    /**
     * The view stands still: show the tiles that are here, and fetch the others.
     * @param {View} view @param {Size} size
     */
    settle(view, size) {
      const wanted = tiles.wanted(view, size);
      const present = tiles.present(wanted);
      draw(present);
      report(view, size);
      failed(wanted.some((tile) => missing.has(tile)));
      for (const tile of wanted) {
        if (present.includes(tile) || missing.has(tile)) continue;
        tiles.load(tile).then(redraw, () => {
          missing.add(tile);
          redraw();
        });
      }
    },
    retry() {
      missing.clear();
      redraw();
    },
    /** @param {ReadonlySet<number>} topics none if empty */
    light(topics) {
      lit = topics;
    },
    /** @param {Uint32Array | null} rows of documents to light up instead of a topic */
    setHits(rows) {
      hits = rows && new Set(rows);
      searches++;
    },
    get hits() {
      return hits;
    },
    /** @param {import("./tint.js").Tint} next */
    setTint(next) {
      tint = next;
      tints++;
    },
    /** Whether points are coloured by something else than topics, or filtered. */
    get told() {
      return isTold();
    },
    /** @param {OutlierMode} mode */
    setOutliers(mode) {
      outliers = mode;
      redraw();
    },
    get outliers() {
      return outliers;
    },
    /** Whether a document of this topic is shown at all. @param {number} topic */
    counts,
    /** Whether points are filtered by a column. */
    get filters() {
      return Boolean(tint?.sift);
    },
    /**
     * 1 for documents that pass the filter, once that is known of all of them.
     * @param {Uint32Array} row storage rows
     */
    sift: async (row) => (await tint?.sift?.({ row })) ?? new Uint8Array(row.length).fill(1),
    /**
     * The document nearest to a place, if one is within reach.
     * @param {number} x @param {number} y @param {number} radius in map units
     * @returns {Doc | null}
     */
    at(x, y, radius) {
      const i = nearest(x, y, radius, seen);
      return i < 0 ? null : docOf(i);
    },
    /**
     * The documents here that are nearest to one, closest first.
     * @param {Doc} doc @param {number} many
     */
    around(doc, many) {
      const others = (/** @type {number} */ i) => points.row[i] !== doc.row && seen(i);
      return nearestFew(points, doc, many, others).map(docOf);
    },
  };
}
