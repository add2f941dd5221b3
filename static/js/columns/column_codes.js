// The codes of a column, one per document, as sitegen/site/map/column_codes.py packs them; shards are fetched when needed.

import { rowPlace } from "../lib/shards.js";

/**
 * @typedef {object} CategoryColumn
 * @property {string} name @property {string} label @property {"category"} kind
 * @property {[name: string, count: number, color: string][]} values the largest ones, by code
 * @property {number} other documents of any other @property {number} others how many others there are
 * @property {number} missing documents without a value
 * @property {string} grey
 * @property {string} [note] what its values mean
 */
/**
 * @typedef {object} RangeColumn
 * @property {string} name @property {string} label @property {"number" | "date"} kind
 * @property {number} low @property {number} high the range that codes divide; dates in milliseconds since 1970
 * @property {boolean} below whether values lie below it @property {boolean} above
 * @property {boolean} whole
 * @property {number[]} histogram
 * @property {number} missing
 * @property {string[]} scale colours from low to high
 * @property {string} grey
 * @property {string} [note] what its values mean
 */
/** @typedef {CategoryColumn | RangeColumn} Column */

export const MISSING = 65535;
/** Code of a document whose shard is not loaded yet. */
export const PENDING = 65534;
/** Code of the upper end of a range. */
export const HIGHEST = 65533;

/** @param {ArrayBuffer} buffer all lower bytes, then all higher ones */
export function unpackCodes(buffer) {
  const bytes = new Uint8Array(buffer);
  const n = bytes.length >> 1;
  if (bytes.length !== 2 * n) throw new RangeError(`${bytes.length} bytes are no codes of two bytes each`);
  return Uint16Array.from({ length: n }, (_, i) => bytes[i] | (bytes[n + i] << 8));
}

/**
 * @param {object} parts
 * @param {import("../document/read_shards.js").ShardSet} parts.set its shards
 * @param {(k: number) => Promise<ArrayBuffer>} parts.load
 * @param {() => void} parts.arrived called when a shard was loaded
 * @param {() => void} parts.failed called when one could not be loaded; it is requested again only after `retry`
 */
export function createCodes({ set, load, arrived, failed }) {
  /** @type {Map<number, Uint16Array | null>} null while loading or after a failure */
  const here = new Map();

  /** @param {number} k */
  function fetchShard(k) {
    here.set(k, null);
    load(k).then(unpackCodes).then(
      (codes) => {
        here.set(k, codes);
        arrived();
      },
      failed,
    );
  }

  return {
    /** The codes of some documents. @param {Uint32Array} wanted storage rows */
    of(wanted) {
      return Uint16Array.from(wanted, (row) => {
        const [k, index] = rowPlace(set, row);
        if (!here.has(k)) fetchShard(k);
        return here.get(k)?.[index] ?? PENDING;
      });
    },
    /**
     * The codes of some documents, after all were loaded; rejects if a shard cannot be loaded.
     * @param {Uint32Array} wanted storage rows
     */
    async whole(wanted) {
      const shards = new Set(Array.from(wanted, (row) => rowPlace(set, row)[0]));
      const missing = [...shards].filter((k) => !here.get(k));
      await Promise.all(missing.map(async (k) => here.set(k, unpackCodes(await load(k)))));
      return this.of(wanted);
    },
    retry() {
      for (const [k, codes] of here) if (!codes) here.delete(k);
    },
  };
}
