// The preview under the points: moves with the camera until sharper tiles replace it.

import { homeScale, toPane } from "../view.js";

/** @typedef {import("../view.js").View} View */
/** @typedef {import("../view.js").Size} Size */

/**
 * @param {HTMLElement} image the map square
 * @returns {(view: View, size: Size, opacity: number) => void}
 */
export function createPreview(image) {
  // positioned from the pane's corner, because browsers round the layout of transformed images to whole pixels
  Object.assign(image.style, { inset: "0 auto auto 0", translate: "none", transformOrigin: "0 0" });

  return (view, size, opacity) => {
    const side = `${homeScale(size)}px`;
    Object.assign(image.style, { width: side, height: side });
    const corner = toPane(view, size, { x: 0, y: 1 });
    image.style.transform = `translate(${corner.x}px, ${corner.y}px) scale(${view.zoom})`;
    image.style.opacity = `${opacity}`;
    image.style.visibility = opacity > 0 ? "" : "hidden";
  };
}
