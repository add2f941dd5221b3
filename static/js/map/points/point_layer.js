// The layer of points: loads the tiles that a view needs, styles their points, and finds points by place.

import { nearestIndex, nearestPoints } from "./nearest.js";
import { glyphColumns, isRestyled } from "./glyph_columns.js";
import { OUTLIER, colorColumn } from "./points.js";
import { countIn, viewText } from "./status_line.js";
import { areaOf } from "../view.js";

/** @typedef {import("../view.js").View} View */
/** @typedef {import("../view.js").Size} Size */
/** @typedef {import("../../document/focus.js").Doc} Doc */
/** @typedef {"shown" | "dimmed" | "hidden"} OutlierMode */

/** Zooming in ends where so many documents are in view. */
const FEW = 15;
const OUTLIER_ALPHA = { shown: 0.5, dimmed: 0.2, hidden: 0 };

/**
 * @typedef {object} LayerParts
 * @property {import("./tiles.js").Tiles} tiles
 * @property {import("./plot.js").MapPlot} plot
 * @property {Map<number, string>} colors by topic
 * @property {string} outlierColor
 * @property {() => void} redraw
 * @property {(missing: boolean) => void} failed called with whether tiles that are wanted did not load
 * @property {(text: string, sample: boolean) => void} status `sample` if not all documents of the view are shown
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
  /** @type {import("../../columns/point_style.js").PointStyle | null} */
  let pointStyle = null;
  let styleVersion = 0;
  /** @type {Uint8Array | null} 1 for points that pass the filter */
  let passes = null;
  let styleKey = "";
  /** @type {{ columns: Record<string, ArrayLike<number>>, pixels: number }} */
  let painted = { columns: {}, pixels: 0 };

  // in steps, because new columns for all points take the time of a few frames
  function updateStyle(/** @type {number} from 0 to 1, see `closeness` */ closeness) {
    const step = Math.round(closeness * 6) / 6;
    const next = `${step} ${[...selected]} ${outliers} ${hitsVersion} ${styleVersion} ${drawn}`;
    if (next === styleKey) return;
    styleKey = next;
    passes = pointStyle?.passes?.(points) ?? null;
    const outlierAlpha = OUTLIER_ALPHA[outliers];
    const { columns, pixels } = glyphColumns(points, color, { closeness: step, selected, hits, outlierAlpha, pointStyle, passes });
    plot.setPoints(columns, pixels);
    painted = { columns, pixels };
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

  const counts = (/** @type {number} */ topic) => outliers !== "hidden" || topic !== OUTLIER;
  const isVisible = (/** @type {number} */ i) => counts(points.topic[i]) && (!passes || passes[i] === 1);
  /** @param {number} i @returns {Doc} */
  const docOf = (i) => ({ row: points.row[i], x: points.x[i], y: points.y[i], topic: points.topic[i] });

  return {
    updateStyle,
    /** Show the loaded tiles of a view and fetch the others, when the camera has stopped. @param {View} view @param {Size} size */
    settle(view, size) {
      const wanted = tiles.wanted(view, size);
      draw(tiles.present(wanted));
      const others = tiles.othersIn(view, size, drawn);
      status(viewText(points, areaOf(view, size), { others, hideOutliers: outliers === "hidden", passes }), others > 0);
      failed(tiles.request(wanted, redraw));
    },
    /** The points as they are painted. */
    get painted() {
      return painted;
    },
    retry() {
      tiles.forgetFailures();
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
    /** Whether some points stand out: selected, highlighted, coloured by a column or filtered. */
    get isHighlighting() {
      return selected.size > 0 || hits !== null || isRestyled(pointStyle);
    },
    /** @param {import("../../columns/point_style.js").PointStyle} next */
    setPointStyle(next) {
      pointStyle = next;
      styleVersion++;
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
    /** 1 for documents that pass the filter, after their codes were loaded. @param {Uint32Array} row storage rows */
    applyFilter: async (row) => (await pointStyle?.applyFilter?.({ row })) ?? new Uint8Array(row.length).fill(1),
    /** Whether all documents of a view are shown, and they are few. @param {View} view @param {Size} size */
    isSparse(view, size) {
      const all = tiles.othersIn(view, size, drawn) < 1;
      return all && countIn(points, areaOf(view, size)).inside <= FEW;
    },
    /** The document nearest to a place, within a radius. @param {number} x @param {number} y @param {number} radius in map units */
    at(x, y, radius) {
      const i = nearest(x, y, radius, isVisible);
      return i < 0 ? null : docOf(i);
    },
    /** The loaded documents nearest to one, closest first. @param {Doc} doc @param {number} limit */
    nearest(doc, limit) {
      const others = (/** @type {number} */ i) => points.row[i] !== doc.row && isVisible(i);
      return nearestPoints(points, doc, limit, others).map(docOf);
    },
  };
}
