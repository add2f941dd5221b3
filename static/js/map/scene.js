// The scene: everything that is painted in the map's pane, and the camera that moves it.

import { createFocus } from "../document/focus.js";
import { createDocuments } from "../document/documents.js";
import { byId, readJson } from "../lib/dom.js";
import { createLazyLabels } from "../topics/lazy_labels.js";
import { createCatalogue, loadById } from "../topics/topic_catalogue.js";
import { createCamera } from "./camera.js";
import { createDensity } from "./density/density.js";
import { createLabels } from "./labels.js";
import { createLazyGuides } from "./lazy_guides.js";
import { embedPlot } from "./points/plot.js";
import { createLayer } from "./points/point_layer.js";
import { unpackRoot } from "./points/points.js";
import { createTiles } from "./points/tiles.js";
import { createTooltip } from "./tooltip.js";
import { closeness, scaleOf, toMap, zoomLimits } from "./view.js";

/**
 * What the page holds about the map, see `_data` in sitegen/site/pages/views/page_views.py.
 * @typedef {object} MapParts
 * @property {number} documents
 * @property {string} points
 * @property {import("../lib/shards.js").Folders} tiles
 * @property {number} depth level of the deepest tile
 * @property {import("./density/density_tiles.js").RasterData} raster
 * @property {{ script: string, style: string }} tools
 * @property {{ script: string, style: string }} guides
 * @property {{ script: string, style: string }} reader
 * @property {import("../document/read_shards.js").ShardSet | null} neighbors shards of the documents closest in meaning
 * @property {import("../topics/compare_topics.js").CompareData} compare
 * @property {{ script: string, style: string, folder: import("../lib/shards.js").Folders, topics: import("../lib/shards.js").Folders }} search
 * @property {{ w: number, h: number }} frame the part of the map square that the whole map shows, in map units
 * @property {number[]} tiers first scale of each tier of labels
 * @property {string} outlier_color
 * @property {import("../columns/column_selects.js").ColumnData | null} columns
 * @typedef {import("../topics/topic_catalogue.js").TopicData & import("../document/documents.js").DocumentData & MapParts} MapData
 */
/** @typedef {Awaited<ReturnType<typeof createScene>>} Scene */

/** Time without a movement after which tiles are fetched: a map in motion shows what is loaded. */
const SETTLE_MS = 200;
/** From this zoom on there is room for the names of smaller topics. */
const MORE_NAMES_ZOOM = 1.5;

/**
 * @param {MapData} data
 * @param {object} on
 * @param {import("../lib/shards.js").LoadShard} on.load
 * @param {() => void} on.drawn called after each frame
 * @param {() => void} on.settled called when the camera has stopped
 */
export async function createScene(data, { load, drawn, settled }) {
  const pane = byId("map");
  const [plot, { list, root }, ofTopics] = await Promise.all([
    embedPlot(readJson("map-plot")),
    load("points", data.points).then(unpackRoot),
    loadById(data, load),
  ]);
  const limits = zoomLimits(data.depth);
  const redraw = () => camera.redraw();
  const catalogue = createCatalogue(data, ofTopics, load);
  const tiles = createTiles(list, root, data.tiles, load);
  const documents = createDocuments(data, { tiles, catalogue, load });
  const layer = createLayer({
    tiles,
    plot,
    colors: catalogue.colors,
    outlierColor: data.outlier_color,
    redraw,
    failed: (missing) => (byId("missing").hidden = !missing),
    status(text, sample) {
      byId("shown").textContent = text;
      document.getElementById("sample")?.toggleAttribute("hidden", !sample);
    },
  });
  const preview = /** @type {HTMLImageElement} */ (byId("preview"));
  const canvas = /** @type {HTMLCanvasElement} */ (byId("density"));
  const density = createDensity(canvas, preview, data.raster, limits, redraw);
  const labels = createLabels(byId("labels"), data.tiers, () => [...pane.querySelectorAll("#tools, #zoom, #lit, .modes, .overview")]);
  const loadMoreNames = createLazyLabels(catalogue, labels, redraw);
  let settling = 0;
  const camera = createCamera(pane, { limits, frame: data.frame, isSparse: () => layer.isSparse(camera.view, camera.size) }, draw);
  const focus = createFocus({ ...documents, camera, plot, tooltip: createTooltip(byId("tooltip")) });

  const guides = createLazyGuides(data.guides, { pane, panel: byId("topics"), camera, tiles, layer });

  /** @param {import("./view.js").View} view @param {import("./view.js").Size} size */
  function draw(view, size) {
    layer.updateStyle(closeness(view.zoom, limits));
    plot.show(view, size);
    density.draw(view, size);
    labels.place(view, size);
    focus.place(view, size);
    guides.place(view, size);
    drawn();
    clearTimeout(settling);
    settling = setTimeout(settle, SETTLE_MS);
  }

  function settle() {
    layer.settle(camera.view, camera.size);
    if (camera.view.zoom > MORE_NAMES_ZOOM) loadMoreNames();
    density.settle(camera.view, camera.size);
    settled();
  }

  return {
    pane,
    camera,
    catalogue,
    tiles,
    documents,
    layer,
    labels,
    loadMoreNames,
    focus,
    guides,
    /** Redraw after other points stand out; the density picture is grey while some do. */
    highlightChanged() {
      pane.classList.toggle("lit", layer.isHighlighting);
      redraw();
    },
    /** @param {import("./view.js").Spot} spot @param {number} pixels how far away a document may lie */
    documentAt(spot, pixels) {
      const { x, y } = toMap(camera.view, camera.size, spot);
      return layer.at(x, y, pixels / scaleOf(camera.view, camera.size));
    },
    /** Show points and labels; resolves after the first frame. */
    async start() {
      layer.updateStyle(closeness(camera.view.zoom, limits));
      byId("zoom").hidden = false;
      // labels leave room for the buttons
      redraw();
      await new Promise(requestAnimationFrame);
    },
  };
}
