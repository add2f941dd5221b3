// Geometry of views. The map is the unit square, y up; the pane is w x h pixels, y down.

/**
 * What the pane shows: the map point at its centre, and the zoom relative to the whole map.
 * @typedef {{ x: number, y: number, zoom: number }} View
 * @typedef {{ w: number, h: number }} Size
 * @typedef {{ x: number, y: number }} Spot
 */

/** @typedef {{ x0: number, y0: number, x1: number, y1: number }} Area in map units */

/** @typedef {{ max: number, points: number }} ZoomLimits the highest zoom, and the zoom from which only points are shown */

/**
 * Limits that let every tile of points be seen.
 * @param {number} depth level of the deepest tile
 * @returns {ZoomLimits}
 */
export function zoomLimits(depth) {
  return { max: Math.max(64, 4 * 2 ** depth), points: Math.max(12, 2 ** depth) };
}

/** @type {View} */
export const HOME = { x: 0.5, y: 0.5, zoom: 1 };

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** @param {View} view @param {ZoomLimits} limits @returns {View} */
export function clampView({ x, y, zoom }, limits) {
  return { x: clamp(x, 0, 1), y: clamp(y, 0, 1), zoom: clamp(zoom, 1, limits.max) };
}

/**
 * Pixels per map unit.
 * @param {View} view @param {Size} size
 */
export function scaleOf(view, size) {
  return Math.min(size.w, size.h) * view.zoom;
}

/**
 * @param {View} view @param {Size} size @param {Spot} spot in map units
 * @returns {Spot} in pixels of the pane
 */
export function toPane(view, size, spot) {
  const scale = scaleOf(view, size);
  return { x: size.w / 2 + (spot.x - view.x) * scale, y: size.h / 2 - (spot.y - view.y) * scale };
}

/**
 * @param {View} view @param {Size} size @param {Spot} spot in pixels of the pane
 * @returns {Spot} in map units
 */
export function toMap(view, size, spot) {
  const scale = scaleOf(view, size);
  return { x: view.x + (spot.x - size.w / 2) / scale, y: view.y - (spot.y - size.h / 2) / scale };
}

/**
 * The part of the map that is in view.
 * @param {View} view @param {Size} size
 * @returns {Area}
 */
export function areaOf(view, size) {
  const low = toMap(view, size, { x: 0, y: size.h });
  const high = toMap(view, size, { x: size.w, y: 0 });
  const unit = (/** @type {number} */ value) => clamp(value, 0, 1);
  return { x0: unit(low.x), y0: unit(low.y), x1: unit(high.x), y1: unit(high.y) };
}

/**
 * Zoom about a point of the pane.
 * @param {View} view @param {Size} size @param {Spot} spot in pixels of the pane; this point stays in place
 * @param {number} factor @param {ZoomLimits} limits
 */
export function zoomAt(view, size, spot, factor, limits) {
  const zoom = clamp(view.zoom * factor, 1, limits.max);
  const still = toMap(view, size, spot);
  const keep = view.zoom / zoom;
  return clampView({ x: still.x + (view.x - still.x) * keep, y: still.y + (view.y - still.y) * keep, zoom }, limits);
}

/**
 * @param {View} view @param {Size} size @param {number} dx @param {number} dy how far the map is dragged, in pixels
 */
export function panBy(view, size, dx, dy) {
  const scale = scaleOf(view, size);
  return { x: clamp(view.x - dx / scale, 0, 1), y: clamp(view.y + dy / scale, 0, 1), zoom: view.zoom };
}

/**
 * The view that centres some discs, with a margin around them.
 * @param {(Spot & { radius: number })[]} discs one or more, in map units
 * @returns {View}
 */
export function viewAround(discs) {
  const [x0, x1] = [Math.min(...discs.map((d) => d.x - d.radius)), Math.max(...discs.map((d) => d.x + d.radius))];
  const [y0, y1] = [Math.min(...discs.map((d) => d.y - d.radius)), Math.max(...discs.map((d) => d.y + d.radius))];
  const extent = Math.max(x1 - x0, y1 - y0, 1e-3);
  return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, zoom: clamp(0.6 / extent, 1, 12) };
}

/**
 * The view of some topics, close enough to show a label that appears at a scale.
 * @param {(Spot & { radius: number })[]} topics @param {Size} size @param {number} scale 0 for no label
 * @param {ZoomLimits} limits
 * @returns {View}
 */
export function viewOfTopics(topics, size, scale, limits) {
  const around = viewAround(topics);
  const named = (scale * 1.01) / Math.min(size.w, size.h);
  // labels that appear beyond the last zoom do not change the view
  return clampView({ ...around, zoom: named <= limits.max ? Math.max(around.zoom, named) : around.zoom }, limits);
}

/**
 * The view at time t of a flight. Zoom changes by equal factors; the centre moves as if both views were zooms about one
 * fixed point, which stays in place on the screen.
 * @param {View} from @param {View} to @param {number} t 0..1
 * @returns {View}
 */
export function between(from, to, t) {
  const zoom = from.zoom * (to.zoom / from.zoom) ** t;
  const gap = 1 / to.zoom - 1 / from.zoom;
  const part = Math.abs(gap) < 1e-6 ? t : (1 / zoom - 1 / from.zoom) / gap;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part, zoom };
}

/**
 * Position between the density picture of all documents and single points.
 * @param {number} zoom @param {ZoomLimits} limits
 * @returns {number} 0 for the whole map, 1 from `limits.points` on
 */
export function closeness(zoom, limits) {
  return clamp(Math.log(zoom) / Math.log(limits.points), 0, 1);
}
