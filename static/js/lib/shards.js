// Shards: data files that a <script> element can load, over http and from disk alike.

/** @typedef {(name: string, url: string) => Promise<ArrayBuffer>} LoadShard */

/**
 * Makes the loader of a page; one per page, because shards call the global `sitegenShard`.
 * @returns {LoadShard} loads the bytes of a shard by the name it gives itself, once; a failure is forgotten, so that
 *   the next call tries again
 */
export function createShardLoader() {
  /** @type {Map<string, (payload: string) => void>} */
  const waiting = new Map();
  /** @type {Map<string, Promise<ArrayBuffer>>} */
  const loaded = new Map();
  globalThis.sitegenShard = (name, payload) => waiting.get(name)?.(payload);

  /** @param {string} name @param {string} url @returns {Promise<string>} */
  function runShard(name, url) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      waiting.set(name, resolve);
      script.src = url;
      script.onerror = () => reject(new Error(`${url} did not load`));
      // without effect if the shard has called `sitegenShard` before
      script.onload = () => reject(new Error(`${url} is not shard ${name}`));
      document.head.append(script);
    }).finally(() => waiting.delete(name));
  }

  return (name, url) => {
    const known = loaded.get(name);
    if (known) return known;
    const bytes = runShard(name, url).then(unpackBase64);
    loaded.set(name, bytes);
    bytes.catch(() => loaded.delete(name));
    return bytes;
  };
}

/**
 * Path of a numbered shard in the folder of its set: no folder holds more than a thousand.
 * @param {number} number
 */
export const shardPath = (number) => `${Math.floor(number / 1000)}/${number}.js`;

/** @typedef {string | [row: number, shard: number, folder: string][]} Folders that of a set of shards, or those of its parts */

/** The address of a shard. @param {Folders} folders @param {number} number */
export const shardUrl = (folders, number) =>
  `${typeof folders === "string" ? folders : folders.filter(([, first]) => first <= number).at(-1)?.[2]}/${shardPath(number)}`;

/**
 * The shard that a storage row is in, and its place there.
 * @param {{ folder: Folders, rows: number }} set with so many rows in each shard @param {number} row
 */
export function rowPlace({ folder, rows }, row) {
  const [from, first] = (typeof folder !== "string" && folder.filter(([start]) => start <= row).at(-1)) || [0, 0];
  return [first + Math.floor((row - from) / rows), (row - from) % rows];
}

/** @param {string} text base64 of gzip @returns {Promise<ArrayBuffer>} */
export function unpackBase64(text) {
  const packed = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
