// How a column colours points, sizes them and sifts them, code by code.

import { packColor } from "../map/points.js";
import { HIGHEST, PENDING } from "./column_codes.js";

/** @typedef {import("./column_codes.js").Column} Column */
/** @typedef {import("./column_codes.js").RangeColumn} RangeColumn */
/** @typedef {Pick<import("../map/points.js").Points, "row">} Rows */
/** @typedef {{ codes: Set<number> } | { from: number, to: number }} ColumnFilter codes that pass: these, or from one to another */

/**
 * What takes the place of the topics' look; each part is null where it leaves points as they are.
 * @typedef {object} PointStyle
 * @property {((points: Rows) => Uint32Array) | null} color as 0xRRGGBBAA
 * @property {((points: Rows, even: number) => Float32Array) | null} size in pixels, where others have an even one
 * @property {((points: Rows) => Uint8Array) | null} passes 1 for points that pass the filter
 * @property {((points: Rows) => Promise<Uint8Array>) | null} applyFilter the same, once it is known of all of them
 */

/** How much wider than even the widest point is, and the narrowest. */
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
 * Diameters whose areas grow evenly with the code.
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

/** How far a code at a step of a slider is. @param {number} step @param {number} steps */
export const codeAt = (step, steps) => Math.round((step / steps) * HIGHEST);

/** Code of all categories but the largest. @param {import("./column_codes.js").CategoryColumn} column */
export const otherCode = (column) => column.values.length;
