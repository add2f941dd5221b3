// The layer of points: those of the tiles that suit the view, dressed for its zoom, found by place.

import { nearestFew, nearestIndex } from "./nearest.js";
import { OUTSIDE, alphaColumn, colorColumn, hitColumn } from "./points.js";
import { countIn, statusText } from "./status.js";
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
  let look = "";
  /** @type {Set<number>} tiles that did not load, asked for again only on demand */
  const missing = new Set();

  // points grow and thicken in steps: a new column for all of them costs a few frames' time
  function dress(/** @type {number} */ zoom) {
    const step = Math.round(closeness(zoom) * 6) / 6;
    const next = `${step} ${[...lit]} ${outliers} ${searches} ${drawn}`;
    if (next === look) return;
    look = next;
    const even = 0.35 + 0.5 * step;
    const alpha = hits ? hitColumn(points, hits, even) : alphaColumn(points, lit, even, OUTLIER_ALPHA[outliers]);
    plot.setPoints({ x: points.x, y: points.y, color, alpha }, (hits ? 5 : 3) + 5 * step);
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
    const area = areaOf(view, size);
    const found = countIn(points, area);
    const hidden = outliers === "hidden" ? found.outliers : 0;
    const whole = area.x0 === 0 && area.y0 === 0 && area.x1 === 1 && area.y1 === 1;
    status(statusText({ shown: found.inside - hidden, others: tiles.othersIn(view, size, drawn) + hidden, whole }));
  }

  const counts = (/** @type {number} */ topic) => outliers !== "hidden" || topic !== OUTSIDE;
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
    /**
     * The document nearest to a place, if one is within reach.
     * @param {number} x @param {number} y @param {number} radius in map units
     * @returns {Doc | null}
     */
    at(x, y, radius) {
      const i = nearest(x, y, radius, (each) => counts(points.topic[each]));
      return i < 0 ? null : docOf(i);
    },
    /**
     * The documents here that are nearest to one, closest first.
     * @param {Doc} doc @param {number} many
     */
    around(doc, many) {
      const others = (/** @type {number} */ i) => points.row[i] !== doc.row && counts(points.topic[i]);
      return nearestFew(points, doc, many, others).map(docOf);
    },
  };
}
