// The status line: how many of how many documents are shown.

import { OUTLIER } from "./points.js";

/** @param {number} count */
const grouped = (count) => count.toLocaleString("en");

/**
 * @param {object} counts
 * @param {number} counts.shown points painted in view
 * @param {number} counts.others estimated number of documents in view that are not painted
 * @param {boolean} counts.whole whether all of the map is in view, which makes `others` exact
 */
export function statusText({ shown, others, whole }) {
  if (others === 0) return `${grouped(shown)} ${shown === 1 ? "document" : "documents"} ${whole ? "shown" : "here, all shown"}`;
  const rest = Math.max(1, Math.round(others));
  if (whole) return `${grouped(shown)} of ${grouped(shown + rest)} documents shown`;
  const total = Number((shown + rest).toPrecision(2));
  return `${grouped(shown)} of about ${grouped(Math.max(total, shown + 1))} documents here shown`;
}

/** @param {number} passing of the documents shown */
const filterText = (passing) => `, ${grouped(passing)} of them ${passing === 1 ? "passes" : "pass"} the filter`;

/**
 * Number of points in an area, and of those in no topic.
 * @param {import("./points.js").Points} points @param {import("../view.js").Area} area
 * @param {Uint8Array | null} passes 1 for points to count; null for all
 */
export function countIn({ x, y, topic }, { x0, y0, x1, y1 }, passes = null) {
  let [inside, outliers] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    if (x[i] < x0 || x[i] > x1 || y[i] < y0 || y[i] > y1) continue;
    if (passes && !passes[i]) continue;
    inside++;
    if (topic[i] === OUTLIER) outliers++;
  }
  return { inside, outliers };
}

/**
 * The status line of an area.
 * @param {import("./points.js").Points} points that are painted @param {import("../view.js").Area} area
 * @param {{ others: number, hideOutliers: boolean, passes: Uint8Array | null }} options `others`: estimated number of
 *   documents in the area that are not painted; `passes`: 1 for points that pass the filter, null without a filter
 */
export function viewText(points, area, { others, hideOutliers, passes }) {
  const found = countIn(points, area);
  const hidden = hideOutliers ? found.outliers : 0;
  const whole = area.x0 === 0 && area.y0 === 0 && area.x1 === 1 && area.y1 === 1;
  const text = statusText({ shown: found.inside - hidden, others: others + hidden, whole });
  if (!passes) return text;
  const passing = countIn(points, area, passes);
  return text + filterText(passing.inside - (hidden ? passing.outliers : 0));
}
