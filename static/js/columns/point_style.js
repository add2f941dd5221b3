// Colours, sizes and filters of points by the codes of columns.

import { packColor } from "../map/points/points.js";
import { HIGHEST, PENDING } from "./column_codes.js";

/** @typedef {import("./column_codes.js").Column} Column */
/** @typedef {import("./column_codes.js").RangeColumn} RangeColumn */
/** @typedef {Pick<import("../map/points/points.js").Points, "row">} Rows */
/** @typedef {{ codes: Set<number> } | { from: number, to: number }} ColumnFilter codes that pass: a set or a range */

/**
 * Style of points by columns; parts that are null keep the style of the topics.
 * @typedef {object} PointStyle
 * @property {((points: Rows) => Uint32Array) | null} color as 0xRRGGBBAA
 * @property {((points: Rows, even: number) => Float32Array) | null} size in pixels; `even` is the size without a column
 * @property {((points: Rows) => Uint8Array) | null} passes 1 for points that pass the filter
 * @property {((points: Rows) => Promise<Uint8Array>) | null} applyFilter the same, after all codes were loaded
 */

/** Largest and smallest diameter, relative to the size without a column. */
const WIDEST = 2.6;
const NARROWEST = 0.6;

/** @param {Column} column @param {Uint16Array} codes */
export function codeColors(column, codes) {
  const grey = packColor(column.grey);
  const table = (column.kind === "category" ? column.values.map(([, , color]) => color) : column.scale).map(packColor);
  const place = column.kind === "category" ? 1 : table.length / (HIGHEST + 1);
  return Uint32Array.from(codes, (code) => (code > HIGHEST ? grey : (table[Math.floor(code * place)] ?? grey)));
}

/**
 * Diameters whose areas are linear in the code.
 * @param {Uint16Array} codes @param {number} even
 */
export function codeSizes(codes, even) {
  const [least, most] = [NARROWEST ** 2, WIDEST ** 2];
  return Float32Array.from(codes, (code) => even * Math.sqrt(least + (code > HIGHEST ? 0 : code / HIGHEST) * (most - least)));
}

/** @param {ColumnFilter} filter @param {Uint16Array} codes @returns {Uint8Array} 1 for those that pass */
export function applyFilter(filter, codes) {
  if ("codes" in filter) return Uint8Array.from(codes, (code) => Number(code !== PENDING && filter.codes.has(code)));
  return Uint8Array.from(codes, (code) => Number(code >= filter.from && code <= filter.to && code <= HIGHEST));
}

/** The code at a step of a slider. @param {number} step @param {number} steps */
export const codeAt = (step, steps) => Math.round((step / steps) * HIGHEST);

/** Code of all categories but the largest. @param {import("./column_codes.js").CategoryColumn} column */
export const otherCode = (column) => column.values.length;
