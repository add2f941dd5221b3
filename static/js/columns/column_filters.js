// The parameter `filter` of an address: "kind:function,class;start:2018-05-01..2018-06-01".

import { MISSING } from "./column_codes.js";
import { codeAt, otherCode } from "./point_style.js";

/** @typedef {import("./column_codes.js").Column} Column */
/** @typedef {import("./column_codes.js").CategoryColumn} CategoryColumn */
/** @typedef {import("./column_codes.js").RangeColumn} RangeColumn */
/** @typedef {import("./point_style.js").ColumnFilter} ColumnFilter */
/** @typedef {Set<number>} Chosen codes of categories */
/** @typedef {{ from: number, to: number }} Span steps of a slider */
/** @typedef {Chosen | Span} Filter */

const FINE_STEPS = 200;
const DAY_MS = 86_400_000;
// unambiguous, because a star in a name is escaped
const OTHER = "*other";
const NONE = "*none";

/** How many steps a slider over this column has. @param {RangeColumn} column */
export function stepsOf({ kind, whole, low, high }) {
  return kind === "number" && whole && high - low <= FINE_STEPS ? high - low : FINE_STEPS;
}

/** The value at a step. @param {RangeColumn} column @param {number} step */
export const valueAt = (column, step) => column.low + (column.high - column.low) * (step / stepsOf(column));

/** @param {RangeColumn} column @param {number} step @returns {string} the value at this step */
export function formatStep(column, step) {
  const value = valueAt(column, step);
  const beyond = step === 0 && column.below ? "≤ " : step === stepsOf(column) && column.above ? "≥ " : "";
  if (column.kind === "number") {
    const digits = column.whole ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 };
    // no separator in numbers of four digits, which are often years
    return beyond + value.toLocaleString("en", { ...digits, useGrouping: Math.abs(value) >= 10_000 });
  }
  const long = (column.high - column.low) / DAY_MS;
  const day = long > 20 * 365 ? {} : long > 3 * 365 ? { month: "short" } : { month: "short", day: "numeric" };
  const time = long < 10 ? { hour: "2-digit", minute: "2-digit" } : {};
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({ year: "numeric", ...day, ...time, timeZone: "UTC" });
  return beyond + new Date(value).toLocaleString("en-GB", options);
}

/** @param {Column} column @param {Filter} filter @returns {ColumnFilter} */
export function toColumnFilter(column, filter) {
  if (column.kind === "category") return { codes: /** @type {Chosen} */ (filter) };
  const { from, to } = /** @type {Span} */ (filter);
  const steps = stepsOf(column);
  return { from: codeAt(from, steps), to: codeAt(to, steps) };
}

/** The name of a code. @param {CategoryColumn} column @param {number} code */
export function codeName(column, code) {
  if (code === MISSING) return "no value";
  if (code === otherCode(column)) return `${column.others.toLocaleString("en")} ${column.others === 1 ? "other" : "others"}`;
  return column.values[code][0];
}

/** A short description of a filter. @param {Column} column @param {Filter} filter */
export function filterSummary(column, filter) {
  if (column.kind === "category") return [.../** @type {Chosen} */ (filter)].map((code) => codeName(column, code)).join(", ");
  const { from, to } = /** @type {Span} */ (filter);
  return `${formatStep(column, from)} – ${formatStep(column, to)}`;
}

/** @param {string} name */
const escaped = (name) => encodeURIComponent(name).replace(/\*/g, "%2A");

/** @param {Column[]} columns @param {Map<string, Filter>} filters by name of the column */
export function formatFilters(columns, filters) {
  const parts = columns.flatMap((column) => {
    const filter = filters.get(column.name);
    return filter ? [`${escaped(column.name)}:${column.kind === "category" ? names(column, filter) : ends(column, filter)}`] : [];
  });
  return parts.join(";") || null;
}

/**
 * Parts that are not valid are dropped: the data may have changed since the link was made.
 * @param {Column[]} columns @param {string | null} text
 * @returns {Map<string, Filter>}
 */
export function parseFilters(columns, text) {
  const filters = new Map();
  for (const part of (text ?? "").split(";")) {
    // times of day contain colons
    const [name, ...rest] = part.split(":");
    const words = rest.join(":");
    const column = columns.find((each) => escaped(each.name) === name);
    if (!column || !words) continue;
    const filter = column.kind === "category" ? parseNames(column, words) : parseEnds(column, words);
    if (filter) filters.set(column.name, filter);
  }
  return filters;
}

/** @param {CategoryColumn} column @param {Filter} filter */
function names(column, filter) {
  const word = (/** @type {number} */ code) =>
    code === MISSING ? NONE : code === otherCode(column) ? OTHER : escaped(column.values[code][0]);
  return [.../** @type {Chosen} */ (filter)].map(word).join(",");
}

/** @param {CategoryColumn} column @param {string} text */
function parseNames(column, text) {
  const known = new Map(column.values.map(([name], code) => [escaped(name), code]));
  if (column.other) known.set(OTHER, otherCode(column));
  if (column.missing) known.set(NONE, MISSING);
  const codes = text.split(",").flatMap((word) => known.get(word) ?? []);
  return codes.length ? new Set(codes) : null;
}

/** @param {RangeColumn} column @param {Filter} filter */
function ends(column, filter) {
  const { from, to } = /** @type {Span} */ (filter);
  const word = (/** @type {number} */ step) => {
    const value = valueAt(column, step);
    if (column.kind === "number") return `${Number(value.toPrecision(12))}`;
    const iso = new Date(value).toISOString();
    return column.high - column.low > 4 * FINE_STEPS * DAY_MS ? iso.slice(0, 10) : iso.slice(0, 19);
  };
  return `${word(from)}..${word(to)}`;
}

/** @param {RangeColumn} column @param {string} text */
function parseEnds(column, text) {
  const steps = stepsOf(column);
  const [from, to] = text.split("..").map((word) => {
    const value = column.kind === "number" ? Number(word) : Date.parse(word.includes("T") ? `${word}Z` : word);
    return Math.min(steps, Math.max(0, Math.round(((value - column.low) / (column.high - column.low)) * steps)));
  });
  return from <= to && (from > 0 || to < steps) ? { from, to } : null;
}
