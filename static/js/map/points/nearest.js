// Finds the nearest points: a grid over the map whose cells are filled by a counting sort.

const CELLS = 64;

/** @param {number} unit 0..1 */
const cellOf = (unit) => Math.min(CELLS - 1, Math.max(0, Math.floor(unit * CELLS)));

/**
 * @param {{ x: Float64Array, y: Float64Array }} points
 * @returns {(x: number, y: number, radius: number, accepts?: (index: number) => boolean) => number} the index of the
 *   nearest point within radius, of those accepted, or -1
 */
export function nearestIndex({ x, y }) {
  const cells = Uint16Array.from(x, (value, row) => cellOf(y[row]) * CELLS + cellOf(value));
  const ends = new Uint32Array(CELLS * CELLS + 1);
  for (const cell of cells) ends[cell + 1]++;
  for (let cell = 0; cell < CELLS * CELLS; cell++) ends[cell + 1] += ends[cell];
  const next = ends.slice();
  const rows = new Uint32Array(x.length);
  cells.forEach((cell, row) => (rows[next[cell]++] = row));

  return (px, py, radius, accepts = () => true) => {
    let best = -1;
    let limit = radius * radius;
    for (let cy = cellOf(py - radius); cy <= cellOf(py + radius); cy++) {
      // the cells of one grid row are contiguous
      const from = ends[cy * CELLS + cellOf(px - radius)];
      const to = ends[cy * CELLS + cellOf(px + radius) + 1];
      for (let k = from; k < to; k++) {
        const row = rows[k];
        const distance = (x[row] - px) ** 2 + (y[row] - py) ** 2;
        if (distance <= limit && accepts(row)) {
          limit = distance;
          best = row;
        }
      }
    }
    return best;
  };
}

/**
 * The points nearest to a place, closest first. Looks at every point: for clicks, not for every frame.
 * @param {{ x: Float64Array, y: Float64Array }} points @param {{ x: number, y: number }} place @param {number} limit
 * @param {(index: number) => boolean} accepts
 * @returns {number[]} indices
 */
export function nearestPoints({ x, y }, place, limit, accepts) {
  const distance = (/** @type {number} */ i) => (x[i] - place.x) ** 2 + (y[i] - place.y) ** 2;
  /** @type {{ i: number, d: number }[]} */
  const best = [];
  for (let i = 0; i < x.length; i++) {
    const d = distance(i);
    if ((best.length === limit && d >= best[limit - 1].d) || !accepts(i)) continue;
    const farther = best.findIndex((each) => each.d > d);
    best.splice(farther < 0 ? best.length : farther, 0, { i, d });
    best.length = Math.min(best.length, limit);
  }
  return best.map(({ i }) => i);
}
