// Drawing an area on the map: a rectangle or a free line, by mouse, pen or finger.

import { toMap, toPane } from "../map/view.js";
import { rectangle } from "./polygon.js";

/** @typedef {import("../map/view.js").Spot} Spot */
/** @typedef {"rectangle" | "lasso"} DrawMode */

const CLICK_TOLERANCE_PX = 4;
const STEP_PX = 3;

/**
 * @param {HTMLElement} pane @param {import("../map/camera.js").Camera} camera
 * @param {(polygon: Spot[]) => void} drawn in map units
 */
export function createLasso(pane, camera, drawn) {
  const layer = document.createElement("div");
  layer.id = "lasso";
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  picture.setAttribute("aria-hidden", "true");
  picture.append(path);
  layer.append(picture);
  pane.querySelector("#labels")?.after(layer);

  /** @type {DrawMode | null} */
  let mode = null;
  /** @type {DrawMode | null} */
  let drawing = null;
  /** @type {Spot[]} in map units */
  let outline = [];

  /** @param {PointerEvent} event @returns {Spot} in map units */
  const placeOf = (event) => {
    const box = pane.getBoundingClientRect();
    return toMap(camera.view, camera.size, { x: event.clientX - box.left, y: event.clientY - box.top });
  };
  const onPane = () => outline.map((spot) => toPane(camera.view, camera.size, spot));

  function paint() {
    const spots = onPane().map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`);
    path.setAttribute("d", spots.length > 2 ? `M${spots.join("L")}Z` : "");
  }

  /** @param {PointerEvent} event @param {DrawMode} how */
  function begin(event, how) {
    drawing = how;
    outline = [placeOf(event)];
    layer.setPointerCapture(event.pointerId);
    paint();
  }

  /** @param {PointerEvent} event */
  function follow(event) {
    if (!drawing) return;
    event.stopPropagation();
    const place = placeOf(event);
    if (drawing === "rectangle") outline = rectangle(outline[0], place);
    else {
      const spots = onPane();
      const here = toPane(camera.view, camera.size, place);
      const last = spots[spots.length - 1];
      if (Math.hypot(here.x - last.x, here.y - last.y) >= STEP_PX) outline.push(place);
    }
    paint();
    // the button was released while this script was loading
    if (event.buttons === 0) end();
  }

  function end() {
    if (!drawing) return;
    drawing = null;
    const spots = onPane();
    const wide = spots.some(({ x, y }) => Math.hypot(x - spots[0].x, y - spots[0].y) > CLICK_TOLERANCE_PX);
    if (wide && spots.length > 2) return drawn(outline);
    outline = [];
    paint();
  }

  layer.addEventListener("pointerdown", (event) => {
    if (!mode || event.button !== 0) return;
    event.stopPropagation();
    if (!drawing) begin(event, mode);
  });
  layer.addEventListener("pointermove", follow);
  layer.addEventListener("pointerup", end);
  layer.addEventListener("pointercancel", end);
  layer.addEventListener("dblclick", (event) => event.stopPropagation());

  return {
    paint,
    /** @param {PointerEvent} first @param {PointerEvent} last */
    drag(first, last) {
      begin(first, "rectangle");
      follow(last);
    },
    /** @param {DrawMode | null} next null: the pointer moves the map */
    setMode(next) {
      mode = next;
      layer.classList.toggle("drawing", mode !== null);
    },
    /** @param {Spot[]} polygon in map units; empty for none */
    show(polygon) {
      outline = polygon;
      paint();
    },
  };
}
