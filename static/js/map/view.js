// Geometry of views. The map is the unit square, y up; the pane is w x h pixels, y down.

/**
 * What the pane shows: the map point at its centre, and the zoom relative to the whole map.
 * @typedef {{ x: number, y: number, zoom: number }} View
 * @typedef {{ w: number, h: number, frame?: { w: number, h: number } }} Size in pixels; `frame` is the part of the map
 *   square, around its middle, that the whole map shows, in map units; all of it if there is none
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

// what is looked at takes this share of the pane, so that its neighbours are there too
const SURROUNDED = 0.4;

// a drag leaves at most this share of the pane empty beside the map
const MAX_EMPTY = 0.3;

/** @type {View} */
export const HOME = { x: 0.5, y: 0.5, zoom: 1 };

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** @param {View} view @param {ZoomLimits} limits @returns {View} */
export function clampView({ x, y, zoom }, limits) {
  const near = clamp(zoom, 1, limits.max);
  return { ...clampCentre({ x, y }, near), zoom: near };
}

/**
 * The whole map stays in the middle; from a zoom of three on any point of it can be there.
 * @param {Spot} centre @param {number} zoom @returns {Spot}
 */
function clampCentre({ x, y }, zoom) {
  const free = 0.5 * Math.min(1, 1.5 * (1 - 1 / zoom));
  return { x: clamp(x, 0.5 - free, 0.5 + free), y: clamp(y, 0.5 - free, 0.5 + free) };
}

/**
 * Pixels per map unit.
 * @param {View} view @param {Size} size
 */
export function scaleOf(view, size) {
  return homeScale(size) * view.zoom;
}

/** Pixels per map unit of the whole map. @param {Size} size */
export function homeScale(size) {
  const { w, h } = size.frame ?? { w: 1, h: 1 };
  return Math.min(size.w / w, size.h / h);
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
 * The part of the map that is in view; all of it at the least zoom, also what lies outside of the frame.
 * @param {View} view @param {Size} size
 * @returns {Area}
 */
export function areaOf(view, size) {
  if (view.zoom === 1) return { x0: 0, y0: 0, x1: 1, y1: 1 };
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
  const centre = clampCentre({ x: view.x - dx / scale, y: view.y + dy / scale }, view.zoom);
  const within = (/** @type {number} */ next, /** @type {number} */ now, /** @type {number} */ pane) => {
    const free = Math.max(Math.abs(now - 0.5), 0.5 - (0.5 - MAX_EMPTY) * (pane / scale));
    return clamp(next, 0.5 - free, 0.5 + free);
  };
  return { x: within(centre.x, view.x, size.w), y: within(centre.y, view.y, size.h), zoom: view.zoom };
}

/**
 * The view that centres some discs, with their surroundings.
 * @param {(Spot & { radius: number })[]} discs one or more, in map units @param {Size} size @param {ZoomLimits} limits
 * @returns {View}
 */
export function viewAround(discs, size, limits) {
  const [x0, x1] = [Math.min(...discs.map((d) => d.x - d.radius)), Math.max(...discs.map((d) => d.x + d.radius))];
  const [y0, y1] = [Math.min(...discs.map((d) => d.y - d.radius)), Math.max(...discs.map((d) => d.y + d.radius))];
  const extent = Math.max(x1 - x0, y1 - y0, 1e-3);
  const scale = (SURROUNDED * Math.min(size.w, size.h)) / extent;
  return clampView({ x: (x0 + x1) / 2, y: (y0 + y1) / 2, zoom: scale / homeScale(size) }, limits);
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
