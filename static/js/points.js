// The points shard: little endian, uint32 n, then uint16 x[n], y[n], topic[n].

/**
 * Where each point lies, in map units, and which topic it belongs to (65535: to none).
 * @typedef {{ x: Float32Array, y: Float32Array, topic: Uint16Array }} Points
 */

/**
 * @param {ArrayBuffer} buffer
 * @returns {Points}
 */
export function unpackPoints(buffer) {
  const n = buffer.byteLength < 4 ? 0 : new DataView(buffer).getUint32(0, true);
  if (buffer.byteLength !== 4 + 6 * n) {
    throw new RangeError(`a points shard of ${buffer.byteLength} bytes cannot hold ${n} points`);
  }
  // typed arrays read in the machine's own order: every machine with a browser is little endian
  const column = (/** @type {number} */ k) => new Uint16Array(buffer, 4 + 2 * n * k, n);
  const unit = (/** @type {number} */ value) => value / 65535;
  return {
    x: Float32Array.from(column(0), unit),
    y: Float32Array.from(column(1), unit),
    topic: column(2),
  };
}

/**
 * One colour per point as 0xRRGGBBAA, which bokeh takes without parsing text.
 * @param {Points} points
 * @param {Map<number, string>} colors "#rrggbb" by topic
 * @param {string} other the colour of what is in no topic
 */
export function colorColumn(points, colors, other) {
  const packed = (/** @type {string} */ css) => ((parseInt(css.slice(1), 16) << 8) | 0xff) >>> 0;
  const known = new Map([...colors].map(([topic, css]) => [topic, packed(css)]));
  const rest = packed(other);
  return Uint32Array.from(points.topic, (topic) => known.get(topic) ?? rest);
}

/**
 * One opacity per point: even, or one topic lit and the others dimmed.
 * @param {Points} points @param {number | null} lit @param {number} even
 */
export function alphaColumn(points, lit, even) {
  if (lit === null) return new Float32Array(points.topic.length).fill(even);
  return Float32Array.from(points.topic, (topic) => (topic === lit ? 0.95 : even * 0.2));
}
