// Geometry of the map, pure. The map is the unit square, y up; the pane is w x h pixels, y down.

/**
 * What the pane shows: the map point at its centre, and how often larger than "all of the map" it is.
 * @typedef {{ x: number, y: number, zoom: number }} View
 * @typedef {{ w: number, h: number }} Size
 * @typedef {{ x: number, y: number }} Spot
 */

/** @typedef {{ x0: number, y0: number, x1: number, y1: number }} Area in map units */

export const MAX_ZOOM = 64;

/** How far this map can be zoomed, and from which zoom on it shows points alone; `reachDepth` sets both. */
export const reach = { zoom: MAX_ZOOM, points: 12 };

/** The part of the map square that the whole map shows, around its middle; `frameMap` sets it. */
const frame = { w: 1, h: 1 };

/** @param {Size} size in map units */
export function frameMap({ w, h }) {
  Object.assign(frame, { w, h });
}

/**
 * Let the zoom come as close as the deepest tile of points calls for.
 * @param {number} depth its level
 */
export function reachDepth(depth) {
  reach.zoom = Math.max(MAX_ZOOM, 4 * 2 ** depth);
  reach.points = Math.max(12, 2 ** depth);
}

// what is looked at takes this share of the pane, so that its neighbours are there too
const SURROUNDED = 0.4;
// and is never looked at from closer by than this
const CLOSEST = 12;

/** @type {View} */
export const HOME = { x: 0.5, y: 0.5, zoom: 1 };

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** @param {View} view @returns {View} */
export function clampView({ x, y, zoom }) {
  const near = clamp(zoom, 1, reach.zoom);
  // the whole map stays in the middle; from a zoom of three on any point of it can be there
  const free = 0.5 * Math.min(1, 1.5 * (1 - 1 / near));
  return { x: clamp(x, 0.5 - free, 0.5 + free), y: clamp(y, 0.5 - free, 0.5 + free), zoom: near };
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
  return Math.min(size.w / frame.w, size.h / frame.h);
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
 * The part of the map square that is in view.
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
 * Zoom so that what lies under `spot` stays there.
 * @param {View} view @param {Size} size @param {Spot} spot in pixels of the pane @param {number} factor
 */
export function zoomAt(view, size, spot, factor) {
  const zoom = clamp(view.zoom * factor, 1, reach.zoom);
  const still = toMap(view, size, spot);
  const keep = view.zoom / zoom;
  return clampView({
    x: still.x + (view.x - still.x) * keep,
    y: still.y + (view.y - still.y) * keep,
    zoom,
  });
}

/**
 * @param {View} view @param {Size} size @param {number} dx @param {number} dy how far the map is dragged, in pixels
 */
export function panBy(view, size, dx, dy) {
  const scale = scaleOf(view, size);
  return clampView({ x: view.x - dx / scale, y: view.y + dy / scale, zoom: view.zoom });
}

/**
 * The view that has some discs in its middle, with their surroundings.
 * @param {(Spot & { radius: number })[]} discs one or more, in map units @param {Size} size
 * @returns {View}
 */
export function viewAround(discs, size) {
  const [x0, x1] = [Math.min(...discs.map((d) => d.x - d.radius)), Math.max(...discs.map((d) => d.x + d.radius))];
  const [y0, y1] = [Math.min(...discs.map((d) => d.y - d.radius)), Math.max(...discs.map((d) => d.y + d.radius))];
  const extent = Math.max(x1 - x0, y1 - y0, 1e-3);
  const scale = (SURROUNDED * Math.min(size.w, size.h)) / extent;
  return clampView({ x: (x0 + x1) / 2, y: (y0 + y1) / 2, zoom: clamp(scale / homeScale(size), 1, CLOSEST) });
}

/**
 * The view at moment t of a flight. Zoom grows by equal factors; the centre moves as if both views
 * were zooms about one fixed point, which then stands still on the screen.
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
 * How far the change from the picture of all documents to single points has come.
 * @param {number} zoom @returns {number} 0 at the start, 1 from `reach.points` on
 */
export function closeness(zoom) {
  return clamp(Math.log(zoom) / Math.log(reach.points), 0, 1);
}
