// The quadtree of points: which tiles a view needs, which are loaded, and their content.

import { shardUrl } from "../../lib/shards.js";
import { concatPoints, unpackTile } from "./points.js";
import { areaOf, scaleOf } from "../view.js";

/** @typedef {import("./points.js").Points} Points */
/** @typedef {import("./points.js").TileList} TileList */
/** @typedef {import("../view.js").View} View */
/** @typedef {import("../view.js").Size} Size */
/** @typedef {import("../view.js").Area} Area */
/** @typedef {ReturnType<typeof unpackTile>} Tile */
/** @typedef {ReturnType<typeof createTiles>} Tiles */

/** A level of tiles is shown when its tiles are at least this large, in pixels. */
const TILE_PX = 768;
/**
 * More points in view make frames slow: a level that would exceed this is shown at a higher zoom. A map of no more is
 * shown as a whole, see `ALL_SHOWN` in sitegen/site/map/point_tiles.py.
 */
const MAX_POINTS = 10000;
/** More files than these are not fetched unasked, see `TILES_SHOWN` there. */
const MAX_TILES = 64;
const KEPT_TILES = 200;

/**
 * Share of each tile that lies in an area, from 0 to 1.
 * @param {TileList} list @param {Area} area
 */
export function sharesIn({ level, x, y }, area) {
  return Float64Array.from(level, (each, tile) => {
    const side = 2 ** each;
    const across = Math.min(1, area.x1 * side - x[tile]) - Math.max(0, area.x0 * side - x[tile]);
    const up = Math.min(1, area.y1 * side - y[tile]) - Math.max(0, area.y0 * side - y[tile]);
    return across > 0 && up > 0 ? across * up : 0;
  });
}

/** Documents in all tiles. @param {TileList} list */
const totalOf = ({ count }) => count.reduce((sum, each) => sum + each, 0);

/**
 * The tiles that a view should show: all of a small map, else those that it touches, down to the level for its scale.
 * @param {TileList} list @param {View} view @param {Size} size
 */
export function wantedTiles(list, view, size) {
  const tiles = [...list.level.keys()];
  if (totalOf(list) <= MAX_POINTS && tiles.length <= MAX_TILES) return tiles;
  const shares = sharesIn(list, areaOf(view, size));
  const finest = Math.max(0, Math.floor(Math.log2(scaleOf(view, size) / TILE_PX)));
  // a map that grew has several tiles of one place
  const touched = tiles.filter((tile) => tile === 0 || shares[tile] > 0);
  let [deepest, points] = [0, 0];
  for (let level = 1; level <= finest && points <= MAX_POINTS; level++) {
    for (const tile of touched) if (list.level[tile] === level) points += shares[tile] * list.count[tile];
    if (points <= MAX_POINTS) deepest = level;
  }
  return touched.filter((tile) => list.level[tile] <= deepest);
}

/**
 * @param {TileList} list @param {ArrayBuffer} root the packed root tile @param {import("../../lib/shards.js").Folders} folder
 * @param {import("../../lib/shards.js").LoadShard} loadShard
 */
export function createTiles(list, root, folder, loadShard) {
  /** @type {Map<number, Tile>} in the order of their last use */
  const here = new Map([[0, unpackTile(root, list, 0)]]);
  /** @type {Map<number, Promise<Tile>>} */
  const coming = new Map();
  /** @type {Set<number>} tiles that `request` could not load and does not ask for again */
  const failed = new Set();

  /** @param {number} tile @returns {Promise<Tile>} */
  function load(tile) {
    const known = here.get(tile);
    if (known) return Promise.resolve(known);
    const asked = coming.get(tile);
    if (asked) return asked;
    const loading = loadShard(`points-${tile}`, shardUrl(folder, tile))
      .then((bytes) => {
        const unpacked = unpackTile(bytes, list, tile);
        here.set(tile, unpacked);
        for (const old of here.keys()) {
          if (here.size <= KEPT_TILES) break;
          if (old !== 0) here.delete(old);
        }
        return unpacked;
      })
      .finally(() => coming.delete(tile));
    coming.set(tile, loading);
    return loading;
  }

  /** @param {number} row a storage row */
  const tileOf = (row) => list.first.filter((start) => start <= row).length - 1;

  return {
    documents: totalOf(list),
    load,
    /**
     * Load tiles, except those that are loaded or have failed before.
     * @param {number[]} wanted @param {() => void} changed called when one was loaded or failed
     * @returns {boolean} whether one of them has failed
     */
    request(wanted, changed) {
      for (const tile of wanted) {
        if (here.has(tile) || failed.has(tile)) continue;
        load(tile).then(changed, () => {
          failed.add(tile);
          changed();
        });
      }
      return wanted.some((tile) => failed.has(tile));
    },
    /** Let `request` ask for failed tiles again. */
    forgetFailures: () => failed.clear(),
    /** @param {number[]} tiles @returns {number[]} those that are loaded */
    present: (tiles) => tiles.filter((tile) => here.has(tile)),
    /** @param {number[]} tiles that are loaded @returns {Points} */
    points(tiles) {
      const parts = [];
      for (const tile of tiles) {
        const found = here.get(tile);
        if (!found) continue;
        here.delete(tile);
        here.set(tile, found);
        parts.push(found.points);
      }
      return concatPoints(parts);
    },
    /** All documents, where they are few enough to be shown at once; null else. @returns {Promise<Points | null>} */
    async all() {
      if (totalOf(list) > MAX_POINTS) return null;
      const loaded = await Promise.all([...list.level.keys()].map(load));
      return concatPoints(loaded.map(({ points }) => points));
    },
    /** @param {View} view @param {Size} size */
    wanted: (view, size) => wantedTiles(list, view, size),
    /**
     * Estimated number of documents in view that are in other tiles than these.
     * @param {View} view @param {Size} size @param {number[]} tiles
     */
    othersIn(view, size, tiles) {
      const shares = sharesIn(list, areaOf(view, size));
      for (const tile of tiles) shares[tile] = 0;
      return shares.reduce((sum, share, tile) => sum + share * list.count[tile], 0);
    },
    /**
     * The tiles that touch an area, in storage order, each with the estimated number of its documents inside.
     * @param {Area} area
     */
    touching(area) {
      const shares = [...sharesIn(list, area)];
      return shares.flatMap((share, tile) => (share > 0 ? [{ tile, about: share * list.count[tile] }] : []));
    },
    /** A document's place and topic. @param {number} row its storage row */
    async document(row) {
      const tile = tileOf(row);
      const { points } = await load(tile);
      const at = row - list.first[tile];
      return { row, x: points.x[at], y: points.y[at], topic: points.topic[at] };
    },
    /** The text shard of a document, and its place in it. @param {number} row its storage row */
    async textPlace(row) {
      const { texts } = await load(tileOf(row));
      const before = texts.starts.filter((start) => start <= row).length - 1;
      return { shard: texts.shard + before, index: row - texts.starts[before] };
    },
  };
}
