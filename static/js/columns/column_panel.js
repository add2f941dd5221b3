// Colours, sizes and filters points by columns: the control of the colouring column, and chips for other filters.

import { createButton, createElement } from "../lib/dom.js";
import { parseBytes } from "../lib/json.js";
import { shardUrl } from "../lib/shards.js";
import { createCodes } from "./column_codes.js";
import { filterSummary, formatFilters, parseFilters, toColumnFilter } from "./column_filters.js";
import { createLegend } from "./legend.js";
import { applyFilter, codeColors, codeSizes } from "./point_style.js";
import { createRange } from "./range.js";

/** @typedef {import("./column_codes.js").Column} Column */
/** @typedef {import("./column_filters.js").Filter} Filter */
/** @typedef {import("./column_selects.js").Choice} Choice */
/** @typedef {import("./column_selects.js").ColumnPanelParts} ColumnPanelParts */
/** @typedef {import("./point_style.js").PointStyle} PointStyle */
/** @typedef {import("./point_style.js").Rows} Rows */

/** @param {ColumnPanelParts} parts */
export async function createColumnPanel({ box, data, load, paint, filtered }) {
  /** @type {Column[]} */
  const columns = parseBytes(await load("columns", data.index));
  const codes = columns.map((_, c) => {
    const folder = typeof data.folder === "string" ? `${data.folder}/${c}` : data.folder[c];
    return createCodes({
      set: { folder, rows: data.rows },
      load: (k) => load(`column-${c}-${k}`, shardUrl(folder, k)),
      arrived: repaint,
      failed: () => (lost.hidden = false),
    });
  });
  /** @type {Column | undefined} */
  let coloring;
  /** @type {Column | undefined} */
  let sizing;
  /** @type {Map<string, Filter>} by name of the column */
  let filters = new Map();
  /** @type {ReturnType<typeof createLegend> | ReturnType<typeof createRange> | null} */
  let control = null;

  const place = createElement("div", "control");
  const chips = createElement("ul", "chips");
  chips.setAttribute("aria-label", "Filters");
  const lost = createElement("p", "lost", "Some values could not be fetched. ");
  const again = createButton("", "Try again");
  again.addEventListener("click", () => {
    lost.hidden = true;
    for (const each of codes) each.retry();
    repaint();
  });
  lost.append(again);
  lost.hidden = true;
  lost.setAttribute("role", "status");
  box.append(place, chips, lost);

  /** @param {Column | undefined} column */
  const codesOf = (column) => (/** @type {Rows} */ points) => codes[columns.indexOf(/** @type {Column} */ (column))].of(points.row);

  function repaint() {
    const [color, size] = [coloring, sizing];
    const columnFilters = columns.flatMap((column) => {
      const filter = filters.get(column.name);
      return filter ? [{ column, filter: toColumnFilter(column, filter) }] : [];
    });
    paint({
      color: color ? (points) => codeColors(color, codesOf(color)(points)) : null,
      size: size ? (points, even) => codeSizes(codesOf(size)(points), even) : null,
      passes: columnFilters.length
        ? (points) => columnFilters.map(({ column, filter }) => applyFilter(filter, codesOf(column)(points))).reduce(intersect)
        : null,
      applyFilter: columnFilters.length
        ? async ({ row }) => {
            const read = columnFilters.map(({ column }) => codes[columns.indexOf(column)].whole(row));
            return (await Promise.all(read)).map((each, k) => applyFilter(columnFilters[k].filter, each)).reduce(intersect);
          }
        : null,
    });
  }

  /** @param {Column} column @param {Filter | null} filter @param {boolean} done */
  function setFilter(column, filter, done) {
    if (filter) filters.set(column.name, filter);
    else filters.delete(column.name);
    repaint();
    filtered(formatFilters(columns, filters), done);
  }

  /** @param {Column | undefined} column */
  function build(column) {
    control?.stop();
    control = null;
    if (column?.kind === "category") {
      control = createLegend(column, (chosen) => setFilter(column, chosen.size ? chosen : null, true));
    } else if (column) {
      control = createRange(column, (span, done) => setFilter(column, span, done));
    }
    const note = column?.note ? [createElement("p", "note", column.note)] : [];
    place.replaceChildren(...(control?.parts ?? []), ...note);
  }

  /** Show filters of columns without a control as chips. */
  function listOthers() {
    const others = columns.filter((column) => column !== coloring && filters.has(column.name));
    chips.replaceChildren(
      ...others.map((column) => {
        const words = `${column.label}: ${filterSummary(column, /** @type {Filter} */ (filters.get(column.name)))}`;
        const button = createButton("", "");
        button.append(createElement("bdi", "", words), createElement("span", "cross", "×"));
        button.setAttribute("aria-label", `Take away the filter ${words}`);
        button.addEventListener("click", () => {
          setFilter(column, null, true);
          listOthers();
          box.querySelector("select")?.focus({ preventScroll: true });
        });
        const item = createElement("li", "");
        item.append(button);
        return item;
      }),
    );
    chips.hidden = others.length === 0;
  }

  return {
    /** @param {Choice} choice */
    show({ color, size, filter }) {
      const named = (/** @type {string | null} */ name) => columns.find((column) => column.name === name);
      sizing = named(size);
      if (named(color) !== coloring) build((coloring = named(color)));
      filters = parseFilters(columns, filter);
      const own = coloring && filters.get(coloring.name);
      // a legend takes a set of codes, a range takes a span
      if (control) /** @type {{ show: (filter: any) => void }} */ (control).show(own ?? (coloring?.kind === "category" ? new Set() : null));
      listOthers();
      repaint();
    },
  };
}

/** @param {Uint8Array} a @param {Uint8Array} b */
const intersect = (a, b) => a.map((each, i) => each & b[i]);
