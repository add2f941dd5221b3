// The pyramid of density tiles, on a canvas below the points. Until a tile is loaded, the part of a coarser tile is
// shown in its place, or of the preview.

import { areaOf, scaleOf, toPane } from "../view.js";

/** @typedef {import("../view.js").View} View */
/** @typedef {import("../view.js").Size} Size */
/** @typedef {{ folder: string, levels: number[][] }} RasterData `levels`: for each level from 1, the tiles that are not empty */

const PREVIEW_PX = 640;
const KEPT_IMAGES = 80;

/**
 * The level whose resolution is closest to that of the screen; 0 is the preview.
 * @param {number} scale screen pixels per map unit @param {number} levels
 */
export function rasterLevel(scale, levels) {
  return Math.min(levels, Math.max(0, Math.ceil(Math.log2(scale / PREVIEW_PX) - 0.5)));
}

/**
 * @param {HTMLCanvasElement} canvas fills the pane @param {HTMLImageElement} preview
 * @param {RasterData} data @param {() => void} redraw
 */
export function createRaster(canvas, preview, { folder, levels }, redraw) {
  const context = canvas.getContext("2d");
  const exists = levels.map((tiles) => new Set(tiles));
  /** @type {Map<string, HTMLImageElement>} */
  const images = new Map();
  /** @type {Set<string>} */
  const asked = new Set();

  /** @param {View} view @param {Size} size */
  function cellsIn(view, size) {
    const level = rasterLevel(scaleOf(view, size) * devicePixelRatio, levels.length);
    const area = areaOf(view, size);
    const side = 2 ** level;
    const cells = [];
    // rows count from the top, as in file names
    for (let row = Math.floor((1 - area.y1) * side); row < (1 - area.y0) * side; row++) {
      for (let column = Math.floor(area.x0 * side); column < area.x1 * side; column++) {
        if (column < side && row < side) cells.push({ level, column, row });
      }
    }
    return { level, cells };
  }

  /** @param {number} level @param {number} column @param {number} row */
  const isEmpty = (level, column, row) => level > 0 && !exists[level - 1].has(row * 2 ** level + column);

  return {
    /**
     * Fetch the tiles of a view.
     * @param {View} view @param {Size} size
     */
    request(view, size) {
      const { cells } = cellsIn(view, size);
      for (const { level, column, row } of cells) {
        const name = `${level}/${column}-${row}`;
        if (level === 0 || asked.has(name) || isEmpty(level, column, row)) continue;
        asked.add(name);
        const image = new Image();
        image.src = `${folder}/${name}.webp`;
        image.decode().then(
          () => {
            images.set(name, image);
            if (images.size > KEPT_IMAGES) forget();
            redraw();
          },
          // the coarser tile stays
          () => asked.delete(name),
        );
      }
    },
    /**
     * @param {View} view @param {Size} size
     * @returns {boolean} whether there is more than the preview for this view
     */
    draw(view, size) {
      const { level, cells } = cellsIn(view, size);
      if (!context || level === 0 || images.size === 0) return false;
      const ratio = devicePixelRatio;
      const [w, h] = [Math.round(size.w * ratio), Math.round(size.h * ratio)];
      if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
      context.clearRect(0, 0, w, h);
      for (const cell of cells) {
        const found = bestImage(cell.level, cell.column, cell.row);
        if (!found) continue;
        const side = 2 ** level;
        const corner = toPane(view, size, { x: cell.column / side, y: 1 - cell.row / side });
        const next = toPane(view, size, { x: (cell.column + 1) / side, y: 1 - (cell.row + 1) / side });
        // whole pixels, so that tiles neither overlap nor leave gaps
        const [left, top, right, bottom] = [corner.x, corner.y, next.x, next.y].map((n) => Math.round(n * ratio));
        const { image, part, column, row } = found;
        const px = image.naturalWidth * part;
        context.drawImage(image, column * px, row * px, px, px, left, top, right - left, bottom - top);
      }
      return true;
    },
  };

  /**
   * The finest loaded picture of a cell, and the part of it that the cell covers.
   * @param {number} level @param {number} column @param {number} row
   */
  function bestImage(level, column, row) {
    for (let up = 0; up <= level; up++) {
      const [c, r, part] = [column >> up, row >> up, 2 ** -up];
      if (isEmpty(level - up, c, r)) return null;
      const image = up === level ? preview : images.get(`${level - up}/${c}-${r}`);
      if (image) return { image, part, column: column - (c << up), row: row - (r << up) };
    }
    return null;
  }

  function forget() {
    const [oldest] = images.keys();
    images.delete(oldest);
    asked.delete(oldest);
  }
}
