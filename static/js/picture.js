// The density picture under the points: it follows the camera, and fades as points take over.

import { closeness, toPane } from "./view.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Size} Size */

/**
 * @param {HTMLElement} image laid out as the centred square that shows all of the map
 * @returns {(view: View, size: Size) => void}
 */
export function followingPicture(image) {
  // from the pane's corner, because a transformed image has its laid-out place rounded to whole pixels
  Object.assign(image.style, { inset: "0 auto auto 0", margin: "0", transformOrigin: "0 0" });

  return (view, size) => {
    const corner = toPane(view, size, { x: 0, y: 1 });
    const opacity = 1 - closeness(view.zoom);
    image.style.transform = `translate(${corner.x}px, ${corner.y}px) scale(${view.zoom})`;
    image.style.opacity = `${opacity}`;
    image.style.visibility = opacity > 0 ? "" : "hidden";
  };
}
