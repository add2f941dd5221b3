// The density picture of all documents: the preview, then sharper tiles; both fade out while points become visible.

import { createRaster } from "./density_tiles.js";
import { createPreview } from "./preview.js";
import { closeness } from "../view.js";

/** @typedef {import("../view.js").View} View */
/** @typedef {import("../view.js").Size} Size */

// from this closeness on the picture is nearly transparent, and sharper tiles are not worth their bytes
const NEARLY_GONE = 0.9;

/**
 * @param {HTMLCanvasElement} canvas @param {HTMLImageElement} preview
 * @param {import("./density_tiles.js").RasterData} data @param {import("../view.js").ZoomLimits} limits
 * @param {() => void} redraw
 */
export function createDensity(canvas, preview, data, limits, redraw) {
  const raster = createRaster(canvas, preview, data, redraw);
  const picture = createPreview(preview);

  return {
    /** @param {View} view @param {Size} size */
    draw(view, size) {
      const opacity = 1 - closeness(view.zoom, limits);
      const sharper = opacity > 0 && raster.draw(view, size);
      canvas.hidden = !sharper;
      canvas.style.opacity = `${opacity}`;
      picture(view, size, sharper ? 0 : opacity);
    },
    /**
     * Fetches the tiles of this view. Call it when the camera stops. The whole map does with the preview, at the cost of
     * some softness below its points: tiles would take a first view over its budget.
     * @param {View} view @param {Size} size
     */
    settle(view, size) {
      if (view.zoom > 1 && closeness(view.zoom, limits) < NEARLY_GONE) raster.request(view, size);
    },
  };
}
