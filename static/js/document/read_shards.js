// Readers of the shards that hold titles, fields and texts of documents.

import { parseBytes } from "../lib/json.js";
import { rowPlace, shardUrl } from "../lib/shards.js";

/** @typedef {{ rows: number, folder: import("../lib/shards.js").Folders }} ShardSet shards of so many storage rows each */

/**
 * @param {import("../map/points/tiles.js").Tiles} tiles @param {import("../lib/shards.js").Folders} folder
 * @param {import("../lib/shards.js").LoadShard} load
 * @returns {(row: number) => Promise<import("./turns.js").DocumentText>}
 */
export function textReader(tiles, folder, load) {
  return async (row) => {
    const { shard, index } = await tiles.textPlace(row);
    return parseBytes(await load(`texts-${shard}`, shardUrl(folder, shard)))[index];
  };
}

/**
 * Reads rows from a set of shards, each with `rows` storage rows; every shard is fetched once.
 * @template Row
 * @param {string} set @param {ShardSet} place
 * @param {import("../lib/shards.js").LoadShard} load
 * @returns {(row: number) => Promise<Row>}
 */
export function rowReader(set, place, load) {
  /** @type {Map<number, Promise<Row[]>>} */
  const read = new Map();
  return async (row) => {
    const [k, index] = rowPlace(place, row);
    const known = read.get(k);
    if (known) return (await known)[index];
    const coming = load(`${set}-${k}`, shardUrl(place.folder, k)).then(parseBytes);
    read.set(k, coming);
    coming.catch(() => read.delete(k));
    return (await coming)[index];
  };
}
