// The layer of points: loads the tiles that a view needs, styles their points, and finds points by place.

import { nearestIndex, nearestPoints } from "./nearest.js";
import { OUTLIER, alphaColumn, colorColumn, hitColumn } from "./points.js";
import { countIn, filterText, statusText } from "./status_line.js";
import { areaOf, closeness } from "./view.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Size} Size */
/** @typedef {import("../document/focus.js").Doc} Doc */
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
  let selected = new Set();
  /** @type {Set<number> | null} storage rows that are highlighted: search results or a selection */
  let hits = null;
  let hitsVersion = 0;
  /** @type {OutlierMode} */
  let outliers = "shown";
  /** @type {import("../columns/point_style.js").PointStyle | null} */
  let pointStyle = null;
  let styleVersion = 0;
  /** @type {Uint8Array | null} 1 for points that pass the filter */
  let passes = null;
  let styleKey = "";
  /** @type {Set<number>} tiles that did not load, asked for again only on demand */
  const missing = new Set();

  // points grow and become opaque in steps: new columns for all of them take the time of a few frames
  function updateStyle(/** @type {number} */ zoom) {
    const step = Math.round(closeness(zoom) * 6) / 6;
    const next = `${step} ${[...selected]} ${outliers} ${hitsVersion} ${styleVersion} ${drawn}`;
    if (next === styleKey) return;
    styleKey = next;
    const restyled = restyles();
    // points with colours or filters of their own are more opaque, because they show more than the picture below
    const opacity = restyled ? 0.85 : 0.35 + 0.5 * step;
    const pixels = (hits || restyled ? 5 : 3) + 5 * step;
    const alpha = hits ? hitColumn(points, hits, opacity) : alphaColumn(points, selected, opacity, OUTLIER_ALPHA[outliers]);
    passes = pointStyle?.passes?.(points) ?? null;
    for (let i = 0; passes && i < alpha.length; i++) alpha[i] *= passes[i];
    const size = pointStyle?.size?.(points, pixels);
    const columns = { x: points.x, y: points.y, color: pointStyle?.color?.(points) ?? color, alpha };
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
    const area = areaOf(view, size);
    const found = countIn(points, area);
    const hidden = outliers === "hidden" ? found.outliers : 0;
    const whole = area.x0 === 0 && area.y0 === 0 && area.x1 === 1 && area.y1 === 1;
    const text = statusText({ shown: found.inside - hidden, others: tiles.othersIn(view, size, drawn) + hidden, whole });
    const passing = passes && countIn(points, area, passes);
    status(passing ? text + filterText(passing.inside - (hidden ? passing.outliers : 0)) : text);
  }

  const counts = (/** @type {number} */ topic) => outliers !== "hidden" || topic !== OUTLIER;
  const isVisible = (/** @type {number} */ i) => counts(points.topic[i]) && (!passes || passes[i] === 1);
  const restyles = () => Boolean(pointStyle?.color || pointStyle?.passes);
  /** @param {number} i @returns {Doc} */
  const docOf = (i) => ({ row: points.row[i], x: points.x[i], y: points.y[i], topic: points.topic[i] });

  return {
    updateStyle,
    /**
     * Shows the loaded tiles of a view and fetches the others. Call it when the camera stops.
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
    setSelected(topics) {
      selected = topics;
    },
    /** @param {Uint32Array | null} rows of documents to highlight instead of topics */
    setHits(rows) {
      hits = rows && new Set(rows);
      hitsVersion++;
    },
    get hits() {
      return hits;
    },
    /** @param {import("../columns/point_style.js").PointStyle} next */
    setPointStyle(next) {
      pointStyle = next;
      styleVersion++;
    },
    /** Whether points are coloured by a column or filtered. */
    get isRestyled() {
      return restyles();
    },
    /** @param {OutlierMode} mode */
    setOutliers(mode) {
      outliers = mode;
      redraw();
    },
    get outliers() {
      return outliers;
    },
    /** Whether documents of this topic are shown. @param {number} topic */
    counts,
    /** Whether points are filtered by a column. */
    get filters() {
      return Boolean(pointStyle?.applyFilter);
    },
    /**
     * 1 for documents that pass the filter, after the codes of all of them were loaded.
     * @param {Uint32Array} row storage rows
     */
    applyFilter: async (row) => (await pointStyle?.applyFilter?.({ row })) ?? new Uint8Array(row.length).fill(1),
    /**
     * The document nearest to a place, if one is within reach.
     * @param {number} x @param {number} y @param {number} radius in map units
     * @returns {Doc | null}
     */
    at(x, y, radius) {
      const i = nearest(x, y, radius, isVisible);
      return i < 0 ? null : docOf(i);
    },
    /**
     * The loaded documents nearest to one, closest first.
     * @param {Doc} doc @param {number} limit
     */
    neighbours(doc, limit) {
      const others = (/** @type {number} */ i) => points.row[i] !== doc.row && isVisible(i);
      return nearestPoints(points, doc, limit, others).map(docOf);
    },
  };
}
