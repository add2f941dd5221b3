// Unpacks the list of tiles and the tiles of points that sitegen/site/map/point_tiles.py packs; makes columns of them.

export const OUTLIER = 65535;
const TILE_STEPS = 65536;

/**
 * All tiles, in storage order.
 * @typedef {object} TileList
 * @property {Uint8Array} level
 * @property {Uint32Array} x the tile's column among the 2**level of its level
 * @property {Uint32Array} y its row, from the bottom
 * @property {Uint32Array} count
 * @property {Uint32Array} first its first storage row
 */

/**
 * Places of points in map units, their topics, their storage rows.
 * @typedef {{ x: Float64Array, y: Float64Array, topic: Uint16Array, row: Uint32Array }} Points
 * @typedef {{ shard: number, starts: Uint32Array }} TextShards the first text shard of a tile, and where each begins
 */

/**
 * The list of all tiles, and the bytes of the root tile.
 * @param {ArrayBuffer} buffer
 * @returns {{ list: TileList, root: ArrayBuffer }}
 */
export function unpackRoot(buffer) {
  const bytes = new Uint8Array(buffer);
  const n = bytes.length < 4 ? 0 : new DataView(buffer).getUint32(0, true);
  if (n === 0 || bytes.length < 4 + 7 * n) throw new RangeError(`${bytes.length} bytes cannot list ${n} tiles`);
  const level = bytes.slice(4, 4 + n);
  const cell = fromPlanes(bytes.subarray(4 + n), n, 4);
  for (let i = 1; i < n; i++) if (level[i] === level[i - 1]) cell[i] += cell[i - 1];
  const count = fromPlanes(bytes.subarray(4 + 5 * n), n, 2);
  const first = new Uint32Array(n);
  for (let i = 1; i < n; i++) first[i] = first[i - 1] + count[i - 1];
  const [x, y] = [cell.map(evenBits), cell.map((code) => evenBits(code >>> 1))];
  return { list: { level, x, y, count, first }, root: buffer.slice(4 + 7 * n) };
}

/**
 * @param {ArrayBuffer} buffer @param {TileList} tiles @param {number} tile
 * @returns {{ points: Points, texts: TextShards }}
 */
export function unpackTile(buffer, tiles, tile) {
  const head = buffer.byteLength < 8 ? [0, 0] : new Uint32Array(buffer, 0, 2);
  const [n, k] = head;
  if (n !== tiles.count[tile] || buffer.byteLength !== 8 + 4 * k + 6 * n) {
    throw new RangeError(`${buffer.byteLength} bytes are not the ${tiles.count[tile]} points of tile ${tile}`);
  }
  const [shard = 0, ...starts] = new Uint32Array(buffer, 8, k);
  const body = new Uint8Array(buffer, 8 + 4 * k);
  const code = fromPlanes(body, n, 4);
  for (let i = 1; i < n; i++) code[i] += code[i - 1];
  const side = 2 ** tiles.level[tile];
  const place = (/** @type {number} */ cell, /** @type {number} */ step) => (cell + (step + 0.5) / TILE_STEPS) / side;
  return {
    points: {
      x: Float64Array.from(code, (each) => place(tiles.x[tile], evenBits(each))),
      y: Float64Array.from(code, (each) => place(tiles.y[tile], evenBits(each >>> 1))),
      topic: Uint16Array.from(fromPlanes(body.subarray(4 * n), n, 2)),
      row: Uint32Array.from(code, (_, i) => tiles.first[tile] + i),
    },
    texts: { shard, starts: Uint32Array.from(starts) },
  };
}

/**
 * Join the points of several tiles.
 * @param {Points[]} parts
 * @returns {Points}
 */
export function concatPoints(parts) {
  const n = parts.reduce((sum, part) => sum + part.row.length, 0);
  const all = { x: new Float64Array(n), y: new Float64Array(n), topic: new Uint16Array(n), row: new Uint32Array(n) };
  let at = 0;
  for (const part of parts) {
    all.x.set(part.x, at);
    all.y.set(part.y, at);
    all.topic.set(part.topic, at);
    all.row.set(part.row, at);
    at += part.row.length;
  }
  return all;
}

/** A colour as 0xRRGGBBAA. @param {string} css "#rrggbb" */
export const packColor = (css) => ((parseInt(css.slice(1), 16) << 8) | 0xff) >>> 0;

/**
 * One colour per point as 0xRRGGBBAA, which bokeh takes without parsing text.
 * @param {Pick<Points, "topic">} points
 * @param {Map<number, string>} colors "#rrggbb" by topic
 * @param {string} other the colour of what is in no topic
 */
export function colorColumn(points, colors, other) {
  const known = new Map([...colors].map(([topic, css]) => [topic, packColor(css)]));
  const rest = packColor(other);
  return Uint32Array.from(points.topic, (topic) => known.get(topic) ?? rest);
}

/**
 * One opacity per point: higher for selected topics, lower for others, and multiplied by a factor for outliers.
 * @param {Pick<Points, "topic">} points @param {ReadonlySet<number>} selected none if empty @param {number} opacity
 * @param {number} outliers the factor: 1 for no difference, 0 for invisible
 */
export function alphaColumn(points, selected, opacity, outliers = 1) {
  const alpha = (/** @type {number} */ topic) => (selected.size === 0 ? opacity : selected.has(topic) ? 0.95 : opacity * 0.2);
  return Float32Array.from(points.topic, (topic) => alpha(topic) * (topic === OUTLIER ? outliers : 1));
}

/**
 * One opacity per point: higher for hits, lower for others.
 * @param {Pick<Points, "row">} points @param {ReadonlySet<number>} hits storage rows @param {number} opacity
 */
export function hitColumn(points, hits, opacity) {
  return Float32Array.from(points.row, (row) => (hits.has(row) ? 0.95 : opacity * 0.15));
}

/** @param {Uint8Array} bytes all lowest bytes, then all second ones, and so on @param {number} n @param {number} width */
function fromPlanes(bytes, n, width) {
  const values = new Uint32Array(n);
  for (let plane = width - 1; plane >= 0; plane--) {
    for (let i = 0; i < n; i++) values[i] = values[i] * 256 + bytes[plane * n + i];
  }
  return values;
}

/** Bits 0, 2, 4 and so on of a number. @param {number} code */
function evenBits(code) {
  let bits = code & 0x55555555;
  bits = (bits | (bits >>> 1)) & 0x33333333;
  bits = (bits | (bits >>> 2)) & 0x0f0f0f0f;
  bits = (bits | (bits >>> 4)) & 0x00ff00ff;
  return (bits | (bits >>> 8)) & 0xffff;
}
