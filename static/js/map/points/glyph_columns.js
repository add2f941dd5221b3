// The columns that the glyph of the points reads: place, colour, opacity and size of each point.

import { alphaColumn, hitColumn } from "./points.js";

/** @typedef {import("../../columns/point_style.js").PointStyle} PointStyle */

/**
 * @typedef {object} GlyphOptions
 * @property {number} closeness from 0 to 1: points grow and become more opaque with it
 * @property {ReadonlySet<number>} selected topics; none if empty
 * @property {ReadonlySet<number> | null} hits storage rows to highlight instead of topics
 * @property {number} outlierAlpha factor for the opacity of outliers
 * @property {PointStyle | null} pointStyle
 * @property {Uint8Array | null} passes 1 for points that pass the filter
 */

/** Whether a column colours or filters points. @param {PointStyle | null} pointStyle */
export const isRestyled = (pointStyle) => Boolean(pointStyle?.color || pointStyle?.passes);

/**
 * @param {import("./points.js").Points} points
 * @param {Uint32Array} color by topic, as 0xRRGGBBAA
 * @param {GlyphOptions} options
 * @returns {{ columns: Record<string, ArrayLike<number>>, pixels: number }} diameter of points without a column `size`
 */
export function glyphColumns(points, color, { closeness, selected, hits, outlierAlpha, pointStyle, passes }) {
  const restyled = isRestyled(pointStyle);
  // points with colours or filters of their own show more than the picture below, so they cover it more
  const opacity = restyled ? 0.85 : 0.35 + 0.5 * closeness;
  const pixels = (hits || restyled ? 5 : 3) + 5 * closeness;
  const alpha = hits ? hitColumn(points, hits, opacity) : alphaColumn(points, selected, opacity, outlierAlpha);
  for (let i = 0; passes && i < alpha.length; i++) alpha[i] *= passes[i];
  const columns = { x: points.x, y: points.y, color: pointStyle?.color?.(points) ?? color, alpha };
  const size = pointStyle?.size?.(points, pixels);
  return { columns: size ? { ...columns, size } : columns, pixels };
}
