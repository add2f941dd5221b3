// Readers of the shards that hold titles, fields and texts of documents.

import { parseBytes } from "../lib/json.js";
import { shardPath } from "../lib/shards.js";

/**
 * @param {import("../map/points/tiles.js").Tiles} tiles @param {string} folder
 * @param {import("../lib/shards.js").LoadShard} load
 * @returns {(row: number) => Promise<import("./turns.js").DocumentText>}
 */
export function textReader(tiles, folder, load) {
  return async (row) => {
    const { shard, index } = await tiles.textPlace(row);
    return parseBytes(await load(`texts-${shard}`, `${folder}/${shardPath(shard)}`))[index];
  };
}

/**
 * Reads rows from a set of shards, each with `rows` storage rows; every shard is fetched once.
 * @template Row
 * @param {string} set @param {{ rows: number, folder: string }} place
 * @param {import("../lib/shards.js").LoadShard} load
 * @returns {(row: number) => Promise<Row>}
 */
export function rowReader(set, { rows, folder }, load) {
  /** @type {Map<number, Promise<Row[]>>} */
  const read = new Map();
  return async (row) => {
    const k = Math.floor(row / rows);
    const known = read.get(k);
    if (known) return (await known)[row % rows];
    const coming = load(`${set}-${k}`, `${folder}/${shardPath(k)}`).then(parseBytes);
    read.set(k, coming);
    coming.catch(() => read.delete(k));
    return (await coming)[row % rows];
  };
}
