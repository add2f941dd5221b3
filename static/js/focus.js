// One document in focus: its ring on the map, its words in the tooltip, its title fetched when needed.

import { parseBytes } from "./json.js";
import { toPane } from "./view.js";
import { loadShard, shardPath } from "./shards.js";

/** @typedef {import("./view.js").Spot} Spot */
/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Size} Size */
/** @typedef {Spot & { row: number, topic: number }} Doc a document on the map, by its storage row */

/**
 * @typedef {object} FocusParts
 * @property {import("./camera.js").Camera} camera
 * @property {import("./plot.js").MapPlot} plot
 * @property {ReturnType<typeof import("./tooltip.js").createTooltip>} tooltip
 * @property {(doc: Doc) => { topic: string, color: string }} describe
 * @property {(doc: Doc) => Promise<{ topic: string, color: string }>} described as `describe`, when all is known
 * @property {(row: number) => Promise<Title>} title
 * @typedef {[title: string, category: string | null]} Title
 */

/** @param {FocusParts} parts */
export function createFocus({ camera, plot, tooltip, describe, described, title }) {
  /** @type {Doc | null} */
  let held = null;

  /** @param {View} view @param {Size} size */
  function place(view, size) {
    if (held) tooltip.place(toPane(view, size, held), size);
  }

  return {
    place,
    /** @param {Doc | null} next */
    async set(next) {
      if (next?.row === held?.row) return;
      held = next;
      camera.redraw();
      if (!next) {
        plot.setFocus([]);
        return tooltip.hide();
      }
      const about = describe(next);
      const write = (/** @type {string} */ text, category = "", topic = about.topic) => {
        tooltip.write({ title: text, category, topic, color: about.color });
        place(camera.view, camera.size);
      };
      plot.setFocus([{ x: next.x, y: next.y, color: about.color, line: getComputedStyle(document.body).color }]);
      write("…");
      const unknown = () => /** @type {Title} */ (["The title could not be fetched just now.", null]);
      const [[text, category], { topic }] = await Promise.all([title(next.row).catch(unknown), described(next)]);
      if (next === held) write(text, category ?? "", topic);
    },
  };
}

/**
 * @param {import("./tiles.js").Tiles} tiles @param {string} folder
 * @returns {(row: number) => Promise<import("./turns.js").Said>}
 */
export function textReader(tiles, folder) {
  return async (row) => {
    const { shard, index } = await tiles.textPlace(row);
    return parseBytes(await loadShard(`texts-${shard}`, `${folder}/${shardPath(shard)}`))[index];
  };
}

/**
 * Reads what a set of shards holds of each document, `rows` storage rows to a shard.
 * @template Row
 * @param {string} set @param {{ rows: number, folder: string }} place
 * @returns {(row: number) => Promise<Row>}
 */
export function rowReader(set, { rows, folder }) {
  /** @type {Map<number, Promise<Row[]>>} */
  const read = new Map();
  return async (row) => {
    const k = Math.floor(row / rows);
    const known = read.get(k);
    if (known) return (await known)[row % rows];
    const coming = loadShard(`${set}-${k}`, `${folder}/${shardPath(k)}`).then(parseBytes);
    read.set(k, coming);
    coming.catch(() => read.delete(k));
    return (await coming)[row % rows];
  };
}
