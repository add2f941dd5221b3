// The preview under the points: it follows the camera until sharper pictures take its place.

import { toPane } from "./view.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Size} Size */

/**
 * @param {HTMLElement} image laid out as the centred square that shows all of the map
 * @returns {(view: View, size: Size, opacity: number) => void}
 */
export function createPreview(image) {
  // from the pane's corner, because a transformed image has its laid-out place rounded to whole pixels
  Object.assign(image.style, { inset: "0 auto auto 0", margin: "0", transformOrigin: "0 0" });

  return (view, size, opacity) => {
    const corner = toPane(view, size, { x: 0, y: 1 });
    image.style.transform = `translate(${corner.x}px, ${corner.y}px) scale(${view.zoom})`;
    image.style.opacity = `${opacity}`;
    image.style.visibility = opacity > 0 ? "" : "hidden";
  };
}
