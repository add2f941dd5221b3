// The camera holds the view of the map, and draws at most once per frame.

import { HOME, between, clampView } from "./view.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Size} Size */
/** @typedef {ReturnType<typeof createCamera>} Camera */

const FLIGHT_MS = 700;

/** A map with few points in view is not zoomed further from this zoom on. */
const CLOSE = 8;

/**
 * @param {HTMLElement} pane
 * @param {{ limits: import("./view.js").ZoomLimits, frame: { w: number, h: number }, isSparse: () => boolean }} map its zooms, the part of it that is shown at the least, and
 *   whether few points are in view
 * @param {(view: View, size: Size) => void} draw
 */
export function createCamera(pane, { limits, frame: shownPart, isSparse }, draw) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {View} */
  let view = HOME;
  /** @type {Size} */
  let size = measured();
  /** @type {{ from: View, to: View, start: number } | null} */
  let flight = null;
  let frame = 0;

  /** @param {number} now */
  function tick(now) {
    frame = 0;
    if (flight) {
      const t = Math.min(1, Math.max(0, (now - flight.start) / FLIGHT_MS));
      view = between(flight.from, flight.to, t * t * (3 - 2 * t));
      if (t < 1) redraw();
      else flight = null;
    }
    draw(view, size);
  }

  function redraw() {
    frame ||= requestAnimationFrame(tick);
  }

  /** @param {View} next */
  function set(next) {
    flight = null;
    view = clampView(next, limits);
    redraw();
  }

  new ResizeObserver(() => {
    size = measured();
    if (!size.w || !size.h) return;
    // observers run just before the paint: drawing now keeps all layers in step
    draw(view, size);
    // bokeh's observer may run after this one
    redraw();
  }).observe(pane);

  /** @returns {Size} */
  function measured() {
    const { width, height } = pane.getBoundingClientRect();
    return { w: width, h: height, frame: shownPart };
  }

  return {
    get view() {
      return view;
    },
    get size() {
      return size;
    },
    /** For movements by hand: they do not zoom in where few points are left. */
    get limits() {
      return view.zoom >= CLOSE && isSparse() ? { ...limits, max: Math.min(limits.max, view.zoom) } : limits;
    },
    redraw,
    set,
    /** @param {View} target */
    fly(target) {
      if (still.matches) return set(target);
      flight = { from: view, to: clampView(target, limits), start: performance.now() };
      redraw();
    },
  };
}
