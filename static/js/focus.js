// One point in focus: its ring on the map, its words in the tooltip, its title fetched when needed.

import { toPane } from "./view.js";
import { loadShard } from "./shards.js";

/** @typedef {import("./view.js").Spot} Spot */
/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Size} Size */

/**
 * @typedef {object} FocusParts
 * @property {import("./camera.js").Camera} camera
 * @property {import("./plot.js").MapPlot} plot
 * @property {import("./points.js").Points} points
 * @property {ReturnType<typeof import("./tooltip.js").createTooltip>} tooltip
 * @property {(row: number) => { topic: string, color: string }} describe
 * @property {(row: number) => Promise<Title>} title
 * @typedef {[title: string, category: string | null]} Title
 */

/** @param {FocusParts} parts */
export function createFocus({ camera, plot, points, tooltip, describe, title }) {
  let row = -1;
  const spotOf = () => ({ x: points.x[row], y: points.y[row] });

  /** @param {View} view @param {Size} size */
  function place(view, size) {
    if (row >= 0) tooltip.place(toPane(view, size, spotOf()), size);
  }

  return {
    place,
    /** @param {number} next a row of points, or -1 for none */
    async set(next) {
      if (next === row) return;
      row = next;
      camera.redraw();
      if (row < 0) {
        plot.setFocus([]);
        return tooltip.hide();
      }
      const about = describe(row);
      const write = (/** @type {string} */ text, category = "") => {
        tooltip.write({ title: text, category, ...about });
        place(camera.view, camera.size);
      };
      plot.setFocus([{ ...spotOf(), color: about.color, line: getComputedStyle(document.body).color }]);
      write("…");
      const [text, category] = await title(next).catch(
        () => /** @type {Title} */ (["The title could not be fetched just now.", null]),
      );
      if (row === next) write(text, category ?? "");
    },
  };
}

/**
 * @param {{ starts: number[], shards: string[] }} texts
 * @returns {(row: number) => Promise<string>}
 */
export function textReader({ starts, shards }) {
  return async (row) => {
    const k = starts.filter((start) => start <= row).length - 1;
    const bytes = await loadShard(`texts-${k}`, shards[k]);
    return JSON.parse(new TextDecoder().decode(bytes))[row - starts[k]];
  };
}

/**
 * @param {{ rows: number, shards: string[] }} titles
 * @returns {(row: number) => Promise<Title>}
 */
export function titleReader({ rows, shards }) {
  /** @type {Map<number, Title[]>} */
  const read = new Map();
  return async (row) => {
    const k = Math.floor(row / rows);
    if (!read.has(k)) {
      const bytes = await loadShard(`titles-${k}`, shards[k]);
      read.set(k, JSON.parse(new TextDecoder().decode(bytes)));
    }
    return /** @type {Title[]} */ (read.get(k))[row % rows];
  };
}
