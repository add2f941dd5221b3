// The overview: the whole map in a corner, with a frame around what the pane shows. Press or drag in it to go there.

import { createElement } from "../lib/dom.js";
import { HOME, toMap } from "../map/view.js";

/** @typedef {import("../map/view.js").View} View */
/** @typedef {import("../map/view.js").Size} Size */

const SIDE_PX = { wide: 120, narrow: 84 };
const NARROW_BELOW = 520;
/** At lower zooms the pane shows nearly all. */
const FROM_ZOOM = 1.2;

/** @param {HTMLElement} pane @param {import("../map/camera.js").Camera} camera */
export function createOverview(pane, camera) {
  const box = createElement("div", "overview");
  box.setAttribute("aria-hidden", "true");
  const picture = document.createElement("img");
  picture.alt = "";
  picture.draggable = false;
  picture.src = /** @type {HTMLImageElement} */ (pane.querySelector("#preview")).src;
  const here = createElement("div", "here");
  box.append(picture, here);
  box.hidden = true;
  pane.querySelector("#labels")?.after(box);

  /** Pixels per map unit in the box, and its size. @param {Size} size */
  function measure(size) {
    const { w, h } = size.frame ?? { w: 1, h: 1 };
    const scale = (size.w < NARROW_BELOW ? SIDE_PX.narrow : SIDE_PX.wide) / Math.max(w, h);
    return { scale, width: w * scale, height: h * scale };
  }

  /** @param {PointerEvent} event */
  function go(event) {
    event.stopPropagation();
    if (event.buttons !== 1) return;
    box.setPointerCapture(event.pointerId);
    const { scale, width, height } = measure(camera.size);
    const { left, top } = box.getBoundingClientRect();
    const [x, y] = [event.clientX - left - box.clientLeft - width / 2, event.clientY - top - box.clientTop - height / 2];
    camera.set({ x: HOME.x + x / scale, y: HOME.y - y / scale, zoom: camera.view.zoom });
  }
  box.addEventListener("pointerdown", go);
  box.addEventListener("pointermove", go);
  box.addEventListener("dblclick", (event) => event.stopPropagation());

  return {
    /** @param {View} view @param {Size} size */
    place(view, size) {
      box.hidden = view.zoom < FROM_ZOOM;
      if (box.hidden) return;
      const { scale, width, height } = measure(size);
      Object.assign(box.style, { width: `${width}px`, height: `${height}px` });
      Object.assign(picture.style, { width: `${scale}px`, left: `${(width - scale) / 2}px`, top: `${(height - scale) / 2}px` });
      const low = toMap(view, size, { x: 0, y: size.h });
      const high = toMap(view, size, { x: size.w, y: 0 });
      const [left, top] = [(low.x - HOME.x) * scale + width / 2, (HOME.y - high.y) * scale + height / 2];
      here.style.transform = `translate(${left}px, ${top}px)`;
      Object.assign(here.style, { width: `${(high.x - low.x) * scale}px`, height: `${(high.y - low.y) * scale}px` });
    },
  };
}
